"""The verbs of the vocabulary: load what the site comes with, give a topic another slug."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.topics.models import Topic, TopicCode, TopicRelation, TopicSlug, TopicSynonym, TopicText, key_of

DATA = Path(__file__).parent / "data"
# The columns of codes, the vocabulary each is from, and the release of the mappings that it was taken from.
SYSTEMS = {"mondo": "Mondo", "orpha": "ORPHAcode", "mesh": "MeSH", "icd10": "ICD-10", "hpo": "HPO"}
CODES_TAKEN = "2026-08"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_defaults() -> int:
    """Add the topics that the site comes with and doesn't have yet; what is there is left as curators made it.

    Returns how many were added.
    """
    must_be_writing()
    known: dict[str, int] = dict(db.session.execute(select(Topic.slug, Topic.id)).all())
    known |= dict(db.session.execute(select(TopicSlug.slug, TopicSlug.topic_id)).all())
    added: set[str] = set()
    for row in _rows("topics.csv"):
        if row["slug"] not in known:
            topic = _topic(row, known)
            db.session.add(topic)
            db.session.flush()
            known[topic.slug] = topic.id
            added.add(topic.slug)
    for row in _rows("relations.csv"):
        if {row["topic"], row["other"]} & added:
            db.session.add(
                TopicRelation(topic_id=known[row["topic"]], relation=row["relation"], other_id=known[row["other"]])
            )
    db.session.flush()
    return len(added)


def _topic(row: dict[str, str], known: dict[str, int]) -> Topic:
    """A topic of a row of topics.csv. Its broader topic stands in a row before it."""
    topic = Topic(slug=row["slug"], kind=row["kind"], broader_id=known[row["parent"]] if row["parent"] else None)
    topic.texts = [
        TopicText(language=language, name=row[f"name_{language}"], key=key_of(row[f"name_{language}"]))
        for language in LANGUAGES
        if row[f"name_{language}"]
    ]
    for part in filter(None, (part.strip() for part in row["synonyms"].split(";"))):
        language, _, name = part.partition(":")
        topic.synonyms.append(TopicSynonym(language=language, name=name, key=key_of(name)))
    topic.codes = [
        TopicCode(system=system, version=CODES_TAKEN, code=row[column])
        for column, system in SYSTEMS.items()
        if row[column]
    ]
    return topic


def rename_slug(*, topic_id: int, slug: str) -> Verdict:
    """Give a topic another address; the old one leads to it. Returns a refusal when `slug` can't be had."""
    must_be_writing()
    slug = slug.strip().lower()
    topic = db.session.get(Topic, topic_id, with_for_update=True)
    if topic is None:
        return no(_l("This topic isn’t here any more."), 404)
    if slug == topic.slug:
        return YES
    if len(slug) > 80 or not _SLUG.fullmatch(slug):
        return no(_l("An address is made of small letters, numbers and single hyphens: digital-ulcers."), 422)
    former = db.session.scalar(select(TopicSlug).where(TopicSlug.slug == slug))
    if db.session.scalar(select(Topic.id).where(Topic.slug == slug)) or (former and former.topic_id != topic_id):
        return no(_l("Another topic has, or had, this address."), 409)
    db.session.execute(delete(TopicSlug).where(TopicSlug.slug == slug))
    db.session.add(TopicSlug(slug=topic.slug, topic_id=topic_id))
    topic.slug = slug
    db.session.flush()
    return YES
