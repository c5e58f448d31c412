"""What a page reads of a thread's posts: twenty by key, from any place, in either view; and one post by itself.

Any place of a long thread costs as much as its beginning: each page is a range of one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import owned_by, visible_to
from forum.core.db import db
from forum.discussions import queries, statements
from forum.discussions.models import SEGMENT, Post
from forum.discussions.rows import PostPage, PostRow, ThreadRow
from forum.discussions.statements import who_asks

POSTS_ON_A_PAGE = 20
BEFORE_A_POST = 4  # how many posts stand above the one that a link leads to


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
    key = _key(thread, view, next((key for key in (at, after, before) if key is not None), None))
    if is_last or (key is not None and before is not None):
        part = "last" if is_last else "before"
        rows = _read(thread, viewer, view, part, key=key, limit=limit + 1)[::-1]
        return _page(rows[-limit:], view, len(rows) > limit, not is_last)
    if key is not None and at is not None:
        above = _read(thread, viewer, view, "before", key=key, limit=BEFORE_A_POST + 1)[::-1]
        rest = limit - min(len(above), BEFORE_A_POST)
        rows = _read(thread, viewer, view, "from", key=key, limit=rest + 1)
        shown = [*above[-BEFORE_A_POST:], *rows[:rest]]
        return _page(shown, view, len(above) > BEFORE_A_POST, len(rows) > rest)
    rows = _read(thread, viewer, view, "first" if key is None else "after", key=key, limit=limit + 1)
    return _page(rows[:limit], view, key is not None, len(rows) > limit)


def _read(
    thread: ThreadRow, viewer: Viewer, view: str, part: str, *, key: str | int | None, limit: int = 1
) -> list[PostRow]:
    """Posts of one part of a thread, in the order that the part is read: see `statements.posts`."""
    holds_up = thread.opening_id if thread.post_count else None
    values = {"thread_id": thread.id, "opening_id": holds_up, "key": key, "limit": limit, **who_asks(viewer)}
    rows = db.session.execute(statements.posts(viewer.is_authenticated, view, part), values)
    return [PostRow(*row) for row in rows]


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
    rows = _read(thread, viewer, "flat", "one", key=post_id)
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
    earlier = _read(thread, viewer, "flat", "before", key=post.id, limit=NEAR)[::-1]
    later = _read(thread, viewer, "flat", "after", key=post.id, limit=NEAR)
    if post.answers_id is not None and all(row.id != post.answers_id for row in earlier):
        earlier = [*_read(thread, viewer, "flat", "one", key=post.answers_id), *earlier]
    return {"thread": thread, "earlier": earlier, "later": later}
