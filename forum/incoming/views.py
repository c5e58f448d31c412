"""The page with a member's private address, where her mails become stories of hers."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.incoming import actions, addresses, policy, queries

bp = Blueprint("incoming", __name__, url_prefix=PREFIX)


@bp.get("/me/mail")
def address_show() -> ResponseReturnValue:
    """Where a member's mails become stories, and a button for another address."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_address(viewer, addresses.is_open())):
        return refused(verdict)
    g.is_private = True
    address = queries.story_address_of(viewer.id or 0)
    return render_template("incoming/address.html", address=address, megabytes=the_settings().mail_in_megabytes)


@bp.post("/me/mail/addresses")
def address_create() -> ResponseReturnValue:
    """Make a new address; the one before takes no mail any more."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_address(viewer, addresses.is_open())):
        return refused(verdict)
    slow_down("mail-address", limit=20, seconds=3600, value=str(viewer.id))
    with write():
        verdict = actions.new_story_address(actor=viewer)
    if not verdict:
        return refused(verdict)
    flash(_("This is your address now. One you had before takes no mail any more."), "good")
    return redirect(url_for("incoming.address_show"), 303)
