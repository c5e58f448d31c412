"""Tables of the rota: duties, notes handed over, days away, choices of each moderator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model


class Duty(Model):
    """A moderator looks after the desk from one moment to another."""

    __tablename__ = "duties"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"), Index("ix_duties_ends", "ends_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Away(Model):
    """Nobody looks after the desk until a day: readers see a line that says so, and what was promised waits."""

    __tablename__ = "aways"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class HandOver(Model):
    """A moderator's note to whoever comes next."""

    __tablename__ = "hand_overs"
    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(index=True)


class DeskChoice(Model):
    """How a moderator likes her desk."""

    __tablename__ = "desk_choices"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    has_shortcuts: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    paused_until: Mapped[datetime | None]  # she has had enough for today
