"""Large sites to measure: many posts by invented people, put into the tables in bulk.

What is written here is what discussions, contributions and search would have written post by post; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, insert, select, text, update

from forum.accounts.models import Member
from forum.contributions.models import Contribution, Revision, contribution_topics
from forum.core import clock
from forum.core.db import db
from forum.core.ids import reserve
from forum.core.public_state import set_has_examples
from forum.core.unit_of_work import must_be_writing, write
from forum.core.verdict import YES, Verdict, no
from forum.demo import pool
from forum.demo.composing import Composer, Ground, Place, Rows, thread_sizes
from forum.discussions.models import Board, BoardText, Post, Thread
from forum.search.models import SearchDocument
from forum.topics.models import Topic
from forum.topics.queries import searchable_names

REAL_MEMBERS = _l("This site has members of its own. A large site to measure is made on an empty one.")
ONE_ALREADY = _l("A large site is here already. Remove it first: flask demo remove")

SEED = 20_261_121
BOARDS = {
    "everything": ("Everything", "everyone", 0.8),
    "evenings": ("Evenings", "everyone", 0.15),
    "among-members": ("Among members", "members", 0.05),
}
CHUNK = 5000  # posts in one transaction
YEARS = timedelta(days=5 * 365)
FIRST = ("Ann", "Bernard", "Celia", "Dominic", "Edith", "Fergus", "Greta", "Hugo", "Imogen", "Jonas", "Kirsty", "Leon",
         "Maeve", "Nils", "Orla", "Piers", "Rhona", "Stefan", "Thea", "Viktor")  # fmt: skip
LAST = ("Adler", "Brough", "Cassidy", "Dunmore", "Eastman", "Fairley", "Grieve", "Holt", "Ivers", "Jardine")


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
        ground = _make_ground(draw, count)
        set_has_examples(True)
    composer = Composer(draw, ground)
    while composer.made < count:
        rows = Rows()
        for _ in range(min(CHUNK, count - composer.made)):
            composer.add_post(rows)
        with write():
            _insert(rows)
        yield composer.made
    with write():
        _count_again(ground.thread_ids)


def _make_ground(draw: Random, count: int) -> Ground:
    topics = db.session.scalars(select(Topic.id).order_by(Topic.id)).all()
    sizes = thread_sizes(draw, count)
    return Ground(
        sizes=sizes,
        thread_ids=reserve(Thread.__table__, len(sizes)),
        post_ids=reserve(Contribution.__table__, count),
        revision_ids=reserve(Revision.__table__, count),
        members=_make_members(),
        places=_make_boards(),
        topics={topic_id: " ".join(pool.terms(searchable_names([topic_id]))) for topic_id in topics},
        begins_at=clock.now() - YEARS,
        lasts=YEARS,
    )


def _make_members() -> list[int]:
    joined_at = clock.now() - YEARS
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    made = [
        Member(
            email=f"reader-{number}@example.org",
            display_name=name,
            joined_at=joined_at,
            standing="established",
            is_demo=True,
        )
        for number, name in enumerate(names, 1)
    ]
    db.session.add_all(made)
    db.session.flush()
    return [member.id for member in made]


def _make_boards() -> list[Place]:
    made = []
    for position, (slug, (name, audience, _share)) in enumerate(BOARDS.items(), 11):
        texts = [BoardText(language=pool.LANGUAGE, name=name)]
        made.append(Board(slug=slug, position=position, audience=audience, texts=texts, is_demo=True))
    db.session.add_all(made)
    db.session.flush()
    return [Place(board.id, board.audience, BOARDS[board.slug][2]) for board in made]


def _insert(rows: Rows) -> None:
    must_be_writing()
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # A contribution and its revision point at each other: SQLite can look at the end of the transaction ...
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
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
            db.session.execute(insert(table), values)  # type: ignore[arg-type]
    if not is_sqlite:
        # ... PostgreSQL looks at each statement.
        first, last = rows.contributions[0]["id"], rows.contributions[-1]["id"]
        db.session.execute(
            update(Contribution.__table__)  # type: ignore[arg-type]
            .where(Contribution.id.between(first, last))
            .values(shown_revision_id=Contribution.id + (rows.revisions[0]["id"] - first))
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
