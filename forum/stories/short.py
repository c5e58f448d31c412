"""The short address of a story, to read out over the telephone: /s/7."""

from __future__ import annotations

from flask import Blueprint, g, redirect
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.core.languages import preferred_language
from forum.stories import queries

bp = Blueprint("short", __name__)


@bp.get("/s/<int:story_id>")
def story_short(story_id: int) -> ResponseReturnValue:
    """On to the story in its own language; of what isn't there to read, its page says what there is to say."""
    g.is_private = True
    language = queries.language_of(the_viewer(), story_id) or preferred_language()
    answer = redirect(f"/{language}/stories/{story_id}", 302)
    answer.headers["Cache-Control"] = "no-store"
    return answer
