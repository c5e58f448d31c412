"""Locking a discussion against answers, until a moment or until somebody opens it; it opens again by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.settings import Settings
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Thread
from forum.moderation import log

MORNING = time(8, 0)  # by the site's own clock


def next_morning(now: datetime | None = None) -> datetime:
    """The next moment at which it is morning by the site's own clock."""
    settings: Settings = current_app.extensions["settings"]
    here = (now or clock.now()).astimezone(ZoneInfo(settings.time_zone))
    morning = datetime.combine(here.date(), MORNING, here.tzinfo)
    return (
        morning if morning > here else datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo)
    ).astimezone(UTC)


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
