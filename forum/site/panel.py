"""What the administrator's panel reads: numbers, members, boards, jobs. Who may see it is judged before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Member
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.discussions.models import Board, Thread
from forum.moderation import cases, sanctions
from forum.moderation.models import Case
from forum.stories.models import Story

ON_A_PAGE = 30
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Overview:
    """How the site stands, in numbers."""

    members: int
    stories: int
    threads: int
    posts: int
    waiting_cases: int
    waiting_jobs: int
    failing_jobs: int


def overview() -> Overview:
    """The numbers of the panel's first page. Five queries."""
    threads, posts = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Thread.post_count), 0)).select_from(Thread)
    ).one()
    waiting, failing = db.session.execute(
        select(func.count(), func.count(OutboxJob.last_error)).where(
            OutboxJob.done_at.is_(None), or_(OutboxJob.run_at <= clock.now(), OutboxJob.last_error.is_not(None))
        )
    ).one()
    waits = (Case.closed_at.is_(None), ~cases.set_aside())
    return Overview(
        members=db.session.scalar(select(func.count()).select_from(Member).where(Member.erased_at.is_(None))) or 0,
        stories=db.session.scalar(select(func.count()).select_from(Story).where(Story.status == "published")) or 0,
        threads=threads,
        posts=posts,
        waiting_cases=db.session.scalar(select(func.count()).select_from(Case).where(*waits)) or 0,
        waiting_jobs=waiting,
        failing_jobs=failing,
    )


def members_found(text: str, before: int | None) -> tuple[Sequence[Member], int | None]:
    """A page of members, newest first, and the key of the next. `text`: an address, or the beginning of a name."""
    found = select(Member).where(Member.erased_at.is_(None)).options(selectinload(Member.roles))
    text = " ".join(text.split())[:LONGEST_SEARCH]
    if "@" in text:
        found = found.where(Member.email == text.lower())
    elif text:
        found = found.where(
            or_(
                Member.display_name.startswith(text, autoescape=True),
                func.lower(Member.display_name).startswith(text.lower(), autoescape=True),
                func.lower(Member.email).startswith(text.lower(), autoescape=True),
            )
        )
    if before is not None:
        found = found.where(Member.id < before)
    rows = db.session.scalars(found.order_by(Member.id.desc()).limit(ON_A_PAGE + 1)).all()
    return rows[:ON_A_PAGE], rows[ON_A_PAGE - 1].id if len(rows) > ON_A_PAGE else None


def restrictions_of(members: Sequence[Member]) -> dict[int, tuple[str | None, datetime | None]]:
    """How each member is restricted and until when, by id; what hangs on a sealed text is on its case alone."""
    return sanctions.shown_of_each(members)


def all_boards() -> Sequence[Board]:
    """Every board with its words, in its order."""
    return db.session.scalars(
        select(Board).options(selectinload(Board.texts)).order_by(Board.is_archived, Board.position, Board.id)
    ).all()


def board_by_id(board_id: int) -> Board | None:
    """A board with its words, whoever may read it."""
    return db.session.scalar(select(Board).where(Board.id == board_id).options(selectinload(Board.texts)))


@dataclass(frozen=True, slots=True)
class Jobs:
    """The outbox: what failed and will be tried again, and what waits its turn."""

    failing: Sequence[OutboxJob] = field(default_factory=list)
    waiting: Sequence[OutboxJob] = field(default_factory=list)


def jobs() -> Jobs:
    """The jobs that are not done: up to 50 that failed, and up to 50 that wait."""
    undone = select(OutboxJob).where(OutboxJob.done_at.is_(None))
    failed = undone.where(OutboxJob.last_error.is_not(None)).order_by(OutboxJob.id.desc()).limit(50)
    waiting = undone.where(OutboxJob.last_error.is_(None)).order_by(OutboxJob.run_at, OutboxJob.id).limit(50)
    return Jobs(db.session.scalars(failed).all(), db.session.scalars(waiting).all())
