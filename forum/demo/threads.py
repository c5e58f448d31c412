"""The demo's discussions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Member
from forum.contributions.models import Revision
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.content import PostFile, ThreadFile
from forum.demo.writing import publish_on, put_down, topics_by_slug
from forum.discussions import aliases
from forum.discussions.actions import path_below, recount
from forum.discussions.models import Alias, Board, Post, Thread
from forum.references import queries as references
from forum.topics.models import Topic


def make_threads(members: Mapping[str, Member], boards: Mapping[str, Board]) -> dict[str, Thread]:
    """Publish every thread of the content; returns them by title."""
    must_be_writing()
    return {file.title: _make(file, members, boards[file.board]) for file in content.threads()}


def _make(file: ThreadFile, members: Mapping[str, Member], board: Board) -> Thread:
    first = file.posts[0]
    opening = new_post(
        board, written_at=first.written_at, language=first.language, topics=topics_by_slug(file.topics),
        content_notes=" ".join(file.content_notes),
    )  # fmt: skip
    revision = _put_down(opening, first, members, title=file.title)
    thread = open_thread(board, opening)
    _settle(opening)
    thread.is_pinned, thread.is_locked = file.is_pinned, file.is_locked
    publish_on(opening, revision, first.written_at)
    by_name = {first.name: opening}
    for answer in file.posts[1:]:
        by_name[answer.name] = _answer(answer, members, board, thread, by_name)
    recount(thread.id)
    return thread


def _answer(
    file: PostFile, members: Mapping[str, Member], board: Board, thread: Thread, by_name: Mapping[str, Post]
) -> Post:
    post = new_post(board, written_at=file.written_at, language=file.language)
    answered = by_name[file.answers] if file.answers else None
    place_under(post, thread, answered)
    revision = _put_down(post, file, members)
    post.path = path_below(answered.path if answered and post.answers_id else "", post.id)
    _settle(post)
    publish_on(post, revision, file.written_at)
    return post


def _put_down(post: Post, file: PostFile, members: Mapping[str, Member], title: str = "") -> Revision:
    """Give a post its words, signed or under its alias, and what it rests on."""
    post.basis = file.basis
    post.reference_id = references.ids_by_key()[file.paper] if file.paper else None
    attribution = "pseudonym" if file.alias else "member"
    return put_down(
        post, member_id=members[file.author].id, attribution=attribution, byline=file.alias, source=file.source,
        title=title,
    )  # fmt: skip


def _settle(post: Post) -> None:
    """Find or keep the alias of a post in its thread."""
    known = select(Alias.id).where(Alias.thread_id == post.thread_id, Alias.name == post.byline)
    post.alias_id = db.session.scalar(known) if post.byline else None
    aliases.settle(post)


def new_post(
    board: Board, *, written_at: datetime, language: str, topics: Sequence[Topic] = (), content_notes: str = ""
) -> Post:
    """A post that stands nowhere yet."""
    return Post(
        language=language,
        audience=board.audience,
        created_at=written_at,
        content_notes=content_notes,
        topics=list(topics),
        thread_id=0,
    )


def open_thread(board: Board, opening: Post) -> Thread:
    """The thread that a post opens; readers see it once the post is published."""
    thread = Thread(
        board_id=board.id, opening_id=opening.id, started_at=opening.created_at, bumped_at=opening.created_at
    )
    db.session.add(thread)
    db.session.flush()
    opening.thread_id, opening.path = thread.id, path_below("", opening.id)
    return thread


def place_under(post: Post, thread: Thread, answered: Post | None) -> None:
    """Set the thread of a post and what it answers; to answer the opening post is to answer the thread."""
    post.thread_id = thread.id
    post.answers_id = answered.id if answered is not None and answered.id != thread.opening_id else None
