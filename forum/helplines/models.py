"""Tables of Get help. Hours belong to the method (a phone line, a chat), in the line's own time zone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Key, Model, one_of

METHODS = ("phone", "sms", "chat", "email", "web")
COSTS = ("free", "local", "paid", "unknown")
GROUPS = ("now", "illness", "money", "family")


class Helpline(Model):
    """A line to call, text or chat with. Unverified until a curator has verified it; a retired one is not shown.

    `key` names a line the site comes with, so that it is loaded once and then left to the curators.
    """

    __tablename__ = "helplines"
    __table_args__ = (one_of("cost", COSTS), one_of("group_key", GROUPS))
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(Key, unique=True)
    operator: Mapped[str]
    country: Mapped[str]
    languages: Mapped[str]  # "en es"
    group_key: Mapped[str]
    is_emergency: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    cost: Mapped[str]
    time_zone: Mapped[str]
    retired_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))

    texts: Mapped[list[HelplineText]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="HelplineText.language"
    )
    methods: Mapped[list[HelplineMethod]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="HelplineMethod.id"
    )


class HelplineText(Model):
    """Name, audience and note of a line in one language."""

    __tablename__ = "helpline_texts"
    __table_args__ = (UniqueConstraint("helpline_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    helpline_id: Mapped[int] = mapped_column(ForeignKey("helplines.id", ondelete="CASCADE"))
    language: Mapped[str]
    name: Mapped[str]
    audience: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class HelplineMethod(Model):
    """One way to reach a line. `has_hours` is False when its hours are not known."""

    __tablename__ = "helpline_methods"
    __table_args__ = (one_of("method", METHODS),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    helpline_id: Mapped[int] = mapped_column(ForeignKey("helplines.id", ondelete="CASCADE"), index=True)
    method: Mapped[str]
    value: Mapped[str]
    has_hours: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    hours: Mapped[list[HelplineHours]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="(HelplineHours.weekday, HelplineHours.opens)"
    )


class HelplineHours(Model):
    """A weekly interval in local time: weekday 0 (Monday) to 6, minutes after midnight; the end may pass 24:00."""

    __tablename__ = "helpline_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens >= 0 AND opens < 1440 AND closes > opens AND closes <= opens + 1440", name="interval"),
    )
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("helpline_methods.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
