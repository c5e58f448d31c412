"""The worker: takes jobs from the outbox one after another until it is told to stop."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from forum.core import chosen, clock, outbox
from forum.core.db import db
from forum.core.outbox import HANDLERS, OutboxJob
from forum.core.unit_of_work import end_reading, write

log = structlog.get_logger()
IDLE = 1.0  # seconds between looks when nothing waits


def work_one() -> bool:
    """Claim and work one job. Returns False when none was waiting."""
    if not _is_waiting():
        return False
    with write():
        job = outbox.claim()
    if job is None:
        return False
    db.session.expunge(job)  # what is claimed stays readable whatever is rolled back
    chosen.begin_job()
    end_reading()
    try:
        _work(job)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the job is tried again and the error kept
        db.session.rollback()
        # The error's own words may hold an address; its kind does not.
        log.warning("job_failed", job=job.id, name=job.name, attempts=job.attempts, error=type(error).__name__)
        with write():
            outbox.mark_failed(job.id, f"{type(error).__name__}: {error}")
    finally:
        db.session.remove()
    return True


def _is_waiting() -> bool:
    # A reading look first: an idle worker never takes SQLite's one writing lock.
    found = db.session.scalar(
        select(OutboxJob.id).where(OutboxJob.done_at.is_(None), OutboxJob.run_at <= clock.now()).limit(1)
    )
    end_reading()
    return found is not None


def _work(job: OutboxJob) -> None:
    handler = HANDLERS.get(job.name)
    if handler is None:
        raise LookupError(f"No handler for {job.name}")
    if not handler.is_network:
        with write():
            handler.work(job.payload)
            outbox.mark_done(job.id)
        return
    effect = handler.work(job.payload)
    end_reading()
    after = effect() if effect is not None else None
    with write():
        if after is not None:
            after()
        outbox.mark_done(job.id)


def work_all() -> int:
    """Work until nothing waits (tests, commands). Returns the number of jobs worked."""
    count = 0
    while work_one():
        count += 1
    return count


def ensure_daily() -> None:
    """Write today's daily jobs where they are missing."""
    day = clock.today().isoformat()
    with write():
        for name, handler in HANDLERS.items():
            if handler.is_daily:
                outbox.enqueue(name, dedupe_key=f"{name}:{day}")


def run() -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    day = None
    while not stopping.is_set():
        try:
            if day != clock.today():
                ensure_daily()
                day = clock.today()
            busy = work_one()
        except Exception as error:  # noqa: BLE001 - a database that is away must not end the worker
            log.warning("worker_waits", error=type(error).__name__)
            db.session.remove()
            busy = False
        if not busy:
            stopping.wait(IDLE)


@outbox.handler("core.sweep_outbox", daily=True)
def sweep_outbox(_payload: outbox.Payload) -> None:
    """Forget jobs done more than 30 days ago."""
    db.session.execute(delete(OutboxJob).where(OutboxJob.done_at < clock.now() - timedelta(days=30)))
