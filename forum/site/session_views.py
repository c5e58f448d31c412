"""A member's sessions in the administrator's panel."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from forum.accounts import queries as accounts
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.unit_of_work import write
from forum.site import signing_out
from forum.site.admin_views import ID, bp, member_page
from forum.site.forms import SigningOutForm


@bp.post(f"/members/{ID}member_id>/sessions/endings")
def session_ending_create(member_id: int) -> ResponseReturnValue:
    """Sign a member out on one device or on all."""
    viewer = the_viewer()
    member = accounts.member_by_id(member_id) or abort(404)
    form = SigningOutForm(request.form).offer(accounts.sessions_of(member_id))
    if not form.validate():
        return member_page(member, signing_out=form), 422
    with write():
        count, verdict = signing_out.sign_out(
            actor=viewer, member_id=member_id, session_id=form.session_id, why=form.why.data or ""
        )
    if not verdict:
        return refused(verdict)
    flash(ngettext("Signed out on %(num)d device.", "Signed out on %(num)d devices.", count), "good")
    return redirect(url_for("admin.member", member_id=member_id), 303)
