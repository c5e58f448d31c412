"""What messages tell the rooms below: their address, whom they are for, what a member takes with her or leaves behind.

Nothing stands around a message for a case: a moderator reads the one that was reported, never the conversation.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.core import richtext
from forum.core.kinds import Kind
from forum.messages import actions, queries
from forum.messages.models import Message


def _address(message: Message, language: str) -> str:
    return f"/{language}/messages/{message.id}"


def _title(_message: Message) -> str:
    return str(_("A private message"))


def _text(message: Message) -> str:
    return richtext.plain(message.html)


def _can_see(viewer: Any, message: Message) -> bool:
    return queries.is_shared_with(viewer, message.id)


def _recount(message: Message) -> None:
    actions.recount(message.conversation_id)


MESSAGE = Kind(
    name="message",
    model=Message,
    label=_l("Private message"),
    address=_address,
    title=_title,
    text=_text,
    can_see=_can_see,
    shared_with=queries.shared_with,
    on_published=_recount,
    on_hidden=_recount,
    on_erased=actions.forget,
    erase_for=actions.erase_for,
    export_for=queries.export_for,
)
