"""Something to be told of, and the mails that went out."""

from __future__ import annotations

import email
import email.policy
import itertools
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.core import clock, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions.models import Board, BoardText
from forum.notifications import actions
from forum.notifications.models import Notification
from forum.notifications.queries import Recipient
from forum.stories.models import Story
from tests.cast import Cast, Person

Tell = Callable[..., int]
Mails = Callable[[], list[EmailMessage]]


@pytest.fixture
def mails(app: Flask) -> Mails:
    """Works all that waits; answers every mail so far, the oldest first."""

    def read() -> list[EmailMessage]:
        worker.work_all()
        folder = Path(app.extensions["settings"].data_dir) / "mailbox" / "new"
        paths = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]  # type: ignore[misc]

    return read


@pytest.fixture
def thread(cast: Cast) -> int:
    """A thread of Alice's with a health word in its title; everything waiting is worked."""
    with write():
        board = Board(slug="hands", texts=[BoardText(language="en", name="Hands")])
        db.session.add(board)
        db.session.flush()
        written = discussions.start_thread(
            actor=cast.alice.viewer, board_id=board.id, title="Raynaud in July", source="How?", language="en"
        )
        key = written.thread_id
        assert key is not None
    worker.work_all()
    return key


@pytest.fixture
def post(cast: Cast, thread: int) -> Callable[..., int]:
    """Writes in the thread, by default Bob; tells nobody by itself."""

    numbers = itertools.count(1)

    def make(by: Person | None = None) -> int:
        source = f"With warm water, in the morning. So I do for {next(numbers)} years."
        with write():
            written = discussions.reply(actor=(by or cast.bob).viewer, thread_id=thread, source=source)
            assert written.verdict
            db.session.execute(delete(OutboxJob).where(OutboxJob.name == "discussions.tell"))
        assert written.post_id is not None
        return written.post_id

    return make


@pytest.fixture
def tell(cast: Cast, thread: int, post: Callable[..., int]) -> Tell:
    """Tells Alice (or `to`) of a post by Bob (or `about`); answers the notification's id."""

    def one(
        kind: str = "answer", *, to: Person | None = None, recipient: Recipient | None = None, about: int | None = None
    ) -> int:
        key = about or post()
        whom = recipient or Recipient(member_id=(to or cast.alice).id)
        with write():
            actions.notify(whom, kind, key=f"test:{kind}:{key}", contribution_id=key, thread_id=thread)
            found = select(Notification.id).where(Notification.key == f"test:{kind}:{key}").order_by(Notification.id)
            return db.session.scalars(found).all()[-1]

    return one


@pytest.fixture
def sealed_story(cast: Cast) -> int:
    """A story of Alice's without her name."""
    with write():
        story = Story(language="en", created_at=clock.now(), status="sent")
        contributions.set_words(story, title="The jar lid", source="It was plum jam.")
        contributions.sign(story, cast.alice.id, "anonymous")
        ledger.give(story, "site", version=1, language="en", how="site")
        contributions.add_revision(story)
        contributions.publish(story)
        return story.id
