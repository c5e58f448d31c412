"""Tables of boards, threads and posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from forum.contributions.models import Contribution
from forum.core.db import Key, Model, one_of

DEEPEST = 60  # levels; a deeper answer keeps `answers_id` and joins the last
SEGMENT = 8  # base-36 digits of an id in a path: 2.8 million million posts
LEVELS = 6  # of a branch on one page; what is deeper continues on a page of its own
STARTERS = ("everyone", "moderators")
VIEWS = ("nested", "flat")
BASES = ("experience", "doctor", "professional", "paper")  # what a post rests on


def tier_of(path: str) -> int:
    """How many pages of its branch stand above a post of this path."""
    return max(len(path) // SEGMENT - 1, 0) // LEVELS


class Board(Model):
    """A place for threads, with its own rules."""

    __tablename__ = "boards"
    __table_args__ = (one_of("audience", ("everyone", "members")), one_of("who_may_start", STARTERS))
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str] = mapped_column(default="everyone")
    who_may_start: Mapped[str] = mapped_column(default="everyone")
    is_reviewed_first: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    allows_anonymous: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    is_archived: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")  # between two posts of one member
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    texts: Mapped[list[BoardText]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class BoardText(Model):
    """A board's name, description and rules in one language."""

    __tablename__ = "board_texts"
    __table_args__ = (UniqueConstraint("board_id", "language"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"))
    language: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    rules: Mapped[str] = mapped_column(default="")


class BoardSlug(Model):
    """A slug that a board had before; it redirects."""

    __tablename__ = "board_slugs"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"))


class Thread(Model):
    """A board's thread, opened by a post that holds its title; or the comments about one contribution.

    `bumped_at` and `post_count` are written by `discussions.actions.recount` alone.
    """

    __tablename__ = "threads"
    __table_args__ = (
        CheckConstraint(
            "(board_id IS NOT NULL AND opening_id IS NOT NULL AND about_id IS NULL)"
            " OR (board_id IS NULL AND opening_id IS NULL AND about_id IS NOT NULL)",
            name="place",
        ),
        Index("ix_threads_board", "board_id", "is_pinned", "bumped_at", "id"),
        Index("ix_threads_newest", "bumped_at", "id"),
    )
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id"))
    opening_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    about_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), unique=True)
    is_pinned: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    is_locked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    locked_until: Mapped[datetime | None] = mapped_column(index=True)  # it opens again by itself
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")  # the longer of this and its board's
    started_at: Mapped[datetime]
    bumped_at: Mapped[datetime]
    post_count: Mapped[int] = mapped_column(default=0)

    board: Mapped[Board | None] = relationship(lazy="raise_on_sql")
    opening: Mapped[Contribution | None] = relationship(lazy="raise_on_sql", foreign_keys=[opening_id])


class MergedThread(Model):
    """A thread that became part of another; its address leads there."""

    __tablename__ = "merged_threads"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the id it had
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    merged_at: Mapped[datetime]


class Alias(Model):
    """The name that stands in one thread for a member who writes there without hers. Her seals alone say whose it is:
    she goes on with the alias of her earlier posts in the thread."""

    __tablename__ = "aliases"
    __table_args__ = (UniqueConstraint("thread_id", "name"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", deferrable=True, initially="DEFERRED"))
    name: Mapped[str]  # of a list of the site's own, drawn at random


class Post(Contribution):
    """One post of a thread; it may answer another. `path` orders the nested view: fixed-width id segments.

    `tier` counts the pages above it in its branch, each of LEVELS levels; it follows `path`. `shown_at` is when readers
    could first see it, by which what is new to a reader is found. `basis` is what its writer says it rests on; a paper
    is one of the references.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_nested", "thread_id", "path"),
        Index("ix_posts_flat", "thread_id", "id"),
        Index("ix_posts_tier", "thread_id", "tier", "path"),
        Index("ix_posts_shown", "thread_id", "shown_at"),
        one_of("basis", BASES),
        CheckConstraint("basis = 'paper' OR reference_id IS NULL", name="reference"),
    )
    __mapper_args__ = {"polymorphic_identity": "post"}
    is_public = True

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    # Deferred: a thread needs its opening post's id and that post its thread's; both are there at commit.
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", deferrable=True, initially="DEFERRED"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    path: Mapped[str] = mapped_column(Key, default="")
    tier: Mapped[int] = mapped_column(default=0, server_default="0")
    shown_at: Mapped[datetime | None]
    alias_id: Mapped[int | None] = mapped_column(ForeignKey("aliases.id"), index=True)
    basis: Mapped[str | None]
    reference_id: Mapped[int | None] = mapped_column(ForeignKey("references.id", ondelete="SET NULL"), index=True)

    thread: Mapped[Thread] = relationship(lazy="raise_on_sql", foreign_keys=[thread_id], viewonly=True)

    @validates("path")
    def _follow_path(self, _key: str, path: str) -> str:
        self.tier = tier_of(path)
        return path

    @property
    def depth(self) -> int:
        """0 for a post that answers the thread itself."""
        return max(len(self.path) // SEGMENT - 1, 0)


class ReadingView(Model):
    """How a member chose to read threads: by who answers whom, or by time."""

    __tablename__ = "reading_views"
    __table_args__ = (one_of("view", VIEWS),)
    is_public = False
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    view: Mapped[str]


class ThreadRead(Model):
    """Until when a member has read a thread: what was shown later is new to her."""

    __tablename__ = "thread_reads"
    is_public = False
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True, index=True)
    read_until: Mapped[datetime]


class BoardRead(Model):
    """Until when a member called everything on a board read."""

    __tablename__ = "board_reads"
    is_public = False
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True, index=True)
    read_until: Mapped[datetime]
