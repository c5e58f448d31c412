"""An archive's file, and importing it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forum.archive import importing
from forum.archive.judging import Told
from forum.archive.lines import format_of
from forum.core.db import db
from tests.services import databases

Row = dict[str, Any]
MakeFile = Callable[..., Path]


def row(key: str, **fields: Any) -> Row:
    """A good line."""
    return {"key": key, "language": "en", "title": f"Story {key}", "text": f"It was winter, {key}."} | fields


def as_jsonl(rows: list[Row]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)


def as_csv(rows: list[Row], delimiter: str = ",") -> str:
    names = list(dict.fromkeys(name for one in rows for name in one))
    out = io.StringIO()
    table = csv.DictWriter(out, names, delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


@pytest.fixture
def database_content() -> databases.Content:
    """The vocabulary is there: topics are found by their synonyms."""
    return databases.PREPARED


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Writes rows, text or bytes to a file of a name."""

    def make(content: list[Row] | str | bytes, name: str = "old.jsonl") -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            content = as_csv(content) if name.endswith(".csv") else as_jsonl(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def take(path: Path, **options: Any) -> list[Told]:
    """Import a file into the archive “Old pages”; what became of each line."""
    form = format_of(path)
    assert form is not None
    told = list(importing.run(path, form, options.pop("archive", "Old pages"), **options))
    db.session.rollback()
    return told


def outcomes(told: list[Told]) -> list[str]:
    """The outcomes by line."""
    return [one.outcome for one in sorted(told, key=lambda one: one.number)]
