"""Days on which nobody looks after the desk: reading them, and the clock that stands still meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.rota.models import Away

MOST = 50


def from_(moment: datetime) -> Sequence[Away]:
    """The times away that end after a moment, in order."""
    query = select(Away).where(Away.ends_at > moment).order_by(Away.starts_at, Away.id)
    return db.session.scalars(query.limit(MOST)).all()


def now_away() -> Away | None:
    """The time away that it is now, or None."""
    now = clock.now()
    query = select(Away).where(Away.starts_at <= now, Away.ends_at > now).order_by(Away.ends_at.desc(), Away.id)
    return db.session.scalar(query.limit(1))


def later(start: datetime, span: timedelta, aways: Sequence[Away]) -> datetime:
    """The moment when `span` has passed since `start`, not counting the times away (in order, they may overlap)."""
    reached, left = start, span
    for away in aways:
        if away.ends_at <= reached:
            continue
        present = max(away.starts_at - reached, timedelta())
        if present >= left:
            break
        left -= present
        reached = max(reached, away.ends_at)
    return reached + left
