"""The verbs of the literature: load what the site comes with, add a publication to a topic."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.references import queries
from forum.references.models import Reference, ReferenceText, ReferenceTopic
from forum.topics.models import Topic
from forum.topics.queries import topic_ids_by_slug

DATA = Path(__file__).parent / "data" / "references.csv"


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as a curator enters it; `says` holds, by language, what it says in our words."""

    title: str
    source: str
    published: PartialDate
    kind: str
    section: str
    says: Mapping[str, str]
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None


def _rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_defaults() -> int:
    """Add the publications that the site comes with and never had, to the topics that are there. Returns how many."""
    must_be_writing()
    known = queries.ids_by_key()
    rows = [row for row in _rows() if row["key"] not in known]
    topics = topic_ids_by_slug(row["topic"] for row in rows)
    rows = [row for row in rows if row["topic"] in topics]
    for row in rows:
        says = {code: row[f"what_it_says_{code}"] for code in LANGUAGES if row[f"what_it_says_{code}"]}
        publication = Publication(
            title=row["title"], source=row["source"], published=PartialDate.parse(row["published"]), kind=row["kind"],
            section=row["section"], says=says, doi=row["doi"] or None, pmid=row["pmid"] or None,
            pmcid=row["pmcid"] or None,
        )  # fmt: skip
        _keep(topics[row["topic"]], publication, key=row["key"])
    return len(rows)


def default_ids() -> dict[int, int]:
    """The ids of the publications that the site comes with, by their place in references.csv, counted from 1."""
    known = queries.ids_by_key()
    return {number: known[row["key"]] for number, row in enumerate(_rows(), 1) if row["key"] in known}


def add(*, topic_id: int, publication: Publication) -> tuple[int, Verdict]:
    """Add a publication to a topic. Returns its id and YES, or a refusal when it stands there already."""
    must_be_writing()
    if db.session.scalar(select(Topic.id).where(Topic.id == topic_id).with_for_update()) is None:
        return 0, no(_l("This topic isn’t here any more."), 404)
    there = queries.twin(topic_id, title=publication.title, doi=publication.doi, pmid=publication.pmid)
    if there is not None:
        return there, no(_l("This publication stands on the page already."), 409)
    return _keep(topic_id, publication), YES


def _keep(topic_id: int, publication: Publication, key: str | None = None) -> int:
    reference = Reference(
        key=key, title=publication.title, source=publication.source, published=publication.published,
        kind=publication.kind, doi=publication.doi, pmid=publication.pmid, pmcid=publication.pmcid,
        url=publication.url,
        texts=[ReferenceText(language=code, what_it_says=words) for code, words in publication.says.items()],
        topics=[ReferenceTopic(topic_id=topic_id, section=publication.section)],
    )  # fmt: skip
    db.session.add(reference)
    db.session.flush()
    return reference.id
