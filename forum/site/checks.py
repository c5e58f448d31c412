"""What `flask check` looks through: whether the rows of the database agree with each other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, not_, select, text

from forum.contributions.models import Contribution
from forum.core import kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Post, Thread
from forum.moderation import log, log_checks
from forum.search.models import SearchDocument

MOST = 20  # rows that are named


def problems() -> Iterator[str]:
    """A sentence for each thing that is wrong. Call inside `with write():`; nothing is changed."""
    must_be_writing()
    yield from _wrong_counts()
    yield from _not_in_the_index()
    yield from _wrongly_in_the_index()
    if (trouble := log.trouble()) is not None:
        yield f"The log does not hold together. {log_checks.for_whoever_runs_it(trouble)}"
    if db.engine.dialect.name == "sqlite":
        yield from _sqlite()


def _wrong_counts() -> Iterator[str]:
    counted = (
        select(
            Thread.id,
            Thread.post_count,
            Thread.bumped_at,
            func.count(Contribution.id).label("posts"),
            func.max(Contribution.published_at).label("newest"),
        )
        .outerjoin(Post.__table__, Post.__table__.c.thread_id == Thread.id)
        .outerjoin(
            Contribution.__table__,
            and_(Contribution.__table__.c.id == Post.__table__.c.id, Contribution.__table__.c.status == "published"),
        )
        .group_by(Thread.id)
        .subquery()
    )
    wrong = select(counted).where(
        (counted.c.post_count != counted.c.posts)
        | (counted.c.newest.is_not(None) & (counted.c.bumped_at != counted.c.newest))
    )
    for row in db.session.execute(wrong.order_by(counted.c.id).limit(MOST)):
        yield (
            f"Thread {row.id} says {row.post_count} posts, the last at {row.bumped_at};"
            f" it has {row.posts}, the last at {row.newest}."
        )


def _not_in_the_index() -> Iterator[str]:
    missing = select(Contribution.id, Contribution.kind).where(
        Contribution.status == "published",
        Contribution.is_listed,  # what no list shows isn't found either
        Contribution.kind.in_(list(kinds.all_kinds())),
        not_(exists().where(SearchDocument.kind == Contribution.kind, SearchDocument.object_id == Contribution.id)),
    )
    for row in db.session.execute(missing.order_by(Contribution.id).limit(MOST)):
        yield f"The {row.kind} {row.id} is published, but the search does not know it."


def _wrongly_in_the_index() -> Iterator[str]:
    known = (
        select(SearchDocument.id, SearchDocument.kind, SearchDocument.contribution_id)
        .join(Contribution, Contribution.id == SearchDocument.contribution_id)
        .where((Contribution.status != "published") | (Contribution.audience != SearchDocument.audience))
    )
    for row in db.session.execute(known.order_by(SearchDocument.id).limit(MOST)):
        yield f"The search holds the {row.kind} {row.contribution_id}, which is not published, or to other readers."


def _sqlite() -> Iterator[str]:
    for row in db.session.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield f"SQLite: {row[0]}"
    for row in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {row[1]} of {row[0]} refers to a row of {row[2]} that isn’t there."
    try:
        # Compares the index with the documents it is made from; raises when they differ.
        db.session.execute(text("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)"))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        yield f"The search index does not match its documents: {type(error).__name__}"
