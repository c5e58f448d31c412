"""Locking a discussion against answers, until a moment or until somebody opens it; it opens again by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Thread
from forum.moderation import log


def close(thread: Thread, until: datetime | None = None) -> None:
    """Lock a discussion, which the caller holds."""
    must_be_writing()
    thread.is_locked, thread.locked_until = True, until
    db.session.flush()
    if until is not None:
        payload, key = {"thread_id": thread.id}, f"end-lock:{thread.id}:{until.timestamp():.0f}"
        enqueue("discussions.end_lock", payload, run_at=until, dedupe_key=key)


def open_again(thread: Thread) -> None:
    """Open a discussion, which the caller holds, to answers again."""
    must_be_writing()
    thread.is_locked, thread.locked_until = False, None
    db.session.flush()


def end(thread_id: int) -> None:
    """Open a discussion whose time is over; noted in the log. One that was locked anew since stays locked."""
    must_be_writing()
    thread = db.session.scalar(select(Thread).where(Thread.id == thread_id).with_for_update())
    if thread is None or not thread.is_locked or thread.locked_until is None or thread.locked_until > clock.now():
        return
    open_again(thread)
    log.append(None, "unlock_by_itself", "thread", thread_id)
