"""Reading what moderators know of a member: only what she signed; what she sealed is on no page about her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member, MemberSession
from forum.accounts.queries import moves_at
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.moderation import colleagues, ladder, sanctions, spam_accounts
from forum.moderation.guideline_models import Guideline
from forum.moderation.ladder import Suggestion
from forum.moderation.member_models import Sanction, SecondPerson
from forum.moderation.member_policy import About
from forum.moderation.models import Case, Decision, Report

PAGE = 25


def about(viewer: Viewer, member_id: int, *, lock: bool = False) -> About | None:
    """A member as a rule judges her for `viewer`, or None. `lock`: hold her until the end."""
    query = select(Member).where(Member.id == member_id)
    if lock:  # rows that name her can still come in: a report at the same moment would else wait for this one in turn
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    member = db.session.scalar(query)
    return _about(viewer, member, _reports_of(member_id)) if member is not None else None


def _about(viewer: Viewer, member: Member, reports: Sequence[Report]) -> About:
    restriction, until = sanctions.shown(member)
    is_own_report = any(report.reporter_id == viewer.id for report in reports)
    return About(
        is_self=member.id == viewer.id,
        is_erased=member.erased_at is not None,
        is_admin=any(role.role == "admin" for role in member.roles),
        restriction=restriction,
        restricted_until=until,
        is_reported=bool(reports),
        is_closed_as_spam=restriction == "banned" and spam_accounts.closing_of(member.id) is not None,
        is_own_report=is_own_report and _is_there_another(viewer, member.id),
    )


def _is_there_another(viewer: Viewer, member_id: int) -> bool:
    return bool(colleagues.able() - {viewer.id, member_id})


def _reports_of(member_id: int) -> Sequence[Report]:
    open_case = select(Case.id).where(Case.member_id == member_id, Case.closed_at.is_(None))
    waiting = select(Report).where(Report.case_id.in_(open_case), Report.decision_id.is_(None))
    return db.session.scalars(waiting.order_by(Report.id)).all()


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """One sanction with its decision."""

    sanction: Sanction
    decision: Decision
    moderator: str | None
    guideline: int | None

    @property
    def is_in_force(self) -> bool:
        """Whether it still keeps something from her."""
        row = self.sanction
        return row.lifted_at is None and (row.ends_at is None or row.ends_at > clock.now())


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision about something she signed."""

    decision: Decision
    contribution_id: int
    title: str
    kind: str
    moderator: str | None


@dataclass(frozen=True, slots=True)
class MemberFile:
    """Everything the page about a member shows to moderators."""

    member: Member
    roles: Sequence[str]
    about: About
    sessions: int
    moves_at: datetime | None  # when another mailbox takes over her account
    reports: Sequence[Report]
    case: Case | None
    sanctions: Sequence[Sanctioned]
    judged: Sequence[Judged]
    seconds: Sequence[SecondPerson]
    suggestion: Suggestion
    signed: int  # what would leave readers' sight if her account were only spam
    state: str  # as the page shows it: what is decided on another is told first


def file_of(viewer: Viewer, member_id: int) -> MemberFile | None:
    """The page about a member. Whether `viewer` may read it is the policy's word."""
    now = clock.now()
    sessions = select(func.count()).where(MemberSession.member_id == member_id, MemberSession.expires_at > now)
    counted = (sessions.scalar_subquery(), sanctions.that_count(Sanction.member_id == member_id).scalar_subquery())
    spam = select(func.count()).select_from(Contribution).where(spam_accounts.is_signed_spam(member_id))
    query = select(Member, *counted, moves_at(), spam.scalar_subquery(), *_state(member_id))
    query = query.where(Member.id == member_id).options(joinedload(Member.roles))
    row = db.session.execute(query).unique().one_or_none()
    if row is None:
        return None
    member, devices, count, moves, signed, *state = row
    case = db.session.scalar(select(Case).where(Case.member_id == member_id, Case.closed_at.is_(None)))
    reports = _reports_of(member_id) if case is not None else []
    waiting = (SecondPerson.answered_at.is_(None), SecondPerson.expires_at > now)
    return MemberFile(
        member=member,
        roles=[role.role for role in member.roles],
        about=_about(viewer, member, reports),
        sessions=devices,
        moves_at=moves,
        reports=reports,
        case=case,
        sanctions=_sanctions(member_id),
        judged=_judged(member_id),
        seconds=db.session.scalars(
            select(SecondPerson).where(SecondPerson.member_id == member_id, *waiting).order_by(SecondPerson.id)
        ).all(),
        suggestion=ladder.suggest(count),
        signed=signed,
        state=_in_a_word(*state),
    )


def _state(member_id: int) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    newest = select(func.max(Decision.id)).join(Case, Case.id == Decision.case_id).where(Case.member_id == member_id)
    version = select(func.max(Case.version)).where(Case.member_id == member_id, Case.closed_at.is_(None))
    return newest.scalar_subquery(), version.scalar_subquery()


def _in_a_word(newest: int | None, version: int | None) -> str:
    return f"{newest or 0}.{version or 0}"


def state_of(member_id: int) -> tuple[str, Decision | None, str]:
    """How things stand about a member, the newest decision under her name, and who made it. Two queries."""
    newest, version = db.session.execute(select(*_state(member_id))).one()
    row = db.session.execute(
        select(Decision, Member.display_name)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .where(Decision.id == newest)
    ).first()
    return _in_a_word(newest, version), row[0] if row else None, (row[1] if row else None) or "–"


def _sanctions(member_id: int) -> Sequence[Sanctioned]:
    rows = db.session.execute(
        select(Sanction, Decision, Member.display_name, Guideline.number)
        .join(Decision, Decision.id == Sanction.decision_id)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .outerjoin(Guideline, Guideline.id == Decision.guideline_id)
        .where(Sanction.member_id == member_id)
        .order_by(Sanction.id.desc())
        .limit(PAGE)
    )
    return [Sanctioned(*row) for row in rows]


def _judged(member_id: int) -> Sequence[Judged]:
    rows = db.session.execute(
        select(Decision, Contribution.id, Contribution.title, Contribution.kind, Member.display_name)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .where(Contribution.author_id == member_id)
        .order_by(Decision.id.desc())
        .limit(PAGE)
    )
    return [Judged(*row) for row in rows]
