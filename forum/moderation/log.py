"""The log: who did what to what, when and why. Rows are added, never changed, and each carries the hash of the last.

A row is written at the very end of its transaction, so that one chain holds even when two transactions act at once.
The newest row's id and hash are kept in a file beside the database as well: who cuts rows off the end of the table is
found out by it. Each row bears a seal made with the site's secret: who can write to the database alone can make a chain
of hashes that holds, and no seal.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from forum.accounts.viewer import Viewer
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing
from forum.moderation.models import LogEntry

WAITING = "log_entries_waiting"
WRITTEN = "log_entries_written"
MARK = "log-mark"
SAID_AS = {"false_alarm": "no_action"}  # a row is never erased, a false alarm is: here it was left as it is
NEVER = 2**62  # the id of no row
LOCK = 7_205_001  # any number no other advisory lock of the application has


def append(
    actor: Viewer | None,
    act: str,
    object_kind: str,
    object_id: int,
    *,
    guideline_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Note that `actor` (None: the site itself, or an author who stays unnamed) did `act` to an object.

    `data` holds ids and words of the code only, never a text. The row is there once the transaction has ended.
    """
    must_be_writing()
    entry = LogEntry(
        at=clock.now(),
        actor_id=actor.id if actor else None,
        act=SAID_AS.get(act, act),
        object_kind=object_kind,
        object_id=object_id,
        guideline_id=guideline_id,
        data=data or {},
    )
    db.session().info.setdefault(WAITING, []).append(entry)


def hash_of(entry: LogEntry, previous: str) -> str:
    """SHA-256 over the previous row's hash and this row's content as canonical JSON."""
    canonical = json.dumps(_content(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def _content(entry: LogEntry) -> dict[str, Any]:
    return {
        "act": entry.act,
        "actor": entry.actor_id,
        "at": _moment(entry.at),
        "data": entry.data,
        "guideline": entry.guideline_id,
        "object": [entry.object_kind, entry.object_id],
    }


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def first_broken() -> int | None:
    """The id of the first row that doesn't follow from the one before it, or None when the whole chain holds."""
    previous = ""
    for entry in db.session.scalars(select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=500)):
        if entry.previous_hash != previous or entry.hash != hash_of(entry, previous):
            return entry.id
        previous = entry.hash
    return None


def first_forged() -> int | None:
    """The id of the first row without the site's seal after one that has it, or None. Rows of before there were seals
    have none; nobody can add to them, since the hash of the first that is sealed follows from theirs. Which that is
    the mark says, so that nobody takes the seals off and calls all rows old."""
    mark, has_begun = _kept(), False
    rows = select(LogEntry.id, LogEntry.hash, LogEntry.seal).order_by(LogEntry.id).execution_options(yield_per=500)
    for key, hashed, seal in db.session.execute(rows):
        has_begun = has_begun or seal != "" or (mark is not None and mark.sealed_from <= key)
        if has_begun and not tokens.is_same(seal, tokens.stamp("log", hashed)):
            return key
    return None


def trouble() -> tuple[str, int] | None:
    """What is wrong with the log, as a word of `models.TROUBLES`, and at which row; None: it holds together."""
    for word, find in (("changed", first_broken), ("cut_off", cut_off), ("forged", first_forged)):
        if (row := find()) is not None:
            return word, row
    return None


def head() -> tuple[int, str]:
    """How many rows there are, and the hash of the last: kept elsewhere, it shows whether rows were cut off the end."""
    last = db.session.scalar(select(LogEntry.hash).order_by(LogEntry.id.desc()).limit(1))
    return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0, last or ""


def cut_off() -> int | None:
    """The id of the row that this machine last wrote, if it isn't there any more as it was; else None."""
    mark = _kept()
    if mark is None or db.session.scalar(select(LogEntry.hash).where(LogEntry.id == mark.row_id)) == mark.hash:
        return None
    return mark.row_id


def holds(hashed: str) -> bool:
    """Whether a row has this hash: one that was noted elsewhere."""
    return db.session.scalar(select(LogEntry.id).where(LogEntry.hash == hashed.strip().lower()).limit(1)) is not None


def mark_path() -> Path:
    """The file beside the database that names the newest row."""
    return the_settings().data_dir / MARK


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the file beside the database says: the row written last, its hash, and the first one that was sealed."""

    row_id: int
    hash: str
    sealed_from: int


def _kept() -> _Mark | None:
    try:
        row_id, hashed, *sealed_from = mark_path().read_text("ascii").split()
        return _Mark(int(row_id), hashed, int(sealed_from[0]) if sealed_from else NEVER)
    except (FileNotFoundError, ValueError):
        return None


def _sealed_from(session: Session) -> int:
    mark = _kept()
    if mark is not None and mark.sealed_from != NEVER:
        return mark.sealed_from
    return session.scalar(select(func.min(LogEntry.id)).where(LogEntry.seal != "")) or NEVER


def exported() -> Iterator[str]:
    """Every row as a line of JSON, oldest first. `content` is what the hash is made over, with the hash before it."""
    for entry in db.session.scalars(select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=500)):
        row = {"id": entry.id, "hash": entry.hash, "previous": entry.previous_hash, "content": _content(entry)}
        yield json.dumps(row, sort_keys=True, ensure_ascii=False)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    entries: list[LogEntry] = session.info.pop(WAITING, [])
    if not entries:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    previous = session.scalar(select(LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)) or ""
    for entry in entries:
        entry.previous_hash, entry.hash = previous, hash_of(entry, previous)
        entry.seal = tokens.stamp("log", entry.hash)
        previous = entry.hash
    session.add_all(entries)
    session.flush()  # all at once, in their order: so a list of thousands of words holds the database half as long
    if cut_off() is None:
        session.info[WRITTEN] = f"{entries[-1].id} {previous} {_sealed_from(session)}\n"
    else:  # the mark stays until somebody has seen what is missing
        logging.getLogger(__name__).error("Rows of the log are missing: run `flask log verify`.")


@event.listens_for(Session, "after_commit")
def _keep_mark(session: Session) -> None:
    written: str | None = session.info.pop(WRITTEN, None)
    if written is None:
        return
    beside = mark_path().with_name(f"{MARK}.{os.getpid()}")
    try:
        beside.write_text(written, "ascii")
        beside.replace(mark_path())
    except OSError:  # what was decided stands; the next row tries again
        logging.getLogger(__name__).exception("The log's mark could not be kept.")


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(WAITING, None)
    session.info.pop(WRITTEN, None)


class UnchangeableError(RuntimeError):
    """Somebody tried to change or delete a row of the log."""


@event.listens_for(LogEntry, "before_update")
@event.listens_for(LogEntry, "before_delete")
def _refuse(_mapper: Any, _connection: Any, entry: LogEntry) -> None:
    raise UnchangeableError(f"Row {entry.id} of the log stays as it was written.")
