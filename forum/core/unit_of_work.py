"""One writing transaction at a time: the only place of the application that commits.

A request reads in a read-only transaction. What changes rows stands in `with write():`, which ends that
transaction, opens a writing one and commits once at its end; an exception rolls everything back. What was read
before is forgotten, so an action loads again what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from forum.core.db import db, writing_options


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
    session.connection(execution_options=writing_options(session.get_bind().dialect.name))
    session.info["writing"] = True
    try:
        yield
        session.flush()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)


def end_reading() -> None:
    """End the reading transaction, so that slow work (a hash, a network) holds none open."""
    db.session.rollback()


def must_be_writing() -> None:
    """Raise NotWritingError unless a writing transaction is open."""
    if not db.session().info.get("writing"):
        raise NotWritingError("This action changes rows: call it inside `with write():`.")
