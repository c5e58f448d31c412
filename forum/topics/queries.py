"""Reading the vocabulary: names in a language, what a word means, and which topics stand around one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, literal, or_, select
from sqlalchemy.orm import joinedload

from forum.core import stems
from forum.core.db import db
from forum.topics.models import KINDS, Topic, TopicRelation, TopicSlug, TopicSynonym, TopicText, key_of

DEEPEST = 8  # levels of narrower topics; the vocabulary has four, a circle in it must end
MOST_WORDS = 12  # of a question are looked up as names
LONGEST_NAME = 5  # words
LONGEST_KEY, MOST_MATCHES = 60, 40  # of what is typed, in letters; of what is looked through

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic as lists and links show it, in the language asked for, else English, else any."""

    id: int
    slug: str
    name: str
    kind: str
    broader_id: int | None = None


@dataclass(slots=True)
class Neighbours:
    """What stands around a topic: `broader` from the nearest up, `narrower` one level below it, and the relations.

    `relations` has the keys symptom_of, symptoms (what is a symptom of it), treats, treatments (what has been tried
    for it) and related. `family` holds the ids of the topic and of all narrower ones, `names` everything by id.
    """

    broader: list[TopicName] = field(default_factory=list)
    narrower: list[TopicName] = field(default_factory=list)
    relations: dict[str, list[TopicName]] = field(default_factory=dict)
    family: list[int] = field(default_factory=list)
    names: dict[int, TopicName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """One name by which a topic can be chosen: its own name or a synonym."""

    topic_id: int
    slug: str
    word: str
    is_name: bool


def _best_first(column: Any, language: str) -> ColumnElement[int]:
    return case((column == language, 0), (column == "en", 1), else_=2)


def _named(language: str) -> Any:
    """Rows of TopicName with the wanted language first; the caller keeps the first of each topic."""
    return (
        select(Topic.id, Topic.slug, TopicText.name, Topic.kind, Topic.broader_id)
        .join(TopicText, TopicText.topic_id == Topic.id)
        .order_by(_best_first(TopicText.language, language), TopicText.language, TopicText.name)
    )


def names(topic_ids: Iterable[int], language: str) -> dict[int, TopicName]:
    """The topics with these ids, named in `language`. One query, none for no ids."""
    ids = set(topic_ids)
    if not ids:
        return {}
    found: dict[int, TopicName] = {}
    for row in db.session.execute(_named(language).where(Topic.id.in_(ids))):
        found.setdefault(row.id, TopicName(*row))
    return found


def all_topics(language: str) -> list[TopicName]:
    """Every topic, named in `language`, by name; conditions first, then symptoms, treatments. One query."""
    found: dict[int, TopicName] = {}
    for row in db.session.execute(_named(language)):
        found.setdefault(row.id, TopicName(*row))
    return sorted(found.values(), key=lambda topic: (KINDS.index(topic.kind), stems.fold(topic.name)))


def vocabulary(language: str) -> list[Word]:
    """Names in `language`, synonyms of it or of no language, by word: for a select or a datalist. Two queries."""
    topics = all_topics(language)
    slugs = {topic.id: topic.slug for topic in topics}
    words = [Word(topic.id, topic.slug, topic.name, True) for topic in topics]
    seen = {(topic.id, key_of(topic.name)) for topic in topics}
    rows = db.session.execute(
        select(TopicSynonym.topic_id, TopicSynonym.name, TopicSynonym.key)
        .where(TopicSynonym.language.in_((language, "und")))
        .order_by(TopicSynonym.id)
    )
    for topic_id, name, key in rows:
        if (topic_id, key) not in seen and topic_id in slugs:
            seen.add((topic_id, key))
            words.append(Word(topic_id, slugs[topic_id], name, False))
    return sorted(words, key=lambda word: (stems.fold(word.word), word.topic_id))


def topic_by_slug(slug: str) -> Topic | None:
    """The topic at an address, with its texts, synonyms and codes. One query."""
    if not _SLUG.fullmatch(slug):
        return None
    return (
        db.session.scalars(
            select(Topic)
            .where(Topic.slug == slug)
            .options(joinedload(Topic.texts), joinedload(Topic.synonyms), joinedload(Topic.codes))
        )
        .unique()
        .one_or_none()
    )


def slug_meant_by(slug: str, language: str) -> str | None:
    """The slug of the topic that had `slug` before, or of which it is a name or synonym ("crest"); None: unknown."""
    if _SLUG.fullmatch(slug):
        former = db.session.scalar(
            select(Topic.slug).join(TopicSlug, TopicSlug.topic_id == Topic.id).where(TopicSlug.slug == slug)
        )
        if former is not None:
            return former
    found = find(slug.replace("-", " "), language)
    return db.session.scalar(select(Topic.slug).where(Topic.id == found[0])) if found else None


def find(text: str, language: str) -> list[int]:
    """The ids of the topics that are called just this, whatever case, accents and hyphens; `language` first."""
    key = key_of(text)
    return list(_by_keys([key], language).get(key, [])) if key else []


def meant_by(words: Iterable[str], language: str) -> dict[str, int]:
    """The topic that each of some words is a name or synonym of, in any language, `language` first. One query."""
    keys = {word: key_of(word) for word in words}
    found = _by_keys([key for key in keys.values() if key], language) if any(keys.values()) else {}
    return {word: found[key][0] for word, key in keys.items() if found.get(key)}


def suggested(text: str, language: str, limit: int = 8) -> list[Word]:
    """Topics of which a name or synonym, in any language, has a word that begins so; names first. Two queries."""
    key = key_of(text)[:LONGEST_KEY]
    if not key:
        return []
    rows = []
    for table, is_name in ((TopicText, True), (TopicSynonym, False)):
        begins = or_(table.key.startswith(key, autoescape=True), table.key.contains(" " + key, autoescape=True))
        rows += [
            (not row.key.startswith(key), not is_name, row.rank, len(row.key), row)
            for row in db.session.execute(
                select(table.topic_id, table.name, table.key, _best_first(table.language, language).label("rank"))
                .where(begins)
                .order_by(table.key, table.id)
                .limit(MOST_MATCHES)
            )
        ]
    best: dict[int, str] = {}
    for *_order, row in sorted(rows, key=lambda found: found[:-1]):
        best.setdefault(row.topic_id, row.name)
    named = names(list(best)[:limit], language)
    return [
        Word(topic_id, named[topic_id].slug, word, key_of(word) == key_of(named[topic_id].name))
        for topic_id, word in list(best.items())[:limit]
        if topic_id in named
    ]


def find_in(text: str, language: str) -> list[int]:
    """The ids of the topics named anywhere in a question, in its order: for search. One query, none for no words."""
    words = stems.words(text)[:MOST_WORDS]
    keys = [
        " ".join(words[start : start + length])
        for length in range(min(LONGEST_NAME, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
    ]
    found = _by_keys(keys, language) if keys else {}
    return list(dict.fromkeys(topic_id for key in keys for topic_id in found.get(key, ())))


def _by_keys(keys: Sequence[str], language: str) -> dict[str, list[int]]:
    own = select(TopicText.key, TopicText.topic_id, _best_first(TopicText.language, language).label("rank"))
    other = select(TopicSynonym.key, TopicSynonym.topic_id, _best_first(TopicSynonym.language, language).label("rank"))
    rows = db.session.execute(
        own.where(TopicText.key.in_(keys)).union_all(other.where(TopicSynonym.key.in_(keys)))
    ).all()
    found: dict[str, list[int]] = {}
    for key, topic_id, _rank in sorted(rows, key=lambda row: (row.rank, row.topic_id)):
        if topic_id not in found.setdefault(key, []):
            found[key].append(topic_id)
    return found


def _below(topic_id: int) -> CTE:
    below = select(literal(topic_id).label("id"), literal(0).label("depth")).cte("below", recursive=True)
    return below.union(
        select(Topic.id, below.c.depth + 1).join(below, Topic.broader_id == below.c.id).where(below.c.depth < DEEPEST)
    )


def _above(topic_id: int) -> CTE:
    above = select(literal(topic_id).label("id"), literal(0).label("depth")).cte("above", recursive=True)
    return above.union(
        select(Topic.broader_id, above.c.depth + 1)
        .join(above, Topic.id == above.c.id)
        .where(above.c.depth < DEEPEST, Topic.broader_id.is_not(None))
    )


def family(topic_id: int) -> list[int]:
    """The ids of a topic and of all narrower ones, itself first. One query."""
    below = _below(topic_id)
    return list(dict.fromkeys(db.session.scalars(select(below.c.id).order_by(below.c.depth, below.c.id))))


def neighbours(topic_id: int, language: str) -> Neighbours:
    """What stands around a topic, named in `language`. Four queries."""
    above = _above(topic_id)
    ups = list(
        dict.fromkeys(
            db.session.scalars(select(above.c.id).where(above.c.depth > 0).order_by(above.c.depth, above.c.id))
        )
    )
    downs = family(topic_id)
    relations = _relations_of(topic_id)
    named = names({*ups, *downs, *(found for group in relations.values() for found in group)}, language)
    by_name = sorted(named.values(), key=lambda topic: stems.fold(topic.name))
    return Neighbours(
        broader=[named[key] for key in ups if key in named and key != topic_id],
        narrower=[topic for topic in by_name if topic.broader_id == topic_id and topic.id != topic_id],
        relations={word: [topic for topic in by_name if topic.id in keys] for word, keys in relations.items()},
        family=downs,
        names=named,
    )


def _relations_of(topic_id: int) -> dict[str, set[int]]:
    """The ids that relations lead to from a topic, by the word said of it."""
    rows = db.session.execute(
        select(TopicRelation.topic_id, TopicRelation.relation, TopicRelation.other_id).where(
            or_(TopicRelation.topic_id == topic_id, TopicRelation.other_id == topic_id)
        )
    )
    backwards = {"symptom_of": "symptoms", "treats": "treatments", "related": "related"}
    found: dict[str, set[int]] = {}
    for one, relation, other in rows:
        word, there = (relation, other) if one == topic_id else (backwards[relation], one)
        found.setdefault(word, set()).add(there)
    return found


def searchable_names(topic_ids: Iterable[int]) -> str:
    """All names and synonyms of topics and of the broader topics they belong to, for the index."""
    ids = list(topic_ids)
    if not ids:
        return ""
    broader = db.session.scalars(select(Topic.broader_id).where(Topic.id.in_(ids), Topic.broader_id.is_not(None))).all()
    return " ".join(_all_names([*ids, *broader]))


def _all_names(topic_ids: Sequence[int | None]) -> list[str]:
    return [name for names in names_by_language(topic_ids).values() for name in names]


def names_by_language(topic_ids: Iterable[int | None]) -> dict[str, list[str]]:
    """The names and synonyms of topics by language; what belongs to none in particular under "und". One query."""
    ids = [topic_id for topic_id in topic_ids if topic_id is not None]
    own = select(TopicText.topic_id, literal(0).label("rank"), TopicText.id, TopicText.language, TopicText.name)
    other = select(
        TopicSynonym.topic_id, literal(1).label("rank"), TopicSynonym.id, TopicSynonym.language, TopicSynonym.name
    )
    rows = db.session.execute(
        own.where(TopicText.topic_id.in_(ids)).union_all(other.where(TopicSynonym.topic_id.in_(ids)))
    ).all()
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (ids.index(row.topic_id), row.rank, row.id)):
        found.setdefault(row.language, []).append(row.name)
    return found


def topic_ids_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    """The ids of the topics with these present slugs, those that exist. One query, none for no slugs."""
    wanted = set(slugs)
    if not wanted:
        return {}
    return dict(db.session.execute(select(Topic.slug, Topic.id).where(Topic.slug.in_(wanted))).all())
