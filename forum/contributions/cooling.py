"""The cool-off: the hours that an author may leave between sending and what follows, while all can be undone.

What was sent so has the status `sent`; only its author sees it, and `visible_from` holds the end. A scheduled job
goes on then. Its row names the end it was made for: of what was recalled and sent again, only the last end counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import Payload, enqueue
from forum.core.unit_of_work import must_be_writing

CHOICES = (1, 6, 24)
LONGEST = 72  # hours


def send_later(contribution: Contribution, hours: int, *, job: str) -> datetime:
    """Let what was just sent rest for 1–72 hours; then the job named `job` admits it. Returns the end.

    The job's work is handed `{"contribution_id", "until"}` and asks `due` what it has to do.
    """
    must_be_writing()
    if not 1 <= hours <= LONGEST:
        raise ValueError(f"A cool-off lasts 1 to {LONGEST} hours, not {hours}.")
    until = clock.now() + timedelta(hours=hours)
    contribution.status, contribution.visible_from = "sent", until
    db.session.flush()
    _schedule(job, contribution, until)
    return until


def _schedule(job: str, contribution: Contribution, until: datetime) -> None:
    payload = {"contribution_id": contribution.id, "until": until.isoformat()}
    enqueue(job, payload, run_at=until)


def is_resting(contribution: Contribution) -> bool:
    """Whether a contribution was sent and waits for the end its author chose."""
    return contribution.status == "sent" and contribution.visible_from is not None


def due(payload: Payload, job: str) -> Contribution | None:
    """What a job has to admit now, held against others; None when it was recalled, or sent on, or sent anew since.

    A job that comes too early is put off to the right moment.
    """
    must_be_writing()
    contribution = _held(payload["contribution_id"])
    until = datetime.fromisoformat(payload["until"])
    if contribution is None or not is_resting(contribution) or contribution.visible_from != until:
        return None
    if clock.now() < until:
        _schedule(job, contribution, until)
        return None
    return contribution


def end_now(contribution: Contribution) -> None:
    """End the rest of a contribution: its author doesn't want to wait any longer. The caller admits it."""
    must_be_writing()
    contribution.visible_from = clock.now()
    db.session.flush()


def _held(contribution_id: Any) -> Contribution | None:
    db.session.execute(
        select(Contribution.id).where(Contribution.id == contribution_id).with_for_update(key_share=True)
    )
    return db.session.get(Contribution, contribution_id, populate_existing=True)
