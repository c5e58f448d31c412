"""What waits on the desk, most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.kinds import Kind
from forum.moderation import authors, cases, exchange
from forum.moderation.models import Case, Report

PAGE = 25
FILTERS: dict[str, tuple[str, ...]] = {
    "everything": ("care", "private_details", "report", "claim", "review"),
    "care": ("care",),
    "private_details": ("private_details",),
    "report": ("report",),
    "claim": ("claim",),
    "review": ("review",),
    "import": ("import",),
    "answered": (),
    "mine": (),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as the queue shows it."""

    case: Case
    contribution: Contribution
    kind: Kind
    reports: int
    claimed_by: str | None
    is_mine: bool
    has_answer: bool

    @property
    def excerpt(self) -> str:
        """The beginning of its words."""
        return richtext.excerpt(self.contribution.html, 140)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many wait under each filter, and the key of the next page."""

    rows: Sequence[QueueRow]
    counts: dict[str, int]
    oldest: datetime | None
    next_after: int | None


def queue_for(viewer: Viewer, shown: str = "everything", after: int | None = None) -> Queue:
    """What waits, most urgent first, then oldest; what `viewer` wrote herself is not among it. Four queries."""
    claimant = aliased(Member)
    report_count = select(func.count()).where(Report.case_id == Case.id).scalar_subquery()
    found = db.session.execute(
        select(Case, report_count, claimant.display_name, exchange.answered_cases())
        .outerjoin(claimant, and_(claimant.id == Case.claimed_by, Case.claimed_until > clock.now()))
        .where(_waiting_for(viewer), _under(shown, viewer), _after(after))
        .options(joinedload(Case.contribution).joinedload(Contribution.author))
        .order_by(Case.urgency, Case.opened_at, Case.id)
        .limit(PAGE + 1)
    ).all()
    rows = [
        QueueRow(
            case, case.contribution, kinds.kind_of(case.contribution), count, name, case.claimed_by == viewer.id, answer
        )
        for case, count, name, answer in found[:PAGE]
        if case.contribution is not None
    ]
    counts, oldest = _counts(viewer)
    return Queue(rows, counts, oldest, found[PAGE - 1][0].id if len(found) > PAGE else None)


def _waiting_for(viewer: Viewer) -> ColumnElement[bool]:
    hers = exists().where(Contribution.id == Case.contribution_id, authors.involving(viewer))
    waits = or_(Case.closed_at.is_(None), exchange.answered_cases())
    return and_(waits, Case.contribution_id.is_not(None), ~hers, ~cases.set_aside())


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    return and_(Case.claimed_by == viewer.id, Case.claimed_until > clock.now())


def _under(shown: str, viewer: Viewer) -> ColumnElement[bool]:
    match shown:
        case "mine":
            return _mine(viewer)
        case "answered":
            return exchange.answered_cases()
    return Case.opened_for.in_(FILTERS[shown])


def _after(case_id: int | None) -> ColumnElement[bool]:
    last = db.session.get(Case, case_id) if case_id is not None else None
    if last is None:
        return Case.id > 0
    return or_(
        Case.urgency > last.urgency,
        and_(Case.urgency == last.urgency, Case.opened_at > last.opened_at),
        and_(Case.urgency == last.urgency, Case.opened_at == last.opened_at, Case.id > last.id),
    )


def _counts(viewer: Viewer) -> tuple[dict[str, int], datetime | None]:
    found = db.session.execute(
        select(
            Case.opened_for,
            func.count(),
            func.count().filter(_mine(viewer)),
            func.min(Case.opened_at),
            func.count().filter(exchange.answered_cases()),
        )
        .where(_waiting_for(viewer))
        .group_by(Case.opened_for)
    ).all()
    by_word = {row[0]: row[1] for row in found}
    counts = {name: sum(by_word.get(word, 0) for word in words) for name, words in FILTERS.items()}
    counts["mine"], counts["answered"] = sum(row[2] for row in found), sum(row[4] for row in found)
    return counts, min((row[3] for row in found if row[0] in FILTERS["everything"]), default=None)
