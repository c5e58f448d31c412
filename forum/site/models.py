"""Tables of the site: editable pages, the notice line."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Key, Model
from forum.core.richtext import RenderedHtml


class Page(Model):
    """One editable page in one language, in its present version."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("slug", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key)
    language: Mapped[str]
    title: Mapped[str]
    source: Mapped[str]
    html: Mapped[Markup] = mapped_column(RenderedHtml)
    html_policy: Mapped[int]
    version: Mapped[int] = mapped_column()
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class PageVersion(Model):
    """A version of a page that was replaced."""

    __tablename__ = "page_versions"
    __table_args__ = (Index("ix_page_versions_page", "page_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"))
    version: Mapped[int]
    title: Mapped[str]
    source: Mapped[str]
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


class NoticeLine(Model):
    """A line at the top of every page until a moment: works on the server, a meeting, a warning."""

    __tablename__ = "notice_lines"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))

    texts: Mapped[list[NoticeLineText]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class NoticeLineText(Model):
    """A notice line's words in one language."""

    __tablename__ = "notice_line_texts"
    __table_args__ = (UniqueConstraint("notice_line_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_line_id: Mapped[int] = mapped_column(ForeignKey("notice_lines.id", ondelete="CASCADE"))
    language: Mapped[str]
    text: Mapped[str]
