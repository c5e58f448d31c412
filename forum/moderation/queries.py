"""Reading the desk: cases as a rule judges them, the queue, a case's page, the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import joinedload, with_polymorphic

from forum.accounts.models import Member, MemberRole
from forum.accounts.viewer import Viewer
from forum.contributions import bylines
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.kinds import Around, Fact, Kind
from forum.core.settings import LANGUAGES
from forum.core.verdict import YES
from forum.moderation import authors, cases, colleagues, policy, sanctions, seconds
from forum.moderation.authors import Behind
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, CasePass, Decision, LogEntry, Report

PAGE = 25
AMONG_OTHERS = ("ask_second", "second_granted", "second_refused", "second_override", "second_taken_back", "note")
REVISIONS = 40  # of one contribution, the newest, that its case shows


@dataclass(frozen=True, slots=True)
class Author:
    """What a case knows of the member behind it. Of a sealed contribution: standing and restriction, never a name."""

    standing: str = ""
    restriction: str | None = None
    restricted_until: datetime | None = None
    name: str | None = None
    joined_at: datetime | None = None
    sanctions: int = 0
    is_admin: bool = False
    counted: int = 0  # sanctions of the last year that still stand


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with what a decision needs. `behind` may come from the seal: for rules and sanctions, not for pages."""

    case: Case
    contribution: Contribution
    kind: Kind
    edit: Revision | None
    behind: Behind
    author: Author
    matter: policy.Matter
    reports: Sequence[Report]
    past: Past | None = None
    asked: tuple[str, datetime] | None = None  # what waits for a second person, and until when


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a case as its page shows it."""

    decision: Decision
    moderator: str | None
    guideline: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """All that was written and decided about a contribution, oldest first."""

    revisions: Sequence[Revision]
    decided: Sequence[Decided]

    @property
    def rulings(self) -> list[str]:
        """The moderators' words on it that stand, oldest first."""
        rows = [one.decision for one in self.decided]
        return [
            row.decision for row in rows if row.decision in cases.RULINGS and row.overturned_at is row.ended_at is None
        ]

    def waiting_edit(self, contribution: Contribution) -> Revision | None:
        """The same as `cases.waiting_edit`, from what is at hand."""
        newest = self.revisions[-1] if self.revisions else None
        if contribution.status != "published" or contribution.shown_revision_id is None or newest is None:
            return None
        holding = [one.decision for one in self.decided if not (one.decision.overturned_at or one.decision.ended_at)]
        said_no = [decision for decision in holding if decision.decision in ("ask_for_changes", "decline")]
        is_refused = any(decision.made_at >= newest.made_at for decision in said_no)
        return newest if newest.id > contribution.shown_revision_id and not is_refused else None


def file_of(viewer: Viewer, case_id: int, *, lock: bool = False, is_page: bool = False) -> CaseFile | None:
    """The file of a case as `viewer` would judge it, or None. `lock`: hold case and contribution until the end.

    `is_page`: with the past of what it is about.
    """
    passed = exists().where(CasePass.case_id == Case.id, CasePass.moderator_id == viewer.id)
    query = select(Case, Member.display_name, cases.set_aside(), passed, *seconds.waiting_on(Case.contribution_id))
    query = query.outerjoin(Member, Member.id == Case.claimed_by)
    query = query.where(Case.id == case_id, Case.contribution_id.is_not(None))
    query = query.with_for_update(of=Case).execution_options(populate_existing=True) if lock else _with_words(query)
    row = db.session.execute(query).first()
    if row is None:
        return None
    case, claimant, is_set_aside, has_passed, asked_for, asked_until, *words = row
    contribution = words[0] if words else contribution_queries.held(case.contribution_id)
    reports = _reports(case)
    kind = kinds.kind_of(contribution)
    past = _past(contribution) if is_page else None
    edit = cases.waiting_edit(contribution) if past is None else past.waiting_edit(contribution)
    behind = authors.behind(contribution)
    author = _author(behind, contribution.id)
    matter = policy.Matter(
        status=contribution.status,
        is_open=case.closed_at is None,
        has_waiting_edit=edit is not None,
        kind_decisions=kind.decisions,
        is_own=behind.includes(viewer),
        is_own_report=_is_own_report(viewer, case, reports, behind),
        claimed_by=claimant if _is_claimed(case) and case.claimed_by != viewer.id else None,
        restriction=author.restriction,
        is_by_admin=author.is_admin and not behind.is_sealed,
        has_author=behind.writer_id is not None,
        opened_for=case.opened_for,
        is_set_aside=bool(is_set_aside) and case.closed_at is None,
        has_passed=bool(has_passed),
        acts=tuple(kind.acts(contribution)) if case.closed_at is None else (),
        is_reported=any(report.decision_id is None for report in reports),
        is_shared=kind.shared_with is not None,
        shows_edits=kind.shows_edits,
        can_publish=kind.can_publish(contribution) if edit or contribution.status in ("pending", "hidden") else YES,
    )
    asked = (asked_for, asked_until) if asked_for is not None else None
    return CaseFile(case, contribution, kind, edit, behind, author, matter, reports, past, asked)


def _with_words(query: Any) -> Any:
    """A query of cases with the contribution of each, what its kind adds and what its kind wants beside it."""
    whole = with_polymorphic(Contribution, "*")
    with_more = [kind for kind in kinds.all_kinds().values() if kind.beside]
    more = [joinedload(getattr(getattr(whole, kind.model.__name__), kind.beside)) for kind in with_more]
    return query.add_columns(whole).join(whole, whole.id == Case.contribution_id).options(*more)


def _reports(case: Case) -> Sequence[Report]:
    if case.opened_for in ("review", "import"):  # a notice makes it more urgent than that
        return ()
    return db.session.scalars(select(Report).where(Report.case_id == case.id).order_by(Report.id)).all()


def _is_own_report(viewer: Viewer, case: Case, reports: Sequence[Report], behind: Behind) -> bool:
    """Whether `viewer` is among those who reported it while another moderator could decide."""
    own = any(report.reporter_id == viewer.id and report.decision_id is None for report in reports)
    if viewer.id is None or case.closed_at is not None or not own:
        return False
    return colleagues.who_could(behind, (viewer.id,)) > 0


def _is_claimed(case: Case) -> bool:
    return case.claimed_by is not None and case.claimed_until is not None and case.claimed_until > clock.now()


def _author(behind: Behind, contribution_id: int) -> Author:
    if behind.writer_id is None:
        return Author()
    # Beside her name stands nothing of what she sealed: the number that rises would tell whose it was.
    whose = sanctions.of_member(behind.writer_id) if behind.is_sealed else Sanction.member_id == behind.writer_id
    row = db.session.execute(
        select(
            Member,
            select(func.count()).select_from(Sanction).where(whose).scalar_subquery(),
            exists().where(MemberRole.member_id == Member.id, MemberRole.role == "admin"),
            sanctions.that_count(whose).scalar_subquery(),
        ).where(Member.id == behind.writer_id)
    ).first()
    if row is None:
        return Author()
    member, count, is_admin, counted = row
    restriction, until = sanctions.shown(member, contribution_id if behind.is_sealed else None)
    name, joined_at = (None, None) if behind.is_sealed else (member.display_name, member.joined_at)
    return Author(member.standing, restriction, until, name, joined_at, count, bool(is_admin), counted)


def letter_language(contribution: Contribution) -> str:
    """The language of letters about a contribution: its own, where the site speaks it."""
    return contribution.language if contribution.language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows."""

    file: CaseFile
    facts: list[Fact]
    around: Around | None
    revisions: Sequence[Revision]
    decided: Sequence[Decided]
    is_mine: bool
    now: datetime

    @property
    def plain_words(self) -> str:
        """The text as it stands, as snapshots of reports keep it."""
        return richtext.plain(self.file.contribution.html)


def case_for(viewer: Viewer, case_id: int) -> CasePage | None:
    """The page of a case, or None when there is none. Whether `viewer` may work it is the policy's word."""
    file = file_of(viewer, case_id, is_page=True)
    if file is None or file.past is None:
        return None
    contribution = file.contribution
    return CasePage(
        file=file,
        facts=file.kind.facts(contribution) + bylines.remarks(contribution, file.author.name),
        around=file.kind.around(viewer, contribution),
        revisions=file.past.revisions[-REVISIONS:],
        decided=file.past.decided,
        is_mine=_is_claimed(file.case) and file.case.claimed_by == viewer.id,
        now=clock.now(),
    )


def _past(contribution: Contribution) -> Past:
    rows = db.session.execute(
        select(Decision, Member.display_name, Guideline.number)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .outerjoin(Guideline, Guideline.id == Decision.guideline_id)
        .where(Case.contribution_id == contribution.id)
        .order_by(Decision.id)
    )
    return Past(contribution_queries.revisions_of(contribution), [Decided(*row) for row in rows])


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log with the names its page shows."""

    entry: LogEntry
    actor: str | None
    guideline: int | None

    @property
    def until(self) -> date | None:
        """The day a silence ends, where the row is about one."""
        return date.fromisoformat(self.entry.data["until"]) if "until" in self.entry.data else None


def log_for(viewer: Viewer, about: tuple[str, int] | None = None, before: int | None = None) -> list[LogRow]:
    """The log, newest first, of everything or of one object; one row more than a page when there are more. What the
    others ask each other and note about `viewer` herself, or about what she wrote, is not there for her."""
    query = (
        select(LogEntry, Member.display_name, Guideline.number)
        .outerjoin(Member, Member.id == LogEntry.actor_id)
        .outerjoin(Guideline, Guideline.id == LogEntry.guideline_id)
        .where(not_(and_(LogEntry.act.in_(AMONG_OTHERS), _concerns(viewer))))
    )
    if about is not None:
        query = query.where(LogEntry.object_kind == about[0], LogEntry.object_id == about[1])
    if before is not None:
        query = query.where(LogEntry.id < before)
    return [LogRow(*row) for row in db.session.execute(query.order_by(LogEntry.id.desc()).limit(PAGE + 1))]


def _concerns(viewer: Viewer) -> ColumnElement[bool]:
    hers = exists().where(Contribution.id == LogEntry.object_id, authors.involving(viewer))
    is_she = and_(LogEntry.object_kind == "member", LogEntry.object_id == viewer.id)
    return or_(is_she, and_(LogEntry.object_kind == "contribution", hers))
