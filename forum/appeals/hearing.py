"""Reading appeals as moderators do: those that wait, one with all it takes to hear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import with_polymorphic

from forum.accounts.models import Member
from forum.accounts.viewer import VISITOR, Viewer
from forum.appeals import policy
from forum.appeals.models import Appeal
from forum.contributions.models import Contribution
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.kinds import Around, Kind
from forum.moderation import authors, colleagues, letterbox
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Case, Decision, Letter, Report
from forum.moderation.particulars import Line

PAGE = 25
PATIENCE = timedelta(days=7)  # of what bears no name the only one left may be its author: so long she is waited for


@dataclass(frozen=True, slots=True)
class Row:
    """One appeal as the list shows it."""

    appeal: Appeal
    decision: Decision
    contribution: Contribution | None
    kind: Kind | None
    claimed_by: str | None
    is_mine: bool
    has_decided: bool
    heard_by: str | None

    @property
    def excerpt(self) -> str:
        """The beginning of the words it is about; nothing of what carries a content note."""
        if self.contribution is None or self.contribution.notes:
            return ""
        return richtext.excerpt(self.contribution.html, 140)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, and the key of the next one."""

    rows: Sequence[Row]
    next_after: int | None


def list_for(viewer: Viewer, *, is_heard: bool = False, after: int | None = None) -> Listed:
    """The appeals that wait, by the day until which they are promised an answer; or those heard, the newest first.

    What is `viewer`'s own is not among them. Two queries with a key, one without.
    """
    claimant, hearer = Member.__table__.alias("claimant"), Member.__table__.alias("hearer")
    query = (
        select(Appeal, Decision, Contribution, claimant.c.display_name, hearer.c.display_name)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(claimant, and_(claimant.c.id == Appeal.claimed_by, Appeal.claimed_until > clock.now()))
        .outerjoin(hearer, hearer.c.id == Appeal.heard_by)
        .where(_not_own(viewer), Appeal.heard_at.is_not(None) if is_heard else Appeal.heard_at.is_(None))
        .limit(PAGE + 1)
    )
    last = db.session.get(Appeal, after) if after is not None else None
    if last is not None:
        query = query.where(_beyond(last, is_heard))
    order = (Appeal.heard_at.desc(), Appeal.id.desc()) if is_heard else (_due(), Appeal.id)
    names = ("appeal", "decision", "thing", "claimant", "hearer")
    found = db.session.execute(query.order_by(*order)).all()
    rows = [_row(viewer, **dict(zip(names, one, strict=True))) for one in found]
    return Listed(rows[:PAGE], rows[PAGE - 1].appeal.id if len(rows) > PAGE else None)


def _row(
    viewer: Viewer, *, appeal: Appeal, decision: Decision, thing: Contribution | None, claimant: str, hearer: str
) -> Row:
    return Row(
        appeal,
        decision,
        thing,
        kinds.kind_of(thing) if thing is not None else None,
        claimed_by=claimant,
        is_mine=bool(claimant) and appeal.claimed_by == viewer.id,
        has_decided=decision.moderator_id == viewer.id,
        heard_by=hearer or appeal.outside_name or None,
    )


def _due() -> ColumnElement[object]:
    return func.coalesce(Appeal.due_at, Appeal.made_at)


def _beyond(last: Appeal, is_heard: bool) -> ColumnElement[bool]:
    if is_heard:
        moment = last.heard_at or clock.now()
        return or_(Appeal.heard_at < moment, and_(Appeal.heard_at == moment, Appeal.id < last.id))
    moment = last.due_at or last.made_at
    return or_(_due() > moment, and_(_due() == moment, Appeal.id > last.id))


def _not_own(viewer: Viewer) -> ColumnElement[bool]:
    about = select(Case.contribution_id).where(Case.id == Decision.case_id).correlate(Decision).scalar_subquery()
    hers = exists().where(Contribution.id == about, authors.involving(viewer))
    return and_(or_(Appeal.member_id.is_(None), Appeal.member_id != viewer.id), ~hers)


def waiting(viewer: Viewer) -> int:
    """How many appeals wait that `viewer` could hear: not her own, and not against what she decided. One query."""
    if not viewer.is_moderator:
        return 0
    others = or_(Decision.moderator_id.is_(None), Decision.moderator_id != viewer.id)
    query = select(func.count()).select_from(Appeal).join(Decision, Decision.id == Appeal.decision_id)
    return db.session.scalar(query.where(Appeal.heard_at.is_(None), _not_own(viewer), others)) or 0


@dataclass(frozen=True, slots=True)
class File:
    """An appeal with what a verdict needs."""

    appeal: Appeal
    decision: Decision
    case: Case
    contribution: Contribution | None
    report: Report | None
    hearing: policy.Hearing


def file_of(viewer: Viewer, appeal_id: int, *, lock: bool = False) -> File | None:
    """The file of an appeal as `viewer` would judge it, or None. `lock`: hold it until the end."""
    query = select(Appeal).where(Appeal.id == appeal_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    appeal = db.session.scalar(query)
    if appeal is None:
        return None
    decision, case, report, claimant, second = db.session.execute(
        select(Decision, Case, Report, Member.display_name, SecondPerson)
        .join(Case, Case.id == Decision.case_id)
        .join(Appeal, Appeal.decision_id == Decision.id)
        .outerjoin(Report, Report.id == Appeal.report_id)
        .outerjoin(Member, Member.id == Appeal.claimed_by)
        .outerjoin(SecondPerson, SecondPerson.id == Decision.second_id)
        .where(Appeal.id == appeal_id)
    ).one()
    contribution = _contribution(case)
    hearing = _hearing(
        viewer, appeal=appeal, decision=decision, case=case, thing=contribution, claimant=claimant, second=second
    )
    return File(appeal, decision, case, contribution, report, hearing)


def file_for_outside(appeal_id: int) -> File | None:
    """The file of an appeal for somebody outside, held until the end."""
    return file_of(VISITOR, appeal_id, lock=True)


def _contribution(case: Case) -> Contribution | None:
    if case.contribution_id is None:
        return None
    whole = with_polymorphic(Contribution, "*")  # with what its kind adds, in one query
    return db.session.scalar(select(whole).where(whole.id == case.contribution_id))


def _hearing(
    viewer: Viewer,
    *,
    appeal: Appeal,
    decision: Decision,
    case: Case,
    thing: Contribution | None,
    claimant: str | None,
    second: SecondPerson | None,
) -> policy.Hearing:
    deciders = {decision.moderator_id} | ({second.asked_by, second.answered_by} if second is not None else set())
    known = {case.member_id, appeal.member_id} | _reporters(case.id)
    behind = authors.behind(thing) if thing is not None else None
    is_sealed = behind is not None and not behind.is_signed
    involved = known | ({behind.owner_id, behind.worker_id} if behind is not None else set())
    out = deciders | (known | {behind.worker_id} if behind is not None and is_sealed else involved)
    now = clock.now()
    others = colleagues.able() - out - {viewer.id}
    is_alone = colleagues.is_alone(others, is_sealed=is_sealed, since=appeal.made_at, patience=PATIENCE)
    is_claimed = appeal.claimed_until is not None and appeal.claimed_until > now
    return policy.Hearing(
        is_heard=appeal.heard_at is not None,
        has_decided=viewer.id in deciders and viewer.id is not None,
        is_involved=viewer.id in involved and viewer.id is not None,
        others=0 if is_alone else len(others),
        claimed_by=claimant if is_claimed and appeal.claimed_by != viewer.id else None,
        is_late=appeal.due_at is not None and appeal.due_at < now,
        appellant=appeal.appellant,
    )


def _reporters(case_id: int) -> set[int | None]:
    query = select(Report.reporter_id).where(Report.case_id == case_id, Report.reporter_id.is_not(None)).distinct()
    return set(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of an appeal shows."""

    file: File
    letter: Letter | None
    statement: Sequence[Line]
    kind: Kind | None
    around: Around | None
    author_name: str | None
    decided_by: str | None
    heard_by: str | None
    is_mine: bool


def page_for(viewer: Viewer, appeal_id: int, language: str) -> Page | None:
    """The page of an appeal, or None. Whether it opens to `viewer` is the policy's word."""
    file = file_of(viewer, appeal_id)
    if file is None:
        return None
    letter, thing = letter_of(file.decision), file.contribution
    kind = kinds.kind_of(thing) if thing is not None else None
    author_id = thing.author_id if thing is not None else None
    ids = {file.decision.moderator_id, file.appeal.heard_by, author_id} - {None}
    names = dict(db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(ids))).tuples().all())
    is_claimed = file.appeal.claimed_until is not None and file.appeal.claimed_until > clock.now()
    return Page(
        file=file,
        letter=letter,
        statement=letterbox.statement_of(letter, language) if letter is not None else (),
        kind=kind,
        around=kind.around(viewer, thing) if kind is not None else None,
        author_name=names.get(author_id or 0),
        decided_by=names.get(file.decision.moderator_id or 0),
        heard_by=names.get(file.appeal.heard_by or 0) or file.appeal.outside_name or None,
        is_mine=is_claimed and file.appeal.claimed_by == viewer.id,
    )


def letter_of(decision: Decision) -> Letter | None:
    """The letter that told of a decision; answers to appeals against it are letters of their own."""
    query = select(Letter).where(Letter.decision_id == decision.id).order_by(Letter.id).limit(1)
    return db.session.scalar(query)
