"""Reading an archive's file record by record: CSV or JSON Lines, UTF-8, one record in memory at a time.

What can't be read becomes a refusal with its line number, and the next record is read as if nothing had been.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
LONGEST = 2 * 1024 * 1024  # bytes of one record; the longest story we know of has 60,000 characters
BOM = b"\xef\xbb\xbf"
OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"
TOO_LONG = f"this record is longer than {LONGEST // 1024 // 1024} MB"
OPEN = "its quotation marks don’t close, or it is too long"
NOT_UTF8 = "this isn’t UTF-8: save the file with that encoding"

Fields = dict[str, Any]


class UnreadableError(ValueError):
    """A file of which nothing can be read; its text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its first line in the file, and its fields, or why there are none."""

    number: int
    fields: Fields | None
    reason: str = ""


def format_of(path: Path) -> str | None:
    """The format that a file's name says, or None."""
    return FORMATS.get(path.suffix.lower())


def records(path: Path, form: str) -> Iterator[Record]:
    """Every record of a file, in order. Raises UnreadableError when the file as a whole is none, OSError likewise."""
    csv.field_size_limit(LONGEST)
    with path.open("rb") as file:
        start = file.read(3)
        if start.startswith(OTHER_BOMS):
            raise UnreadableError("This file is UTF-16. Save it as UTF-8.")
        file.seek(len(BOM) if start == BOM else 0)
        yield from _csv_records(file) if form == "csv" else _json_records(file)


def _json_records(file: IO[bytes]) -> Iterator[Record]:
    number = 0
    while part := file.readline(LONGEST):
        number += 1
        if _skip_rest(file, part):
            yield Record(number, None, TOO_LONG)
        elif part.strip():
            yield _json_record(number, part)


def _json_record(number: int, part: bytes) -> Record:
    try:
        found = json.loads(part.decode("utf-8"))
    except UnicodeDecodeError:
        return Record(number, None, NOT_UTF8)
    except (ValueError, RecursionError) as error:
        where = f" (at character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        return Record(number, None, f"this isn’t JSON{where}")
    if not isinstance(found, dict):
        return Record(number, None, "this isn’t a JSON object with named fields: {…}")
    return Record(number, {str(name).strip().lower(): value for name, value in found.items()})


def _csv_records(file: IO[bytes]) -> Iterator[Record]:
    texts = _csv_texts(file, ",")
    header = next(texts, None)
    if header is None or header[1] is None:
        raise UnreadableError("The first line has to name the columns.")
    delimiter = max(DELIMITERS, key=header[1].count)
    names = [name.strip().lower() for name in _cells(header[1], delimiter) or ()]
    if "key" not in names:
        raise UnreadableError("The first line has to name the columns, and one of them has to be “key”.")
    for number, text, reason in _csv_texts(file, delimiter, header[0]):
        cells = _cells(text, delimiter) if text is not None else None
        if text is not None and not text.strip(f"\r\n {delimiter}"):
            continue
        if cells is None:
            yield Record(number, None, reason or "its quotation marks don’t fit together")
        elif len(cells) != len(names):
            yield Record(number, None, f"it has {len(cells)} columns where the first line names {len(names)}")
        else:
            yield Record(number, dict(zip(names, cells, strict=True)))


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _csv_texts(file: IO[bytes], delimiter: str, number: int = 0) -> Iterator[tuple[int, str | None, str]]:
    """Each record's text with the number of its first line; None and why for one that can't be read.

    Where quotation marks don't close, reading goes on after the record's first line.
    """
    while part := file.readline(LONGEST):
        number += 1
        if _skip_rest(file, part):
            yield number, None, TOO_LONG
            continue
        first, after_first, parts, size = number, file.tell(), [part], len(part)
        is_open = _stays_open(part, delimiter.encode(), is_open=False)
        while is_open and size <= LONGEST and (part := file.readline(LONGEST)):
            is_open = _stays_open(part, delimiter.encode(), is_open=True)
            parts.append(part)
            number, size = number + 1, size + len(part)
        found = _csv_text(first, b"".join(parts)) if not is_open and size <= LONGEST else (first, None, OPEN)
        is_whole = found[1] is None or len(parts) == 1 or _cells(found[1], delimiter) is not None
        if found[2] == OPEN or not is_whole:
            file.seek(after_first)
            number, found = first, (first, None, OPEN)
        yield found


def _skip_rest(file: IO[bytes], part: bytes) -> bool:
    """Read on to the end of a line that is too long. True when it was."""
    is_long = len(part) == LONGEST and not part.endswith(b"\n")
    while part and not part.endswith(b"\n"):
        part = file.readline(LONGEST)
    return is_long


def _csv_text(first: int, whole: bytes) -> tuple[int, str | None, str]:
    try:
        return first, whole.decode("utf-8"), ""
    except UnicodeDecodeError:
        return first, None, NOT_UTF8


def _stays_open(part: bytes, mark: bytes, *, is_open: bool) -> bool:
    """Whether a field is still within quotation marks at the end of a line. They open only where a field begins."""
    at, is_start = 0, not is_open
    while at < len(part):
        if is_start and part[at : at + 1] == b'"':
            is_open, is_start, at = True, False, at + 1
        elif is_open:
            at = part.find(b'"', at)
            if at < 0:
                return True
            is_doubled = part[at + 1 : at + 2] == b'"'
            is_open, at = is_doubled, at + 1 + is_doubled
        else:
            at = part.find(mark, at) + 1
            if not at:
                return False
            is_start = True
    return is_open
