"""Large sites to measure: many posts by invented people, put into the tables in bulk.

What is written here is what discussions, contributions and search would have written post by post; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, insert, select, text, update

from forum.accounts.models import Member
from forum.contributions.models import Contribution, Revision, contribution_topics
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing, write
from forum.core.verdict import YES, Verdict, no
from forum.core.visitor_cache import set_has_examples
from forum.demo import pool
from forum.demo.ids import reserve
from forum.demo.pool import LANGUAGE, Paragraph
from forum.discussions.actions import path_below
from forum.discussions.models import Board, BoardText, Post, Thread
from forum.search.actions import kind_term
from forum.search.models import SearchDocument
from forum.topics.models import Topic
from forum.topics.queries import searchable_names

REAL_MEMBERS = _l("This site has members of its own. A large site to measure is made on an empty one.")
ONE_ALREADY = _l("A large site is here already. Remove it first: flask demo remove")

SEED = 20_261_121
BOARDS = {"everything": ("Everything", 0.8), "evenings": ("Evenings", 0.15), "members": ("Among members", 0.05)}
MEMBERS = 200
LONG_THREAD = 2000  # posts, or half of all where there are fewer than twice as many
SIZES = (20, 1, 2, 3, 5, 8, 12, 20, 20, 35, 60, 150)  # of the other threads; the first is drawn first
ACTIVE = 60  # threads that grow at the same time, so that a page's posts lie apart as on a real site
RARE_EVERY = 5000
CHUNK = 5000
YEARS = timedelta(days=5 * 365)
FIRST = ("Ann", "Bernard", "Celia", "Dominic", "Edith", "Fergus", "Greta", "Hugo", "Imogen", "Jonas", "Kirsty", "Leon",
         "Maeve", "Nils", "Orla", "Piers", "Rhona", "Stefan", "Thea", "Viktor")  # fmt: skip
LAST = ("Adler", "Brough", "Cassidy", "Dunmore", "Eastman", "Fairley", "Grieve", "Holt", "Ivers", "Jardine")


@dataclass(slots=True)
class Growing:
    """A thread that is still getting posts; `recent` holds the ids and paths that the next may answer."""

    id: int
    board_id: int
    audience: str
    left: int
    opening_id: int = 0
    recent: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """Rows of one chunk, by table."""

    contributions: list[dict[str, Any]] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)


def can_fill() -> Verdict:
    """Whether a large site may be made here."""
    if db.session.scalar(select(exists().where(Member.is_demo.is_(False)))):
        return no(REAL_MEMBERS, 409)
    if db.session.scalar(select(exists().where(Board.slug.in_(BOARDS)))):
        return no(ONE_ALREADY, 409)
    return YES


def fill(count: int) -> Iterator[int]:
    """Make `count` posts in threads, one of them with 2,000. Yields how many are there after each of its transactions.

    The caller has asked `can_fill`. Interrupted, it leaves examples that `remove` removes.
    """
    draw = Random(SEED)
    with write():
        site = _Site(draw, count)
        set_has_examples(True)
    done = 0
    while done < count:
        rows = Rows()
        for _ in range(min(CHUNK, count - done)):
            site.add_post(rows)
            done += 1
        with write():
            _insert(rows)
        yield done
    with write():
        _count_again(site.thread_ids)


class _Site:
    """What the posts are composed from, and the threads they grow in."""

    def __init__(self, draw: Random, count: int) -> None:
        must_be_writing()
        self.draw = draw
        self.count = count
        self.paragraphs = pool.paragraphs(draw)
        self.rare = pool.rare_paragraph()
        self.members = _make_members()
        self.boards = _make_boards()
        self.topics = list(db.session.scalars(select(Topic.id).order_by(Topic.id)))
        self.synonyms: dict[int, str] = {}
        self.sizes = _sizes(draw, count)
        self.thread_ids = reserve(Thread.__table__, len(self.sizes))
        self.post_ids = iter(reserve(Contribution.__table__, count))
        self.revision_ids = iter(reserve(Revision.__table__, count))
        self.now = clock.now() - YEARS
        self.step = YEARS / max(count, 1)
        self.waiting = iter(zip(self.thread_ids, self.sizes, strict=True))
        self.growing = [self._next_thread() for _ in range(min(ACTIVE, len(self.sizes)))]
        self.made = 0

    def _next_thread(self) -> Growing:
        thread_id, size = next(self.waiting)
        # The long thread and the measured one, which come first, stand where everybody reads.
        (board_id, audience) = (
            self.boards[0]
            if thread_id - self.thread_ids[0] < ACTIVE
            else self.draw.choices(self.boards, [share for _, share in BOARDS.values()])[0]
        )
        return Growing(thread_id, board_id, audience, size)

    def add_post(self, rows: Rows) -> None:
        """Compose the site's next post and put its rows down."""
        self.now += self.step
        self.made += 1
        place = self._place()
        thread = self.growing[place]
        post_id = next(self.post_ids)
        is_opening = not thread.opening_id
        parts = self._parts()
        answered = self.draw.choice(thread.recent[-12:]) if thread.recent and self.draw.random() < 0.65 else None
        path = path_below(answered[1] if answered else "", post_id)
        if is_opening:
            thread.opening_id = post_id
            rows.threads.append(self._thread_row(thread))
        else:
            thread.recent.append((post_id, path))
            del thread.recent[:-12]
        title = parts[0].source[:70].rsplit(" ", 1)[0] if is_opening else ""
        topic = self.draw.choice(self.topics) if is_opening and self.topics else None
        self._post_rows(rows, thread, post_id, path, answered[0] if answered else None, title, topic, parts)
        thread.left -= 1
        if not thread.left:
            self._replace(place)

    def _place(self) -> int:
        """Which of the growing threads gets the next post; the long one, first of all, grows all the time."""
        if self.growing[0].left > 1 and self.draw.random() < self.sizes[0] / self.count:
            return 0
        return self.draw.randrange(len(self.growing))

    def _replace(self, place: int) -> None:
        if self.made < self.count:
            try:
                self.growing[place] = self._next_thread()
            except StopIteration:
                del self.growing[place]

    def _parts(self) -> list[Paragraph]:
        parts = self.draw.choices(self.paragraphs, k=self.draw.choice((1, 1, 2, 2, 3, 5)))
        return [*parts, self.rare] if self.made % RARE_EVERY == RARE_EVERY // 2 else parts

    def _thread_row(self, thread: Growing) -> dict[str, Any]:
        return {
            "id": thread.id, "board_id": thread.board_id, "opening_id": thread.opening_id, "about_id": None,
            "is_pinned": False, "is_locked": False, "started_at": self.now, "bumped_at": self.now,
            "post_count": thread.left,
        }  # fmt: skip

    def _post_rows(
        self,
        rows: Rows,
        thread: Growing,
        post_id: int,
        path: str,
        answers_id: int | None,
        title: str,
        topic: int | None,
        parts: list[Paragraph],
    ) -> None:
        source = "\n\n".join(part.source for part in parts)
        html = richtext.stored("\n".join(part.html for part in parts))
        plain = "\n\n".join(part.text for part in parts)
        words = {"title": title, "teaser": parts[0].teaser, "source": source, "html": html,
                 "html_policy": richtext.POLICY_VERSION}  # fmt: skip
        rows.contributions.append({
            "id": post_id, "kind": "post", "author_id": self.draw.choice(self.members), "attribution": "member",
            "byline": None, **words, "language": LANGUAGE, "audience": thread.audience, "status": "published",
            "is_listed": True, "content_notes": "", "created_at": self.now, "visible_from": None,
            "published_at": self.now, "updated_at": None, "withdrawn_at": None, "shown_revision_id": None,
            "cloth_seed": self.draw.getrandbits(32), "is_demo": True, "version": 1,
        })  # fmt: skip
        rows.posts.append({"id": post_id, "thread_id": thread.id, "answers_id": answers_id, "path": path})
        rows.revisions.append({
            "id": next(self.revision_ids), "contribution_id": post_id, "number": 1, **words, "made_at": self.now,
            "shown_at": self.now, "made_by": "author", "editor_id": None, "note": "",
        })  # fmt: skip
        if topic is not None:
            rows.topics.append({"contribution_id": post_id, "topic_id": topic})
        rows.documents.append(self._document(thread, post_id, title, topic, parts, plain))

    def _document(
        self, thread: Growing, post_id: int, title: str, topic: int | None, parts: list[Paragraph], plain: str
    ) -> dict[str, Any]:
        head = parts[0]
        title_terms = " ".join(pool.terms(title)) if title else head.teaser_terms
        # An opening post's text begins with its title, as its kind gives it to the index.
        found = [title_terms, title_terms if title else "", *(part.terms for part in parts), self._synonyms(topic)]
        return {
            "kind": "post", "object_id": post_id, "contribution_id": post_id, "audience": thread.audience,
            "language": LANGUAGE, "title": title or head.teaser, "address": "",
            "text": f"{title}\n\n{plain}" if title else plain, "title_terms": title_terms,
            "terms": " ".join([*filter(None, found), kind_term("post")]), "written_at": self.now,
        }  # fmt: skip

    def _synonyms(self, topic: int | None) -> str:
        if topic is None:
            return ""
        if topic not in self.synonyms:
            self.synonyms[topic] = " ".join(pool.terms(searchable_names([topic])))
        return self.synonyms[topic]


def _sizes(draw: Random, count: int) -> list[int]:
    """How many posts each thread gets: the long one first, then one of 20, then as chance has it."""
    sizes = [min(LONG_THREAD, max(count // 2, 1))]
    left = count - sizes[0]
    while left > 0:
        size = min(SIZES[0] if len(sizes) == 1 else draw.choice(SIZES), left)
        sizes.append(size)
        left -= size
    return sizes


def _make_members() -> list[int]:
    names = [f"{first} {last}" for first in FIRST for last in LAST][:MEMBERS]
    joined_at = clock.now() - YEARS
    made = [
        Member(email=f"reader-{number}@example.org", display_name=name, joined_at=joined_at, standing="established",
               is_demo=True)
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return [member.id for member in made]


def _make_boards() -> list[tuple[int, str]]:
    made = []
    for position, (slug, (name, _share)) in enumerate(BOARDS.items(), 11):
        audience = "members" if slug == "members" else "everyone"
        texts = [BoardText(language=LANGUAGE, name=name)]
        made.append(Board(slug=slug, position=position, audience=audience, texts=texts, is_demo=True))
    db.session.add_all(made)
    db.session.flush()
    return [(board.id, board.audience) for board in made]


def _insert(rows: Rows) -> None:
    must_be_writing()
    session = db.session
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # A contribution and its revision point at each other: SQLite looks at the end of the transaction ...
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for contribution, revision in zip(rows.contributions, rows.revisions, strict=True):
            contribution["shown_revision_id"] = revision["id"]
    for table, values in (
        (Contribution.__table__, rows.contributions),
        (Thread.__table__, rows.threads),
        (Post.__table__, rows.posts),
        (Revision.__table__, rows.revisions),
        (contribution_topics, rows.topics),
        (SearchDocument.__table__, rows.documents),
    ):
        if values:
            session.execute(insert(table), values)  # type: ignore[arg-type]
    if not is_sqlite:
        # ... PostgreSQL at each statement.
        apart = rows.revisions[0]["id"] - rows.contributions[0]["id"]
        session.execute(
            update(Contribution.__table__)  # type: ignore[arg-type]
            .where(Contribution.id.between(rows.contributions[0]["id"], rows.contributions[-1]["id"]))
            .values(shown_revision_id=Contribution.id + apart)
        )


def _count_again(thread_ids: range) -> None:
    """What `discussions.actions.recount` does for one thread, for all of them at once."""
    posts, words = Post.__table__, Contribution.__table__
    mine = (posts.c.thread_id == Thread.id, words.c.status == "published")
    both = posts.join(words, words.c.id == posts.c.id)
    counted = select(func.count()).select_from(both).where(*mine)
    newest = select(func.max(words.c.published_at)).select_from(both).where(*mine)
    db.session.execute(
        update(Thread.__table__)  # type: ignore[arg-type]
        .where(Thread.id.between(thread_ids[0], thread_ids[-1]))
        .values(post_count=counted.scalar_subquery(), bumped_at=newest.scalar_subquery())
    )
