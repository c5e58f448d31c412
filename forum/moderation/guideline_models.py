"""Tables of the words that moderators rest on and begin with: guidelines in their versions, canned replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Key, Model


class Guideline(Model):
    """One numbered rule in one version; a decision cites the version in force when it was made."""

    __tablename__ = "guidelines"
    __table_args__ = (UniqueConstraint("number", "version"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    version: Mapped[int]
    key: Mapped[str] = mapped_column(Key)
    in_force_from: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    texts: Mapped[list[GuidelineText]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class GuidelineText(Model):
    """A guideline's words in one language; `to_author` is what a letter says under it."""

    __tablename__ = "guideline_texts"
    __table_args__ = (UniqueConstraint("guideline_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    guideline_id: Mapped[int] = mapped_column(ForeignKey("guidelines.id", ondelete="CASCADE"))
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    to_author: Mapped[str]


class Reply(Model):
    """A text that moderators begin a letter with, kept for one decision, one guideline, or any."""

    __tablename__ = "replies"
    is_public = True  # words of the site, though on letters only: what is kept of them in memory goes with a change
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key, unique=True)
    decision: Mapped[str | None]
    guideline_key: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]

    texts: Mapped[list[ReplyText]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class ReplyText(Model):
    """A canned reply's words in one language."""

    __tablename__ = "reply_texts"
    __table_args__ = (UniqueConstraint("reply_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    edited_at: Mapped[datetime]
