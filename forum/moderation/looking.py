"""Who looks at a case now, who passed it on, and how much hard material each moderator met today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import cases, colleagues, policy, queries
from forum.moderation.models import Case, CaseLook, CasePass, Report
from forum.rota.models import DeskChoice

NOW = timedelta(seconds=100)  # a page that is open says so every minute
HARD_NOTES = frozenset({"self_harm", "graphic"})
HARD_REASONS = ("worried", "illegal")
NOBODY_SURE = _l(
    "This bears no name, so nobody can tell whether the only other moderator wrote it. Ask the administrator for a "
    "third moderator first."
)
ENOUGH = 8  # hard cases in a day after which the desk suggests a pause
BEFORE = timedelta(hours=1)  # so long the page after a decision says what it was


def look(*, actor: Viewer, case_id: int) -> tuple[Sequence[str], Verdict]:
    """Note that `actor` has a case open; the names of the others who have it open now."""
    must_be_writing()
    file = queries.file_of(actor, case_id)
    if file is None:
        return (), no(policy.NOT_FOR_THIS, 404)
    if not (verdict := policy.can_judge(actor, file.matter)):
        return (), verdict
    assert actor.id is not None
    now = clock.now()
    row = db.session.get(CaseLook, (case_id, actor.id))
    if row is None:
        _begin(CaseLook(case_id=case_id, moderator_id=actor.id, first_at=now, seen_at=now, is_hard=_is_hard(file)))
    else:
        if row.seen_at.date() != now.date():
            row.first_at = now
        row.seen_at = now
    first = update(Case).where(Case.id == case_id, Case.looked_at.is_(None))
    db.session.execute(first.values(looked_at=now))  # past the version: nothing that is read has changed
    db.session.flush()
    return others(actor, case_id), YES


def _begin(row: CaseLook) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # she opened it in two windows at once
        pass


def _is_hard(file: queries.CaseFile) -> bool:
    if file.case.opened_for == "care" or HARD_NOTES & set(file.contribution.notes):
        return True
    hard = exists().where(Report.case_id == file.case.id, Report.reason.in_(HARD_REASONS))
    return bool(db.session.scalar(select(hard)))


def others(viewer: Viewer, case_id: int) -> Sequence[str]:
    """The names of the other moderators who have a case open now."""
    query = (
        select(Member.display_name)
        .join(CaseLook, CaseLook.moderator_id == Member.id)
        .where(CaseLook.case_id == case_id, CaseLook.moderator_id != viewer.id, CaseLook.seen_at > clock.now() - NOW)
        .order_by(Member.display_name)
    )
    return db.session.scalars(query).all()


def beside(viewer: Viewer, case_id: int) -> tuple[Sequence[str], bool]:
    """The names of the other moderators who have a case open now, and whether `viewer` works by keys. One query."""
    other = aliased(Member)
    there = and_(CaseLook.case_id == case_id, CaseLook.moderator_id != Member.id, CaseLook.seen_at > clock.now() - NOW)
    rows = db.session.execute(
        select(DeskChoice.has_shortcuts, other.display_name)
        .select_from(Member)
        .outerjoin(DeskChoice, DeskChoice.member_id == Member.id)
        .outerjoin(CaseLook, there)
        .outerjoin(other, other.id == CaseLook.moderator_id)
        .where(Member.id == viewer.id)
        .order_by(other.display_name)
    ).all()
    return [name for _keys, name in rows if name is not None], rows[0][0] is not False


def hard_today(viewer: Viewer) -> int:
    """How many hard cases `viewer` has opened since midnight (UTC)."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    met = select(func.count()).where(
        CaseLook.moderator_id == viewer.id, CaseLook.is_hard.is_(True), CaseLook.seen_at >= midnight
    )
    return db.session.scalar(met) or 0


def pass_on(*, actor: Viewer, case_id: int) -> Verdict:
    """Leave a case to the others, for good: `actor` knows the person. Refused where nobody else could judge it."""
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if not (verdict := policy.can_judge(actor, file.matter)):
        return verdict
    assert actor.id is not None
    if not _could_another(actor.id, file):
        return no(policy.NOBODY_ELSE if file.behind.is_signed else NOBODY_SURE, 409)
    db.session.add(CasePass(case_id=case_id, moderator_id=actor.id, passed_at=clock.now()))
    if file.case.claimed_by == actor.id:
        file.case.claimed_by, file.case.claimed_until = None, None
    cases.touch(file.case)
    return YES


def _could_another(member_id: int, file: queries.CaseFile) -> bool:
    passed = db.session.scalars(select(CasePass.moderator_id).where(CasePass.case_id == file.case.id))
    return colleagues.who_could(file.behind, (member_id, *passed)) > 0
