"""What pages and policies read of boards, threads and posts: plain values, holding only what may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from forum.core.verdict import Verdict
from forum.discussions.before_sending import Before

GONE = ("hidden", "withdrawn", "erased")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board with its words in the page's language, or in the one given by `language` where it has none there."""

    id: int
    slug: str
    position: int
    audience: str
    who_may_start: str
    is_reviewed_first: bool
    allows_anonymous: bool
    is_archived: bool
    language: str = ""
    name: str = ""
    description: str = ""
    rules: str = ""


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as its page shows it. `title` is None where its opening post is gone, and for comments.

    `status` is that of the opening post, or of what the comments are about.
    """

    id: int
    board_id: int | None
    board_slug: str | None
    board_name: str | None
    about_id: int | None
    opening_id: int | None
    title: str | None
    status: str
    audience: str
    language: str
    content_notes: str
    allows_anonymous: bool
    is_reviewed_first: bool
    is_archived: bool
    is_pinned: bool
    is_locked: bool
    bumped_at: datetime
    post_count: int
    chosen_view: str | None = None

    @property
    def answer_count(self) -> int:
        """Posts that readers see, without the opening one."""
        return max(self.post_count - (1 if self.opening_id and self.status == "published" else 0), 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """The content notes as words."""
        return tuple(self.content_notes.split())


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list. `title`, `teaser` and `name` are None where its opening post is gone."""

    id: int
    title: str | None
    teaser: str | None
    name: str | None
    status: str
    language: str
    content_notes: str
    is_pinned: bool
    is_locked: bool
    bumped_at: datetime
    post_count: int
    board_name: str | None = None

    @property
    def answer_count(self) -> int:
        """Posts that readers see, without the opening one."""
        return max(self.post_count - (1 if self.status == "published" else 0), 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """The content notes as words."""
        return tuple(self.content_notes.split())


@dataclass(slots=True)
class PostRow:
    """A post on a page. Of one that is gone only its place and the reason are here, never a word or a name.

    `name` is None for a post without a name; `answering_name` likewise, when `answers_id` is set and
    `answering_gone` isn't. `ups` and `downs` say how many branches end before it and begin with it.
    """

    id: int
    path: str
    answers_id: int | None
    status: str
    author_id: int | None
    name: str | None
    html: Markup | None
    language: str
    content_notes: str
    written_at: datetime
    updated_at: datetime | None
    answering_name: str | None
    answering_gone: bool
    is_own: bool
    is_answered_here: bool = False  # what it answers stands on the same page
    ups: int = 0
    downs: int = 0

    @property
    def is_gone(self) -> bool:
        return self.status in GONE


@dataclass(frozen=True, slots=True)
class PostPage:
    """Some posts of a thread in the order of a view; `before` and `after` are the keys of its neighbours."""

    posts: list[PostRow]
    view: str
    before: int | None
    after: int | None
    ups_at_end: int = 0


@dataclass(frozen=True, slots=True)
class ReplyBox:
    """One box and one button: where an answer goes, what is in it already, and whether it may be written at all.

    `action` and `drafts` are addresses without the language. `waits`: a moderator will see it before others do.
    """

    verdict: Verdict
    action: str
    drafts: str
    allows_anonymous: bool
    waits: bool = False
    source: str = ""
    version: int = 0
    answers_id: int | None = None
    answering: str | None = None
    attribution: str = "member"
    content_notes: tuple[str, ...] = ()
    error: str = ""
    thread_id: int | None = None
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments on a contribution: the first of them, and the box for another."""

    thread: ThreadRow | None
    page: PostPage
    box: ReplyBox
