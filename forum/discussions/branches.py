"""Branches that are deeper than a page: each goes on below a post of the page's last level, on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.discussions import queries, reading
from forum.discussions.models import LEVELS, SEGMENT, Post, tier_of
from forum.discussions.rows import PostRow, ThreadRow

ANCESTORS = 3  # posts above a branch's first that are shown, as a short line each


@dataclass(frozen=True, slots=True)
class Branch:
    """The post below which a branch goes on, those above it with the nearest last, and how many more there are.

    `paths` are those of the keys that were asked for.
    """

    thread: ThreadRow
    root: PostRow
    above: list[PostRow]
    further_up: int
    paths: Mapping[int, str]


def is_at_the_end(path: str) -> bool:
    """Whether a branch goes on below a post of this path on a page of its own."""
    return bool(path) and len(path) % (LEVELS * SEGMENT) == 0


def goes_on_below(path: str) -> int | None:
    """The id of the post on whose branch's page one of this path stands; None for one on the thread's own pages."""
    end = tier_of(path) * LEVELS * SEGMENT
    return int(path[end - SEGMENT : end], 36) if end else None


def branch_for(viewer: Viewer, post_id: int, *keys: int | None) -> Branch | None:
    """The branch below a post of a page's last level, as `viewer` may read it; None for any other post.

    Three queries. `keys` are posts of the branch that a page of it is asked by.
    """
    wanted = {post_id, *(key for key in keys if key is not None)}
    places = {
        row.id: row for row in db.session.execute(select(Post.id, Post.thread_id, Post.path).where(Post.id.in_(wanted)))
    }
    place = places.get(post_id)
    if place is None or not is_at_the_end(place.path):
        return None
    thread = queries.thread_for(viewer, place.thread_id)
    if thread is None:
        return None
    segments = [int(place.path[at : at + SEGMENT], 36) for at in range(0, len(place.path), SEGMENT)]
    near = reading.posts_by_id(thread, viewer, segments[-ANCESTORS - 1 :])
    if not near or near[-1].id != post_id:
        return None
    paths = {row.id: row.path for row in places.values() if row.thread_id == thread.id}
    return Branch(thread, near[-1], near[:-1], max(len(segments) - ANCESTORS - 1, 0), paths)
