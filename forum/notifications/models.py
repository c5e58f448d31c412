"""Tables of what members are told, how each wants to be told, and what she does not want to hear of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import membertext, tokens
from forum.core.db import Key, Model, one_of

KINDS = (
    "answer", "mention", "quote", "reaction", "thread", "review", "decision", "story", "message",
)  # fmt: skip
MAILS = ("now", "daily", "weekly", "none")


class Notification(Model):
    """One thing that one member is told: one row, one fixed Message-ID.

    Whom it is for: `member_id`; or `sealed_id`, a contribution of hers whose seal alone says who she is (an answer to
    what she wrote without her name). `key` says what it is about, once for each recipient: `post:123` whatever of
    answer, mention, quote and followed thread it is; `reaction:123:1` is grouped, `count` of them. `contribution_id` is
    what is new, by which it is asked again, when the mail is sent, whether she may see it. `mail`: how it is mailed, as
    she had chosen when it was made; `due_at`: when it may go, at the earliest; `mailed_at`: that it went, or that a
    digest took it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("mail", MAILS),
        CheckConstraint("(member_id IS NULL) <> (sealed_id IS NULL)", name="recipient"),
        UniqueConstraint("member_id", "key"),
        UniqueConstraint("sealed_id", "key"),
        Index("ix_notifications_listed", "member_id", "changed_at", "id"),
        Index(
            "ix_notifications_unread",
            "member_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notifications_contribution", "contribution_id"),
        Index("ix_notifications_thread", "thread_id"),
        Index(
            "ix_notifications_due",
            "mail",
            "due_at",
            sqlite_where=text("mailed_at IS NULL"),
            postgresql_where=text("mailed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    sealed_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(Key)
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    count: Mapped[int] = mapped_column(default=1, server_default="1")
    nonce: Mapped[str] = mapped_column(default=tokens.new_nonce)  # of the addresses in its mail: reply, unsubscribe
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(default="none", server_default="none")
    due_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id", ondelete="SET NULL"), index=True)


class Digest(Model):
    """One mail that gathers what was new for one member in a day or a week: one row, one fixed Message-ID."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("member_id", "period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(Key)  # "daily:2026-11-21" or "weekly:2026-W47", by her own clock
    nonce: Mapped[str] = mapped_column(default=tokens.new_nonce)
    made_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]


class NotificationChoice(Model):
    """How a member wants to hear of one kind, where she chose otherwise than the site does."""

    __tablename__ = "notification_choices"
    __table_args__ = (one_of("kind", KINDS), one_of("mail", MAILS))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    is_listed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    mail: Mapped[str]


class MailChoice(Model):
    """A member's mail as a whole: discreet or not, her clock, her quiet hours, and what came back from her address.

    `bounces` counts mails that came back since one was last delivered or the address changed; `paused_at`: nothing is
    mailed to this address any more, until she changes or confirms it.
    """

    __tablename__ = "mail_choices"
    __table_args__ = (CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    is_discreet: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    time_zone: Mapped[str] = mapped_column(default="", server_default="")  # IANA; "" is the site's
    quiet_from: Mapped[int | None]  # minutes after midnight by her clock; the end may lie before it, in the morning
    quiet_until: Mapped[int | None]
    nonce: Mapped[str] = mapped_column(default=tokens.new_nonce)  # of her address for stories by mail
    bounces: Mapped[int] = mapped_column(default=0, server_default="0")
    bounced_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]


class Mute(Model):
    """What a member does not want to hear of: another member, a thread, a board, or a topic.

    To block is to mute a member who, besides, can't write to her. Of what is written without a name neither knows
    anything: only `contributions.author_id` is asked.
    """

    __tablename__ = "mutes"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN muted_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN board_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one",
        ),
        CheckConstraint("NOT is_block OR muted_id IS NOT NULL", name="block"),
        UniqueConstraint("member_id", "muted_id"),
        UniqueConstraint("member_id", "thread_id"),
        UniqueConstraint("member_id", "board_id"),
        UniqueConstraint("member_id", "topic_id"),
        Index("ix_mutes_muted", "muted_id"),
        Index("ix_mutes_thread", "thread_id"),
        Index("ix_mutes_board", "board_id"),
        Index("ix_mutes_topic", "topic_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    muted_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    is_block: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    made_at: Mapped[datetime]


class ReceivedMail(Model):
    """That a mail came in and what became of it, so that the same mail twice is one post. Never its words.

    `digest` is that of its Message-ID and of the address it came to.
    """

    __tablename__ = "received_mails"
    __table_args__ = (one_of("outcome", ("posted", "held", "drafted", "bounce", "ignored", "refused")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(Key, unique=True)
    outcome: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(index=True)


membertext.register(MailChoice, "time_zone", member="member_id")
