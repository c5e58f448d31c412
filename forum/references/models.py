"""Tables of the annotated literature."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Key, Model, one_of
from forum.core.partial_date import PartialDate, PartialDateType

SECTIONS = ("about", "causes", "diagnosis", "treatment", "research")
LINK_STATES = ("unchecked", "alive", "dead")


class Reference(Model):
    """One publication, cited as published. Without an address it is shown as a citation, not a link.

    `key` names a row of the literature the site comes with, so that it is loaded once and then left to the curators.
    """

    __tablename__ = "references"
    __table_args__ = (one_of("link_state", LINK_STATES),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(Key, unique=True)
    title: Mapped[str]
    source: Mapped[str]
    published: Mapped[PartialDate] = mapped_column(PartialDateType)
    kind: Mapped[str]
    doi: Mapped[str | None]
    pmid: Mapped[str | None]
    pmcid: Mapped[str | None]
    url: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    link_state: Mapped[str] = mapped_column(default="unchecked")

    texts: Mapped[list[ReferenceText]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ReferenceText.language"
    )
    topics: Mapped[list[ReferenceTopic]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class ReferenceText(Model):
    """What a publication says, in our words, in one language."""

    __tablename__ = "reference_texts"
    __table_args__ = (UniqueConstraint("reference_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    reference_id: Mapped[int] = mapped_column(ForeignKey("references.id", ondelete="CASCADE"))
    language: Mapped[str]
    what_it_says: Mapped[str]


class ReferenceTopic(Model):
    """The place of a publication in a topic's guide."""

    __tablename__ = "reference_topics"
    __table_args__ = (UniqueConstraint("topic_id", "reference_id"), one_of("section", SECTIONS))
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    reference_id: Mapped[int] = mapped_column(ForeignKey("references.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    section: Mapped[str]
