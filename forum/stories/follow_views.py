"""The addresses of following: begin and end it on the site, the list, and the one click from a mail (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import follows as following
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.stories import follows
from forum.stories.following import TITLES, all_of

bp = Blueprint("follows", __name__)


@bp.post(f"{PREFIX}/stories/<int:story_id>/following")
def following_create(story_id: int) -> ResponseReturnValue:
    """Begin to follow a story, or end it (`value` 0)."""
    slow_down("follow", limit=120, seconds=3600)
    viewer = the_viewer()
    if not (verdict := following.can_follow(viewer)):
        return refused(verdict)
    is_on = request.form.get("value") != "0"
    with write():
        verdict = follows.follow(actor=viewer, story_id=story_id, is_on=is_on)
    if not verdict:
        return refused(verdict)
    if "list" in request.form:
        return redirect(url_for("follows.following_index"), 303)
    flash(_("We’ll write to you when there is a later chapter.") if is_on else _("You’ll hear no more of it."), "good")
    return redirect(url_for("stories.story_show", story_id=story_id), 303)


@bp.get(f"{PREFIX}/me/following")
def following_index() -> ResponseReturnValue:
    """All that the viewer follows and has muted."""
    viewer = the_viewer()
    if not (verdict := following.can_follow(viewer)):
        return refused(verdict)
    g.is_private = True
    return render_template("stories/following.html", all=all_of(viewer), titles=TITLES)
