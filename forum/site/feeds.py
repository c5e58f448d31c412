"""Atom feeds (RFC 4287): new stories in a language, and those about a topic. Only what everyone may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from forum.accounts.viewer import VISITOR
from forum.core import richtext
from forum.core.languages import PREFIX, current_language
from forum.core.settings import the_settings
from forum.stories.archive import View
from forum.stories.models import Story
from forum.stories.queries import stories_with_words
from forum.stories.shelves import the_shelves
from forum.topics import queries as topics

bp = Blueprint("feeds", __name__, url_prefix=PREFIX)
ENTRIES = 30
EXCERPT = 280
SINCE = 2026  # the year in every tag: address, by which a name of the site is meant as it was owned then (RFC 4151)
NOTHING_YET = datetime(SINCE, 1, 1, tzinfo=UTC)
FOLDED = {"self_harm", "graphic"}


def summary(story: Story) -> str:
    """What a feed says of a story: its author's teaser or its beginning; nothing of one that is folded."""
    if FOLDED & set(story.notes):
        return ""
    return story.teaser or richtext.excerpt(story.html, EXCERPT)


def _stories(**asked: str) -> list[Story]:
    """The stories in the page's language that are new or were updated last, as the archive has them for everyone."""
    shelves, language = the_shelves(), current_language()
    view = View(shelves, VISITOR, {**asked, "language": language})
    if view.filters.language != language:  # none is written in it yet
        return []
    places = islice(shelves.walk(view.shelf, "updated"), ENTRIES)
    return stories_with_words(VISITOR, [shelves.stories[place].id for place in places])


def _feed(title: str, page: str, stories: Sequence[Story]) -> Response:
    """A feed whose entries are `stories`; `page` is the path of what it is the feed of."""
    origin, language = the_settings().origin, current_language()
    body = render_template(
        "site/feed.xml",
        title=title,
        page=f"{origin}/{language}{page}",
        tag=f"tag:{origin.partition('://')[2].partition(':')[0]},{SINCE}:",
        feed=f"{language}{page}",
        language=language,
        stories=stories,
        updated=max((story.updated_at or story.published_at or NOTHING_YET for story in stories), default=NOTHING_YET),
        summary=summary,
    )
    return Response(body, mimetype="application/atom+xml")


@bp.get("/stories/feed")
def stories_feed() -> Response:
    """The stories of the address' language, those that changed last."""
    return _feed(_("New and updated stories"), "/stories", _stories())


@bp.get("/topics/<slug>/feed")
def topic_feed(slug: str) -> Response:
    """The stories about a topic or what is narrower, in the address' language."""
    topic = topics.topic_by_slug(slug)
    if topic is None:
        abort(404)
    language = current_language()
    name = topics.names([topic.id], language)[topic.id].name
    return _feed(_("Stories about %(topic)s", topic=name), f"/topics/{topic.slug}", _stories(topic=topic.slug))
