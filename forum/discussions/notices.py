"""How the list and the mails say that somebody answered, mentioned or quoted a member, or wrote where she follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.follows import token_of
from forum.contributions.models import Contribution, Follow, contribution_topics
from forum.contributions.queries import ids_in, topic_ids, visible_to
from forum.core.db import db
from forum.core.languages import in_language
from forum.discussions.models import Post, Thread
from forum.discussions.statements import POSTS, ROW, signed_name
from forum.discussions.words import noted
from forum.moderation import caring
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told

PLACE: Any = aliased(Contribution, name="place")


def _answer(row: Any) -> Any:
    if row.answers_id is None and row.kind == "story":
        return _("%(name)s answered your story.", name=row.name) if row.name else _("Somebody answered your story.")
    return _("%(name)s answered you.", name=row.name) if row.name else _("Somebody answered you.")


def _mention(row: Any) -> Any:
    return _("%(name)s mentioned you.", name=row.name) if row.name else _("Somebody mentioned you.")


def _quote(row: Any) -> Any:
    return _("%(name)s quoted you.", name=row.name) if row.name else _("Somebody quoted you.")


def _thread(row: Any) -> Any:
    if row.id == row.opening_id:
        return _("%(name)s started a discussion.", name=row.name) if row.name else _("Somebody started a discussion.")
    return _("%(name)s wrote in a discussion.", name=row.name) if row.name else _("Somebody wrote in a discussion.")


LINES: dict[str, Callable[[Any], Any]] = {"answer": _answer, "mention": _mention, "quote": _quote, "thread": _thread}


def _tell(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """What each says now, of those whose post `viewer` may read. One query."""
    posts = {row.id: row for row in _posts(viewer, [row.contribution_id for row in rows])}
    with in_language(language):
        return {
            row.id: _told(row.kind, posts[row.contribution_id], language)
            for row in rows
            if row.contribution_id in posts
        }


def _posts(viewer: Viewer, ids: Sequence[int | None]) -> Sequence[Any]:
    return db.session.execute(
        select(
            POSTS.id, POSTS.answers_id, signed_name().label("name"), Contribution.author_id, Contribution.teaser,
            Contribution.content_notes, caring.is_raised(POSTS.id).label("is_raised"), Contribution.language,
            Thread.opening_id, Thread.board_id, topic_ids(PLACE.id).label("topics"), PLACE.title, PLACE.status,
            PLACE.kind,
        )
        .select_from(Post.__table__)
        .join(Contribution, Contribution.id == ROW)
        .join(Thread, Thread.id == POSTS.thread_id)
        .join(PLACE, PLACE.id == func.coalesce(Thread.opening_id, Thread.about_id))
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(POSTS.id.in_(ids), visible_to(viewer))
    ).all()  # fmt: skip


def _told(kind: str, row: Any, language: str) -> Told:
    return Told(
        line=str(LINES[kind](row)),
        address=f"/{language}/posts/{row.id}",
        place=row.title if row.status == "published" else "",
        excerpt="" if row.content_notes or row.is_raised else row.teaser,
        notes=noted(row.content_notes),
        language=row.language,
        author_id=row.author_id,
        board_id=row.board_id,
        topic_ids=ids_in(row.topics),
    )


def _ending(notification: Notification, member_id: int) -> str | None:
    """What ends just this: her follow of the thread; else of its board, its writer, or a topic of it."""
    place = (
        select(Thread.board_id, Contribution.author_id, Thread.opening_id, Thread.id)
        .select_from(Post.__table__)
        .join(Contribution, Contribution.id == ROW)
        .join(Thread, Thread.id == POSTS.thread_id)
        .where(POSTS.id == notification.contribution_id)
    )
    row = db.session.execute(place).first()
    if row is None:
        return None
    about = select(contribution_topics.c.topic_id).where(contribution_topics.c.contribution_id == row.opening_id)
    reasons = (
        Follow.thread_id == row.id, Follow.followed_id == row.author_id,
        Follow.board_id == row.board_id, Follow.topic_id.in_(about),
    )  # fmt: skip
    for reason in reasons:
        follow = db.session.scalar(
            select(Follow)
            .where(Follow.member_id == member_id, Follow.ended_at.is_(None), reason)
            .order_by(Follow.id)
            .limit(1)
        )
        if follow is not None:
            return token_of(follow)
    return None


NOTICES = (
    Notice("answer", _l("Somebody answers you"), _l("An answer for you"), _tell),
    Notice("mention", _l("Somebody mentions you"), _l("Somebody mentioned you"), _tell),
    Notice("quote", _l("Somebody quotes you"), _l("Somebody quoted you"), _tell),
    Notice("thread", _l("Something new where you follow"), _l("Something new where you follow"), _tell, ending=_ending),
)
