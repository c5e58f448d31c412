"""The map of the site for search engines (sitemaps.org): one file, or an index of parts where one would be too long.

A part covers a range of contributions' ids, so that none is longer than its range and none asks for an offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, render_template

from forum.core.public_state import public_state
from forum.core.settings import LANGUAGES, the_settings
from forum.site import queries, words
from forum.stories.shelves import the_shelves
from forum.topics.queries import all_topics

bp = Blueprint("sitemap", __name__)
PART = 5_000  # ids of a part; one file may hold 50,000 addresses


@dataclass(frozen=True, slots=True)
class Place:
    """One address, when what stands there last changed, and the same in other languages."""

    address: str
    changed: datetime | None = None
    alternates: Sequence[tuple[str, str]] = ()


def _xml(template: str, **values: object) -> Response:
    return Response(render_template(template, **values), mimetype="application/xml")


def _pages() -> list[Place]:
    origin = the_settings().origin
    paths = ["", "stories", "discussions", "topics", "help", "guidelines", *words.PAGES]
    paths += [f"topics/{topic.slug}" for topic in all_topics(LANGUAGES[0])]
    return [Place(f"{origin}/{language}/{path}") for language in LANGUAGES for path in paths]


def _written(first: int, last: int) -> list[Place]:
    """Stories and discussions whose ids lie in a range, as everybody may read them."""
    origin, sets = the_settings().origin, _sets()
    places = [
        Place(f"{origin}/{row.language}/stories/{row.id}", row.changed, sets.get(row.root, ()))
        for row in queries.story_places(first, last)
    ]
    places += [
        Place(f"{origin}/{row.language}/threads/{row.id}", row.changed) for row in queries.thread_places(first, last)
    ]
    return places


def _sets() -> dict[int, list[tuple[str, str]]]:
    """The languages and addresses of each set of translations of which everybody may read several, by its root."""
    shelves, origin = the_shelves(), the_settings().origin
    found = {}
    for root, places in shelves.sets.items():
        stories = [shelves.stories[place] for place in places if shelves.stories[place].is_for_everyone]
        if len(stories) > 1:
            found[root] = [(one.language, f"{origin}/{one.language}/stories/{one.id}") for one in stories]
    return found


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """What can be read, each in its own language; on a large site, where its parts are."""
    if public_state().has_examples:
        return _xml("site/sitemap.xml", places=[])
    newest = queries.newest_id()
    if newest < PART:
        return _xml("site/sitemap.xml", places=[*_pages(), *_written(0, PART)])
    names = ["pages", *(str(number) for number in range(newest // PART + 1))]
    return _xml("site/sitemap_index.xml", names=names)


@bp.get("/sitemap/pages.xml")
def sitemap_pages() -> Response:
    """The pages of the site itself."""
    return _xml("site/sitemap.xml", places=[] if public_state().has_examples else _pages())


@bp.get("/sitemap/<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """The stories and discussions of one range of ids."""
    if number > queries.newest_id() // PART:
        abort(404)
    is_closed = public_state().has_examples
    return _xml("site/sitemap.xml", places=[] if is_closed else _written(number * PART, (number + 1) * PART))
