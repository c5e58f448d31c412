"""Stories like one: by topics and treatments in common, who tells it, how long after the diagnosis, its own language.

Scored on the shelves, all stories at once: a score is a column of bits through a few whole numbers ("planes"), and
adding a weight to every story of a shelf is one binary addition. A page of reasons costs less than reading one story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from forum.contributions.models import Contribution
from forum.stories.models import Story
from forum.stories.shelves import Shelves, years_told_after
from forum.stories.words import TOLD_BY
from forum.topics.queries import TopicName

SHOWN = 3
LOOKED_AT = 12  # the best of them are looked at one by one
LANGUAGE, RELATION, SAME_YEARS, NEAR_YEARS, NEAR = 32, 4, 4, 2, 2
COMMONEST, RAREST = 3, 8  # what a topic in common weighs, by how few stories have it


@dataclass(frozen=True, slots=True)
class Likeness:
    """A story that is like another, and why."""

    id: int
    topic_ids: tuple[int, ...]
    has_relation: bool
    told_after: int | None  # years after the diagnosis, where both say the same


class _Scores:
    def __init__(self) -> None:
        self.planes: list[int] = []

    def add(self, shelf: int, weight: int) -> None:
        """Give every story of a shelf a weight."""
        for start in range(weight.bit_length()):
            carry, plane = shelf if weight >> start & 1 else 0, start
            while carry:
                while len(self.planes) <= plane:
                    self.planes.append(0)
                self.planes[plane], carry = self.planes[plane] ^ carry, self.planes[plane] & carry
                plane += 1

    def of(self, place: int) -> int:
        """The score of one story."""
        return sum((plane >> place & 1) << weight for weight, plane in enumerate(self.planes))

    def best(self, among: int, many: int) -> list[int]:
        """The places of the highest scores, highest first, the newest of equals."""
        sure, tied = 0, among
        for plane in reversed(self.planes):
            high = sure | (tied & plane)
            if high.bit_count() > many:
                tied &= plane
            else:
                sure, tied = high, tied & ~plane
        places = _places(sure, many)
        places += _places(tied, many - len(places))
        return sorted(places, key=lambda place: (-self.of(place), place))


def _places(shelf: int, many: int) -> list[int]:
    found: list[int] = []
    while shelf and len(found) < many:
        lowest = shelf & -shelf
        found.append(lowest.bit_length() - 1)
        shelf ^= lowest
    return found


def like(story: Story, topics: Sequence[TopicName], shelves: Shelves, seen: int) -> list[Likeness]:
    """The stories most like one among those on the shelf `seen`, each with what they share. No query.

    Its own translations are never among them, and of a set of translations only one is.
    """
    root = story.translation_of_id or story.id
    own = shelves.places.get(story.id)
    for place in (*shelves.sets.get(root, ()), *(() if own is None else (own,))):
        seen &= ~(1 << place)
    if root != story.id and (place_of_root := shelves.places.get(root)) is not None:
        seen &= ~(1 << place_of_root)
    after = years_told_after(story.published_at, story.diagnosed)
    scores, about = _Scores(), 0
    for topic in topics:
        shelf = shelves.own_topics.get(topic.id, 0) & seen
        if shelf:
            about |= shelf
            share = (len(shelves.stories) // shelf.bit_count()).bit_length()
            scores.add(shelf, min(RAREST, COMMONEST + share - 1))
    told = shelves.facets["relation"].get(story.relation or "", 0) & seen
    scores.add(told, RELATION)
    then = 0
    if after is not None:
        then = shelves.told_after.get(after, 0) & seen
        scores.add(then, SAME_YEARS)
        near = [shelves.told_after.get(after + years, 0) for years in range(-NEAR, NEAR + 1)]
        scores.add((near[0] | near[1] | near[2] | near[3] | near[4]) & seen, NEAR_YEARS)
    # Without a topic in common it takes two other things.
    among = about | (told & then)
    scores.add(shelves.facets["language"].get(story.language, 0) & seen, LANGUAGE)
    ids = [topic.id for topic in topics]
    return _told(shelves, scores.best(among, LOOKED_AT), ids, told, after)


def _told(shelves: Shelves, places: Sequence[int], ids: Sequence[int], told: int, after: int | None) -> list[Likeness]:
    found: list[Likeness] = []
    roots: set[int] = set()
    for place in places:
        one = shelves.stories[place]
        if one.root in roots or len(found) == SHOWN:
            continue
        roots.add(one.root)
        shared = tuple(key for key in ids if shelves.own_topics.get(key, 0) >> place & 1)
        same = after if after is not None and one.told_after == after else None
        found.append(Likeness(one.id, shared, bool(told >> place & 1), same))
    return found


def _within(name: str) -> str:
    """A topic's name as it stands inside a sentence: calcinosis, but Raynaud's phenomenon and CREST syndrome."""
    first = name.split(" ", 1)[0]
    return name if first[1:] != first[1:].lower() or "'" in first or "’" in first else name[:1].lower() + name[1:]


def reason(likeness: Likeness, story: Contribution, topics: Sequence[TopicName]) -> str:
    """What two stories share, in words: "Also calcinosis, also 9 years after the diagnosis, also told by a parent"."""
    both = [topic for topic in topics if topic.id in likeness.topic_ids]
    shared = sorted(both, key=lambda topic: topic.kind == "treatment")[:3]
    parts = [
        _("also tried %(treatment)s", treatment=_within(topic.name))
        if topic.kind == "treatment"
        else _("also %(topic)s", topic=_within(topic.name))
        for topic in shared
    ]
    if likeness.told_after == 0:
        parts.append(_("also in the year of the diagnosis"))
    elif likeness.told_after is not None and likeness.told_after > 0:
        parts.append(
            ngettext("also %(num)d year after the diagnosis", "also %(num)d years after the diagnosis",
                     likeness.told_after)
        )  # fmt: skip
    relation = getattr(story, "relation", None)
    if likeness.has_relation and relation in TOLD_BY:
        parts.append(_("also told by %(who)s", who=TOLD_BY[relation]))
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]
