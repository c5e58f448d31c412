"""What a page reads of a thread's posts: twenty by key, from any place, in either view; and one post by itself.

Any place of a long thread costs as much as its beginning: each page is a range of one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, null, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import owned_by, visible_to
from forum.core.db import db
from forum.discussions import queries
from forum.discussions.models import SEGMENT, Post
from forum.discussions.queries import audiences_of, placed_for, signed_name, unless_gone
from forum.discussions.rows import PostPage, PostRow, ThreadRow

POSTS_ON_A_PAGE = 20
BEFORE_A_POST = 4  # how many posts stand above the one that a link leads to
AFTER_ALL = "{"  # sorts after every digit of a path
PARENT, PARENT_AUTHOR = aliased(Contribution, name="answered"), aliased(Member, name="answered_author")


def _has_answers(thread: ThreadRow) -> ColumnElement[bool]:
    """Whether a post that is gone still holds something up: the thread itself, or an answer below that can be read.

    Answers below the deepest level don't stand in its path: there the direct ones count.
    """
    posts, below = Post.__table__.alias("below"), Contribution.__table__.alias("below_words")
    there = posts.join(below, and_(below.c.id == posts.c.id, below.c.status == "published"))
    is_below = (
        exists()
        .select_from(there)
        .where(
            posts.c.thread_id == Post.thread_id,
            posts.c.path > Post.path,
            posts.c.path < Post.path.concat(AFTER_ALL),
        )
    )
    is_answered = exists().select_from(there).where(posts.c.answers_id == Post.id)
    opens = Post.id == thread.opening_id if thread.opening_id is not None and thread.post_count else false()
    return or_(opens, is_below, is_answered)


def _posts(thread: ThreadRow, viewer: Viewer) -> Select[Any]:
    parent_can_be_read = and_(PARENT.status == "published", PARENT.audience.in_(audiences_of(viewer)))
    parent_name = case((PARENT.attribution == "member", PARENT_AUTHOR.display_name), else_=PARENT.byline)
    return (
        select(
            Post.id,
            Post.path,
            Post.answers_id,
            Contribution.status,
            unless_gone(Contribution.author_id),
            signed_name(),
            unless_gone(Contribution.html),
            Contribution.language,
            Contribution.content_notes,
            func.coalesce(Contribution.published_at, Contribution.created_at),
            Contribution.updated_at,
            case((parent_can_be_read, parent_name), else_=null()),
            and_(Post.answers_id.is_not(None), PARENT.status != "published"),
            owned_by(viewer) if viewer.is_authenticated else false(),
        )
        .select_from(Post)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .outerjoin(PARENT, PARENT.id == Post.answers_id)
        .outerjoin(PARENT_AUTHOR, PARENT_AUTHOR.id == PARENT.author_id)
        .where(Post.thread_id == thread.id, placed_for(viewer, _has_answers(thread)))
    )


def posts_in(
    thread: ThreadRow,
    viewer: Viewer,
    view: str = "nested",
    *,
    at: int | None = None,
    after: int | None = None,
    before: int | None = None,
    is_last: bool = False,
    limit: int = POSTS_ON_A_PAGE,
) -> PostPage:
    """One page of a thread's posts: the first, the last, the one around post `at`, or the one next to a post.

    A key that isn't in this thread opens the first page.
    """
    order = Post.path if view == "nested" else Post.id
    key = _key(thread, view, next((key for key in (at, after, before) if key is not None), None))
    query = _posts(thread, viewer)
    if is_last or (key is not None and before is not None):
        if key is not None and not is_last:
            query = query.where(order < key)
        rows = _read(query.order_by(order.desc()).limit(limit + 1))[::-1]
        has_earlier, has_later = len(rows) > limit, not is_last
        return _page(rows[-limit:], view, has_earlier, has_later)
    if key is not None and at is not None:
        above = _read(query.where(order < key).order_by(order.desc()).limit(BEFORE_A_POST + 1))[::-1]
        rest = limit - min(len(above), BEFORE_A_POST)
        rows = _read(query.where(order >= key).order_by(order).limit(rest + 1))
        shown = [*above[-BEFORE_A_POST:], *rows[:rest]]
        return _page(shown, view, len(above) > BEFORE_A_POST, len(rows) > rest)
    if key is not None:
        query = query.where(order > key)
    rows = _read(query.order_by(order).limit(limit + 1))
    return _page(rows[:limit], view, key is not None, len(rows) > limit)


def _read(query: Select[Any]) -> list[PostRow]:
    return [PostRow(*row) for row in db.session.execute(query)]


def _key(thread: ThreadRow, view: str, post_id: int | None) -> str | int | None:
    """The place of a post in a view's order; None when it isn't in this thread."""
    if post_id is None:
        return None
    path = db.session.scalar(select(Post.path).where(Post.id == post_id, Post.thread_id == thread.id))
    return path if path is None or view == "nested" else post_id


def _page(rows: list[PostRow], view: str, has_earlier: bool, has_later: bool) -> PostPage:
    before = rows[0].id if rows and has_earlier else None
    after = rows[-1].id if rows and has_later else None
    level, here = 0, {row.id for row in rows}
    for number, row in enumerate(rows):
        row.is_answered_here = row.answers_id in here
        depth = len(row.path) // SEGMENT - 1 if view == "nested" else 0
        # Where a page begins inside a branch, or what a post answers isn't shown, the branches open all the same.
        row.downs = max(depth - level, 0) if number else depth
        row.ups = max(level - depth, 0)
        level = depth
    return PostPage(rows, view, before, after, level)


def post_for(viewer: Viewer, post_id: int) -> tuple[ThreadRow, PostRow] | None:
    """A post that has a place on `viewer`'s pages, with its thread; None for any other."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    thread = queries.thread_for(viewer, thread_id) if thread_id else None
    if thread is None:
        return None
    rows = _read(_posts(thread, viewer).where(Post.id == post_id))
    return (thread, rows[0]) if rows else None


def post_place(viewer: Viewer, post_id: int) -> int | None:
    """The thread on whose page `viewer` finds a post, or None."""
    found = post_for(viewer, post_id)
    return found[0].id if found else None


def post_to_change(viewer: Viewer, post_id: int) -> Post | None:
    """A post for its author's pages: her own, gone or not, or one that `viewer` may read; policies ask whose it is."""
    own = and_(owned_by(viewer), Contribution.status != "erased")
    return db.session.scalar(select(Post).where(Post.id == post_id, or_(visible_to(viewer), own)))


def source_of(viewer: Viewer, post_id: int) -> str:
    """The Markdown of a post that `viewer` may read, to quote it; empty for any other."""
    return db.session.scalar(select(Contribution.source).where(Contribution.id == post_id, visible_to(viewer))) or ""


def shown_revisions(viewer: Viewer, post_id: int) -> Sequence[Revision]:
    """What readers have seen of a post that can be read, oldest first; what was never shown stays out."""
    return db.session.scalars(
        select(Revision)
        .join(Contribution, Contribution.id == Revision.contribution_id)
        .where(Revision.contribution_id == post_id, Revision.shown_at.is_not(None), visible_to(viewer))
        .order_by(Revision.number)
    ).all()


# Beside the posts


NEAR = 3  # posts shown on each side of the one a case is about


def around(viewer: Viewer, post: Post) -> dict[str, Any] | None:
    """What moderators see around a post on its case: its thread, what it answers, and its neighbours in time.

    Only what `viewer` may read anyway, whatever the case's post itself is. None when its thread can't be opened.
    """
    thread = queries.thread_for(viewer, post.thread_id)
    if thread is None:
        return None
    query = _posts(thread, viewer)
    earlier = _read(query.where(Post.id < post.id).order_by(Post.id.desc()).limit(NEAR))[::-1]
    later = _read(query.where(Post.id > post.id).order_by(Post.id).limit(NEAR))
    answered = next((row for row in earlier if row.id == post.answers_id), None)
    if post.answers_id is not None and answered is None:
        earlier = [*_read(query.where(Post.id == post.answers_id)), *earlier]
    return {"thread": thread, "earlier": earlier, "later": later}
