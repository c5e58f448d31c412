"""Tables of moderation: cases, reports, decisions, letters, the exchange with an author, the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.contributions.models import Contribution
from forum.core import membertext
from forum.core.db import Model, one_of

# Most urgent first. "import": it came with an archive and waits for its author's consent; nobody need read it yet.
OPENED_FOR = ("care", "private_details", "report", "claim", "review", "import")
REASONS = ("hurtful", "unsafe_advice", "spam", "private_details", "illegal", "worried", "other")
DECISIONS = (
    # about the words
    *("approve", "ask_for_changes", "decline", "hide", "restore", "no_action", "edit", "redact", "content_notes"),
    # about the place: of a thread, of a post
    *("lock", "unlock", "slow", "move", "split", "merge", "topics"),
    # about the member
    *("warn", "silence", "limit", "ban", "lift", "open_seal"),
    # about the notice, or what the site noticed
    *("made_to_hurt", "false_alarm"),
)
TROUBLES = ("changed", "cut_off", "forged")  # of the log
SIGNALS = (
    *("new_member", "watched_word", "many_links", "burst", "near_duplicate", "repeated_link", "hurry", "honeypot"),
    *("lookalike", "crisis", "private_details", "was_refused", "board", "limited"),
)


class Case(Model):
    """What moderators work on: one contribution or one member. At most one open case for each.

    `due_at` is what was promised, while nobody is away; None where nothing is promised. `looked_at` is when the first
    moderator opened it.
    """

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
        Index(
            "uq_cases_open_member",
            "member_id",
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
    looked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    contribution: Mapped[Contribution | None] = relationship(lazy="raise_on_sql")
    reports: Mapped[list[Report]] = relationship(lazy="raise_on_sql", order_by="Report.id")
    decisions: Mapped[list[Decision]] = relationship(lazy="raise_on_sql", order_by="Decision.id")


class Report(Model):
    """A reader's notice about a contribution or a member's page. The snapshot is what she saw; the token leads to her
    receipt. `source` is a keyed digest of where it came from, so that a hundred from one place are seen to be one; it
    is erased when it is no longer needed. It is never shown to whom the notice is about."""

    __tablename__ = "reports"
    __table_args__ = (
        one_of("reason", REASONS),
        CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="about"),
        Index("ix_reports_source", "source", "made_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    source: Mapped[str | None]
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    snapshot_title: Mapped[str] = mapped_column(default="")
    snapshot: Mapped[str]
    language: Mapped[str]
    nonce: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    is_confirmed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # by our own check
    is_made_to_hurt: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="SET NULL"))


class LegalNotice(Model):
    """What a notice of something illegal says besides (Digital Services Act, Article 16(2)). Erased with its report's
    retention; nobody but moderators reads it."""

    __tablename__ = "legal_notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), unique=True)
    grounds: Mapped[str]  # why it is illegal, in the notifier's words
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    is_in_good_faith: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    made_at: Mapped[datetime]


class Signal(Model):
    """What the site noticed by itself about a contribution: why it waits, or why moderators should look. Each is
    labelled, explained to its author, and can be taken back."""

    __tablename__ = "signals"
    __table_args__ = (one_of("signal", SIGNALS), Index("ix_signals_contribution", "contribution_id", "signal"))
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    signal: Mapped[str]
    is_hold: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    word_id: Mapped[int | None] = mapped_column(ForeignKey("watched_words.id", ondelete="SET NULL"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # ids and words of the code, never a text
    made_at: Mapped[datetime] = mapped_column(index=True)
    reversed_at: Mapped[datetime | None]


class CaseLook(Model):
    """A moderator has a case open: who looks at it now, and how much hard material each met today."""

    __tablename__ = "case_looks"
    __table_args__ = (Index("ix_case_looks_moderator", "moderator_id", "seen_at"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    first_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_hard: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class CasePass(Model):
    """A moderator knows the person: the case is for the others."""

    __tablename__ = "case_passes"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    passed_at: Mapped[datetime]


class Decision(Model):
    """One act on a case, with the guideline that is its reason (none is needed to approve or to leave as it is).

    `data` holds what it takes to undo it (ids and words of the code); `until` ends it by itself; `second_id` is the
    second person's word where one is needed. `overturned_at`: an appeal was heard and it no longer holds.
    """

    __tablename__ = "decisions"
    __table_args__ = (one_of("decision", DECISIONS),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    decision: Mapped[str]
    guideline_id: Mapped[int | None] = mapped_column(ForeignKey("guidelines.id"))
    law: Mapped[str] = mapped_column(default="", server_default="")  # where it rests on a law rather than a guideline
    note: Mapped[str] = mapped_column(default="")  # for moderators
    is_automatic: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    until: Mapped[datetime | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    second_id: Mapped[int | None] = mapped_column(ForeignKey("second_persons.id", ondelete="SET NULL"))
    overturned_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class Letter(Model):
    """What is said to the author about a decision. To a sealed contribution's author it goes through the seal.

    `particulars`: the statement of reasons in words of the code (Digital Services Act, Article 17(3)): measure, scope,
    from and until, by notice or own initiative, by a person or by the site, guideline or law. `appeal_until`: how long
    an appeal is heard. `nonce`: of the private address by which whoever can't sign in reads it and appeals.
    """

    __tablename__ = "letters"
    __table_args__ = (CheckConstraint("(contribution_id IS NULL) <> (member_id IS NULL)", name="recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    text: Mapped[str]
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    appeal_until: Mapped[datetime | None]
    nonce: Mapped[str | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @property
    def paragraphs(self) -> list[str]:
        """Its text, a paragraph at a time."""
        return [part for part in self.text.split("\n\n") if part.strip()]


class Redaction(Model):
    """Words were taken out of a contribution everywhere. The commitment was made with a key that died with them."""

    __tablename__ = "redactions"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="SET NULL"))
    commitment: Mapped[str]
    made_at: Mapped[datetime]
    swept_at: Mapped[datetime | None]  # when index file and free pages were clean of it


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
    seal: Mapped[str] = mapped_column(default="", server_default="")  # over the hash, by the site's secret


class LogCheck(Model):
    """The log's chain was followed from its first row: how many rows there were, what was wrong at which of them."""

    __tablename__ = "log_checks"
    __table_args__ = (one_of("trouble", TROUBLES),)
    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(index=True)
    rows: Mapped[int]
    trouble: Mapped[str | None]  # None: it holds together
    row_id: Mapped[int | None]


membertext.register(Report, "words", "snapshot_title", "snapshot", contribution="contribution_id", member="member_id")
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
membertext.register(LegalNotice, "grounds", "name", "email")
