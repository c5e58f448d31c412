"""Tables of conversations between two members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from forum.contributions.models import Contribution
from forum.core.db import Model


class Conversation(Model):
    """What two members write to each other: one for each two, the lower id first. `opened_by` wrote the first line."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("ix_conversations_first", "first_id", "bumped_at"),
        Index("ix_conversations_second", "second_id", "bumped_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime]
    bumped_at: Mapped[datetime]


class ConversationPlace(Model):
    """Where one of the two stands in a conversation: what she has read, and whether she put it away."""

    __tablename__ = "conversation_places"
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    read_until: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]


class MessageChoice(Model):
    """Whether a member accepts messages, where she said so. Without a row she does not."""

    __tablename__ = "message_choices"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Message(Contribution):
    """One message: a contribution for the two of its conversation alone, never indexed."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_conversation", "conversation_id", "id"),)
    __mapper_args__ = {"polymorphic_identity": "message"}
    is_public = False

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
