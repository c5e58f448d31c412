"""The addresses of stories: the archive and the story page. Writing has its own."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, render_template, request

from forum.accounts.login import the_viewer
from forum.contributions.cloth import cloth
from forum.contributions.queries import is_owner, topics_of
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.settings import LANGUAGES
from forum.core.stems import fold
from forum.core.templates import country, language_name
from forum.core.visitor_cache import changes_at
from forum.discussions import boxes as discussions
from forum.discussions.words import NOTE_WORDS
from forum.stories import archive, policy, queries
from forum.stories.age import reading_minutes, turns_older_at, years_since
from forum.stories.archive import Filters
from forum.stories.models import RELATIONS, Story
from forum.stories.words import ORDERS, RELATION_WORDS, STATUS_WORDS, TOLD_BY
from forum.topics import queries as topics

bp = Blueprint("stories", __name__, url_prefix=PREFIX)
bp.add_app_template_global(cloth, "weave")
# A global, not a context: macros that are imported see it too.
bp.record_once(lambda state: state.app.jinja_env.globals.update(note_words=NOTE_WORDS))


def filters_of_request() -> Filters:
    """The filters that the address asks for; a value that isn't one asks for everything."""
    asked = request.args
    topic = topics.topic_by_slug(asked.get("topic", "")[:80]) if asked.get("topic") else None
    language, place = asked.get("language", ""), asked.get("country", "").upper()
    relation, order = asked.get("relation", ""), asked.get("order", "newest")
    return Filters(
        topic=topic.slug if topic else "",
        topic_ids=archive.topic_filter(topic.id) if topic else (),
        language=language if language in LANGUAGES else "",
        country=place if len(place) == 2 and place.isalpha() and place.isascii() else "",
        relation=relation if relation in RELATIONS else "",
        order=order if order in ORDERS else "newest",
    )


def _key(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def _by_words(choice: tuple[str, str]) -> str:
    return fold(choice[1])


@bp.get("/stories")
def archive_show() -> str:
    """The archive: filters that combine, three orders, twenty stories a page."""
    viewer, filters = the_viewer(), filters_of_request()
    page = archive.archive_page(filters, viewer, after=_key("after"), before=_key("before"))
    choices = archive.archive_choices(filters, viewer)
    names = topics.names(list(choices.topics), current_language())
    return render_template(
        "stories/archive.html",
        page=page,
        filters=filters,
        choices=choices,
        topic_choices=sorted(
            ((one.slug, f"{one.name} ({choices.topics[one.id]})") for one in names.values()), key=_by_words
        ),
        language_choices=[(code, f"{language_name(code)} ({n})") for code, n in choices.languages.most_common()],
        country_choices=sorted(
            ((code, f"{country(code)} ({n})") for code, n in choices.countries.items()), key=_by_words
        ),
        relation_choices=[
            (word, f"{TOLD_BY[word]} ({choices.relations[word]})") for word in RELATIONS if choices.relations[word]
        ],
    )


@bp.get("/stories/<int:story_id>")
def story_show(story_id: int) -> Response | str:
    """One story with its chapters; the place of one that its author took back (410)."""
    viewer = the_viewer()
    story = queries.story_for(viewer, story_id)
    if story is None:
        if queries.was_taken_back(story_id) or _is_own_withdrawn(story_id):
            return _tombstone(story_id)
        abort(404)
    is_own = is_owner(viewer, story)
    about = topics_of(story.id, current_language())
    names = {topic.id: topic.name for topic in about}
    changes_at(turns_older_at(story.published_at, clock.now()))
    return render_template(
        "stories/story.html",
        story=story,
        is_own=is_own,
        status_words=STATUS_WORDS,
        relation_words=RELATION_WORDS,
        can_change=is_own and policy.can_change(viewer, story, is_own),
        chapters=queries.chapters_of(story.id, viewer),
        translations=queries.translations_of(story, viewer),
        about=about,
        like=_with_reasons(queries.stories_like(story, list(names), viewer), names),
        age=years_since(story.published_at, clock.now()),
        minutes=reading_minutes(story.source),
        comments=discussions.comments_of(story, viewer) if story.status == "published" else None,
    )


def _with_reasons(like: list[tuple[Story, list[int]]], names: dict[int, str]) -> list[tuple[Story, str]]:
    """Each story with the names of what it shares, at most three."""
    return [(one, ", ".join(names[topic_id] for topic_id in ids[:3])) for one, ids in like]


def _is_own_withdrawn(story_id: int) -> bool:
    story = queries.own_story(the_viewer(), story_id)
    return story is not None and story.status == "withdrawn"


def _tombstone(story_id: int) -> Response:
    g.is_private = True
    own = _is_own_withdrawn(story_id)
    return make_response(render_template("stories/taken_back.html", story_id=story_id, is_own=own), 410)
