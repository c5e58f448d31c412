"""Opening, joining and closing cases, and what rules ask about a contribution's past on the desk."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import InstrumentedAttribute, flag_modified

from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import promises
from forum.moderation.models import OPENED_FOR, Case, Decision, Report

REFUSALS = ("ask_for_changes", "decline", "hide")
RULINGS = (*REFUSALS, "approve", "restore")


def open_case_of(contribution_id: int, *, lock: bool = False) -> Case | None:
    """The open case about a contribution, or None; locked against others who act on it when asked."""
    query = select(Case).where(Case.contribution_id == contribution_id, Case.closed_at.is_(None))
    return db.session.scalar(query.with_for_update() if lock else query)


def set_aside() -> ColumnElement[bool]:
    """The criterion for cases that nobody decides until the story that theirs hangs on returns.

    What somebody reported, and whoever may be in danger, stays on the desk.
    """
    queries = [kind.set_aside() for kind in kinds.all_kinds().values() if kind.set_aside is not None]
    away = or_(false(), *(Case.contribution_id.in_(query) for query in queries))
    reported = exists().where(Report.case_id == Case.id)
    return and_(away, Case.opened_for != "care", ~reported)


def all_of(contribution_id: int) -> list[Case]:
    """Every case there ever was about a contribution, oldest first; an open one locked against others."""
    query = select(Case).where(Case.contribution_id == contribution_id).order_by(Case.id)
    return list(db.session.scalars(query.with_for_update()))


def open_or_join(contribution: Contribution, opened_for: str, *, urgency: int | None = None) -> Case:
    """The open case about a contribution, opened if there is none, at least as urgent as `opened_for`.

    `urgency`: where it waits in the queue when that isn't the place of `opened_for`. Joining raises the case's
    version: who decides on what she read before is told that something came in.
    """
    return _open_or_join(Case.contribution_id, contribution.id, opened_for, urgency)


def open_or_join_about(member_id: int, opened_for: str, *, urgency: int | None = None) -> Case:
    """The open case about a member, as `open_or_join` does for a contribution."""
    return _open_or_join(Case.member_id, member_id, opened_for, urgency)


def _open_or_join(about: InstrumentedAttribute[int | None], key: int, opened_for: str, place: int | None) -> Case:
    must_be_writing()
    urgency = OPENED_FOR.index(opened_for) if place is None else place
    query = select(Case).where(about == key, Case.closed_at.is_(None)).with_for_update()
    while (case := db.session.scalar(query)) is None:
        now = clock.now()
        case = Case(
            **{about.key: key}, opened_for=opened_for, urgency=urgency, opened_at=now,
            due_at=promises.due_at(OPENED_FOR[urgency], now),
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(case)
            return case
        except IntegrityError:  # somebody opened it in the same moment, and may have closed it in the next
            continue
    says_more = urgency == case.urgency and OPENED_FOR.index(opened_for) < OPENED_FOR.index(case.opened_for)
    if urgency < case.urgency or says_more:
        case.urgency, case.opened_for = urgency, opened_for
        due = promises.due_at(OPENED_FOR[urgency], clock.now())
        case.due_at = min(case.due_at or due, due)
    touch(case)
    return case


def is_reported(case: Case) -> bool:
    """Whether a notice in a case still waits for an answer."""
    waiting = select(Report.id).where(Report.case_id == case.id, Report.decision_id.is_(None))
    return db.session.scalar(waiting.limit(1)) is not None


def touch(case: Case) -> None:
    """Raise a case's version though no column changes."""
    flag_modified(case, "urgency")
    db.session.flush()


def close(case: Case) -> None:
    """Close a case: nobody looks at it any more."""
    case.closed_at, case.claimed_by, case.claimed_until = clock.now(), None, None
    db.session.flush()


def wait_on(case: Case, opened_for: str) -> None:
    """Leave a case open for less than it was: what was asked is answered, and the contribution still waits."""
    case.opened_for, case.urgency = opened_for, OPENED_FOR.index(opened_for)
    case.claimed_by, case.claimed_until = None, None
    touch(case)


def was_refused(contribution: Contribution) -> bool:
    """Whether the moderators' last word on a contribution was no: taking it back and bringing it back won't help."""
    return last_ruling(contribution) in REFUSALS


def last_ruling(contribution: Contribution) -> str | None:
    """The moderators' last word on a contribution, or None; what was taken back counts no more."""
    return db.session.scalar(
        select(Decision.decision)
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.contribution_id == contribution.id,
            Decision.decision.in_(RULINGS),
            Decision.overturned_at.is_(None),
            Decision.ended_at.is_(None),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def waiting_edit(contribution: Contribution, *, besides: int | None = None) -> Revision | None:
    """The newer revision that waits behind the shown one, or None. One that was refused waits no longer.

    `besides`: a decision that is being made about it, and doesn't count yet.
    """
    if contribution.status != "published" or contribution.shown_revision_id is None:
        return None
    refused_since = (
        exists()
        .where(
            Case.id == Decision.case_id,
            Case.contribution_id == contribution.id,
            Decision.decision.in_(("ask_for_changes", "decline")),
            Decision.overturned_at.is_(None),
            Decision.ended_at.is_(None),
            Decision.made_at >= Revision.made_at,
            Decision.id != (besides or 0),
        )
        .correlate(Revision)
    )
    return db.session.scalar(
        select(Revision)
        .where(
            Revision.contribution_id == contribution.id,
            Revision.id > contribution.shown_revision_id,
            ~refused_since,
        )
        .order_by(Revision.number.desc())
        .limit(1)
    )


def take_up_reports(contribution: Contribution) -> None:
    """Open a case again for reports that nobody answered because the author had taken the thing back."""
    left = db.session.scalars(
        select(Report)
        .join(Case, Case.id == Report.case_id)
        .where(Report.contribution_id == contribution.id, Report.decision_id.is_(None), Case.closed_at.is_not(None))
    ).all()
    if left:
        case = open_or_join(contribution, "report")
        for report in left:
            report.case_id = case.id
        db.session.flush()
