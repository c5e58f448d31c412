"""Tables of the editable pages: privacy, disclaimer, about, just told."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
