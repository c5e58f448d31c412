"""The outbox is the queue: work that follows from a fact, written in the transaction of the fact.

A row is claimed with a lease, worked, and marked done in the worker's own transaction; a worker killed at any
moment leaves the row for the next. Payloads hold ids only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Model, db
from forum.core.unit_of_work import must_be_writing

Payload = dict[str, Any]
After = Callable[[], None]
Effect = Callable[[], After | None]
LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=6)


class OutboxJob(Model):
    """One piece of work to be done after the fact."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "done_at", "run_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    payload: Mapped[Payload] = mapped_column(JSON)
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Handler:
    """A job's work. On the network: it runs in a reading transaction and returns what to do outside any.

    What that returns, if anything, is done in the writing transaction that marks the job done.
    """

    work: Callable[[Payload], Effect | None]
    is_network: bool
    is_daily: bool


HANDLERS: dict[str, Handler] = {}


def handler(
    name: str, *, network: bool = False, daily: bool = False
) -> Callable[[Callable[[Payload], Effect | None]], Callable[[Payload], Effect | None]]:
    """Register the work of a job under its name; `daily` runs it once a day with an empty payload."""

    def keep(work: Callable[[Payload], Effect | None]) -> Callable[[Payload], Effect | None]:
        HANDLERS[name] = Handler(work, network, daily)
        return work

    return keep


def enqueue(
    name: str, payload: Payload | None = None, *, run_at: datetime | None = None, dedupe_key: str | None = None
) -> None:
    """Add a job to the open writing transaction; a job whose dedupe_key is there already is not added again."""
    must_be_writing()
    if dedupe_key is not None:
        db.session.flush()
        if db.session.scalar(select(OutboxJob.id).where(OutboxJob.dedupe_key == dedupe_key)):
            return
    db.session.add(OutboxJob(name=name, payload=payload or {}, dedupe_key=dedupe_key, run_at=run_at or clock.now()))


def claim() -> OutboxJob | None:
    """Lease the next waiting job, or None. Call inside `with write():`."""
    must_be_writing()
    now = clock.now()
    job = db.session.scalar(
        select(OutboxJob)
        .where(
            OutboxJob.done_at.is_(None),
            OutboxJob.run_at <= now,
            or_(OutboxJob.leased_until.is_(None), OutboxJob.leased_until < now),
        )
        .order_by(OutboxJob.run_at, OutboxJob.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is not None:
        job.leased_until = now + LEASE
        job.attempts += 1
    return job


def mark_done(job_id: int) -> None:
    """Mark a job done in the open writing transaction."""
    job = db.session.get_one(OutboxJob, job_id)
    job.done_at, job.leased_until, job.last_error = clock.now(), None, None


def mark_failed(job_id: int, error: str) -> None:
    """Put a failed job back, to be tried again later and later."""
    job = db.session.get_one(OutboxJob, job_id)
    wait = min(FIRST_WAIT * 2 ** min(job.attempts - 1, 12), LONGEST_WAIT)
    job.run_at, job.leased_until, job.last_error = clock.now() + wait, None, error[:500]
