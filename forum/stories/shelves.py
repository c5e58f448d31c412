"""The archive in memory: which story stands on which shelf, one bit for each.

A shelf is a whole number whose bits are the places of its stories, the newest at bit 0: those from Italy, those about
Raynaud's or what is narrower, those told by a parent. To combine filters is `&`, to count is `bit_count()`: 0.3 µs for
10,000 stories. `the_shelves()` makes them anew when the number of changes that was read in the page's own snapshot
(`PublicGeneration.shelves`) isn't theirs, so they are never older or newer than the page.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import String, func, select, type_coerce

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, contribution_topics
from forum.core import stems
from forum.core.db import db
from forum.core.public_state import public_state, shelved
from forum.stories.models import Story
from forum.stories.queries import is_listed
from forum.topics.models import Topic
from forum.topics.queries import TopicName, names

FACETS = ("topic", "treatment", "language", "country", "relation", "diagnosed", "signs")
ORDERS = ("newest", "updated", "byline", "oldest")
RARE = 3  # fewer stories than this can be found by their rarity: they stand together on one shelf
NO_NAME = "\U0010ffff"  # those signed without a name come last
_A_MEMBER = Viewer(id=0)  # who reads all that any member may

for _table in ("stories", "contributions", "contribution_topics", "topics", "topic_texts"):
    shelved(_table)
shelved("members", "display_name")

_making = threading.Lock()


class Standing(NamedTuple):
    """One story's place: what orders and likenesses ask of it."""

    id: int
    language: str
    is_for_everyone: bool
    root: int
    relation: str | None
    told_after: int | None  # years from the diagnosis to the telling
    initial: str


@dataclass(slots=True)
class Shelves:
    """All listed stories that any member may read. Nothing in it changes once it is made."""

    number: int
    stories: list[Standing]
    places: dict[int, int]
    everyone: int
    facets: dict[str, dict[str, int]]
    topics: dict[str, TopicName]  # by slug
    own_topics: dict[int, int]  # the shelves of topics themselves, without what is narrower
    told_after: dict[int, int]
    initials: dict[str, int]
    orders: dict[str, list[int]]
    ranks: dict[str, list[int]]
    sets: dict[int, list[int]]  # the places of each set of translations, by its root
    topic_names: dict[str, dict[int, str]] = field(default_factory=dict)

    def seen_by(self, viewer: Viewer) -> int:
        """The shelf of what `viewer` may read."""
        return (1 << len(self.stories)) - 1 if viewer.is_authenticated else self.everyone

    def names_in(self, language: str) -> dict[int, str]:
        """The names of all topics that stand on a shelf, in a language; read once."""
        if language not in self.topic_names:
            found = names([topic.id for topic in self.topics.values()], language)
            self.topic_names[language] = {key: topic.name for key, topic in found.items()}
        return self.topic_names[language]

    def topics_of(self, story_id: int, language: str) -> list[TopicName]:
        """The topics of a story on the shelves, named in a language, by name."""
        place, named = self.places[story_id], self.names_in(language)
        about = [topic for topic in self.topics.values() if self.own_topics.get(topic.id, 0) >> place & 1]
        found = [replace(topic, name=named[topic.id]) for topic in about if topic.id in named]
        return sorted(found, key=lambda topic: topic.name)

    def walk(self, shelf: int, order: str, start: int = 0, step: int = 1) -> Iterator[int]:
        """The places on a shelf in an order, from a rank on (`step` -1: backwards)."""
        bits = f"{shelf:b}"[::-1]
        order_of, end = self.orders[order], len(bits)
        for rank in range(start, len(order_of) if step > 0 else -1, step):
            place = order_of[rank]
            if place < end and bits[place] == "1":
                yield place


def the_shelves() -> Shelves:
    """The shelves as they stand in this page's snapshot. No query; three after a change."""
    number = public_state().shelves
    kept: Shelves | None = current_app.extensions.get("shelves")
    if kept is None or kept.number != number:
        with _making:
            kept = current_app.extensions.get("shelves")
            if kept is None or kept.number != number:
                kept = _make(number)
                current_app.extensions["shelves"] = kept
    return kept


def _shelf(places: Sequence[int], size: int) -> int:
    bits = bytearray(size // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _sorted(values: Iterable[Any]) -> dict[Any, list[int]]:
    """The places of each value but None, in order."""
    found: dict[Any, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        if value is not None:
            found[value].append(place)
    return found


def _rows() -> Sequence[Any]:
    # Plain columns: 10,000 dates made into objects would cost more than all the rest.
    changed = func.coalesce(Contribution.updated_at, Contribution.published_at)
    return db.session.execute(
        select(
            Contribution.id,
            Contribution.language,
            Contribution.audience,
            func.coalesce(Story.translation_of_id, Contribution.id).label("root"),
            Story.relation,
            Story.country,
            type_coerce(Story.diagnosed, String).label("diagnosed"),
            type_coerce(Story.first_symptoms, String).label("signs"),
            type_coerce(Contribution.published_at, String).label("published"),
            type_coerce(changed, String).label("changed"),
            func.coalesce(Contribution.byline, Member.display_name).label("byline"),
        )
        .select_from(Story)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(*is_listed(_A_MEMBER))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
    ).all()


def _decade(date: str | None) -> str | None:
    return f"{date[:3]}0" if date else None


def years_told_after(published: object, diagnosed: object) -> int | None:
    """Years from the diagnosis to the telling, of two dates however they are written; None where one is missing."""
    return int(str(published)[:4]) - int(str(diagnosed)[:4]) if published and diagnosed else None


def _initial(key: str) -> str:
    if key == NO_NAME:
        return ""
    return key[0].upper() if "a" <= key[:1] <= "z" else "#"


def _make(number: int) -> Shelves:
    rows = _rows()
    size = len(rows)
    names = [stems.fold(row.byline) if row.byline else NO_NAME for row in rows]
    stories = [
        Standing(row.id, row.language, row.audience == "everyone", row.root, row.relation,
                 years_told_after(row.published, row.diagnosed), _initial(name))
        for row, name in zip(rows, names, strict=True)
    ]  # fmt: skip
    shelves = {
        "language": _sorted(row.language for row in rows),
        "country": _sorted(row.country for row in rows),
        "relation": _sorted(row.relation for row in rows),
        "diagnosed": _sorted(_decade(row.diagnosed) for row in rows),
        "signs": _sorted(_decade(row.signs) for row in rows),
        "after": _sorted(story.told_after for story in stories),
        "initial": _sorted(story.initial for story in stories),
        "root": _sorted(story.root for story in stories),
    }
    sets = {root: on for root, on in shelves.pop("root").items() if len(on) > 1}
    made = {name: {value: _shelf(on, size) for value, on in values.items()} for name, values in shelves.items()}
    places = {story.id: place for place, story in enumerate(stories)}
    topics, own = _topics(places, size)
    made["topic"], made["treatment"] = _with_narrower(topics, own)
    changed = [str(row.changed) for row in rows]
    orders = {
        "newest": list(range(size)),
        "oldest": list(range(size - 1, -1, -1)),
        "updated": sorted(range(size), key=lambda place: (changed[place], stories[place].id), reverse=True),
        "byline": sorted(range(size), key=names.__getitem__),
    }
    return Shelves(
        number=number,
        stories=stories,
        places=places,
        everyone=_shelf([place for place, story in enumerate(stories) if story.is_for_everyone], size),
        facets={name: made[name] for name in FACETS},
        topics={topic.slug: topic for topic in topics.values()},
        own_topics=own,
        told_after=made["after"],
        initials=made["initial"],
        orders=orders,
        ranks={name: _ranks(order) for name, order in orders.items()},
        sets=sets,
    )


def _ranks(order: Sequence[int]) -> list[int]:
    ranks = [0] * len(order)
    for rank, place in enumerate(order):
        ranks[place] = rank
    return ranks


def _topics(places: dict[int, int], size: int) -> tuple[dict[int, TopicName], dict[int, int]]:
    """Every topic, and the shelf of each that has stories of its own."""
    topics = {row.id: TopicName(row.id, row.slug, "", row.kind, row.broader_id)
              for row in db.session.execute(select(Topic.id, Topic.slug, Topic.kind, Topic.broader_id))}  # fmt: skip
    on: dict[int, list[int]] = defaultdict(list)
    # Read by topic, the pairs lie in their index; those of discussions are passed over.
    pairs = select(contribution_topics.c.topic_id, contribution_topics.c.contribution_id).join(
        Story.__table__, Story.__table__.c.id == contribution_topics.c.contribution_id
    )
    for topic_id, story_id in db.session.execute(pairs):
        place = places.get(story_id)
        if place is not None:
            on[topic_id].append(place)
    return topics, {topic_id: _shelf(found, size) for topic_id, found in on.items()}


def _with_narrower(topics: dict[int, TopicName], own: dict[int, int]) -> tuple[dict[str, int], dict[str, int]]:
    """The shelves of topics by slug, each with what is narrower; those of treatments apart."""
    whole = dict(own)
    for topic_id, shelf in own.items():
        above, passed = topics[topic_id].broader_id, {topic_id}
        while above is not None and above in topics and above not in passed:
            whole[above] = whole.get(above, 0) | shelf
            passed.add(above)
            above = topics[above].broader_id
    by_kind: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for topic_id, shelf in whole.items():
        topic = topics[topic_id]
        by_kind[topic.kind == "treatment"][topic.slug] = shelf
    return by_kind
