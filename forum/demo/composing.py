"""Composing a large site's posts: which thread grows, what a post answers, of which paragraphs it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from forum.core import richtext
from forum.demo import pool
from forum.demo.pool import LANGUAGE, Paragraph
from forum.discussions.actions import path_below
from forum.discussions.models import tier_of
from forum.search.actions import kind_term

LONG_THREAD = 2000  # posts, or half of all where there are fewer than twice as many
SIZES = (20, 1, 2, 3, 5, 8, 12, 20, 20, 35, 60, 150)  # of the other threads; the first of them gets the first of these
ACTIVE = 60  # threads that grow at the same time, so that a page's posts lie apart as on a real site
RECENT = 12  # the posts of a thread that the next may answer
RARE_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A board, and who may read it."""

    board_id: int
    audience: str
    share: float


@dataclass(slots=True)
class Growing:
    """A thread that is still getting posts; `recent` holds the ids and paths that the next may answer."""

    id: int
    place: Place
    left: int
    opening_id: int = 0
    recent: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Composed:
    """One post, before it becomes rows."""

    id: int
    revision_id: int
    thread: Growing
    path: str
    answers_id: int | None
    title: str
    topic_id: int | None
    parts: Sequence[Paragraph]
    written_at: datetime


@dataclass(slots=True)
class Rows:
    """Rows of one transaction, by table."""

    contributions: list[dict[str, Any]] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a large site stands on: ids taken in advance, its people and boards, its topics with their names' terms."""

    sizes: list[int]
    thread_ids: range
    post_ids: range
    revision_ids: range
    members: list[int]
    places: list[Place]
    topics: dict[int, str]
    begins_at: datetime
    lasts: timedelta


def thread_sizes(draw: Random, count: int) -> list[int]:
    """How many posts each thread gets: the long one first, then one of 20, then as chance has it."""
    sizes = [min(LONG_THREAD, max(count // 2, 1))]
    left = count - sizes[0]
    while left > 0:
        size = min(SIZES[0] if len(sizes) == 1 else draw.choice(SIZES), left)
        sizes.append(size)
        left -= size
    return sizes


class Composer:
    """Makes one post after another, in the order of time."""

    def __init__(self, draw: Random, ground: Ground) -> None:
        self.draw = draw
        self.ground = ground
        self.count = len(ground.post_ids)
        self.paragraphs = pool.paragraphs(draw)
        self.rare = pool.rare_paragraph()
        self.made = 0
        self.opened = 0
        self.growing = [self._open() for _ in range(min(ACTIVE, len(ground.sizes)))]

    def _open(self) -> Growing:
        places = self.ground.places
        # The first two, which are measured, stand where everybody reads.
        place = places[0] if self.opened < 2 else self.draw.choices(places, [one.share for one in places])[0]
        thread = Growing(self.ground.thread_ids[self.opened], place, self.ground.sizes[self.opened])
        self.opened += 1
        return thread

    def add_post(self, rows: Rows) -> None:
        """Compose the next post and put its rows down."""
        number = self._growing()
        thread = self.growing[number]
        post = self._compose(thread)
        if not thread.opening_id:
            thread.opening_id = post.id
            rows.threads.append(_thread_row(thread, post.written_at))
        else:
            thread.recent.append((post.id, post.path))
            del thread.recent[:-RECENT]
        self._put_down(rows, post)
        self.made += 1
        thread.left -= 1
        if not thread.left and self.opened < len(self.ground.sizes):
            self.growing[number] = self._open()
        elif not thread.left:
            del self.growing[number]

    def _growing(self) -> int:
        """Which of the growing threads gets the next post; the long one, the first of all, grows all the time."""
        sizes = self.ground.sizes
        if self.growing[0].id == self.ground.thread_ids[0] and self.draw.random() < sizes[0] / self.count:
            return 0
        return self.draw.randrange(min(1, len(self.growing) - 1), len(self.growing))

    def _compose(self, thread: Growing) -> Composed:
        draw, number = self.draw, self.made
        parts = draw.choices(self.paragraphs, k=draw.choice((1, 1, 2, 2, 3, 5)))
        if number % RARE_EVERY == RARE_EVERY // 2:
            parts.append(self.rare)
        is_opening = not thread.opening_id
        answered = draw.choice(thread.recent) if thread.recent and draw.random() < 0.65 else None
        topics = self.ground.topics
        return Composed(
            id=self.ground.post_ids[number],
            revision_id=self.ground.revision_ids[number],
            thread=thread,
            path=path_below(answered[1] if answered else "", self.ground.post_ids[number]),
            answers_id=answered[0] if answered else None,
            title=parts[0].source[:70].rsplit(" ", 1)[0] if is_opening else "",
            topic_id=draw.choice(list(topics)) if is_opening and topics else None,
            parts=parts,
            written_at=self.ground.begins_at + self.ground.lasts * (number + 1) / self.count,
        )

    def _put_down(self, rows: Rows, post: Composed) -> None:
        words = {
            "title": post.title,
            "teaser": post.parts[0].teaser,
            "source": "\n\n".join(part.source for part in post.parts),
            "html": richtext.stored("\n".join(part.html for part in post.parts)),
            "html_policy": richtext.POLICY_VERSION,
        }
        rows.contributions.append({
            "id": post.id, "kind": "post", "author_id": self.draw.choice(self.ground.members), "attribution": "member",
            "byline": None, **words, "language": LANGUAGE, "audience": post.thread.place.audience,
            "status": "published", "is_listed": True, "content_notes": "", "created_at": post.written_at,
            "visible_from": None, "published_at": post.written_at, "updated_at": None, "withdrawn_at": None,
            "shown_revision_id": None, "cloth_seed": self.draw.getrandbits(32), "is_demo": True, "version": 1,
        })  # fmt: skip
        rows.posts.append({
            "id": post.id, "thread_id": post.thread.id, "answers_id": post.answers_id, "path": post.path,
            "tier": tier_of(post.path), "shown_at": post.written_at,
        })  # fmt: skip
        rows.revisions.append({
            "id": post.revision_id, "contribution_id": post.id, "number": 1, **words, "made_at": post.written_at,
            "shown_at": post.written_at, "made_by": "author", "editor_id": None, "note": "",
        })  # fmt: skip
        if post.topic_id is not None:
            rows.topics.append({"contribution_id": post.id, "topic_id": post.topic_id})
        rows.documents.append(_document_row(post, self.ground.topics.get(post.topic_id or 0, "")))


def _thread_row(thread: Growing, moment: datetime) -> dict[str, Any]:
    return {
        "id": thread.id, "board_id": thread.place.board_id, "opening_id": thread.opening_id, "about_id": None,
        "is_pinned": False, "is_locked": False, "started_at": moment, "bumped_at": moment, "post_count": thread.left,
    }  # fmt: skip


def _document_row(post: Composed, synonyms: str) -> dict[str, Any]:
    first, title = post.parts[0], post.title
    text = "\n\n".join(part.text for part in post.parts)
    title_terms = " ".join(pool.terms(title))
    terms = [title_terms, *(part.terms for part in post.parts)]
    besides = [synonyms, kind_term("post")]
    return {
        "kind": "post", "object_id": post.id, "contribution_id": post.id, "audience": post.thread.place.audience,
        "language": LANGUAGE, "title": title or first.teaser, "address": "",
        "text": f"{title}\n\n{text}" if title else text, "title_terms": title_terms,
        "terms": " ".join(filter(None, terms)), "synonym_terms": " ".join(filter(None, besides)),
        "written_at": post.written_at,
    }  # fmt: skip
