"""What came in an open discussion since its page was made: how much, for the quiet line that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal_column, or_, select

from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import sealed_by, visible_to
from forum.core.db import Moment, db
from forum.discussions.models import Post, Thread
from forum.discussions.rows import ThreadRow
from forum.discussions.statements import ANY_MEMBER, KEY, placed_for, who_asks

MOST = 100  # posts that are counted
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LAST = 10**16  # microseconds; a page asks with what it was given


@dataclass(frozen=True, slots=True)
class Newer:
    """How many posts came, MOST at most, and the first of them."""

    count: int
    first_id: int | None


def mark_of(thread: ThreadRow) -> int:
    """A thread's newest moment as a page remembers it: microseconds."""
    return (thread.shown_until - BEGINNING) // timedelta(microseconds=1) if thread.shown_until else 0


def moment_in(mark: str | None) -> datetime | None:
    """The moment of a page's mark, an untrusted string; None where it is none."""
    if not mark or not mark.isascii() or not mark.isdigit() or len(mark) > len(str(LAST)) or int(mark) > LAST:
        return None
    return BEGINNING + timedelta(microseconds=int(mark))


@cache
def _statement(is_member: bool) -> Select[Any]:
    asker = ANY_MEMBER if is_member else VISITOR
    posts, words = Post.__table__.alias("newer"), Contribution.__table__.alias("newer_words")
    audiences = ("everyone", "members") if is_member else ("everyone",)
    came = [
        posts.c.thread_id == Thread.id,
        posts.c.shown_at > bindparam("since", type_=Moment()),
        words.c.status == "published",
        words.c.audience.in_(audiences),
    ]
    if is_member:
        came += [words.c.author_id.is_distinct_from(asker.id), words.c.id.not_in(sealed_by(asker))]
    both = posts.join(words, words.c.id == posts.c.id + literal_column("0"))
    some: Select[Any] = (
        select(literal_column("1").label("one")).select_from(both).where(*came).limit(MOST).correlate(Thread)
    )
    first = select(posts.c.id).select_from(both).where(*came).order_by(posts.c.shown_at, posts.c.id).limit(1)
    first = first.correlate(Thread)
    has_place = and_(Thread.opening_id.is_not(None), placed_for(asker, Thread.post_count > 0))
    return (
        select(select(func.count()).select_from(some.subquery()).scalar_subquery(), first.scalar_subquery())
        .select_from(Thread)
        .join(Contribution, Contribution.id == func.coalesce(Thread.opening_id, Thread.about_id))
        .where(Thread.id == KEY, or_(has_place, visible_to(asker)))
    )


def newer_for(viewer: Viewer, thread_id: int, since: datetime) -> Newer | None:
    """What came after a moment in a thread that `viewer` may open, her own aside; None for any other. One query."""
    values = {"key": thread_id, "since": since, **who_asks(viewer)}
    row = db.session.execute(_statement(viewer.is_authenticated), values).first()
    return Newer(*row) if row else None
