"""The ways to look through the archive, in words: each filter's choices as links, what is chosen, the letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forum.core.languages import current_language
from forum.core.stems import fold
from forum.core.templates import country, language_name
from forum.stories.archive import View
from forum.stories.models import Story
from forum.stories.words import TOLD_BY

SHOWN = ("topic", "language", "country", "relation")
MORE = ("treatment", "diagnosed", "signs")
LABELS: dict[str, Any] = {
    "topic": _l("About"),
    "language": _l("In"),
    "country": _l("From"),
    "relation": _l("Told by"),
    "treatment": _l("Treatment tried"),
    "diagnosed": _l("Given a name in"),
    "signs": _l("First signs in"),
}
ANY: dict[str, Any] = {
    "topic": _l("Anything"),
    "language": _l("Any language"),
    "country": _l("Anywhere"),
    "relation": _l("Anyone"),
    "treatment": _l("Any treatment"),
    "diagnosed": _l("Any year"),
    "signs": _l("Any year"),
}
ORDER_WORDS: tuple[tuple[str, Any], ...] = (
    ("newest", _l("Newest")),
    ("updated", _l("Updated")),
    ("byline", _l("A to Z")),
    ("oldest", _l("Oldest")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One choice: where it leads, its words, and how many stories it would show."""

    address: str
    words: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One filter: its name, what is chosen of it, and its choices."""

    name: str
    label: Any
    chosen: str
    choices: Sequence[Link]


def said(view: View, facet: str, value: str) -> str:
    """One value of a filter in words."""
    if facet in ("topic", "treatment"):
        topic = view.shelves.topics.get(value)
        return view.shelves.names_in(current_language()).get(topic.id, value) if topic else value
    if facet == "language":
        return language_name(value)
    if facet == "country":
        return str(_("elsewhere")) if value == "elsewhere" else country(value)
    if facet == "relation":
        return str(_("somebody else") if value == "other" else TOLD_BY[value])
    return str(_("other years") if value == "other" else _("the %(decade)ss", decade=value))


def _in_order(facet: str, links: list[Link]) -> list[Link]:
    if facet in ("language", "relation"):
        return links  # those that hold most come first
    if facet in ("diagnosed", "signs"):
        return sorted(links, key=lambda link: link.address)
    return sorted(links, key=lambda link: fold(link.words))


def way(view: View, facet: str) -> Way:
    """One filter with its choices; the chosen one's link takes it away."""
    base, chosen = f"/{current_language()}/stories", getattr(view.filters, facet)
    links = []
    for choice in view.choices(facet):
        is_chosen = choice.value == chosen
        query = view.filters.query(**{facet: "" if is_chosen else choice.value})
        links.append(Link(base + query, said(view, facet, choice.value), choice.count, is_chosen))
    return Way(facet, LABELS[facet], said(view, facet, chosen) if chosen else "", _in_order(facet, links))


def chosen(view: View) -> list[Link]:
    """What is chosen now: each a link that takes itself away, with how many stories there would be then."""
    base = f"/{current_language()}/stories"
    return [
        Link(
            base + view.filters.query(**{facet: ""}),
            f"{LABELS[facet]} {said(view, facet, value)}",
            view.count_without(facet),
            True,
        )
        for facet, value in view.filters.chosen.items()
    ]


def letters(view: View) -> list[tuple[str, str]]:
    """The initial letters of the bylines of this list, each with the address that begins there."""
    base = f"/{current_language()}/stories"
    query = view.filters.query(order="byline")
    return [(letter, f"{base}{query}&letter={'other' if letter == '#' else letter}") for letter in view.initials()]


def by_initial(view: View, stories: Sequence[Story]) -> list[tuple[str, list[Story]]]:
    """The stories of a page under the initials of their bylines; "" for those without a name."""
    return [(initial, list(group)) for initial, group in groupby(stories, key=view.initial_of)]
