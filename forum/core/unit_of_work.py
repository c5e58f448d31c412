"""One writing transaction at a time: the only place of the application that commits.

A request reads in a read-only transaction. What changes rows stands in `with write():`, which ends that
transaction, opens a writing one and commits once at its end; an exception rolls everything back. What was read
before is forgotten, so an action loads again what it changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from forum.core.db import db, writing_options

_line = threading.Lock()
PATIENCE = 10.0  # seconds; then it tries without its turn


class NotWritingError(RuntimeError):
    """An action was called outside `with write():`."""


@contextmanager
def write() -> Iterator[None]:
    """Open the writing transaction of this request or job; commit at the end, roll back on an exception."""
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("Already writing: one request, one commit.")
    session.expunge_all()  # before the rollback: what the page has read stays readable, but is never written back
    session.rollback()
    name = session.get_bind().dialect.name
    with _turn(name):
        try:
            session.connection(execution_options=writing_options(name))
            session.info["writing"] = True
            yield
            session.flush()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


@contextmanager
def _turn(dialect: str) -> Iterator[None]:
    """Wait for this thread's turn to write. SQLite has one writer and lets the others ask again and again, so that
    one of many can go without for very long; the threads of a process stand in line instead. On PostgreSQL all go."""
    is_held = dialect == "sqlite" and _line.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if is_held:
            _line.release()


def end_reading() -> None:
    """End the reading transaction, so that slow work (a hash, a network) holds none open."""
    db.session.rollback()


def must_be_writing() -> None:
    """Raise NotWritingError unless a writing transaction is open."""
    if not db.session().info.get("writing"):
        raise NotWritingError("This action changes rows: call it inside `with write():`.")
