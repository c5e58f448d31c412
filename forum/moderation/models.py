"""Tables of moderation: guidelines, reports, cases, decisions, letters, sanctions, the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.contributions.models import Contribution
from forum.core import membertext
from forum.core.db import Key, Model, one_of

# Most urgent first. "import": it came with an archive and waits for its author's consent; nobody need read it yet.
OPENED_FOR = ("care", "private_details", "report", "claim", "review", "import")
REASONS = ("hurtful", "unsafe_advice", "spam", "private_details", "illegal", "worried", "other")
DECISIONS = ("approve", "ask_for_changes", "decline", "hide", "restore", "no_action", "silence", "lift")
SANCTIONS = ("warning", "silence", "ban")


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


class Case(Model):
    """What moderators work on: one contribution or one member. At most one open case for each contribution."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("opened_for", OPENED_FOR),
        CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="about"),
        Index(
            "uq_cases_open",
            "contribution_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_cases_queue", "closed_at", "urgency", "opened_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    opened_for: Mapped[str]
    urgency: Mapped[int] = mapped_column(default=0)  # position in OPENED_FOR; 0 is most urgent
    opened_at: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    contribution: Mapped[Contribution | None] = relationship(lazy="raise_on_sql")
    reports: Mapped[list[Report]] = relationship(lazy="raise_on_sql", order_by="Report.id")
    decisions: Mapped[list[Decision]] = relationship(lazy="raise_on_sql", order_by="Decision.id")


class Report(Model):
    """A reader's notice about a contribution. The snapshot is what she saw; the token leads to her receipt."""

    __tablename__ = "reports"
    __table_args__ = (one_of("reason", REASONS),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    snapshot_title: Mapped[str] = mapped_column(default="")
    snapshot: Mapped[str]
    language: Mapped[str]
    nonce: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="SET NULL"))


class Decision(Model):
    """One act on a case, with the guideline that is its reason (none is needed to approve or to leave as it is)."""

    __tablename__ = "decisions"
    __table_args__ = (one_of("decision", DECISIONS),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    decision: Mapped[str]
    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("guidelines.id"))
    note: Mapped[str] = mapped_column(default="")  # for moderators
    made_at: Mapped[datetime]


class Letter(Model):
    """What is said to the author about a decision. To a sealed contribution's author it goes through the seal."""

    __tablename__ = "letters"
    __table_args__ = (CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    text: Mapped[str]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @property
    def paragraphs(self) -> list[str]:
        """Its text, a paragraph at a time."""
        return [part for part in self.text.split("\n\n") if part.strip()]


class Sanction(Model):
    """A restriction of a member, until a date or until lifted. Through a seal it names the contribution only."""

    __tablename__ = "sanctions"
    __table_args__ = (
        one_of("sanction", SANCTIONS),
        CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="whom"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    sanction: Mapped[str]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


class ReviewMessage(Model):
    """One line of the private exchange between a contribution's author and the moderators who read it."""

    __tablename__ = "review_messages"
    __table_args__ = (CheckConstraint("NOT is_from_author OR moderator_id IS NULL", name="writer"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    is_from_author: Mapped[bool]
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    language: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class SuggestedEdit(Model):
    """A moderator's proposal for a contribution's words; its author takes it, in whole or part, or leaves it."""

    __tablename__ = "suggested_edits"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    base_title: Mapped[str] = mapped_column(default="")  # the words it was made from
    base_teaser: Mapped[str] = mapped_column(default="")
    base_source: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    teaser: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")  # why, in the moderator's words
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    changes_taken: Mapped[int | None]  # how many of its changes the author took


class LogEntry(Model):
    """Who did what to what, when and why. Rows are added, never changed; `data` holds ids and words of the code."""

    __tablename__ = "log_entries"
    __table_args__ = (Index("ix_log_entries_object", "object_kind", "object_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    act: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[int]
    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("guidelines.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(default="")
    hash: Mapped[str] = mapped_column(default="")


membertext.register(Report, "words", "snapshot_title", "snapshot", contribution="contribution_id")
membertext.register(ReviewMessage, "text", contribution="contribution_id")
membertext.register(
    SuggestedEdit,
    "base_title",
    "base_teaser",
    "base_source",
    "title",
    "teaser",
    "source",
    "note",
    contribution="contribution_id",
)
membertext.register(Letter, "text", contribution="contribution_id", member="member_id")
