"""Members who take messages, and the verbs called as a view would call them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from forum.accounts.models import Member
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.messages import actions
from forum.messages.actions import Sent, Words
from tests.cast import Cast, Person


def do(verb: Any, **arguments: Any) -> Any:
    """Call an action in a writing transaction of its own."""
    with write():
        return verb(**arguments)


def begin(who: Person, other: Person, source: str = "How is your hand?", language: str = "en") -> Sent:
    sent: Sent = do(actions.begin, actor=who.viewer, other_id=other.id, words=Words(source, language))
    return sent


def send(who: Person, conversation_id: int, source: str) -> Sent:
    sent: Sent = do(actions.send, actor=who.viewer, conversation_id=conversation_id, words=Words(source, "en"))
    return sent


def begun(who: Person, other: Person, source: str = "How is your hand?") -> int:
    """The id of a conversation just begun."""
    sent = begin(who, other, source)
    assert sent.verdict, sent.verdict.reason
    return sent.conversation_id


@pytest.fixture
def open_cast(cast: Cast) -> Cast:
    """Everybody takes messages and has a page of her own."""
    for name in ("alice", "bob", "nia", "sam", "mona", "cora", "ada"):
        do(actions.choose, actor=cast[name].viewer, is_open=True)
    with write():
        db.session.execute(update(Member).values(is_page_public=True))
    return cast
