"""Old addresses of stories: where nothing is found, a story may have stood; its readers are sent on."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from forum.core.db import db
from forum.core.errors import error_page
from forum.stories import old_addresses
from forum.stories.old_addresses import Place

bp = Blueprint("moved", __name__)


@bp.app_errorhandler(404)
def send_on(error: NotFound) -> ResponseReturnValue:
    """Send a reader from an old address to the story (301), say that it was taken back (410), or that nothing is here.

    Only where no page answers, so no page is ever hidden; and only to a story that can be read, so nothing goes round.
    """
    if error.response is not None:
        return error
    place = _place() if request.method in ("GET", "HEAD") else None
    if place is not None and place.is_readable:
        return redirect(f"/{place.language}/stories/{place.story_id}", 301)
    if place is not None and place.is_taken_back:
        g.is_private = True
        return make_response(render_template("stories/taken_back.html", story_id=place.story_id, is_own=False), 410)
    return error_page(404, error.description)


def _place() -> Place | None:
    try:
        return old_addresses.place_of(request.path, request.query_string.decode("utf-8", "replace"))
    except SQLAlchemyError:  # the database is away: the page that says so needs none
        db.session.rollback()
        return None
