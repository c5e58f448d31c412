"""What the pages of messages show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from forum.core.verdict import Verdict
from forum.discussions.before_sending import Before


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between a member and another to whom she would write, as rules judge it.

    `name` is empty for somebody who left. `takes`: the other takes messages from her; what keeps them from her, a
    choice, a block or a restriction, nobody learns. `accepts`, `has_blocked`, `is_professional`, `begun`: the writer's
    own: whether she takes messages, whether she has blocked the other, whether a profession of hers is on record, how
    many conversations she began in the last day.
    """

    other_id: int
    name: str
    takes: bool
    accepts: bool
    has_blocked: bool = False
    is_professional: bool = False
    begun: int = 0


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as one of its two has it: with whom, who began it, whether it was answered, whether it is new.

    `name` is empty where the other left. `excerpt`: the beginning of its last message; empty when that was taken back.
    """

    id: int
    other_id: int
    name: str
    is_begun_by_her: bool
    is_answered: bool
    is_unread: bool
    is_put_away: bool
    bumped_at: datetime
    excerpt: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as one of the two sees it. Taken back, hidden or erased it has a status and no words."""

    id: int
    is_own: bool
    status: str
    html: Markup
    language: str
    written_at: datetime

    @property
    def is_gone(self) -> bool:
        return self.status != "published"


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages of a conversation, the oldest first, with the keys of the pages before and after them."""

    messages: list[MessageRow]
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class MessageBox:
    """The box for a message: whether she may, to whom, where it goes, what was kept for it and shown before it goes."""

    verdict: Verdict
    name: str
    action: str
    drafts: str
    other_id: int = 0
    has_blocked: bool = False
    source: str = ""
    version: int = 0
    error: str = ""
    before: Before | None = None
