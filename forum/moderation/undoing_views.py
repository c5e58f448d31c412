"""Taking back a decision, from the page of its case."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.moderation import taking_back
from forum.moderation.forms import key_of
from forum.moderation.views import CASE, bp


@bp.post(f"{CASE}/undoings")
def undoing_create(case_id: int) -> ResponseReturnValue:
    """Take back one decision of a case (`decision` is its id)."""
    viewer = the_viewer()
    slow_down("decisions", limit=300, seconds=600, value=str(viewer.id))
    with write():
        key = key_of(request.form.get("decision")) or 0
        verdict = taking_back.take_back(actor=viewer, case_id=case_id, decision_id=key)
    if not verdict:
        return refused(verdict)
    flash(_("Taken back. It is as it was before."), "good")
    return redirect(url_for("moderation.case_show", case_id=case_id), 303)
