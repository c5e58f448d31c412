"""What a page reads of a thread's posts: twenty by key, from any place, in either view; and one post by itself.

Any place of a long thread costs as much as its beginning: each page is a range of one index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import and_, or_, select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import owned_by, visible_to
from forum.core import clock, public_state
from forum.core.db import db
from forum.discussions import queries, statements
from forum.discussions.models import LEVELS, SEGMENT, Post, tier_of
from forum.discussions.rows import PostPage, PostRow, ThreadRow
from forum.discussions.statements import who_asks

POSTS_ON_A_PAGE = 20
FOLDED_FROM = 2  # posts of a branch on one page: a single answer is sooner read than folded
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
    root: PostRow | None = None,
    paths: Mapping[int, str] | None = None,
) -> PostPage:
    """One page of a thread's posts: the first, the last, the one around post `at`, or the one next to a post.

    A nested page shows the first LEVELS levels of the thread, or of the branch below the post `root`. A key that isn't
    among these opens the first page. `paths`: those of the keys, where they are known already.
    """
    branch = root.path if root else ""
    asked = next((key for key in (at, after, before) if key is not None), None)
    key = _key(view, asked, paths_of(thread.id, [asked]) if paths is None else paths, branch)
    _read = partial(_posts_of, branch=branch)
    if is_last or (key is not None and before is not None):
        part = "last" if is_last else "before"
        rows = _read(thread, viewer, view, part, key=key, limit=limit + 1)[::-1]
        return _page(rows[-limit:], view, len(rows) > limit, not is_last, root)
    if key is not None and at is not None:
        above = _read(thread, viewer, view, "before", key=key, limit=BEFORE_A_POST + 1)[::-1]
        rest = limit - min(len(above), BEFORE_A_POST)
        rows = _read(thread, viewer, view, "from", key=key, limit=rest + 1)
        shown = [*above[-BEFORE_A_POST:], *rows[:rest]]
        return _page(shown, view, len(above) > BEFORE_A_POST, len(rows) > rest, root)
    rows = _read(thread, viewer, view, "first" if key is None else "after", key=key, limit=limit + 1)
    return _page(rows[:limit], view, key is not None, len(rows) > limit, root)


def _posts_of(
    thread: ThreadRow,
    viewer: Viewer,
    view: str,
    part: str,
    *,
    key: str | int | list[int] | None,
    limit: int = 1,
    branch: str = "",
) -> list[PostRow]:
    """Posts of one part of a thread, in the order that the part is read: see `statements.posts`."""
    holds_up = thread.opening_id if thread.post_count else None
    values = {
        "thread_id": thread.id,
        "opening_id": holds_up,
        "key": key,
        "limit": limit,
        "today": clock.today(),
        "tier": len(branch) // (SEGMENT * LEVELS),
        "branch": branch,
        **who_asks(viewer),
    }
    rows = db.session.execute(statements.posts(viewer.is_authenticated, view, part), values)
    posts = [PostRow(*row) for row in rows]
    for post in posts:
        post.is_starter = post.is_by(thread.starter_id, thread.starter_alias_id)
        if post.verified_until is not None:
            public_state.changes_at(datetime.combine(post.verified_until + timedelta(days=1), time(), UTC))
    return posts


def paths_of(thread_id: int, post_ids: Iterable[int | None]) -> dict[int, str]:
    """The paths of those of these posts that stand in a thread, visible or not. One query; none for none."""
    ids = [post_id for post_id in post_ids if post_id is not None]
    if not ids:
        return {}
    rows = db.session.execute(select(Post.id, Post.path).where(Post.id.in_(ids), Post.thread_id == thread_id))
    return {row.id: row.path for row in rows}


def _key(view: str, post_id: int | None, paths: Mapping[int, str], branch: str) -> str | int | None:
    """The place of a post in a view's order; None when it isn't there."""
    path = paths.get(post_id) if post_id is not None else None
    if path is None or view == "flat":
        return post_id if path else None
    is_there = path.startswith(branch) and path != branch and tier_of(path) == len(branch) // (SEGMENT * LEVELS)
    return path if is_there else None


def _page(rows: list[PostRow], view: str, has_earlier: bool, has_later: bool, root: PostRow | None) -> PostPage:
    before = rows[0].id if rows and has_earlier else None
    after = rows[-1].id if rows and has_later else None
    shown = [root, *rows] if root else rows
    here = {row.id for row in shown}
    for row in shown:
        row.is_answered_here = row.answers_id in here
    closes = _nest(shown, len(root.path) // SEGMENT - 1 if root else 0) if view == "nested" else ()
    return PostPage(shown, view, before, after, closes)


def _nest(rows: list[PostRow], top: int) -> tuple[bool, ...]:
    """Say of each post which branches end before it and begin with it; returns those open at the end.

    Where a page begins inside a branch, or what a post answers isn't shown, the branches open all the same. Those below
    the first level of the page can be folded, and where a branch parts; not again at each step of a talk between two.
    """
    open_branches: list[bool] = []  # of each, whether it can be folded
    _count_below(rows)
    last: PostRow | None = None
    for row in rows:
        depth = len(row.path) // SEGMENT - 1 - top
        row.downs = max(depth - len(open_branches), 0)
        row.closes = tuple(reversed(open_branches[depth:]))
        del open_branches[depth:]
        if row.downs:
            row.folds = last is not None and last.below >= FOLDED_FROM and (last.answers_here > 1 or not open_branches)
            open_branches += [row.folds, *(False for _ in range(row.downs - 1))]
        last = row
    return tuple(reversed(open_branches))


def _count_below(rows: list[PostRow]) -> None:
    """Count the posts of each one's branch that stand on the same page, and those that answer it themselves."""
    above: list[PostRow] = []
    for row in rows:
        while above and not row.path.startswith(above[-1].path):
            above.pop()
        for one in above:
            one.below += 1
        if above:
            above[-1].answers_here += 1
        above.append(row)


def posts_by_id(thread: ThreadRow, viewer: Viewer, post_ids: Iterable[int]) -> list[PostRow]:
    """Those of these posts of a thread that have a place on `viewer`'s pages, the earliest first. One query."""
    return _posts_of(thread, viewer, "flat", "some", key=list(post_ids), limit=POSTS_ON_A_PAGE)


def post_for(viewer: Viewer, post_id: int) -> tuple[ThreadRow, PostRow] | None:
    """A post that has a place on `viewer`'s pages, with its thread; None for any other."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    thread = queries.thread_for(viewer, thread_id) if thread_id else None
    if thread is None:
        return None
    rows = _posts_of(thread, viewer, "flat", "one", key=post_id)
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


def just_taken_back(viewer: Viewer, post_ids: Sequence[int], since: datetime) -> set[int]:
    """Those of some posts that `viewer` wrote and took back after a moment. One query at most."""
    if not post_ids:
        return set()
    taken = Contribution.withdrawn_at > since
    return set(
        db.session.scalars(select(Contribution.id).where(Contribution.id.in_(post_ids), owned_by(viewer), taken))
    )


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
    earlier = _posts_of(thread, viewer, "flat", "before", key=post.id, limit=NEAR)[::-1]
    later = _posts_of(thread, viewer, "flat", "after", key=post.id, limit=NEAR)
    if post.answers_id is not None and all(row.id != post.answers_id for row in earlier):
        earlier = [*_posts_of(thread, viewer, "flat", "one", key=post.answers_id), *earlier]
    return {"thread": thread, "earlier": earlier, "later": later}
