"""Marking as read: a thread as far as one of its posts, or a board with everything on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict
from forum.discussions import policy, queries
from forum.discussions.models import BoardRead, Post, Thread, ThreadRead
from forum.discussions.sending import NOWHERE
from forum.notifications import actions as notifications


def mark_thread(*, actor: Viewer, thread_id: int, until_id: int | None = None) -> Verdict:
    """A member has read a thread as far as post `until_id`, or all of it. A mark never goes back."""
    must_be_writing()
    if not (verdict := policy.can_keep_marks(actor)):
        return verdict
    thread = queries.thread_for(actor, thread_id)
    if thread is None:
        return NOWHERE
    until = thread.shown_until
    if until_id is not None:
        until = db.session.scalar(select(Post.shown_at).where(Post.id == until_id, Post.thread_id == thread_id))
    if until is not None:
        _read_until(actor, thread_id, until)
    return YES


def mark_by_writing(*, actor: Viewer, post: Post) -> None:
    """Who answers has read what stands there. Not under a sealed post: the mark would say whose it is."""
    must_be_writing()
    if post.author_id is None or post.author_id != actor.id:
        return
    until = db.session.scalar(select(func.max(Post.shown_at)).where(Post.thread_id == post.thread_id))
    if until is not None:
        _read_until(actor, post.thread_id, until)


def _read_until(actor: Viewer, thread_id: int, until: datetime) -> None:
    """Keep the mark, and have what told her of these posts read too: it has nothing to say any more."""
    _keep(ThreadRead, "thread_id", actor, thread_id, until)
    # By when it was shown: a post that waited for a moderator has an earlier id than what she read before it.
    seen = select(Post.id).where(Post.thread_id == thread_id, Post.shown_at <= until)
    notifications.mark_read(member_id=actor.id or 0, thread_id=thread_id, among=seen)


def mark_board(*, actor: Viewer, slug: str) -> Verdict:
    """A member calls everything on a board read, and what told her of it. What she had read there thread by thread is
    no longer kept."""
    must_be_writing()
    if not (verdict := policy.can_keep_marks(actor)):
        return verdict
    board = queries.board_for(actor, slug)
    if board is None:
        return NOWHERE
    now = clock.now()
    _keep(BoardRead, "board_id", actor, board.id, now)
    threads = select(Thread.id).where(Thread.board_id == board.id)
    db.session.execute(
        delete(ThreadRead).where(
            ThreadRead.member_id == actor.id, ThreadRead.thread_id.in_(threads), ThreadRead.read_until <= now
        )
    )
    notifications.mark_read(member_id=actor.id or 0, in_threads=threads)
    return YES


def _keep(model: Any, column: str, actor: Viewer, key: int, until: datetime) -> None:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    made = dialect.insert(model).values({"member_id": actor.id, column: key, "read_until": until})
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["member_id", column],
            set_={"read_until": made.excluded.read_until},
            where=model.read_until < made.excluded.read_until,
        )
    )


def erase_for(member_id: int) -> None:
    """Forget what a member who leaves has read."""
    for model in (ThreadRead, BoardRead):
        db.session.execute(delete(model).where(model.member_id == member_id))


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member has read, for her own export: the ids, and until when."""
    threads = select(ThreadRead).where(ThreadRead.member_id == member_id).order_by(ThreadRead.thread_id)
    boards = select(BoardRead).where(BoardRead.member_id == member_id).order_by(BoardRead.board_id)
    return [
        *({"read_thread": row.thread_id, "until": row.read_until.isoformat()} for row in db.session.scalars(threads)),
        *({"read_board": row.board_id, "until": row.read_until.isoformat()} for row in db.session.scalars(boards)),
    ]
