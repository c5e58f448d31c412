"""An account is about to get another mailbox: its member, or whoever reads the old one, stops it."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import policy, recovery
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.moderation import recovering
from forum.moderation.views import bp


@bp.get("/me/recovery")
def own_recovery() -> ResponseReturnValue:
    """What every device of hers says: another mailbox is to take over, and the button that stops it."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    g.is_private = True
    row = recovery.own(viewer) or abort(404)
    return render_template("moderation/recovery_stop.html", row=row, action="/me/recovery/stop")


@bp.post("/me/recovery/stop")
def own_recovery_stop() -> ResponseReturnValue:
    """Stop it from a device where she is signed in."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_pages(viewer)):
        return refused(verdict)
    with write():
        row = recovery.own(viewer, lock=True)
        verdict = recovering.stop(actor=viewer, row=row) if row is not None else abort(404)
    if not verdict:
        return refused(verdict)
    flash(_("Stopped. Your account stays with the address you have."), "good")
    return redirect(url_for("accounts.me"), 303)


@bp.get("/recovery/<token>")
def recovery_show(token: str) -> ResponseReturnValue:
    """The page of the mailed address: one button. Opening it changes nothing, since mail scanners follow links."""
    g.is_private = True
    row = recovery.by_token(token)
    if row is None:
        abort(404)
    return render_template("moderation/recovery_stop.html", row=row, action=f"/recovery/{token}")


@bp.post("/recovery/<token>")
def recovery_stop(token: str) -> ResponseReturnValue:
    """Stop it from the old mailbox, signed in or not."""
    slow_down("recovery-stop", limit=60, seconds=900)
    g.is_private = True
    with write():
        row = recovery.by_token(token, lock=True)
        if row is not None:
            recovering.stop(actor=None, row=row)
    if row is None:
        abort(404)
    return redirect(url_for("moderation.recovery_show", token=token), 303)
