"""Tonight: what waits for whoever looks after the site, on one page, and an honest estimate of the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import and_, func, or_, select

from forum.accounts.models import Member, MemberRole
from forum.accounts.viewer import Viewer
from forum.appeals import hearing
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.verdict import Verdict
from forum.discussions.models import Thread
from forum.guides.models import GuideText
from forum.helplines.models import Helpline
from forum.helplines.rows import STALE_AFTER
from forum.moderation import queue
from forum.moderation.models import CaseLook, Decision
from forum.references.models import Reference
from forum.site.policy import can_administer

# Minutes, where this site hasn't measured its own.
MINUTES = {"care": 15, "private_details": 5, "report": 6, "claim": 8, "review": 8, "appeal": 15}
MINUTES_OF_WORK = {"lines": 4, "links": 3, "guides": 20, "mails": 3, "unanswered": 5}
MEASURED_FROM, MEASURED = 20, 200  # decisions whose time is known before the site's own median counts
LONGEST = timedelta(minutes=60)  # a page left open overnight is no measure
UNANSWERED_AFTER, UNANSWERED_FOR = timedelta(days=1), timedelta(days=21)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A discussion that nobody has answered for a day."""

    id: int
    title: str
    language: str
    started_at: datetime
    is_new_member: bool


@dataclass(frozen=True, slots=True)
class Tonight:
    """What waits, by sort; `minutes` is the estimate, `is_measured` whether it rests on this site's own times."""

    cases: dict[str, int]
    late: int
    appeals: int
    unanswered: Sequence[Unanswered]
    unanswered_count: int
    lines: int
    links: int
    guides: int
    failing_mails: int
    failing_jobs: int
    minutes: int
    is_measured: bool

    @property
    def is_nothing(self) -> bool:
        """Whether nothing waits at all."""
        return not self.minutes


def tonight_for(viewer: Viewer) -> Tonight:
    """What waits for `viewer`, by her roles. Twelve queries at most, whatever waits."""
    counts: dict[str, int] = {}
    late, heard, minutes_each = 0, 0, None
    unanswered: Sequence[Unanswered] = ()
    unanswered_count = mails = jobs = 0
    if viewer.is_moderator:
        counts, late = queue.counts_for(viewer)
        heard = hearing.waiting(viewer)
        minutes_each = measured_minutes()
        unanswered, unanswered_count = _unanswered(viewer)
    if viewer.is_admin:
        mails, jobs = _failing()
    lines, links, guides = _stale(viewer)
    minutes = sum(count * (minutes_each or MINUTES[word]) for word, count in counts.items() if word in MINUTES)
    minutes += heard * MINUTES["appeal"]
    of_work = {"lines": lines, "links": links, "guides": guides, "mails": mails + jobs, "unanswered": unanswered_count}
    minutes += sum(count * MINUTES_OF_WORK[word] for word, count in of_work.items())
    return Tonight(
        counts, late, heard, unanswered, unanswered_count, lines, links, guides, mails, jobs,
        round(minutes), minutes_each is not None,
    )  # fmt: skip


def measured_minutes() -> float | None:
    """The median minutes from opening a case to deciding it, on this site; None until enough are known."""
    rows = db.session.execute(
        select(CaseLook.first_at, Decision.made_at)
        .join(Decision, and_(Decision.case_id == CaseLook.case_id, Decision.moderator_id == CaseLook.moderator_id))
        .where(Decision.made_at > CaseLook.first_at)
        .order_by(Decision.id.desc())
        .limit(MEASURED)
    )
    times = [(decided - first).total_seconds() / 60 for first, decided in rows if decided - first < LONGEST]
    return median(times) if len(times) >= MEASURED_FROM else None


def _unanswered(viewer: Viewer) -> tuple[Sequence[Unanswered], int]:
    now = clock.now()
    alone = and_(
        Thread.post_count == 1,
        Thread.is_locked.is_(False),
        Thread.started_at < now - UNANSWERED_AFTER,
        Thread.started_at > now - UNANSWERED_FOR,
        visible_to(viewer),
    )
    opened = select(Thread.id, Contribution, Member.standing)
    opened = opened.join(Contribution, Contribution.id == Thread.opening_id)
    opened = opened.outerjoin(Member, Member.id == Contribution.author_id).where(alone)
    is_new = func.coalesce(Member.standing, "") == "new"  # who signs with no name has none here
    opened = opened.order_by(is_new.desc(), Thread.started_at, Thread.id)
    rows = db.session.execute(opened.limit(SHOWN)).all()
    shown = [
        Unanswered(key, one.title, one.language, one.published_at or one.created_at, standing == "new")
        for key, one, standing in rows
    ]
    if len(rows) < SHOWN:
        return shown, len(rows)
    count = (
        select(func.count()).select_from(Thread).join(Contribution, Contribution.id == Thread.opening_id).where(alone)
    )
    return shown, db.session.scalar(count) or 0


def _failing() -> tuple[int, int]:
    mail, other = db.session.execute(
        select(
            func.count().filter(OutboxJob.name.like("%mail%")),
            func.count().filter(OutboxJob.name.not_like("%mail%")),
        ).where(OutboxJob.done_at.is_(None), OutboxJob.last_error.is_not(None))
    ).one()
    return mail, other


def _stale(viewer: Viewer) -> tuple[int, int, int]:
    """Lines to call again, links that are dead, guides whose review is overdue: for curators."""
    if not viewer.is_curator:
        return 0, 0, 0
    now = clock.now()
    to_call = or_(Helpline.verified_at.is_(None), Helpline.verified_at < now - STALE_AFTER)
    queries = (
        select(func.count()).select_from(Helpline).where(Helpline.retired_at.is_(None), to_call),
        select(func.count()).select_from(Reference).where(Reference.link_state == "dead"),
        select(func.count()).select_from(GuideText).where(GuideText.reviewed_on < now.date() - timedelta(days=365)),
    )
    lines, links, guides = (db.session.scalar(query) or 0 for query in queries)
    return lines, links, guides


def can_say(viewer: Viewer) -> Verdict:
    """Whether `viewer` may put a line at the top of every page."""
    return can_administer(viewer)


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases a moderator decided in the last weeks."""

    name: str
    decided: int


def balance() -> Sequence[Load]:
    """How the last four weeks' decisions were shared out, the least burdened first; nothing below three moderators."""
    may = select(MemberRole.member_id).where(MemberRole.role.in_(("moderator", "admin")))
    made = and_(Decision.moderator_id == Member.id, Decision.made_at > clock.now() - timedelta(days=28))
    rows = db.session.execute(
        select(Member.display_name, func.count(Decision.id))
        .outerjoin(Decision, made)
        .where(Member.id.in_(may), Member.erased_at.is_(None))
        .group_by(Member.id, Member.display_name)
        .order_by(func.count(Decision.id), Member.id)
        .limit(50)
    ).all()
    return [Load(*row) for row in rows] if len(rows) >= 3 else []
