"""What waits on the desk: whoever may be in danger first, then private details, then what is due first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.kinds import Kind
from forum.moderation import authors, cases, exchange, promises, seconds
from forum.moderation.looking import NOW
from forum.moderation.models import Case, CaseLook, CasePass, Report

PAGE = 25
LEFT = timedelta(minutes=30)  # so long what a moderator has left undecided waits behind the rest for her
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FILTERS: dict[str, tuple[str, ...]] = {
    "everything": ("care", "private_details", "report", "claim", "review"),
    "late": ("care", "private_details", "report", "claim", "review"),
    "care": ("care",),
    "private_details": ("private_details",),
    "report": ("report",),
    "claim": ("claim",),
    "review": ("review",),
    "import": ("import",),
    "answered": (),
    "mine": (),
}
due_first = func.coalesce(Case.due_at, Case.opened_at)
urgent_first = case((Case.urgency <= 1, Case.urgency), else_=2)  # the rest by age against what was promised


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as the queue shows it: about a contribution, or about a member (`member`)."""

    case: Case
    contribution: Contribution | None
    kind: Kind | None
    member: Member | None
    reports: int
    is_worried: bool  # a reader is worried about whoever wrote it
    claimed_by: str | None
    is_mine: bool
    has_answer: bool
    looking: Sequence[str] = ()

    @property
    def excerpt(self) -> str:
        """The beginning of its words."""
        return richtext.excerpt(self.contribution.html, 140) if self.contribution is not None else ""

    @property
    def promised(self) -> datetime | None:
        """By when it was promised to be looked at, or None where nothing is promised."""
        return self.case.due_at if promises.promised(self.case.opened_for) else None

    @property
    def is_late(self) -> bool:
        """Whether the promised moment has passed and nobody has looked."""
        due = self.promised
        return due is not None and due < clock.now() and self.case.looked_at is None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many wait under each filter, and the key of the next page."""

    rows: Sequence[QueueRow]
    counts: dict[str, int]
    oldest: datetime | None
    next_after: int | None


def queue_for(viewer: Viewer, shown: str = "everything", after: int | None = None) -> Queue:
    """What waits; what `viewer` wrote herself or passed on is not among it. Five queries, whatever waits."""
    claimant, concerned = aliased(Member), aliased(Member)
    report_count = select(func.count()).where(Report.case_id == Case.id).scalar_subquery()
    worried = exists().where(Report.case_id == Case.id, Report.reason == "worried")
    found = db.session.execute(
        select(Case, concerned, report_count, worried, claimant.display_name, exchange.answered_cases())
        .outerjoin(claimant, and_(claimant.id == Case.claimed_by, Case.claimed_until > clock.now()))
        .outerjoin(concerned, concerned.id == Case.member_id)
        .where(_waiting_for(viewer), _under(shown, viewer), _after(after))
        .options(joinedload(Case.contribution).joinedload(Contribution.author))
        .order_by(urgent_first, due_first, Case.id)
        .limit(PAGE + 1)
    ).all()
    looking = _looking(viewer, [row[0].id for row in found[:PAGE]])
    rows = [
        QueueRow(
            one,
            one.contribution,
            kinds.kind_of(one.contribution) if one.contribution is not None else None,
            member,
            count,
            is_worried,
            name,
            one.claimed_by == viewer.id,
            answer,
            looking.get(one.id, ()),
        )
        for one, member, count, is_worried, name, answer in found[:PAGE]
    ]
    counts, oldest = _counts(viewer)
    return Queue(rows, counts, oldest, found[PAGE - 1][0].id if len(found) > PAGE else None)


def free_for(viewer: Viewer, shown: str, *, besides: int | None = None, limit: int = 3) -> Sequence[int]:
    """The next cases about something written that `viewer` could decide, and nobody else has or looks at; held until
    the end of the transaction, so that two who ask at once are given two. Those that she has just left come last.

    shown: of which filter. besides: the one she comes from.
    """
    now = clock.now()
    others = exists().where(
        CaseLook.case_id == Case.id, CaseLook.moderator_id != viewer.id, CaseLook.seen_at > now - NOW
    )
    hers = select(CaseLook.seen_at).where(
        CaseLook.case_id == Case.id, CaseLook.moderator_id == viewer.id, CaseLook.seen_at > now - LEFT
    )
    reported = exists().where(Report.case_id == Case.id, Report.reporter_id == viewer.id, Report.decision_id.is_(None))
    held = and_(Case.claimed_by.is_not(None), Case.claimed_by != viewer.id, Case.claimed_until > now)
    asked, _until = seconds.waiting_on(Case.contribution_id)
    return db.session.scalars(
        select(Case.id)
        .where(_waiting_for(viewer), _under(shown, viewer), Case.closed_at.is_(None), Case.contribution_id.is_not(None))
        .where(~others, ~reported, ~held, asked.is_(None), Case.id != (besides or 0))
        .order_by(func.coalesce(hers.scalar_subquery(), LONG_AGO), urgent_first, due_first, Case.id)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
    ).all()


def counts_for(viewer: Viewer) -> tuple[dict[str, int], int]:
    """How many cases of each sort wait, by `opened_for`, and how many of all are past the promised time. One query."""
    counts, _oldest = _counts(viewer)
    return {word: counts[word] for word in FILTERS["everything"]}, counts["late"]


def _looking(viewer: Viewer, case_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if not case_ids:
        return found
    query = (
        select(CaseLook.case_id, Member.display_name)
        .join(Member, Member.id == CaseLook.moderator_id)
        .where(CaseLook.case_id.in_(case_ids), CaseLook.moderator_id != viewer.id, CaseLook.seen_at > clock.now() - NOW)
        .order_by(Member.display_name)
    )
    for key, name in db.session.execute(query):
        found.setdefault(key, []).append(name)
    return found


def _waiting_for(viewer: Viewer) -> ColumnElement[bool]:
    hers = exists().where(Contribution.id == Case.contribution_id, authors.involving(viewer))
    passed = exists().where(CasePass.case_id == Case.id, CasePass.moderator_id == viewer.id)
    waits = or_(Case.closed_at.is_(None), exchange.answered_cases())
    about_her = and_(Case.member_id.is_not(None), Case.member_id == viewer.id)
    return and_(waits, ~hers, ~about_her, ~passed, ~cases.set_aside())


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    return and_(Case.claimed_by == viewer.id, Case.claimed_until > clock.now())


def _late() -> ColumnElement[bool]:
    promised = [word for word in FILTERS["late"] if promises.promised(word)]
    return and_(
        Case.opened_for.in_(promised), Case.due_at < clock.now(), Case.looked_at.is_(None), Case.closed_at.is_(None)
    )


def _under(shown: str, viewer: Viewer) -> ColumnElement[bool]:
    match shown:
        case "mine":
            return _mine(viewer)
        case "answered":
            return exchange.answered_cases()
        case "late":
            return _late()
    return Case.opened_for.in_(FILTERS[shown])


def _after(case_id: int | None) -> ColumnElement[bool]:
    last = db.session.get(Case, case_id) if case_id is not None else None
    if last is None:
        return Case.id > 0
    first, due = min(last.urgency, 2), last.due_at or last.opened_at
    return or_(
        urgent_first > first,
        and_(urgent_first == first, due_first > due),
        and_(urgent_first == first, due_first.is_not_distinct_from(due), Case.id > last.id),
    )


def _counts(viewer: Viewer) -> tuple[dict[str, int], datetime | None]:
    found = db.session.execute(
        select(
            Case.opened_for,
            func.count(),
            func.count().filter(_mine(viewer)),
            func.min(Case.opened_at),
            func.count().filter(exchange.answered_cases()),
            func.count().filter(_late()),
        )
        .where(_waiting_for(viewer))
        .group_by(Case.opened_for)
    ).all()
    by_word = {row[0]: row[1] for row in found}
    counts = {name: sum(by_word.get(word, 0) for word in words) for name, words in FILTERS.items()}
    counts["mine"], counts["answered"] = sum(row[2] for row in found), sum(row[4] for row in found)
    counts["late"] = sum(row[5] for row in found)
    return counts, min((row[3] for row in found if row[0] in FILTERS["everything"]), default=None)
