"""A member's page of what she has begun and not sent."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import policy
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.unit_of_work import write
from forum.discussions.forms import id_in
from forum.site import unsent
from forum.site.views import bp


@bp.get("/me/unsent")
def unsent_index() -> ResponseReturnValue:
    """What the viewer has begun, the newest first."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    g.is_private = True
    rows, more = unsent.begun_by(viewer, id_in(request.args.get("before")))
    return render_template("site/unsent.html", rows=rows, more=f"?before={more}" if more else "")


@bp.post(f"/me/unsent/<int(max={2**31 - 1}):draft_id>/removal")
def unsent_removal_create(draft_id: int) -> ResponseReturnValue:
    """Throw away what was begun."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    with write():
        is_gone = unsent.throw_away(actor=viewer, draft_id=draft_id)
    if not is_gone:
        abort(404)
    flash(_("It is gone."), "good")
    return redirect(url_for("site.unsent_index"), 303)
