"""Tables of moderation about members: sanctions, second persons, notes and contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import membertext
from forum.core.db import Model, one_of

SANCTIONS = ("warning", "silence", "limit", "ban")
SECOND_FOR = ("ban", "silence", "limit", "open_seal", "close_spam", "recover_mailbox")
ANSWERS = ("granted", "refused", "override", "lapsed")
CONTACTS = ("note", "message", "mail", "phone", "in_person")


class Sanction(Model):
    """A restriction of a member, until a date or until lifted. Through a seal it names the contribution only."""

    __tablename__ = "sanctions"
    __table_args__ = (
        one_of("sanction", SANCTIONS),
        CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="whom"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    sanction: Mapped[str]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


class MemberNote(Model):
    """What moderators keep of a member: a note, or who spoke to her, when and about what, so that nobody is told twice.
    Written on a sealed contribution's case it hangs on the contribution."""

    __tablename__ = "member_notes"
    __table_args__ = (
        one_of("contact", CONTACTS),
        CheckConstraint("(member_id IS NULL) <> (contribution_id IS NULL)", name="whom"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    contact: Mapped[str] = mapped_column(default="note")
    text: Mapped[str]
    written_at: Mapped[datetime]


class SecondPerson(Model):
    """One moderator asks for what takes two; another grants or refuses it. Alone, the administrator overrides, and that
    is on the public page. What nobody answered by `expires_at` has lapsed.

    `letter`: what the member will read if it is granted; `data`: ids, dates and words of the code to carry it out by.
    """

    __tablename__ = "second_persons"
    __table_args__ = (
        one_of("second_for", SECOND_FOR),
        one_of("answer", ANSWERS),
        Index("ix_second_persons_open", "answered_at", "expires_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    second_for: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    letter: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answer_words: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]


membertext.register(MemberNote, "text", contribution="contribution_id", member="member_id")
membertext.register(
    SecondPerson, "reason", "letter", "answer_words", contribution="contribution_id", member="member_id"
)
