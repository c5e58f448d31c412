"""A site that takes mail, a discussion to answer in, and mails as they come in."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.contributions.models import Draft
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions.models import Post
from forum.discussions.rows import ThreadRow
from forum.incoming import actions, addresses
from forum.incoming.actions import Outcome
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.queries import Recipient
from tests.cast import Cast, Person
from tests.conftest import MakeApp
from tests.discussions.conftest import board, make_board, replied, thread

__all__ = ["board", "make_board", "thread"]

DOMAIN = "in.example.org"


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """The application, taking mail."""
    made = make_app(mail_in_domain=DOMAIN)
    with made.app_context():
        yield made


@dataclass(frozen=True)
class Asked:
    """What somebody was told of by mail: the post, the notification's number, and the address to answer to."""

    post_id: int
    notification_id: int
    address: str


Ask = Callable[..., Asked]


@pytest.fixture
def asked(cast: Cast, thread: ThreadRow) -> Asked:
    """Bob answered in Alice's thread, and Alice is told."""
    return tell(cast.alice, thread, replied(cast.bob.viewer, thread, "How do you do the top one?"))


def tell(who: Person, thread: ThreadRow, post_id: int, sealed_id: int | None = None, kind: str = "answer") -> Asked:
    """Tell somebody of a post; or whoever the seal of `sealed_id` names."""
    recipient = Recipient(sealed_id=sealed_id) if sealed_id else Recipient(member_id=who.id)
    key = f"post:{post_id}:{sealed_id or who.name}"
    with write():
        notifications.notify(recipient, kind, key=key, contribution_id=post_id, thread_id=thread.id)
    row = db.session.scalars(select(Notification).where(Notification.key == key)).one()
    address = addresses.reply_address(row)
    end_reading()
    assert address is not None
    return Asked(post_id, row.id, address)


def letter(
    words: str = "With a hook, mostly.",
    *,
    sender: str = "Alice <alice@example.org>",
    message_id: str | None = "<1@mail.example.org>",
    to: str = "somebody@in.example.org",
    subject: str = "Re: An answer",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail as a member's program writes it."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if message_id is not None:
        message["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(words)
    return bytes(message)


def receive(raw: bytes, to: str, sender: str = "alice@example.org") -> Outcome:
    """Take in a mail."""
    return actions.receive(raw, envelope_to=to, envelope_from=sender)


def posts() -> list[Post]:
    """All posts, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Post).order_by(Post.id)))


def drafts() -> dict[str, str]:
    """What is kept unsent, by its place."""
    db.session.rollback()
    return {draft.place: draft.source for draft in db.session.scalars(select(Draft))}


def sent(app: Flask, stem: str = "about-") -> list[Any]:
    """The mails that went out so far whose id begins so, as they went."""
    db.session.rollback()
    worker.work_all()
    folder = Path(app.extensions["settings"].data_dir) / "mailbox" / "new"
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*")]
    return [one for one in found if str(one["Message-ID"]).startswith(f"<{stem}")]


def words_of(message: Any) -> str:
    """A mail's text, in one line."""
    return re.sub(r"\s+", " ", message.get_body(("plain",)).get_content())
