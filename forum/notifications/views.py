"""A member's list of what is new for her, her choices, and the one click that ends mails."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.queries import read_unread_by
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.languages import PREFIX, current_language, preferred_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.notifications import actions, choosing, mailing, notices, policy, queries, reading, unsubscribing
from forum.notifications.forms import ChoicesForm, as_it_stands, form_for

bp = Blueprint("notifications", __name__)
bp.record_once(lambda _state: read_unread_by(queries.unread_of))  # the header's number costs no query of its own
ONE = f"{PREFIX}/me/notifications/<int(max={2**31 - 1}):notification_id>"


def _key(value: str | None) -> int | None:
    is_number = value is not None and value.isascii() and value.isdigit() and len(value) <= 10
    return int(value) if value is not None and is_number and 0 < int(value) < 2**31 else None


@bp.app_context_processor
def _count() -> dict[str, Any]:
    return {"unread_count": lambda: queries.unread_count(the_viewer())}


@bp.get(f"{PREFIX}/me/notifications")
def index() -> ResponseReturnValue:
    """What is new for the viewer: unread first, gathered by what it is about."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    g.is_private = True
    page = reading.page_of(viewer, _key(request.args.get("before")), current_language())
    return render_template("notifications/index.html", page=page, choice=queries.mail_choice_of(viewer))


@bp.post(f"{ONE}/reading")
def reading_create(notification_id: int) -> ResponseReturnValue:
    """Mark one as read, and go to what it is about (`then` open) or back to the list."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    row = queries.own(viewer, notification_id) or abort(404)
    address = reading.address_of(viewer, row, current_language()) if request.form.get("then") == "open" else ""
    with write():
        actions.mark_read(member_id=viewer.id or 0, notification_id=notification_id)
    return redirect(address or url_for("notifications.index"), 303)


@bp.post(f"{PREFIX}/me/notifications/reading")
def readings_create() -> ResponseReturnValue:
    """Mark all as read."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    with write():
        actions.mark_read(member_id=viewer.id or 0)
    return redirect(url_for("notifications.index"), 303)


# --- Choices ---


def _choices_page(viewer: Viewer, form: ChoicesForm, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    return render_template(
        "notifications/choices.html", form=form, kinds=notices.all_notices(), choice=queries.mail_choice_of(viewer)
    ), status


@bp.get(f"{PREFIX}/me/notifications/choices")
def choices() -> ResponseReturnValue:
    """How the viewer hears of each kind."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    there = as_it_stands(queries.all_ways_of(viewer), queries.mail_choice_of(viewer))
    return _choices_page(viewer, form_for(notices.all_notices(), the_settings().time_zone, **there))


@bp.post(f"{PREFIX}/me/notifications/choices")
def choices_create() -> ResponseReturnValue:
    """Keep the viewer's choices."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    slow_down("choices", limit=60, seconds=3600, value=str(viewer.id))
    form = form_for(notices.all_notices(), the_settings().time_zone, request.form)
    if not form.validate():
        return _choices_page(viewer, form, 422)
    with write():
        choosing.choose(actor=viewer, chosen=form.chosen(notices.all_notices()))
    flash(_("Kept."), "good")
    return redirect(url_for("notifications.choices"), 303)


@bp.post(f"{PREFIX}/me/notifications/address")
def address_create() -> ResponseReturnValue:
    """The viewer says that her address works: it is mailed to again."""
    viewer = the_viewer()
    if not (verdict := policy.can_have_notifications(viewer)):
        return refused(verdict)
    slow_down("address-works", limit=5, seconds=86400, value=str(viewer.id))
    with write():
        mailing.resume(viewer.id or 0)
    flash(_("We write to this address again."), "good")
    return redirect(url_for("notifications.choices"), 303)


# --- The one click from a mail ---


@bp.get("/unsubscribe/<token>")
def unsubscribe_show(token: str) -> ResponseReturnValue:
    """One button: opening the link ends nothing, since mail programs open links by themselves."""
    ending = unsubscribing.ending_by(token) or abort(404)
    return _ending_page(token, ending, is_open=ending.is_open)


@bp.post("/unsubscribe/<token>")
def unsubscribe_create(token: str) -> ResponseReturnValue:
    """End it: from the page's button, or from a mail program without a cookie or an origin. Again is well too."""
    slow_down("unsubscribe", limit=120, seconds=3600)
    ending = unsubscribing.ending_by(token) or abort(404)
    with write():
        unsubscribing.end(token)
    return _ending_page(token, ending, is_open=False)


def _ending_page(token: str, ending: unsubscribing.Ending, *, is_open: bool) -> str:
    g.is_private = True
    g.language = ending.language or preferred_language()
    return render_template("notifications/unsubscribe.html", token=token, ending=ending, is_open=is_open)
