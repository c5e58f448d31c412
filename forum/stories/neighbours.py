"""The story before and the one after, in the list that a reader came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from forum.accounts.viewer import Viewer
from forum.contributions.queries import topics_of
from forum.core.languages import current_language
from forum.stories import queries
from forum.stories.archive import View, expanded
from forum.stories.like import Likeness, like, reason
from forum.stories.models import Story
from forum.stories.shelves import Shelves, the_shelves
from forum.stories.ways import ORDER_WORDS, chosen
from forum.topics.queries import TopicName


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands around a story: its topics and translations, its neighbours in a list, that list in words, and the
    stories like it."""

    topics: Sequence[TopicName]
    translations: Sequence[Story]
    previous: Story | None
    next: Story | None
    words: str
    address: str
    list: str
    like: Sequence[tuple[Story, str]]


def neighbours(story: Story, viewer: Viewer, compact: str) -> Neighbours:
    """What stands around a story for `viewer`; `compact` is the list that the address carries.

    One query for a story on the shelves; two more for one that isn't: not published, or in no list.
    """
    shelves = the_shelves()
    if story.id not in shelves.places:
        return _alone(story, viewer, shelves)
    topics = shelves.topics_of(story.id, current_language())
    view = View(shelves, viewer, expanded(compact))
    place = shelves.places[story.id]
    if not view.shelf >> place & 1:
        view = View(shelves, viewer, {})  # it left the list: the whole archive stands around it
    before, after = _beside(view, place)
    alike = like(story, topics, shelves, view.all)
    others = [shelves.stories[one].id for one in shelves.sets.get(shelves.stories[place].root, ()) if one != place]
    ids = {key for key in (before, after, *others, *(one.id for one in alike)) if key is not None}
    found = {one.id: one for one in view.stories(sorted(ids))}
    return Neighbours(
        topics=topics,
        translations=sorted((found[key] for key in others if key in found), key=lambda one: one.language),
        previous=found.get(before or 0),
        next=found.get(after or 0),
        words=_words(view),
        address=f"/{current_language()}/stories{view.filters.query()}",
        list=view.filters.compact,
        like=_with_reasons(alike, found, story, topics),
    )


def _alone(story: Story, viewer: Viewer, shelves: Shelves) -> Neighbours:
    """What stands around a story that is on no shelf: nothing goes on from it."""
    topics = topics_of(story.id, current_language())
    alike = like(story, topics, shelves, shelves.seen_by(viewer)) if story.status == "published" else []
    found = {one.id: one for one in View(shelves, viewer, {}).stories([one.id for one in alike])}
    address = f"/{current_language()}/stories"
    others = queries.translations_of(story, viewer)
    return Neighbours(
        topics, others, None, None, str(_("all stories")), address, "", _with_reasons(alike, found, story, topics)
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
