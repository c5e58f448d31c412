"""Reading the literature of a topic."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.references.models import SECTIONS, Reference, ReferenceTopic
from forum.references.rows import Cited


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
            .order_by(Reference.id)
        )
        .unique()
        .all()
    )
    found = {reference.id: _cited(reference, section, language) for reference, section in reversed(rows)}
    return sorted(found.values(), key=lambda cited: (SECTIONS.index(cited.section), cited.id))


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
    )
    for row in rows:
        found: int = row.id
        if (doi and row.doi and row.doi.lower() == doi.lower()) or (pmid and row.pmid == pmid):
            return found
        if row.title.casefold() == title.casefold():
            return found
    return None
