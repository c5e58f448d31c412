"""Atom feeds (RFC 4287): new stories in a language, those about a topic, a board, a discussion. Only what everyone may
read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from forum.accounts.viewer import VISITOR
from forum.core import richtext
from forum.core.languages import PREFIX, current_language
from forum.core.settings import the_settings
from forum.discussions import queries as discussions
from forum.discussions import reading
from forum.discussions.rows import PostRow, ThreadLine
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `path` is without language; `name` is None where nobody signed with her own name or a pen name."""

    path: str
    language: str
    title: str
    name: str | None
    published: datetime
    updated: datetime
    summary: str
    notes: tuple[str, ...] = ()


def summary(story: Story) -> str:
    """What a feed says of a story: its author's teaser or its beginning; nothing of one that is folded."""
    if FOLDED & set(story.notes):
        return ""
    return story.teaser or richtext.excerpt(story.html, EXCERPT)


def _story(story: Story) -> Entry:
    if story.attribution == "member":
        name = story.author.display_name if story.author else None
    else:
        name = story.byline
    shown = story.published_at or NOTHING_YET
    path = f"stories/{story.id}"
    return Entry(
        path, story.language, story.title, name, shown, story.updated_at or shown, summary(story), tuple(story.notes)
    )


def _line(line: ThreadLine) -> Entry:
    """A discussion in the feed of its board: new again with each answer."""
    is_folded = bool(FOLDED & set(line.notes))
    return Entry(
        f"threads/{line.id}", line.language, line.title or "", line.signed_name, line.started_at, line.bumped_at,
        "" if is_folded else line.teaser or "", line.notes,
    )  # fmt: skip


def _post(post: PostRow, title: str) -> Entry:
    notes = tuple(post.content_notes.split())
    words = "" if FOLDED & set(notes) or post.html is None else richtext.excerpt(post.html, EXCERPT)
    name = post.name if post.author_id is not None else None
    if post.answers_id is not None and not post.answering_gone:
        title = _("%(title)s: answering %(name)s", title=title, name=post.answering_name or _("Without a name"))
    written, updated = post.told(post.written_at), post.told(post.updated_at or post.written_at)
    return Entry(f"posts/{post.id}", post.language, title, name, written, updated, words, notes)


def _stories(**asked: str) -> list[Story]:
    """The stories in the page's language that are new or were updated last, as the archive has them for everyone."""
    shelves, language = the_shelves(), current_language()
    view = View(shelves, VISITOR, {**asked, "language": language})
    if view.filters.language != language:  # none is written in it yet
        return []
    places = islice(shelves.walk(view.shelf, "updated"), ENTRIES)
    return stories_with_words(VISITOR, [shelves.stories[place].id for place in places])


def _feed(title: str, page: str, entries: Sequence[Entry]) -> Response:
    """A feed; `page` is the path of what it is the feed of."""
    origin, language = the_settings().origin, current_language()
    body = render_template(
        "site/feed.xml",
        title=title,
        page=f"{origin}/{language}{page}",
        tag=f"tag:{origin.partition('://')[2].partition(':')[0]},{SINCE}:",
        feed=f"{language}{page}",
        language=language,
        entries=entries,
        updated=max((entry.updated for entry in entries), default=NOTHING_YET),
    )
    return Response(body, mimetype="application/atom+xml")


@bp.get("/stories/feed")
def stories_feed() -> Response:
    """The stories of the address' language, those that changed last."""
    return _feed(_("New and updated stories"), "/stories", [*map(_story, _stories())])


@bp.get("/topics/<slug>/feed")
def topic_feed(slug: str) -> Response:
    """The stories about a topic or what is narrower, in the address' language."""
    topic = topics.topic_by_slug(slug)
    if topic is None:
        abort(404)
    language = current_language()
    name = topics.names([topic.id], language)[topic.id].name
    entries = [*map(_story, _stories(topic=topic.slug))]
    return _feed(_("Stories about %(topic)s", topic=name), f"/topics/{topic.slug}", entries)


@bp.get("/boards/<slug>/feed")
def board_feed(slug: str) -> Response:
    """The discussions of a board for everyone, those answered last."""
    board = discussions.board_for(VISITOR, slug)
    if board is None:
        abort(404)
    lines, _more = discussions.threads_in(board, VISITOR, limit=ENTRIES)
    newest = sorted(lines, key=lambda line: line.bumped_at, reverse=True)
    return _feed(board.name or board.slug, f"/boards/{board.slug}", [_line(line) for line in newest if line.title])


@bp.get("/threads/<int(max=2147483647):thread_id>/feed")
def thread_feed(thread_id: int) -> Response:
    """The newest posts of a discussion for everyone."""
    thread = discussions.thread_for(VISITOR, thread_id)
    if thread is None or thread.title is None:
        abort(404)
    posts = reading.posts_in(thread, VISITOR, "flat", is_last=True, limit=ENTRIES).posts
    entries = [_post(post, thread.title) for post in reversed(posts) if not post.is_gone]
    return _feed(thread.title, f"/threads/{thread.id}", entries)
