"""Tables of appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import membertext
from forum.core.db import Model, one_of

APPELLANTS = ("author", "reporter")
OUTCOMES = ("upheld", "overturned", "partly")


class Appeal(Model):
    """Somebody asks another moderator to look at a decision again: whom it restricts, or who reported in vain.

    The appellant of a sealed contribution is its seal. A banned member comes by a private address; so does the person
    outside who hears it where no second moderator can.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("decision_id", "appellant"),
        one_of("appellant", APPELLANTS),
        one_of("outcome", OUTCOMES),
        CheckConstraint("(appellant = 'reporter') = (report_id IS NOT NULL)", name="report"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"))
    appellant: Mapped[str]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    words: Mapped[str]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None]
    outside_name: Mapped[str] = mapped_column(default="")
    outside_address: Mapped[str | None]  # encrypted; erased once it is heard
    outside_nonce: Mapped[str | None]
    outside_token_hash: Mapped[str | None] = mapped_column(unique=True)
    outside_until: Mapped[datetime | None]
    heard_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    heard_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


membertext.register(Appeal, "words", "answer", contribution="contribution_id", member="member_id")
