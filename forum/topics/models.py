"""Tables of the vocabulary."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core import stems
from forum.core.db import Key, Model, one_of

KINDS = ("condition", "symptom", "treatment")
RELATIONS = ("symptom_of", "treats", "related")


def key_of(name: str) -> str:
    """The form by which a name is found whatever its accents, case and hyphens: "Raynaud's" and "raynaud" meet."""
    return " ".join(stems.words(name))


class Topic(Model):
    """A condition, symptom or treatment. `broader_id` is the topic it is a kind of."""

    __tablename__ = "topics"
    __table_args__ = (one_of("kind", KINDS),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    kind: Mapped[str]
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="SET NULL"), index=True)

    texts: Mapped[list[TopicText]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    synonyms: Mapped[list[TopicSynonym]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    codes: Mapped[list[TopicCode]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class TopicText(Model):
    """A topic's name in one language; `key` is the folded form by which it is found."""

    __tablename__ = "topic_texts"
    __table_args__ = (UniqueConstraint("topic_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    language: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(Key, index=True)


class TopicSynonym(Model):
    """Another name. `language` may be "und" (none in particular); `key` is the folded form by which it is found."""

    __tablename__ = "topic_synonyms"
    __table_args__ = (UniqueConstraint("topic_id", "language", "key"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    language: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(Key, index=True)


class TopicCode(Model):
    """A code in another vocabulary (Mondo, ORPHAcode, MeSH, ICD-10, HPO) with the version it was taken from."""

    __tablename__ = "topic_codes"
    __table_args__ = (UniqueConstraint("topic_id", "system", "code"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    system: Mapped[str]
    version: Mapped[str]
    code: Mapped[str]


class TopicRelation(Model):
    """`topic` is a symptom of, treats (has been tried for), or is related to `other`."""

    __tablename__ = "topic_relations"
    __table_args__ = (
        UniqueConstraint("topic_id", "relation", "other_id"),
        Index("ix_topic_relations_other", "other_id"),
        one_of("relation", RELATIONS),
    )
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    relation: Mapped[str]
    other_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))


class TopicSlug(Model):
    """A slug that a topic had before; it redirects."""

    __tablename__ = "topic_slugs"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
