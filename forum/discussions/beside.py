"""What stands beside the posts of a page and is its reader's own: taps, bookmarks, whom she has muted, and whether she
follows the thread. All of it in one query, so that a page costs no more for it however much there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, cast, literal, select

from forum.accounts.viewer import Viewer
from forum.contributions import reactions
from forum.contributions.follows import Standing
from forum.contributions.models import Follow
from forum.contributions.reactions import ASKS, IDS, Taps
from forum.core.db import db
from forum.discussions.rows import PostRow, ThreadRow
from forum.notifications.models import Mute
from forum.photos.models import Photo

NO_STANDING = Standing()
FOLLOWED, MUTED, MUTED_THREAD, PICTURED = "followed", "muted", "muted_thread", "pictured"
PHOTOS: Any = Photo.__table__.c


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a page's posts, and beside what its thread is about: `taps` by id; the ids of the members
    whom the reader has muted; how she stands to the thread. `pictured`: where photos may be, so that a page without
    asks for none."""

    taps: Mapping[int, Taps] = field(default_factory=dict)
    muted: frozenset[int] = frozenset()
    standing: Standing = NO_STANDING
    pictured: frozenset[int] = frozenset()

    def with_photos(self, posts: Iterable[PostRow]) -> list[PostRow]:
        """Those of these posts that photos may be on."""
        return [post for post in posts if post.id in self.pictured]

    def is_folded(self, post: PostRow) -> bool:
        """Whether a post waits to be asked for. Only its signed author counts: an alias is nobody's here."""
        return post.author_id is not None and post.author_id in self.muted and not post.is_own


def beside(viewer: Viewer, posts: Iterable[PostRow], thread: ThreadRow | None, about_id: int | None = None) -> Beside:
    """What stands beside the posts of a page, and beside `about_id`, which its comments are about. One query."""
    posts = list(posts)
    ids = [post.id for post in posts if post.status == "published"]
    unseen = [post.id for post in posts if post.status != "published"]
    about_id = about_id or (thread.about_id if thread is not None else None)
    ids += [about_id] if about_id is not None else []
    if not ids and not viewer.is_authenticated:
        return Beside(pictured=frozenset(unseen))
    values: dict[str, Any] = {"ids": ids}
    if viewer.is_authenticated:
        values |= {"viewer_id": viewer.id} if thread is None else {"viewer_id": viewer.id, "thread_id": thread.id}
    rows = db.session.execute(_beside(viewer.is_authenticated, thread is not None), values).all()
    apart = {
        word: frozenset(row[0] for row in rows if row[1] == word) for word in (FOLLOWED, MUTED, MUTED_THREAD, PICTURED)
    }
    return Beside(
        taps=reactions.gathered(row for row in rows if row[1] not in apart),
        muted=apart[MUTED],
        standing=Standing(bool(apart[FOLLOWED]), bool(apart[MUTED_THREAD])),
        pictured=apart[PICTURED].union(unseen),
    )


@cache  # to put it together costs more than to run it
def _beside(is_member: bool, has_thread: bool) -> Any:
    pictured = _rows(PHOTOS.on_id, PICTURED, PHOTOS.on_id.in_(IDS), PHOTOS.state == "ready")
    return reactions.together([*reactions.asked(is_member), pictured, *(_asked(has_thread) if is_member else ())])


def _asked(has_thread: bool) -> list[Any]:
    """What of the reader's own to ask, in the columns of `reactions.asked`. Values: viewer_id, thread_id."""
    asked = [_rows(Mute.muted_id, MUTED, Mute.member_id == ASKS, Mute.muted_id.is_not(None))]
    if has_thread:
        thread_id: Any = bindparam("thread_id", type_=Integer)
        follows = and_(Follow.member_id == ASKS, Follow.ended_at.is_(None))
        asked += [
            _rows(Follow.thread_id, FOLLOWED, follows, Follow.thread_id == thread_id),
            _rows(Mute.thread_id, MUTED_THREAD, Mute.member_id == ASKS, Mute.thread_id == thread_id),
        ]
    return asked


def _rows(key: Any, word: str, *criteria: Any) -> Any:
    return select(key, cast(literal(word), String), literal(0, Integer), literal(0, Integer)).where(*criteria)
