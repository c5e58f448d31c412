"""Tables of care: the cards that were shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, one_of

PLACES = ("contribution", "draft", "message")


class CareCard(Model):
    """The card of helplines was shown to whoever wrote something; at most one in 14 days to the same person.

    What she wrote under her name: it names her. What is sealed: it names the contribution, and through the seal alone
    the days between two cards are counted. On a draft or a private message the day is kept and nothing else.
    """

    __tablename__ = "care_cards"
    __table_args__ = (
        CheckConstraint("(member_id IS NULL) <> (contribution_id IS NULL)", name="whom"),
        one_of("place", PLACES),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    place: Mapped[str]
    shown_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # she has put it away
