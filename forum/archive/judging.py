"""What becomes of a line: taken in, brought up to date, passed over, left alone or refused. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from forum.archive import queries
from forum.archive.models import ArchiveLine
from forum.archive.queries import Imported
from forum.archive.reading import Line
from forum.archive.rows import Parent

OUTCOMES = ("imported", "updated", "unchanged", "left", "refused")
ITSELF = {"update": "is itself an update", "translation": "is itself a translation"}
STANDS = {
    "published": "it is published",
    "withdrawn": "its author took it back",
    "erased": "its author took it back",
    "hidden": "a moderator has hidden it",
    "declined": "it was declined here",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line, for the report."""

    number: int
    key: str
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its outcome, what it is here already, and what it belongs to."""

    line: Line
    told: Told
    parent: Parent | None = None
    known: Imported | None = None
    path: str | None = None


@dataclass(slots=True)
class Run:
    """What one run has learnt of its file: where each key stands, what hangs on others, and on a dry run the languages
    of what would be there."""

    archive: str
    attest: str = ""
    is_dry: bool = False
    archive_id: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    hanging: dict[str, str] = field(default_factory=dict)
    would_be: dict[str, str] = field(default_factory=dict)
    would_lead: set[str] = field(default_factory=set)


def judge(run: Run, lines: list[Line]) -> list[Judged]:
    """What becomes of some lines, as things stand in this transaction."""
    here = queries.lines_by_key(run.archive_id, {*(one.key for one in lines), *(one.of for one in lines if one.of)})
    known = queries.imported(row.contribution_id for row in here.values())
    taken = queries.taken_paths(one.path for one in lines if one.path)
    judged = []
    for line in lines:
        row = here.get(line.key)
        parent = _parent(run, line, here, known) if line.of else None
        if isinstance(parent, str):
            judged.append(Judged(line, Told(line.number, line.key, "refused", parent)))
            continue
        now = known.get(row.contribution_id) if row is not None and row.contribution_id else None
        path = line.path if _is_free(run, line, taken, now) else None
        outcome, why = _outcome(line, row, now)
        note = "; ".join([*([why] if why else []), *(_remarks(run, line, path) if outcome != "unchanged" else [])])
        judged.append(Judged(line, Told(line.number, line.key, outcome, note), parent, now, path))
    return judged


def _outcome(line: Line, row: ArchiveLine | None, now: Imported | None) -> tuple[str, str]:
    if row is None:
        return "imported", ""
    if row.line_digest == line.digest:
        return "unchanged", ""
    if now is None:
        return "left", STANDS["withdrawn"]
    if now.status != "pending":
        return "left", STANDS.get(now.status, "it is worked on here")
    if now.is_taken_up:
        return "left", "its author asks for it, or its words were changed here"
    if (now.kind == "story_update") != (line.role == "update"):
        return "left", "it can’t become an update, or stop being one"
    return "updated", ""


def _parent(
    run: Run, line: Line, here: Mapping[str, ArchiveLine], known: Mapping[int, Imported]
) -> Parent | str | None:
    """The story that a line belongs to, or why it can't."""
    if line.of in run.hanging:
        return f"“{line.of}” {ITSELF[run.hanging[line.of]]}: name the story itself"
    row = here.get(line.of)
    if row is None:
        language = run.would_be.get(line.of)
        if language is None:
            return f"there is no story with the key “{line.of}” in this archive"
        return _same_language(line, Parent(0, language, "anonymous", None))
    now = known.get(row.contribution_id) if row.contribution_id else None
    if now is None or now.status in ("withdrawn", "erased"):
        return f"the author of “{line.of}” took it back"
    if now.kind != "story" or now.is_translation:
        return f"“{line.of}” {ITSELF['translation' if now.is_translation else 'update']}: name the story itself"
    return _same_language(line, Parent(now.id, now.language, now.attribution, now.byline))


def _same_language(line: Line, parent: Parent) -> Parent | str:
    if line.role == "translation" and line.language == parent.language:
        return f"it is in the language of the original, “{line.of}”: {line.language}"
    return parent


def _is_free(run: Run, line: Line, taken: Mapping[str, int], now: Imported | None) -> bool:
    if line.path is None or line.role == "update" or line.path in run.would_lead:
        return False
    if taken.get(line.path) not in (None, now.id if now else None):
        return False
    run.would_lead.add(line.path)
    return True


def _remarks(run: Run, line: Line, path: str | None) -> Iterable[str]:
    yield from line.remarks
    if line.path and path is None and line.role != "update":
        yield f"“{line.address}” leads to another story already"
    if line.uses and not run.attest:
        yield "its consent is not recorded: that needs --attest"
