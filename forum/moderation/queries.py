"""Reading cases, reports, letters and guidelines."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from forum.accounts.models import Member, MemberRole
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.kinds import Kind
from forum.core.settings import LANGUAGES
from forum.moderation import cases, policy
from forum.moderation.models import Case, Guideline, Letter, Report


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with what a decision needs. `owner_id` may come from the seal: for rules and sanctions, not for pages."""

    case: Case
    contribution: Contribution
    kind: Kind
    edit: Revision | None
    owner_id: int | None
    matter: policy.Matter


def file_of(viewer: Viewer, case_id: int, *, lock: bool = False) -> CaseFile | None:
    """The file of a case as `viewer` would judge it, or None. `lock`: hold case and contribution until the end."""
    case = db.session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if case is None or case.contribution_id is None:
        return None
    contribution = db.session.get_one(
        Contribution, case.contribution_id, with_for_update=lock or None, populate_existing=lock
    )
    kind = kinds.kind_of(contribution)
    edit = cases.waiting_edit(contribution)
    owner_id = contribution_queries.owner_id(contribution)
    matter = policy.Matter(
        status=contribution.status,
        is_open=case.closed_at is None,
        has_waiting_edit=edit is not None,
        kind_decisions=kind.decisions,
        is_own=owner_id is not None and owner_id == viewer.id,
        is_own_report=_is_own_report(viewer, case, owner_id),
        claimed_by=_claimed_by_another(viewer, case),
        restriction=_restriction_of(owner_id),
    )
    return CaseFile(case, contribution, kind, edit, owner_id, matter)


def _is_own_report(viewer: Viewer, case: Case, owner_id: int | None) -> bool:
    if viewer.id is None or case.closed_at is not None:
        return False
    own = exists().where(Report.case_id == case.id, Report.reporter_id == viewer.id, Report.decision_id.is_(None))
    another = exists().where(
        Member.id == MemberRole.member_id,
        MemberRole.role.in_(("moderator", "admin")),
        Member.id.not_in([viewer.id, owner_id or 0]),
        Member.erased_at.is_(None),
    )
    return bool(db.session.scalar(select(and_(own, another))))


def _claimed_by_another(viewer: Viewer, case: Case) -> str | None:
    if case.claimed_by in (None, viewer.id) or case.claimed_until is None or case.claimed_until <= clock.now():
        return None
    return db.session.scalar(select(Member.display_name).where(Member.id == case.claimed_by))


def _restriction_of(member_id: int | None) -> str | None:
    row = db.session.execute(select(Member.restriction, Member.restricted_until).where(Member.id == member_id)).first()
    return row[0] if row and (row[1] is None or row[1] > clock.now()) else None


def is_own(viewer: Viewer, contribution: Contribution) -> bool:
    """Whether `viewer` wrote a contribution, signed or sealed."""
    return contribution_queries.is_owner(viewer, contribution)


def is_in_force(guideline_id: int) -> bool:
    """Whether a guideline is one of those in force now."""
    return bool(
        db.session.scalar(select(Guideline.id).where(Guideline.id == guideline_id, Guideline.replaced_at.is_(None)))
    )


def letter_language(contribution: Contribution) -> str:
    """The language of letters about a contribution: its own, where the site speaks it."""
    return contribution.language if contribution.language in LANGUAGES else LANGUAGES[0]


def own_letter(viewer: Viewer, letter_id: int) -> Letter | None:
    """A letter to `viewer`, also through a seal, or None."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, letters_to(viewer)))


def letters_to(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `letters` for those to `viewer`: to her, or about what she wrote, signed or sealed."""
    hers = select(Contribution.id).where(contribution_queries.owned_by(viewer))
    return or_(Letter.member_id == viewer.id, Letter.contribution_id.in_(hers))


def unread_letters(viewer: Viewer) -> int:
    """How many letters to `viewer` she hasn't marked read."""
    if not viewer.is_authenticated:
        return 0
    return (
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.read_at.is_(None), letters_to(viewer)))
        or 0
    )
