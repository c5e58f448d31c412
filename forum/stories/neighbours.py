"""The story before and the one after, in the list that a reader came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from forum.accounts.viewer import Viewer
from forum.core.languages import current_language
from forum.stories.archive import View, expanded
from forum.stories.like import Likeness, like, reason
from forum.stories.models import Story
from forum.stories.shelves import the_shelves
from forum.stories.ways import ORDER_WORDS, chosen
from forum.topics.queries import TopicName


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands around a story: its neighbours in a list, that list in words, and the stories like it."""

    previous: Story | None
    next: Story | None
    words: str
    address: str
    list: str
    like: Sequence[tuple[Story, str]]


def neighbours(story: Story, topics: Sequence[TopicName], viewer: Viewer, compact: str) -> Neighbours:
    """What stands around a published story for `viewer`; `compact` is the list that the address carries. One query."""
    shelves = the_shelves()
    view = View(shelves, viewer, expanded(compact))
    place = shelves.places.get(story.id)
    if place is not None and not view.shelf >> place & 1:
        view = View(shelves, viewer, {})  # it left the list: the whole archive stands around it
    before, after = (None, None) if place is None else _beside(view, place)
    alike = like(story, topics, shelves, view.all)
    ids = [key for key in (before, after) if key is not None]
    found = {one.id: one for one in view.stories([*ids, *(one.id for one in alike)])}
    return Neighbours(
        previous=found.get(before or 0),
        next=found.get(after or 0),
        words=_words(view),
        address=f"/{current_language()}/stories{view.filters.query()}",
        list=view.filters.compact,
        like=_with_reasons(alike, found, story, topics),
    )


def _words(view: View) -> str:
    found = ", ".join(link.words for link in chosen(view)) or str(_("all stories"))
    order = view.filters.order
    return found if order == "newest" else f"{found} · {dict(ORDER_WORDS)[order]}"


def _beside(view: View, place: int) -> tuple[int | None, int | None]:
    order = view.filters.order
    rank = view.shelves.ranks[order][place]
    before = next(view.shelves.walk(view.shelf, order, rank - 1, -1), None)
    after = next(view.shelves.walk(view.shelf, order, rank + 1), None)
    ids = view.shelves.stories
    return (None if before is None else ids[before].id, None if after is None else ids[after].id)


def _with_reasons(
    alike: Sequence[Likeness], found: dict[int, Story], story: Story, topics: Sequence[TopicName]
) -> list[tuple[Story, str]]:
    return [(found[one.id], reason(one, story, topics)) for one in alike if one.id in found]
