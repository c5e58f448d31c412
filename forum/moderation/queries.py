"""Reading the desk: cases as a rule judges them, the queue, a case's page, the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.models import Member, MemberRole
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Revision
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.kinds import Around, Fact, Kind
from forum.core.settings import LANGUAGES
from forum.moderation import authors, cases, policy, sanctions
from forum.moderation.authors import Behind
from forum.moderation.models import Case, Decision, Guideline, Letter, LogEntry, Report, Sanction

PAGE = 25
FILTERS: dict[str, tuple[str, ...]] = {
    "everything": ("care", "private_details", "report", "claim", "review"),
    "care": ("care",),
    "private_details": ("private_details",),
    "report": ("report",),
    "claim": ("claim",),
    "review": ("review",),
    "import": ("import",),
    "mine": (),
}


@dataclass(frozen=True, slots=True)
class Author:
    """What a case knows of the member behind it. Of a sealed contribution: standing and restriction, never a name."""

    standing: str = ""
    restriction: str | None = None
    restricted_until: datetime | None = None
    name: str | None = None
    joined_at: datetime | None = None


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


def file_of(viewer: Viewer, case_id: int, *, lock: bool = False) -> CaseFile | None:
    """The file of a case as `viewer` would judge it, or None. `lock`: hold case and contribution until the end."""
    query = select(Case, Member.display_name).outerjoin(Member, Member.id == Case.claimed_by).where(Case.id == case_id)
    if lock:
        query = query.with_for_update(of=Case).execution_options(populate_existing=True)
    row = db.session.execute(query).first()
    if row is None or row[0].contribution_id is None:
        return None
    case, claimant = row
    contribution = db.session.get_one(
        Contribution, case.contribution_id, with_for_update=lock or None, populate_existing=lock
    )
    kind = kinds.kind_of(contribution)
    edit = cases.waiting_edit(contribution)
    behind = authors.behind(contribution)
    author = _author(behind)
    matter = policy.Matter(
        status=contribution.status,
        is_open=case.closed_at is None,
        has_waiting_edit=edit is not None,
        kind_decisions=kind.decisions,
        is_own=behind.includes(viewer),
        is_own_report=_is_own_report(viewer, case, behind.writer_id),
        claimed_by=claimant if _is_claimed(case) and case.claimed_by != viewer.id else None,
        restriction=author.restriction,
        has_author=behind.writer_id is not None,
        opened_for=case.opened_for,
        can_publish=kind.can_publish(contribution),
    )
    return CaseFile(case, contribution, kind, edit, behind, author, matter)


def _is_own_report(viewer: Viewer, case: Case, writer_id: int | None) -> bool:
    if viewer.id is None or case.closed_at is not None:
        return False
    own = exists().where(Report.case_id == case.id, Report.reporter_id == viewer.id, Report.decision_id.is_(None))
    another = exists().where(
        Member.id == MemberRole.member_id,
        MemberRole.role.in_(("moderator", "admin")),
        Member.id.not_in([viewer.id, writer_id or 0]),
        Member.erased_at.is_(None),
    )
    return bool(db.session.scalar(select(and_(own, another))))


def _is_claimed(case: Case) -> bool:
    return case.claimed_by is not None and case.claimed_until is not None and case.claimed_until > clock.now()


def _author(behind: Behind) -> Author:
    row = db.session.execute(
        select(
            Member.standing, Member.restriction, Member.restricted_until, Member.display_name, Member.joined_at
        ).where(Member.id == behind.writer_id)
    ).first()
    if row is None:
        return Author()
    standing, restriction, until, name, joined_at = row
    if until is not None and until <= clock.now():
        restriction = until = None
    return Author(standing, restriction, until, *(() if behind.is_sealed else (name, joined_at)))


def letter_place(case_id: int) -> str:
    """The place under which the unsent words of a letter are kept."""
    return f"case:{case_id}"


def kept_letter(viewer: Viewer, case_id: int) -> str:
    """What `viewer` has written so far in the letter of a case."""
    draft = contribution_queries.draft_for(viewer, letter_place(case_id))
    return draft.source if draft else ""


def letter_language(contribution: Contribution) -> str:
    """The language of letters about a contribution: its own, where the site speaks it."""
    return contribution.language if contribution.language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as the queue shows it."""

    case: Case
    contribution: Contribution
    kind: Kind
    reports: int
    claimed_by: str | None
    is_mine: bool

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
        select(Case, report_count, claimant.display_name)
        .outerjoin(claimant, and_(claimant.id == Case.claimed_by, Case.claimed_until > clock.now()))
        .where(_waiting_for(viewer), _under(shown, viewer), _after(after))
        .options(joinedload(Case.contribution).joinedload(Contribution.author))
        .order_by(Case.urgency, Case.opened_at, Case.id)
        .limit(PAGE + 1)
    ).all()
    rows = [
        QueueRow(case, case.contribution, kinds.kind_of(case.contribution), count, name, case.claimed_by == viewer.id)
        for case, count, name in found[:PAGE]
        if case.contribution is not None
    ]
    counts, oldest = _counts(viewer)
    return Queue(rows, counts, oldest, found[PAGE - 1][0].id if len(found) > PAGE else None)


def _waiting_for(viewer: Viewer) -> ColumnElement[bool]:
    hers = exists().where(Contribution.id == Case.contribution_id, authors.involving(viewer))
    return and_(Case.closed_at.is_(None), Case.contribution_id.is_not(None), ~hers)


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    return and_(Case.claimed_by == viewer.id, Case.claimed_until > clock.now())


def _under(shown: str, viewer: Viewer) -> ColumnElement[bool]:
    return _mine(viewer) if shown == "mine" else Case.opened_for.in_(FILTERS[shown])


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
        select(Case.opened_for, func.count(), func.count().filter(_mine(viewer)), func.min(Case.opened_at))
        .where(_waiting_for(viewer))
        .group_by(Case.opened_for)
    ).all()
    by_word = {word: count for word, count, _mine_count, _oldest in found}
    counts = {name: sum(by_word.get(word, 0) for word in words) for name, words in FILTERS.items()}
    counts["mine"] = sum(row[2] for row in found)
    return counts, min((row[3] for row in found if row[0] in FILTERS["everything"]), default=None)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a case as its page shows it."""

    decision: Decision
    moderator: str | None
    guideline: int | None
    letter: str | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows."""

    file: CaseFile
    facts: list[Fact]
    around: Around | None
    revisions: Sequence[Revision]
    reports: Sequence[Report]
    decided: Sequence[Decided]
    sanctions: int
    is_mine: bool

    @property
    def teaser(self) -> str:
        """The line that the author chose for lists; empty where it is no more than the beginning of the words."""
        shown = self.file.edit or self.file.contribution
        begins = shown.teaser.rstrip("…").strip()[:40]
        return "" if richtext.excerpt(shown.html, 300).startswith(begins) else shown.teaser

    @property
    def plain_words(self) -> str:
        """The text as it stands, as snapshots of reports keep it."""
        return richtext.plain(self.file.contribution.html)


def case_for(viewer: Viewer, case_id: int) -> CasePage | None:
    """The page of a case, or None when there is none. Whether `viewer` may work it is the policy's word."""
    file = file_of(viewer, case_id)
    if file is None:
        return None
    contribution = file.contribution
    return CasePage(
        file=file,
        facts=file.kind.facts(contribution),
        around=file.kind.around(viewer, contribution),
        revisions=contribution_queries.revisions_of(contribution)[-10:],
        reports=db.session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id)).all(),
        decided=_decided(contribution.id),
        sanctions=_sanction_count(file.behind.writer_id),
        is_mine=_is_claimed(file.case) and file.case.claimed_by == viewer.id,
    )


def _decided(contribution_id: int) -> list[Decided]:
    rows = db.session.execute(
        select(Decision, Member.display_name, Guideline.number, Letter.text)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .outerjoin(Guideline, Guideline.id == Decision.guideline_id)
        .outerjoin(Letter, Letter.decision_id == Decision.id)
        .where(Case.contribution_id == contribution_id)
        .order_by(Decision.id)
    )
    return [Decided(*row) for row in rows]


def _sanction_count(member_id: int | None) -> int:
    if member_id is None:
        return 0
    query = select(func.count()).select_from(Sanction).where(sanctions.of_member(member_id))
    return db.session.scalar(query) or 0


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


def log_for(about: tuple[str, int] | None = None, before: int | None = None) -> list[LogRow]:
    """The log, newest first, of everything or of one object; one row more than a page when there are more."""
    query = (
        select(LogEntry, Member.display_name, Guideline.number)
        .outerjoin(Member, Member.id == LogEntry.actor_id)
        .outerjoin(Guideline, Guideline.id == LogEntry.guideline_id)
    )
    if about is not None:
        query = query.where(LogEntry.object_kind == about[0], LogEntry.object_id == about[1])
    if before is not None:
        query = query.where(LogEntry.id < before)
    return [LogRow(*row) for row in db.session.execute(query.order_by(LogEntry.id.desc()).limit(PAGE + 1))]
