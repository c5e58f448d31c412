"""Tables of what all that members write has in common.

A Contribution is the root of joined-table inheritance: every column that a mixed list needs stands here.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    false,
    inspect,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.core import membertext
from forum.core.db import Key, Model, one_of
from forum.core.richtext import RenderedHtml, stored
from forum.topics.models import Topic

STATUSES = ("draft", "sent", "pending", "changes_asked", "published", "hidden", "declined", "withdrawn", "erased")
UNSEEN = {"draft", "sent", "pending", "changes_asked", "declined"}
AUDIENCES = ("everyone", "members", "participants")
ATTRIBUTIONS = ("member", "pseudonym", "anonymous")
CONTENT_NOTES = ("loss", "surgery", "self_harm", "graphic")
USES = ("site", "translation", "print", "research", "photo")
HOWS = ("site", "letter", "phone", "voice", "attested")  # how a consent was given
REACTIONS = ("thanks", "me_too", "with_you")
IF_UNREACHABLE = ("keep", "unlist", "remove")

contribution_topics = Table(
    "contribution_topics",
    Model.metadata,
    Column("contribution_id", ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_contribution_topics_topic", "topic_id", "contribution_id"),
)


class Contribution(Model):
    """Anything a member writes that others can see.

    `author_id` is NULL unless attribution is *member*; otherwise the member stands in `seals`. `byline` holds text
    only for a pseudonym. `version` rises with each change (two who act at once: the second is told).
    """

    __tablename__ = "contributions"
    __table_args__: Any = (
        one_of("status", STATUSES),
        one_of("audience", AUDIENCES),
        one_of("attribution", ATTRIBUTIONS),
        CheckConstraint("(attribution = 'member') = (author_id IS NOT NULL)", name="author"),
        CheckConstraint("(attribution = 'pseudonym') = (byline IS NOT NULL)", name="byline"),
        Index("ix_contributions_listed", "kind", "status", "published_at", "id"),
        Index("ix_contributions_author", "author_id", "published_at"),
    )
    is_public = True

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    attribution: Mapped[str] = mapped_column(default="member")
    byline: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    teaser: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    html: Mapped[Markup] = mapped_column(RenderedHtml, default=lambda: stored(""))
    html_policy: Mapped[int] = mapped_column(default=0)
    language: Mapped[str]
    audience: Mapped[str] = mapped_column(default="everyone")
    status: Mapped[str] = mapped_column(default="draft")
    is_listed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    content_notes: Mapped[str] = mapped_column(default="")  # words of CONTENT_NOTES, separated by spaces
    created_at: Mapped[datetime]
    visible_from: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]  # last change that readers see: an edit, a later chapter
    withdrawn_at: Mapped[datetime | None]
    shown_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True, name="fk_contributions_shown_revision_id"), index=True
    )
    cloth_seed: Mapped[int] = mapped_column(BigInteger, default=lambda: secrets.randbits(32))
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column()

    author: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[author_id])
    topics: Mapped[list[Topic]] = relationship(secondary=contribution_topics, lazy="raise_on_sql")

    __mapper_args__: dict[str, Any] = {"polymorphic_on": "kind", "version_id_col": version}

    @property
    def notes(self) -> tuple[str, ...]:
        """The content notes as words."""
        return tuple(self.content_notes.split())

    @property
    def is_unseen(self) -> bool:
        """Whether no visitor saw anything of it before the change under way, nor sees anything after it."""
        return {self.status or "draft", *inspect(self).attrs.status.history.deleted} <= UNSEEN

    @property
    def is_tombstone(self) -> bool:
        """True when only the place of it may be shown."""
        return self.status in ("hidden", "withdrawn", "erased")


class Seal(Model):
    """The hidden link between a contribution signed with another name or none and its member."""

    __tablename__ = "seals"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)


class Revision(Model):
    """One state of a contribution's words. Made by its author, or by an editor with a visible note."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        one_of("made_by", ("author", "editor")),
        CheckConstraint("made_by = 'editor' OR editor_id IS NULL", name="editor"),
    )
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    teaser: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    html: Mapped[Markup] = mapped_column(RenderedHtml)
    html_policy: Mapped[int]
    made_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]  # when readers could first see it: a history shows no other
    made_by: Mapped[str] = mapped_column(default="author")
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what else its kind keeps of this state


class Draft(Model):
    """Unsent text of one place: a reply, an edit. A sealed contribution's drafts hang on it, not on a member."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("member_id", "place"),
        CheckConstraint("(member_id IS NULL) <> (contribution_id IS NULL)", name="owner"),
        Index(
            "uq_drafts_contribution",
            "contribution_id",
            "place",
            unique=True,
            sqlite_where=text("contribution_id IS NOT NULL"),
            postgresql_where=text("contribution_id IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(default="")
    teaser: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]


class Consent(Model):
    """One use that the author allowed: which wording she read, in which language, when and how; when withdrawn.

    A translation is allowed for one language at a time. `recorded_by` is the curator who wrote down what was said
    by letter, phone or voice, or the administrator who attests a consent given before; `note` says how.
    """

    __tablename__ = "consents"
    __table_args__ = (
        one_of("use", USES),
        one_of("given_how", HOWS),
        CheckConstraint("(use = 'translation') = (for_language IS NOT NULL)", name="for_language"),
        Index("ix_consents_contribution", "contribution_id", "use"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    use: Mapped[str]
    for_language: Mapped[str | None]
    wording_version: Mapped[int]
    language: Mapped[str]
    given_how: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="", server_default="")


class Wish(Model):
    """What shall happen to a contribution if its author can't be reached, and who may decide for her then."""

    __tablename__ = "wishes"
    __table_args__ = (one_of("if_unreachable", IF_UNREACHABLE),)
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), unique=True)
    if_unreachable: Mapped[str] = mapped_column(default="keep")
    deputy: Mapped[str] = mapped_column(default="")  # a name and how to reach her, in the author's words
    changed_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]  # when the author was last led to her choices
    carried_out_at: Mapped[datetime | None]
    carried_out_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")  # how the administrator tried to reach her, in her own words


class Quotation(Model):
    """One contribution quotes another: when the quoted is taken back, its words leave the quoting one too."""

    __tablename__ = "quotations"
    __table_args__ = (Index("ix_quotations_quoted", "quoted_id"),)
    quoting_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    quoted_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)


class Follow(Model):
    """A member asked to be told of what is new: about a contribution (a later chapter of a story), in a thread, on a
    board, about a topic, or from another member, under that member's display name.

    Whoever writes in a thread under her name follows it from then on; `ended_at`: that she has ended it since, so that
    it isn't made again by itself.
    """

    __tablename__ = "follows"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN contribution_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN board_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN followed_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one",
        ),
        CheckConstraint("ended_at IS NULL OR thread_id IS NOT NULL", name="ended"),
        UniqueConstraint("member_id", "contribution_id"),
        UniqueConstraint("member_id", "thread_id"),
        UniqueConstraint("member_id", "board_id"),
        UniqueConstraint("member_id", "topic_id"),
        UniqueConstraint("member_id", "followed_id"),
        Index("ix_follows_followed", "contribution_id"),
        Index("ix_follows_thread", "thread_id"),
        Index("ix_follows_board", "board_id"),
        Index("ix_follows_topic", "topic_id"),
        Index("ix_follows_member", "followed_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    followed_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    nonce: Mapped[str]  # of the address that ends it with one click
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Reaction(Model):
    """One tap of a member on a contribution. Readers see how many there are, never whose: *me too* is a diagnosis."""

    __tablename__ = "reactions"
    __table_args__ = (one_of("reaction", REACTIONS), Index("ix_reactions_member", "member_id"))
    is_public = True  # how many there are
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    reaction: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]


class Bookmark(Model):
    """A member put a contribution aside for herself, with a note that only she reads."""

    __tablename__ = "bookmarks"
    __table_args__ = (
        UniqueConstraint("member_id", "contribution_id"),
        Index("ix_bookmarks_contribution", "contribution_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]


class Mention(Model):
    """A contribution names a member: the source holds her id, so that a new name of hers stands there too."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_member", "member_id"),)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)


class KeptDetail(Model):
    """A personal detail that its author was shown and means to share: it isn't pointed out again. Only a digest."""

    __tablename__ = "kept_details"
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)


membertext.register(Contribution, "byline", "title", "teaser", "source", "html", contribution="id")
membertext.register(Revision, "title", "teaser", "source", "html", "note", "facts", contribution="contribution_id")
membertext.register(Draft, "title", "teaser", "source", "facts", contribution="contribution_id", member="member_id")
membertext.register(Consent, "note", contribution="contribution_id")
membertext.register(Bookmark, "note", contribution="contribution_id", member="member_id")
membertext.register(Wish, "deputy", "reason", contribution="contribution_id")
