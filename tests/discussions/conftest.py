"""Boards to write on, and the verbs called as a view would call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, queries
from forum.discussions.actions import Written
from forum.discussions.models import Post, Thread
from forum.discussions.rows import BoardRow, ThreadRow
from tests.cast import Cast

Does = Callable[..., Any]


def do(verb: Does, **arguments: Any) -> Any:
    """Call an action in a writing transaction of its own."""
    with write():
        return verb(**arguments)


@pytest.fixture
def make_board(cast: Cast) -> Callable[..., BoardRow]:
    """Makes a board: `make_board("hands", audience="members")`."""

    def make(slug: str = "hands", **settings: Any) -> BoardRow:
        texts = {"en": {"name": slug.title(), "description": f"About {slug}.", "rules": "- Be kind."}}
        board, verdict = do(actions.make_board, actor=cast.ada.viewer, slug=slug, texts=texts, **settings)
        assert verdict
        assert board is not None
        found = queries.board_for(cast.ada.viewer, slug)
        assert found is not None
        return found

    return make


@pytest.fixture
def board(make_board: Callable[..., BoardRow]) -> BoardRow:
    """A board for everyone."""
    return make_board()


@pytest.fixture
def thread(cast: Cast, board: BoardRow) -> ThreadRow:
    """A thread that Alice started there."""
    return started(cast.alice.viewer, board)


def started(
    actor: Viewer, board: BoardRow, title: str = "Buttons", source: str = "All *seven*.", **more: Any
) -> ThreadRow:
    """A thread just started and seen."""
    written: Written = do(actions.start_thread, actor=actor, board_id=board.id, title=title, source=source, **more)
    assert written.verdict, written.verdict.reason
    found = queries.thread_for(actor, written.thread_id)
    assert found is not None
    return found


def replied(actor: Viewer, thread: ThreadRow, source: str, answers: int | None = None, **more: Any) -> int:
    """The id of an answer just sent."""
    written: Written = do(actions.reply, actor=actor, thread_id=thread.id, source=source, answers_id=answers, **more)
    assert written.verdict, written.verdict.reason
    return written.post_id


def post(post_id: int) -> Post:
    """A post as the database has it now."""
    end_reading()
    return db.session.get_one(Post, post_id)


def lock(thread: ThreadRow) -> None:
    """Lock a thread, without a moderator."""
    with write():
        db.session.execute(update(Thread).where(Thread.id == thread.id).values(is_locked=True))
