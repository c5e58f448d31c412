"""Tables of guide texts."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy import Boolean, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, one_of
from forum.core.richtext import RenderedHtml
from forum.references.models import SECTIONS


class GuideText(Model):
    """The reviewed text about a topic in one language."""

    __tablename__ = "guide_texts"
    __table_args__ = (UniqueConstraint("topic_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    language: Mapped[str]
    author: Mapped[str]
    reviewer: Mapped[str] = mapped_column(default="")
    reviewed_on: Mapped[date | None]
    in_short: Mapped[str]
    in_short_html: Mapped[Markup] = mapped_column(RenderedHtml)
    updated_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    sections: Mapped[list[GuideSection]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="GuideSection.position"
    )


class GuideSection(Model):
    """One section of a guide: what it is, causes, diagnosis, treatment, research."""

    __tablename__ = "guide_sections"
    __table_args__ = (UniqueConstraint("guide_text_id", "section"), one_of("section", SECTIONS))
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    guide_text_id: Mapped[int] = mapped_column(ForeignKey("guide_texts.id", ondelete="CASCADE"))
    section: Mapped[str]
    position: Mapped[int]
    source: Mapped[str]
    html: Mapped[Markup] = mapped_column(RenderedHtml)
    html_policy: Mapped[int]
