"""What is new to a member: what was shown after she last read a thread, called its board read, or joined.

A thread or a board that she has muted has nothing new. Counts stop at MOST, so that a list costs the same whatever
waits behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Follow
from forum.contributions.queries import sealed_by
from forum.contributions.reactions import ASKS
from forum.core.db import Moment, db
from forum.discussions.models import Board, BoardRead, Post, Thread, ThreadRead
from forum.discussions.rows import PostRow, ThreadRow
from forum.notifications.models import Mute

MOST = 100  # new posts of a thread that are counted
NEAREST = 100  # threads of a board that are looked at, those answered last
KEY: Any = bindparam("key", type_=Integer)
ONE: Any = literal_column("1").label("one")


class latest(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """The latest of several moments, none of them NULL."""

    type = Moment()
    inherit_cache = True


@compiles(latest)
def _greatest(element: Any, compiler: Any, **more: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **more)})"


@compiles(latest, "sqlite")
def _max(element: Any, compiler: Any, **more: Any) -> str:
    return f"max({compiler.process(element.clauses, **more)})"


def seen_until(thread_id: Any, board_id: Any, *around: Any) -> ColumnElement[datetime]:
    """Until when the member asking has seen a thread, given by columns of the tables `around`."""
    joined = select(Member.joined_at).where(Member.id == ASKS).scalar_subquery()
    thread = (
        select(ThreadRead.read_until)
        .where(ThreadRead.member_id == ASKS, ThreadRead.thread_id == thread_id)
        .correlate(*around)
        .scalar_subquery()
    )
    board = (
        select(BoardRead.read_until)
        .where(BoardRead.member_id == ASKS, BoardRead.board_id == board_id)
        .correlate(*around)
        .scalar_subquery()
    )
    return latest(joined, func.coalesce(thread, joined), func.coalesce(board, joined))


POSTS, WORDS = Post.__table__.alias("new_posts"), Contribution.__table__.alias("new_words")


def _new_posts(what: Any, thread_id: Any, board_id: Any, *around: Any) -> Select[Any]:
    """The posts of a thread that are new to the member asking: others', that readers see, unless she muted it."""
    is_muted = exists().where(Mute.member_id == ASKS, or_(Mute.thread_id == thread_id, Mute.board_id == board_id))
    return (
        select(what)
        .select_from(POSTS.join(WORDS, WORDS.c.id == POSTS.c.id + 0))
        .where(
            POSTS.c.thread_id == thread_id,
            POSTS.c.shown_at > seen_until(thread_id, board_id, *around),
            WORDS.c.status == "published",
            WORDS.c.author_id.is_distinct_from(ASKS),
            WORDS.c.id.not_in(sealed_by(Viewer(id=ASKS))),  # nor hers without her name
            ~is_muted.correlate(*around),
        )
        .correlate(*around)
    )


def count_of_new() -> ColumnElement[int]:
    """How many posts are new, as a column beside `Thread`; MOST at most. Value: viewer_id."""
    some = _new_posts(ONE, Thread.id, Thread.board_id, Thread).limit(MOST)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def is_new() -> ColumnElement[bool]:
    """Whether anything is new, as a criterion on `Thread`. Value: viewer_id."""
    return _new_posts(ONE, Thread.id, Thread.board_id, Thread).exists()


# What pages read


@cache
def _by_board() -> Select[Any]:
    near = (
        select(Thread.id, Thread.board_id)
        .where(Thread.board_id == Board.id)
        .order_by(Thread.is_pinned.desc(), Thread.bumped_at.desc(), Thread.id.desc())
        .limit(NEAREST)
        .correlate(Board)
        .subquery("near")
    )
    new = _new_posts(ONE, near.c.id, near.c.board_id, near).exists()
    count: Any = select(func.count()).select_from(near).where(new).correlate(Board).scalar_subquery()
    return select(Board.id, count).where(Board.is_archived.is_(False))


def new_by_board(viewer: Viewer) -> dict[int, int]:
    """How many of each board's newest discussions have something new for `viewer`. One query, none for a visitor."""
    if not viewer.is_authenticated:
        return {}
    rows = db.session.execute(_by_board(), {"viewer_id": viewer.id})
    return {board_id: count for board_id, count in rows if count}


@cache
def _by_thread() -> Select[Any]:
    columns: tuple[Any, ...] = (Thread.id, count_of_new())
    return select(*columns).where(Thread.id.in_(bindparam("ids", expanding=True)))


def new_by_thread(viewer: Viewer, thread_ids: Iterable[int]) -> dict[int, int]:
    """How many posts of each thread are new to `viewer`, MOST at most; threads without are left out. One query.

    Only for threads that she may open.
    """
    ids = list(thread_ids)
    if not viewer.is_authenticated or not ids:
        return {}
    rows = db.session.execute(_by_thread(), {"viewer_id": viewer.id, "ids": ids})
    return {thread_id: count for thread_id, count in rows if count}


def followed_with_news() -> ColumnElement[bool]:
    """The criterion on `Thread` for those that the member asking follows and that have something new for her."""
    is_hers = and_(Follow.member_id == ASKS, Follow.ended_at.is_(None))
    follows = exists().where(is_hers, Follow.thread_id == Thread.id).correlate(Thread)
    return and_(follows, is_new())


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of a thread with one of its pages: the last post in time, and the one furthest down the page."""

    until_id: int
    lowest_id: int


@dataclass(frozen=True, slots=True)
class News:
    """The posts of a thread that are new to its reader, in the order in which they came: at most MOST ids."""

    ids: tuple[int, ...] = ()

    @property
    def first(self) -> int | None:
        return self.ids[0] if self.ids else None

    @property
    def is_capped(self) -> bool:
        return len(self.ids) >= MOST

    def read_on(self, shown: Sequence[int]) -> Reading | None:
        """What a reader of these posts has read, in the order in which they stand on her page: as far as no new post
        that came before is missing among them."""
        here = set(shown)
        together = list(takewhile(here.__contains__, self.ids))
        if not together:
            return None
        return Reading(together[-1], max(together, key=shown.index))


NONE = News()


@cache
def _of_thread() -> Select[Any]:
    new = _new_posts(POSTS.c.id, Thread.id, Thread.board_id, Thread).where(Thread.id == KEY)
    return new.order_by(POSTS.c.shown_at, POSTS.c.id).limit(MOST)


def news_of(thread: ThreadRow, viewer: Viewer) -> News:
    """What is new in a thread that `viewer` may open. One query; none where nothing came since."""
    if not viewer.is_authenticated or thread.shown_until is None or thread.seen_until is None:
        return NONE
    if thread.shown_until <= thread.seen_until:
        return NONE
    ids = db.session.scalars(_of_thread(), {"viewer_id": viewer.id, "key": thread.id})
    return News(tuple(ids))


def marked(posts: Iterable[PostRow], news: News) -> None:
    """Say of each post on a page whether it is new to its reader."""
    new = set(news.ids)
    for post in posts:
        post.is_new = post.id in new
