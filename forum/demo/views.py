"""On this machine only: signing in as one of the cast, the mailbox; and, for administrators, removing the examples."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import actions as accounts
from forum.accounts.device import device_name
from forum.accounts.login import clear_session_cookie, set_session_cookie, the_viewer
from forum.accounts.refusal import refused
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.settings import Settings, the_settings
from forum.core.unit_of_work import write
from forum.demo import photos, policy, queries, removal

bp = Blueprint("demo", __name__, url_prefix=PREFIX)


@bp.record_once
def _tell_templates(state: BlueprintSetupState) -> None:
    """Let the line over every page with examples lead to the cast, where that page may be shown."""
    settings: Settings = state.app.extensions["settings"]
    state.app.jinja_env.globals["has_cast_page"] = settings.is_loopback


def _here_only() -> None:
    """Answer 404 to whoever doesn't ask straight from this machine; nothing of it is ever kept."""
    g.is_private = True
    asking = policy.Asking(request.host, request.remote_addr or "", request.headers.keys())
    if not policy.can_show(asking, the_settings()):
        abort(404)


@bp.get("/demo")
def cast() -> ResponseReturnValue:
    """The people of the demo, each with a button."""
    _here_only()
    roles = queries.cast() if queries.has_examples() else abort(404)
    return render_template("demo/cast.html", cast=roles)


@bp.post("/demo/sign-ins")
def sign_in_create() -> ResponseReturnValue:
    """Sign in as one of the cast."""
    _here_only()
    slow_down("demo-sign-in", limit=300, seconds=900)
    key = request.form.get("who", "")
    member = queries.member_as(key) if policy.can_sign_in_as(key, has_examples=queries.has_examples()) else None
    if member is None:
        abort(404)
    settings, viewer = the_settings(), the_viewer()
    with write():
        token = accounts.start_session(
            member.id, device_name(request.user_agent.string), days=settings.session_days, instead_of=viewer.session_id
        )
    flash(_("You are signed in as %(name)s.", name=member.display_name), "good")
    response = redirect(url_for("site.home"), 303)
    set_session_cookie(response, token, settings)  # type: ignore[arg-type]
    return response


@bp.get("/demo/mailbox")
def mailbox() -> ResponseReturnValue:
    """The mails that the site has put into the mailbox of this machine."""
    _here_only()
    return render_template("demo/mailbox.html", mails=queries.mails(the_settings().origin))


@bp.post("/admin/demo/removal")
def remove_create() -> ResponseReturnValue:
    """Remove the examples; `with_answers=y` also what the site's own members wrote in answer to them."""
    viewer = the_viewer()
    if not (verdict := policy.can_remove(viewer)):
        return refused(verdict)
    with write():
        removed = removal.remove(actor=viewer, with_answers=request.form.get("with_answers") == "y")
        is_there = bool(removed.verdict) and removal.is_member(viewer)
    photos.forget_files(removed.photo_keys)
    if not removed.verdict:
        return render_template("demo/answers.html", reason=removed.verdict.reason), removed.verdict.status
    response = redirect(url_for("site.home"), 303)
    if is_there:
        flash(_("The examples are gone."), "good")
    else:  # an example of an administrator went with them
        clear_session_cookie(response, the_settings())  # type: ignore[arg-type]
    return response
