"""What some people of the demo write to each other in private."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.core import richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo.content import FOLDER
from forum.messages.actions import TEASER
from forum.messages.models import Conversation, ConversationPlace, Message, MessageChoice

Entry = dict[str, Any]


def exchange(members: Mapping[str, Member]) -> None:
    """Let some of them take messages, and write what the content says."""
    must_be_writing()
    content: Entry = yaml.safe_load((FOLDER / "messages.yaml").read_text("utf-8"))
    db.session.add_all(MessageChoice(member_id=members[key].id) for key in content["accept"])
    for entry in content["conversations"]:
        _conversation(entry, members)
    db.session.flush()


def _conversation(entry: Entry, members: Mapping[str, Member]) -> None:
    lines = entry["messages"]
    begun, last = (datetime.fromisoformat(line["at"]).replace(tzinfo=UTC) for line in (lines[0], lines[-1]))
    opener = members[lines[0]["author"]].id
    first, second = sorted((opener, members[entry["with"]].id))
    conversation = Conversation(first_id=first, second_id=second, opened_by=opener, opened_at=begun, bumped_at=last)
    db.session.add(conversation)
    db.session.flush()
    for line in lines:
        _message(line, conversation, members[line["author"]])
    for key in entry["read"]:
        place = ConversationPlace(conversation_id=conversation.id, member_id=members[key].id, read_until=last)
        db.session.add(place)


def _message(line: Entry, conversation: Conversation, author: Member) -> None:
    moment = datetime.fromisoformat(line["at"]).replace(tzinfo=UTC)
    message = Message(
        conversation_id=conversation.id, language=line["language"], audience="participants", is_listed=False,
        status="published", created_at=moment, published_at=moment, is_demo=True, topics=[],
    )  # fmt: skip
    contributions.set_words(message, source=line["source"].strip())
    message.teaser = richtext.excerpt(message.html, TEASER)
    contributions.sign(message, author.id, "member")
