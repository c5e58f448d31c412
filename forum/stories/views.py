"""The addresses of stories: the archive and the story page. Writing has its own."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, render_template, request

from forum.accounts.login import the_viewer
from forum.contributions.cloth import cloth
from forum.core import clock
from forum.core.languages import PREFIX
from forum.core.public_state import changes_at
from forum.discussions import boxes as discussions
from forum.discussions.words import NOTE_WORDS
from forum.stories import archive, chapter_queries, policy, queries, ways
from forum.stories.age import reading_minutes, turns_older_at, years_since
from forum.stories.beside import beside
from forum.stories.neighbours import neighbours
from forum.stories.shelves import the_shelves
from forum.stories.structured import article
from forum.stories.words import RELATION_WORDS, STATUS_WORDS

bp = Blueprint("stories", __name__, url_prefix=PREFIX)
bp.add_app_template_global(cloth, "weave")
# A global, not a context: macros that are imported see it too.
bp.record_once(lambda state: state.app.jinja_env.globals.update(note_words=NOTE_WORDS, article=article))


def _key(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


@bp.get("/stories")
def archive_show() -> str:
    """The archive: filters that combine, four orders, twenty stories a page."""
    view = archive.View(the_shelves(), the_viewer(), request.args)
    page = view.page(after=_key("after"), before=_key("before"), letter=request.args.get("letter", "")[:5])
    return render_template("stories/archive.html", view=view, page=page, ways=ways)


@bp.get("/stories/<int:story_id>")
def story_show(story_id: int) -> Response | str:
    """One story with its chapters; the place of one that its author took back, and of its translations (410)."""
    viewer = the_viewer()
    found = queries.story_page_for(viewer, story_id)
    if found is None or found[0].audience == "participants":  # whoever owns a translation could open it
        gone = queries.taken_back(story_id) or (story_id if _is_own_withdrawn(story_id) else None)
        if gone is not None:
            return taken_back_page(gone)
    if found is None:
        abort(404)
    story, is_own, is_following, editors_line = found
    below = chapter_queries.below(viewer, story.id, is_own=is_own)
    around = neighbours(story, viewer, request.args.get("list", ""))
    changes_at(turns_older_at(story.published_at, clock.now()))
    return render_template(
        "stories/story.html",
        story=story,
        is_own=is_own,
        editors_line=editors_line,
        status_words=STATUS_WORDS,
        relation_words=RELATION_WORDS,
        can_change=is_own and policy.can_change(viewer, story, is_own),
        chapters=below.chapters,
        translations=around.translations,
        beside=beside(
            story,
            viewer,
            below=below,
            is_following=is_following,
            languages=[one.language for one in around.translations],
        ),
        about=around.topics,
        around=around,
        age=years_since(story.published_at, clock.now()),
        minutes=reading_minutes(story.source),
        comments=discussions.comments_of(story, viewer) if story.status == "published" else None,
    )


def _is_own_withdrawn(story_id: int) -> bool:
    story = queries.own_story(the_viewer(), story_id)
    return story is not None and story.status == "withdrawn"


def taken_back_page(story_id: int) -> Response:
    """The page in the place of a story that its author took back (410); she can bring it back from there."""
    g.is_private = True
    own = _is_own_withdrawn(story_id)
    return make_response(render_template("stories/taken_back.html", story_id=story_id, is_own=own), 410)
