"""Reading the literature of a topic."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, case, func, literal, null, or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db
from forum.references.models import SECTIONS, Reference, ReferenceTopic
from forum.references.rows import DOI, PMC, PUBMED, Cited

FOUND = 8  # publications shown for what somebody looks for
MOST_WORDS = 8


def for_topic(topic_ids: Iterable[int], language: str) -> list[Cited]:
    """The publications of topics, by section and the order they were entered. What they say is in `language`, else in
    English, else in any. One query, none for no topics."""
    ids = list(topic_ids)
    if not ids:
        return []
    rows = (
        db.session.execute(
            select(Reference, ReferenceTopic.section)
            .join(ReferenceTopic, ReferenceTopic.reference_id == Reference.id)
            .where(ReferenceTopic.topic_id.in_(ids))
            .options(joinedload(Reference.texts))
            .order_by(Reference.id, ReferenceTopic.id)
        )
        .unique()
        .all()
    )
    found = {reference.id: _cited(reference, section, language) for reference, section in reversed(rows)}
    return sorted(found.values(), key=lambda cited: (SECTIONS.index(cited.section), cited.id))


def found(words: str, language: str, limit: int = FOUND) -> list[Cited]:
    """A few publications whose title, source, DOI or PMID hold each of these words, the newest first. Two queries."""
    asked = words.replace("\0", "").replace("https://doi.org/", "").split()[:MOST_WORDS]
    if not asked:
        return []
    columns = (Reference.title, Reference.source, Reference.doi, Reference.pmid)
    holds = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in asked]
    return _all_cited(
        select(Reference).where(*holds).order_by(Reference.published.desc(), Reference.id), language, limit
    )


def by_ids(ids: Iterable[int], language: str) -> list[Cited]:
    """Publications by their ids. Two queries."""
    return _all_cited(select(Reference).where(Reference.id.in_(list(ids))).order_by(Reference.id), language, FOUND)


def best_address() -> ColumnElement[str | None]:
    """Where a publication can be read best, as a column: as the first of `Cited.links`."""
    return case(
        (Reference.link_state == "dead", null()),
        else_=func.coalesce(
            literal(DOI).concat(Reference.doi),
            literal(PUBMED).concat(Reference.pmid).concat("/"),
            literal(PMC).concat(Reference.pmcid).concat("/"),
            Reference.url,
        ),
    )


def _all_cited(query: Select[Reference], language: str, limit: int) -> list[Cited]:
    rows = db.session.scalars(query.options(selectinload(Reference.texts)).limit(limit))
    return [_cited(reference, "", language) for reference in rows]


def _cited(reference: Reference, section: str, language: str) -> Cited:
    texts = {text.language: text.what_it_says for text in reference.texts}
    spoken = next((code for code in (language, "en", *texts) if code in texts), language)
    return Cited(
        id=reference.id, title=reference.title, what_it_says=texts.get(spoken, ""), language=spoken,
        source=reference.source, published=reference.published, kind=reference.kind, section=section,
        doi=reference.doi, pmid=reference.pmid, pmcid=reference.pmcid, url=reference.url,
        link_state=reference.link_state, checked_at=reference.checked_at,
    )  # fmt: skip


def ids_of_topic(topic_id: int) -> set[int]:
    """The ids of a topic's publications."""
    return set(db.session.scalars(select(ReferenceTopic.reference_id).where(ReferenceTopic.topic_id == topic_id)))


def ids_by_key() -> dict[str, int]:
    """The ids of the publications that the site comes with, by their keys."""
    rows = db.session.execute(select(Reference.key, Reference.id).where(Reference.key.is_not(None)))
    return {key: reference_id for key, reference_id in rows if key}


def twin(topic_id: int, *, title: str, doi: str | None, pmid: str | None) -> int | None:
    """The id of a publication that already stands at a topic: the same DOI, PMID or title."""
    rows = db.session.execute(
        select(Reference.id, Reference.title, Reference.doi, Reference.pmid)
        .join(ReferenceTopic, ReferenceTopic.reference_id == Reference.id)
        .where(ReferenceTopic.topic_id == topic_id)
        .order_by(Reference.id)
    )
    for row in rows:
        found: int = row.id
        if (doi and row.doi and row.doi.lower() == doi.lower()) or (pmid and row.pmid == pmid):
            return found
        if row.title.casefold() == title.casefold():
            return found
    return None
