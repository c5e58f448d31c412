"""What pages and policies read of boards, threads and posts: plain values, holding only what may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from forum.core import clock, richtext
from forum.core.verdict import Verdict
from forum.discussions.before_sending import Before
from forum.discussions.signing import NO_SIGNING, Signing
from forum.topics.queries import TopicName

FIRST_WORDS = 90  # characters of a post in a short line
FOLDED = ("self_harm", "graphic")  # shown when asked for; other notes are only named
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
    slow_seconds: int = 0
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
    starter_id: int | None = None
    starter_alias_id: int | None = None
    own_pause: int = 0  # seconds between two posts of one member
    slow_seconds: int = 0  # the longer of that and its board's
    started_at: datetime | None = None
    shown_until: datetime | None = None  # when its newest post was shown first
    seen_until: datetime | None = None  # what was shown later is new to the member who asks
    own_alias: str | None = None  # under which the member who asks has written there
    own_profession: str | None = None  # verified for her today
    own_verified_until: date | None = None
    locked_until: datetime | None = None  # it opens again by itself

    def __post_init__(self) -> None:
        """By its date it is open again, whenever the worker comes to say so."""
        if self.is_locked and self.locked_until is not None and self.locked_until <= clock.now():
            object.__setattr__(self, "is_locked", False)

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
    signed_name: str | None  # the name of a member who signed with her own
    opening_id: int
    started_at: datetime
    new_count: int = 0  # posts that are new to the member who asks
    board_name: str | None = None
    topics: tuple[TopicName, ...] = ()

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
    `answering_gone` isn't. `closes` says of each branch that ends before it whether it can be folded, `downs` how many
    begin with it; `below` are the posts of its branch on this page, `deeper` those that continue on one of their own.
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
    shown_at: datetime | None = None
    deeper: int = 0
    alias_id: int | None = None
    basis: str | None = None
    profession: str | None = None
    verified_until: date | None = None
    reference_id: int | None = None
    paper: str | None = None
    paper_address: str | None = None
    editors_line: str | None = None  # of a moderator who changed its words
    is_starter: bool = False  # it is signed as the post that started the discussion
    is_answered_here: bool = False  # what it answers stands on the same page
    is_new: bool = False
    below: int = 0
    answers_here: int = 0
    folds: bool = False  # the branch that begins with it can be folded
    downs: int = 0
    closes: tuple[bool, ...] = ()

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def first_words(self) -> str:
        """How it begins, on one line; nothing of what is folded."""
        is_folded = any(note in FOLDED for note in self.content_notes.split())
        return "" if is_folded or self.html is None else richtext.excerpt(self.html, FIRST_WORDS)

    @property
    def stated_basis(self) -> str | None:
        """What it rests on, as far as that can be said: a profession while it is verified, a paper that is there."""
        if self.basis == "professional":
            return self.basis if self.profession else None
        return self.basis if self.basis != "paper" or self.paper else None

    def told(self, moment: datetime) -> datetime:
        """A moment of it as readers may know it: of what nobody signed only the day, as on its page. By the minute it
        could be put together with what somebody signed."""
        return moment if self.author_id is not None else moment.replace(hour=0, minute=0, second=0, microsecond=0)

    def is_by(self, author_id: int | None, alias_id: int | None) -> bool:
        """Whether it is signed with this member's name, or with this alias; a name is never compared with an alias."""
        if self.alias_id is not None:
            return self.alias_id == alias_id
        return self.author_id is not None and self.author_id == author_id


@dataclass(frozen=True, slots=True)
class PostPage:
    """Some posts of a thread in the order of a view; `before` and `after` are the keys of its neighbours."""

    posts: list[PostRow]
    view: str
    before: int | None
    after: int | None
    closes_at_end: tuple[bool, ...] = ()


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
    then: str = ""
    signing: Signing = NO_SIGNING


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments on a contribution: the first of them, and the box for another."""

    thread: ThreadRow | None
    page: PostPage
    box: ReplyBox
