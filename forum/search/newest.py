"""The newest documents that answer a question and that a reader may see, with how well each answers: LIMIT at most.

Neither database may look at every match of a common word. SQLite's FTS5 walks its matches from the newest one back
and stops. PostgreSQL's GIN can't; so each document also carries a term for its stretch of ids: a first look counts
the matches in the newest stretches, and the search itself asks for as many stretches as it is likely to need. (Left
to the planner, which walks the primary key, a word in 3 of 100 documents took 150 ms; this way it takes 10.) GIN
knows no positions either: for a phrase every document with its words is read. Of those, too, only the newest.
"""

from __future__ import annotations

from math import inf

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import Float, Integer, Text

from forum.core.db import db
from forum.search.models import SearchDocument
from forum.search.question import Question

LIMIT = 2000
NEAR, FAR = 2048, 32_768  # ids in a stretch; the column `vector` is made with them (migration 0001)
MOST_STRETCHES = 16
SPARE = 1.15  # so much more than the first look says
OWN_LANGUAGE = 1.3  # how much more a document in the reader's language counts
MOST_READ, FURTHER = 5000, 4  # documents that are read for a phrase; how much more where that finds too little
ENOUGH = 20  # answers that make a page
# What a match in the title, in the text and in a synonym counts: for bm25, and as the weights D, C, B, A for ts_rank.
# Synonyms are lists that say one word many times.
WEIGHTS = (6.0, 1.0, 0.03)
LETTERS = "{0.01, 0.2, 0.4, 1.0}"

Reach = tuple[str, ...]  # the terms of some stretches; none: everything

_documents = SearchDocument.__table__.alias("documents")
_vector = literal_column("search_documents.vector", TSVECTOR)


def newest_matches(question: Question, visible: ColumnElement[bool], language: str) -> tuple[list[int], bool]:
    """The ids of the newest LIMIT + 1 documents that answer `question` and fulfil `visible`, the best answer first.

    language: documents in it count for more. Of equals the newer is first. The second value is true when older
    documents were not looked at although there was room.
    """
    if db.engine.dialect.name == "sqlite":
        return _on_sqlite(question, visible, language), False
    found: list[int] = []
    for reach in _reaches(question):
        found = _on_postgresql(question, visible, language, reach)
        if len(found) > LIMIT or not reach:
            return found, False
        if question.has_phrase and len(found) >= ENOUGH:
            break
    return found, True


def _ranked(newest: FromClause, score: ColumnElement[float], language: str) -> list[int]:
    worth = score * case((newest.c.language == language, OWN_LANGUAGE), else_=1.0)
    return list(db.session.scalars(select(newest.c.id).order_by(worth.desc(), newest.c.id.desc())))


def _contributions() -> FromClause:
    # By its name alone: the room stands above this one.
    return SearchDocument.metadata.tables["contributions"]


def _is_seen(documents: FromClause, visible: ColumnElement[bool], language: str) -> ColumnElement[bool]:
    """What members wrote is seen by the criterion; what the site itself says, by its audience and in one language."""
    # A topic, a guide and a line have a document in each language: one of them is enough.
    own = and_(
        documents.c.contribution_id.is_(None),
        documents.c.audience == "everyone",
        documents.c.language == bindparam("reader", language, Text),
    )
    return or_(own, and_(documents.c.contribution_id.is_not(None), visible))


def _on_sqlite(question: Question, visible: ColumnElement[bool], language: str) -> list[int]:
    index = table("search_fts", column("rowid", Integer))
    contributions = _contributions()
    # The plus keeps the index outermost, whatever ANALYZE has seen: its order is ours, and it stops at the limit.
    joined = index.join(_documents, _documents.c.id == literal_column("+search_fts.rowid", Integer)).outerjoin(
        contributions, contributions.c.id == _documents.c.contribution_id
    )
    score = -func.bm25(literal_column("search_fts"), *WEIGHTS, type_=Float)
    newest = (
        select(index.c.rowid.label("id"), _documents.c.language, score.label("score"))
        .select_from(joined)
        .where(literal_column("search_fts").op("MATCH")(bindparam("asked", question.for_fts5, Text)))
        .where(_is_seen(_documents, visible, language))
        .order_by(index.c.rowid.desc())
        .limit(LIMIT + 1)
        .subquery("newest")
    )
    return _ranked(newest, newest.c.score, language)


def _tsquery(words: str) -> ColumnElement[str]:
    return func.to_tsquery(literal_column("'simple'::regconfig"), bindparam(None, words, Text))


def _reaches(question: Question) -> list[Reach]:
    """How far back to look: first as far as LIMIT matches are likely to be found, then further or through everything.

    For a phrase, no further than MOST_READ documents with its words, or FURTHER times as many for a scarce one.
    """
    newest = db.session.scalar(select(func.max(SearchDocument.id))) or 0
    if newest <= MOST_STRETCHES * NEAR:
        return [()]
    last = newest // NEAR
    looked_at = newest - (last - 1) * NEAR + 1
    near = Question((), ()).and_one_of((f"0near{last}", f"0near{last - 1}")).for_tsquery
    exact = _vector.op("@@")(_tsquery(question.for_tsquery))
    matches, candidates = db.session.execute(
        select(func.count().filter(exact), func.count())
        .select_from(SearchDocument)
        .where(_vector.op("@@")(_tsquery(f"{question.words_of_phrases} & {near}")))
    ).one()
    likely = looked_at / matches * LIMIT * SPARE if matches else inf
    bearable = looked_at / candidates * MOST_READ if candidates and question.has_phrase else inf
    return [_back_from(newest, min(likely, bearable)), _back_from(newest, bearable * FURTHER)]


def _back_from(newest: int, ids: float) -> Reach:
    """The terms of the stretches that hold the newest so many ids; none when it comes to looking through everything."""
    if ids >= newest:
        return ()
    for name, length in (("0near", NEAR), ("0far", FAR)):
        wanted = range(newest // length, int(newest - ids) // length - 1, -1)
        if len(wanted) <= MOST_STRETCHES:
            return tuple(f"{name}{number}" for number in wanted)
    return ()


def _on_postgresql(question: Question, visible: ColumnElement[bool], language: str, reach: Reach) -> list[int]:
    asked = question.and_one_of(reach) if reach else question
    # OFFSET 0 is a fence: the planner would rather walk the primary key than ask the index.
    matching = (
        select(
            SearchDocument.id,
            SearchDocument.language,
            SearchDocument.contribution_id,
            SearchDocument.audience,
            _vector.label("vector"),
        )
        .where(_vector.op("@@")(_tsquery(asked.for_tsquery)))
        .offset(literal_column("0"))
        .subquery("documents")
    )
    contributions = _contributions()
    newest = (
        select(matching.c.id, matching.c.language, matching.c.vector)
        .select_from(matching.outerjoin(contributions, contributions.c.id == matching.c.contribution_id))
        .where(_is_seen(matching, visible, language))
        .order_by(matching.c.id.desc())
        .limit(LIMIT + 1)
        .subquery("newest")
    )
    weights: ColumnElement[str] = literal_column(f"'{LETTERS}'::float4[]")
    score = func.ts_rank(weights, newest.c.vector, _tsquery(question.for_tsquery), 1, type_=Float)
    return _ranked(newest, score, language)
