"""The archive: filters that combine and say what they would hold, four orders, pages by key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.stories.models import RELATIONS, Story
from forum.stories.queries import for_lists, is_listed
from forum.stories.shelves import FACETS, ORDERS, RARE, Shelves

PAGE = 20
# Under which value the rare ones of a facet stand together. What a story is about or is written in is never folded:
# that is what somebody looks for by name.
TOGETHER = {"country": "elsewhere", "relation": "other", "diagnosed": "other", "signs": "other"}
_COULD_BE = {
    "country": re.compile(r"[A-Z]{2}|elsewhere"),
    "relation": re.compile("|".join((*RELATIONS, "other"))),
    "diagnosed": re.compile(r"[12][0-9]{2}0|other"),
    "signs": re.compile(r"[12][0-9]{2}0|other"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the archive is asked for, by the words of its address; an empty one asks for everything."""

    topic: str = ""
    treatment: str = ""
    language: str = ""
    country: str = ""
    relation: str = ""
    diagnosed: str = ""
    signs: str = ""
    order: str = "newest"

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that leave something out."""
        return {name: getattr(self, name) for name in FACETS if getattr(self, name)}

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.chosen)

    def query(self, **changes: str) -> str:
        """The address' query for these filters with some changed; "" takes one away. Pages begin anew."""
        asked = {**self.chosen, "order": self.order, **changes}
        kept = {name: value for name, value in asked.items() if value and (name, value) != ("order", "newest")}
        # Slugs, codes and words of ours: nothing in them needs quoting.
        return "?" + "&".join(f"{name}={value}" for name, value in kept.items()) if kept else ""

    @property
    def compact(self) -> str:
        """All of it as one word that a story's address carries: "country:IT,order:byline"."""
        asked = {**self.chosen, **({"order": self.order} if self.order != "newest" else {})}
        return ",".join(f"{name}:{value}" for name, value in asked.items())


def expanded(compact: str) -> dict[str, str]:
    """The filters that `compact` holds, as they were asked; what isn't one is left out."""
    parts = (part.partition(":") for part in compact[:400].split(","))
    return {name: value for name, _, value in parts if name in (*FACETS, "order")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with how many stories it would show beside the other filters."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A page of the archive: its stories, the ids that the neighbouring pages start from, and what it is a part of."""

    stories: Sequence[Story]
    before: int | None
    after: int | None
    total: int


class View:
    """The archive as one viewer sees it, under some filters. Asks the database nothing but the stories of a page."""

    def __init__(self, shelves: Shelves, viewer: Viewer, asked: Mapping[str, str]) -> None:
        self.shelves, self.viewer = shelves, viewer
        self.all = shelves.seen_by(viewer)
        self._folded = {name: self._fold(name, word) for name, word in TOGETHER.items()}
        self.filters = self._read(asked)
        self._by_facet = {name: self.holding(name, value) for name, value in self.filters.chosen.items()}
        self.shelf = self._beside("")

    def _fold(self, facet: str, word: str) -> dict[str, int]:
        """The facet's shelves as this viewer may choose them: the rare ones as one."""
        seen = {value: shelf & self.all for value, shelf in self.shelves.facets[facet].items()}
        shown = {value: shelf for value, shelf in seen.items() if shelf.bit_count() >= RARE}
        rare = reduce(or_, (shelf for value, shelf in seen.items() if value not in shown), 0)
        return {**shown, word: rare} if rare else shown

    def shelves_of(self, facet: str) -> dict[str, int]:
        """What may be chosen of a filter."""
        return self._folded.get(facet) or self.shelves.facets[facet]

    def holding(self, facet: str, value: str) -> int:
        """The stories that one value of a filter holds. A topic may be a treatment's by its own address."""
        found = self.shelves_of(facet).get(value)
        if found is None and facet == "topic":
            found = self.shelves.facets["treatment"].get(value)
        return (found or 0) & self.all

    def _read(self, asked: Mapping[str, str]) -> Filters:
        order = asked.get("order", "")
        read = {name: self._value(name, asked.get(name, "")[:80]) for name in FACETS}
        return Filters(**read, order=order if order in ORDERS else "newest")

    def _value(self, facet: str, value: str) -> str:
        """The value as the archive knows it: a rare one means those that stand together; "" for what is none."""
        if not value:
            return ""
        if facet in ("topic", "treatment"):
            return value if value in self.shelves.topics else ""
        if facet == "country" and value != TOGETHER["country"]:
            value = value.upper()
        if value in self.shelves_of(facet):
            return value
        # Whether a value is rare or has no story at all must not be told apart.
        return TOGETHER[facet] if facet in TOGETHER and _COULD_BE[facet].fullmatch(value) else ""

    def _beside(self, left_out: str) -> int:
        shelf = self.all
        for name, found in self._by_facet.items():
            if name != left_out:
                shelf &= found
        return shelf

    def choices(self, facet: str) -> list[Choice]:
        """The values of a filter that would show something beside the other filters, and the chosen one."""
        beside, chosen = self._beside(facet), getattr(self.filters, facet)
        found = [
            Choice(value, count)
            for value, shelf in self.shelves_of(facet).items()
            if (count := (shelf & beside).bit_count()) or value == chosen
        ]
        return sorted(found, key=lambda choice: -choice.count)

    def initials(self) -> list[str]:
        """The initial letters under which a story of this list is signed, "#" for what begins with none."""
        found = [letter for letter, shelf in self.shelves.initials.items() if letter and shelf & self.shelf]
        return sorted(found, key=lambda letter: (letter == "#", letter))

    def page(self, *, after: int | None = None, before: int | None = None, letter: str = "") -> ArchivePage:
        """Twenty stories by key: those after or before a story, or from a letter of the byline on. One query."""
        order, total = self.filters.order, self.shelf.bit_count()
        key = before if after is None else after
        place = self.shelves.places.get(key) if key is not None else None
        if place is None or not self.all >> place & 1:  # not this viewer's to see: the list begins
            place, before = None, None
        is_backward = before is not None and after is None
        start = self._letter(letter) if place is None else self.shelves.ranks[order][place] + (-1 if is_backward else 1)
        places = list(islice(self.shelves.walk(self.shelf, order, start, -1 if is_backward else 1), PAGE + 1))
        has_more, places = len(places) > PAGE, places[:PAGE]
        if is_backward:
            places.reverse()
        ids = [self.shelves.stories[place].id for place in places]
        has_previous = bool(ids) and (has_more if is_backward else self._is_any_before(places[0]))
        has_next = bool(ids) and (is_backward or has_more)
        return ArchivePage(self.stories(ids), ids[0] if has_previous else None, ids[-1] if has_next else None, total)

    def count_without(self, facet: str) -> int:
        """How many stories there would be without one of the filters."""
        return self._beside(facet).bit_count()

    def initial_of(self, story: Story) -> str:
        """The initial of a story's byline: a letter, "#", or nothing for those without a name."""
        place = self.shelves.places.get(story.id)
        return self.shelves.stories[place].initial if place is not None else ""

    def also_in(self, story: Story) -> list[str]:
        """The other languages in which this viewer may read a story."""
        shelves = self.shelves
        places = shelves.sets.get(story.translation_of_id or story.id, ())
        others = {shelves.stories[place].language for place in places if self.all >> place & 1}
        return sorted(others - {story.language})

    def _is_any_before(self, place: int) -> bool:
        ranks, order = self.shelves.ranks[self.filters.order], self.filters.order
        return next(self.shelves.walk(self.shelf, order, ranks[place] - 1, -1), None) is not None

    def _letter(self, letter: str) -> int:
        """The rank of the first story of this list that is signed under a letter; of the whole list without one."""
        if not letter or self.filters.order != "byline":
            return 0
        first = next(
            self.shelves.walk(
                self.shelves.initials.get("#" if letter == "other" else letter, 0) & self.shelf, "byline"
            ),
            None,
        )
        return 0 if first is None else self.shelves.ranks["byline"][first]

    def stories(self, ids: Sequence[int]) -> list[Story]:
        """Stories of a list in the order of `ids`, as lists show them. One query, none for no ids."""
        if not ids:
            return []
        rows = db.session.scalars(
            select(Story).where(Contribution.id.in_(ids), *is_listed(self.viewer)).options(*for_lists())
        )
        found = {story.id: story for story in rows}
        return [found[key] for key in ids if key in found]
