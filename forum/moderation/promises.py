"""By when something is looked at: what readers and authors were promised, and the order of the desk that follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing
from forum.moderation.models import OPENED_FOR, Case
from forum.rota import aways
from forum.rota.models import Away

# Where nothing is promised, the desk still has an order.
UNPROMISED = {"review": timedelta(days=7), "import": timedelta(days=90)}
UNPROMISED_REPORT = timedelta(hours=48)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def promised(opened_for: str) -> timedelta | None:
    """How soon a case of this sort is looked at, as readers are told; None where nothing is promised."""
    settings = the_settings()
    if opened_for == "import":
        return None
    if opened_for == "review":
        return timedelta(days=settings.review_days) if settings.review_days else None
    return timedelta(hours=settings.report_hours) if settings.report_hours else None


def due_at(opened_for: str, opened_at: datetime, away: Sequence[Away] | None = None) -> datetime:
    """When a case is due: what was promised, while nobody is away; else what the order of the desk takes for it."""
    span = promised(opened_for) or UNPROMISED.get(opened_for, UNPROMISED_REPORT)
    return aways.later(opened_at, span, aways.from_(opened_at) if away is None else away)


def set_again() -> None:
    """Reckon anew when the open cases are due: somebody goes away, comes back early, or a setting was changed."""
    must_be_writing()
    away = aways.from_(LONG_AGO)
    open_cases = select(Case.id, Case.urgency, Case.opened_at).where(Case.closed_at.is_(None))
    for key, urgency, opened_at in db.session.execute(open_cases).all():
        due = due_at(OPENED_FOR[urgency], opened_at, [one for one in away if one.ends_at > opened_at])
        # By key, past the version: who reads a case meanwhile has read nothing that is old.
        db.session.execute(update(Case).where(Case.id == key).values(due_at=due))
