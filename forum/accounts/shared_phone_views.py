"""The address at which a member says whether others use this device too."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import policy, shared_phone
from forum.accounts.login import session_token, set_session_cookie, the_viewer
from forum.accounts.refusal import refused
from forum.accounts.views import bp
from forum.core.languages import current_language
from forum.core.settings import the_settings


@bp.post("/me/shared-phone")
def shared_phone_create() -> ResponseReturnValue:
    """Keep nothing in this browser from now on, or keep again what can't be sent."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    shared = request.form.get("shared") == "1"
    shared_phone.remember(shared=shared)
    flash(
        _("Nothing is kept in this browser from now on. Sign out when you leave.")
        if shared
        else _("What can’t be sent is kept in this browser until it can."),
        "good",
    )
    story = request.form.get("story", "")
    is_story = story.isascii() and story.isdigit() and len(story) < 10
    back = f"/{current_language()}/stories/{story}/edit" if is_story else url_for("accounts.sessions")
    response = redirect(back, 303)
    set_session_cookie(response, session_token(request) or "", the_settings())  # type: ignore[arg-type]
    return response
