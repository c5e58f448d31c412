"""Importing an archive's file: stories first, then what hangs on them; some lines at a time.

Lines are judged twice: while reading, so that only what is new is rendered, and again in the transaction that writes.
Killed at any moment, what was written stands, and the next run goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import delete, select

from forum.archive import queries
from forum.archive.judging import Judged, Run, Told, judge
from forum.archive.lines import Record, records
from forum.archive.models import Archive, ArchiveLine
from forum.archive.reading import LIMITS, Line, RefusedError, clean_line
from forum.archive.rows import Home, New, facts_of, name_of, put_down
from forum.contributions import ledger
from forum.contributions.models import Contribution, Revision
from forum.core import clock, richtext, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import end_reading, must_be_writing, write
from forum.stories.models import OldAddress, Provenance, Story, StoryUpdate
from forum.topics.models import Topic

AT_ONCE = 200  # lines in one transaction


def run(
    path: Path, form: str, archive: str, *, attest: str = "", is_dry: bool = False, at_once: int = AT_ONCE
) -> Iterator[Told]:
    """Import a file into an archive. Yields what became of each record; nothing changes on a dry run.

    attest: who vouches for the consents that the lines name, and how; without it none is recorded.
    Raises lines.UnreadableError for a file that is none.
    """
    now = Run(archive, attest, is_dry)
    topics = queries.topics_by_name()
    _begin(now)
    for hangs in (False, True):  # first what stands by itself
        yield from _pass(now, records(path, form), topics, at_once, hangs=hangs)
    if not is_dry:
        with write():
            enqueue("archive.publish", {"archive_id": now.archive_id})


def run_here(path: Path, form: str, archive: str, *, attest: str = "") -> list[Told]:
    """The same in the transaction that is open: for a file of few lines."""
    must_be_writing()
    now = Run(archive, attest, archive_id=_archive(archive).id)
    topics, told = queries.topics_by_name(), list[Told]()
    for hangs in (False, True):
        lines: list[Line] = []
        read = [_read(now, record, topics, lines, hangs=hangs) for record in records(path, form)]
        told += [one for one in read if one is not None]
        judged = judge(now, lines)
        _write(now, judged, {line.key: richtext.render(line.source) for line in lines})
        told += [one.told for one in judged]
        now.would_lead.clear()
    return told


def unknown_fields(path: Path, form: str) -> list[str]:
    """The names in a file's first record that are none of ours: they are not read."""
    first = next(records(path, form), None)
    return sorted(name for name in (first.fields or {} if first else {}) if name and name not in LIMITS)


def _begin(now: Run) -> None:
    if now.is_dry:
        known = queries.archive_by_name(now.archive)
        now.archive_id = known.id if known else None
        return
    with write():
        now.archive_id = _archive(now.archive).id


def _archive(name: str) -> Archive:
    known = queries.archive_by_name(name)
    if known is None:
        known = Archive(name=name, begun_at=clock.now(), attested_note="")
        db.session.add(known)
        db.session.flush()
    return known


def _pass(
    now: Run, found: Iterator[Record], topics: dict[str, list[int]], at_once: int, *, hangs: bool
) -> Iterator[Told]:
    while batch := list(islice(found, at_once)):
        lines: list[Line] = []
        for record in batch:
            told = _read(now, record, topics, lines, hangs=hangs)
            if told is not None:
                yield told
        if lines:
            yield from _take_in(now, lines)


def _read(now: Run, record: Record, topics: dict[str, list[int]], lines: list[Line], *, hangs: bool) -> Told | None:
    """Add a record's line to those of this pass; what is refused is told in the first pass only."""
    if record.fields is None:
        return None if hangs else Told(record.number, "", "refused", record.reason)
    is_later = bool(record.fields.get("update_of") or record.fields.get("translation_of"))
    if hangs and not is_later:
        return None
    try:
        line = clean_line(record.number, record.fields, topics)
        first = now.numbers.setdefault(queries.key_digest(line.key), record.number)
        if first != record.number:
            raise RefusedError(f"its key stands on line {first} already")
    except RefusedError as error:
        key = str(record.fields.get("key") or "")[:80]
        return None if hangs else Told(record.number, richtext.clean_text(key, single_line=True), "refused", str(error))
    if is_later and not hangs:
        now.hanging[line.key] = line.role
    else:
        lines.append(line)
    return None


def _take_in(now: Run, lines: list[Line]) -> Iterator[Told]:
    judged = judge(now, lines)
    if now.is_dry:
        now.would_be |= {one.line.key: one.line.language for one in judged if one.told.outcome == "imported"}
        yield from (one.told for one in judged)
        return
    now.would_lead.clear()
    todo = {one.line.key for one in judged if one.told.outcome in ("imported", "updated")}
    end_reading()
    made = {one.key: richtext.render(one.source) for one in lines if one.key in todo}
    again = {}
    if todo:
        with write():
            _hold(now)
            written = judge(now, [one for one in lines if one.key in todo])
            _write(now, written, made)
            again = {one.line.key: one.told for one in written}
        now.would_lead.clear()
    yield from (again.get(one.line.key, one.told) for one in judged)


def _hold(now: Run) -> None:
    # Two imports of one archive at once go one after the other.
    db.session.execute(select(Archive.id).where(Archive.id == now.archive_id).with_for_update())


def _write(now: Run, judged: Iterable[Judged], made: dict[str, Markup]) -> None:
    assert now.archive_id is not None
    new = []
    for one in judged:
        if one.told.outcome == "imported":
            new.append(New(one.line, made[one.line.key], one.parent, one.path))
        elif one.told.outcome == "updated":
            _bring_up_to_date(now, one, made[one.line.key])
    put_down(Home(now.archive_id, now.archive, now.attest), new)


def _bring_up_to_date(now: Run, one: Judged, html: Markup) -> None:
    """Let a line that still waits, and that nobody has taken up, say what it says now."""
    must_be_writing()
    assert one.known is not None
    line = one.line
    row = db.session.get_one(Contribution, one.known.id)
    words: dict[str, Any] = {"title": line.title, "teaser": line.teaser, "source": line.source, "html": html,
             "html_policy": richtext.POLICY_VERSION}  # fmt: skip
    revision = db.session.scalars(select(Revision).where(Revision.contribution_id == row.id)).one()
    facts: dict[str, Any] = facts_of(line, one.parent) if isinstance(row, Story) else {"dated": line.date}
    if isinstance(row, StoryUpdate) and one.parent is not None:
        facts["story_id"] = one.parent.id
    language = line.language or (one.parent.language if one.parent else row.language)
    for thing, values in (
        (row, words | facts | name_of(line, one.parent) | {"language": language, "content_notes": line.content_notes}),
        (revision, words),
    ):
        for name, value in values.items():
            setattr(thing, name, value)
    db.session.refresh(row, ["topics"])
    row.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(line.topic_ids))))
    _move(row.id, one)
    if now.attest:
        ledger.keep_to(row, line.uses, language=language, how="attested", note=now.attest)
    mine = ArchiveLine.contribution_id == row.id, ArchiveLine.archive_id == now.archive_id
    db.session.scalars(select(ArchiveLine).where(*mine)).one().line_digest = line.digest
    db.session.flush()


def _move(story_id: int, one: Judged) -> None:
    """Where it came from, and its old address, as the line says them now."""
    line = one.line
    provenance = db.session.scalar(select(Provenance).where(Provenance.story_id == story_id))
    if provenance is None:
        return  # a later chapter
    provenance.told_on, provenance.original_address = line.date, line.address
    provenance.contact = tokens.seal_text(line.contact) if line.contact else ""
    db.session.execute(delete(OldAddress).where(OldAddress.story_id == story_id, OldAddress.path != (one.path or "")))
    has_it = db.session.scalar(select(OldAddress.id).where(OldAddress.story_id == story_id))
    if one.path is not None and has_it is None:
        db.session.add(OldAddress(path=one.path, story_id=story_id))
