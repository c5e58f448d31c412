"""The curators' pages for the lines of Get help: which to call again, change, add, take off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core import clock
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.guides.views import HOUR, bp
from forum.helplines import actions, queries
from forum.helplines.forms import HelplineForm
from forum.helplines.policy import can_keep_lines
from forum.moderation import log


def _may_keep() -> Verdict:
    """Whether the viewer may keep the lines. These pages are hers alone."""
    g.is_private = True
    return can_keep_lines(the_viewer())


def _to_list(words: str) -> ResponseReturnValue:
    flash(words, "good")
    return redirect(f"/{current_language()}/help/lines", 303)


def _form_page(form: HelplineForm, line_id: int = 0, *, status: int = 200, trouble: Any = "") -> ResponseReturnValue:
    page = "guides/helpline.html"
    return render_template(page, form=form, line_id=line_id, trouble=trouble), status


@bp.get("/help/lines")
def helpline_index() -> ResponseReturnValue:
    """Every line with when it was last verified; and what to do about it."""
    if not (verdict := _may_keep()):
        return refused(verdict)
    now = clock.now()
    lines = queries.all_lines(now)
    return render_template("guides/helplines.html", lines=lines, to_call=[x for x in lines if x.waits(now)], now=now)


@bp.get("/help/lines/new")
def helpline_new() -> ResponseReturnValue:
    """The form of a new line."""
    return _form_page(HelplineForm()) if (verdict := _may_keep()) else refused(verdict)


@bp.post("/help/lines")
def helpline_create() -> ResponseReturnValue:
    """Add a line, unverified."""
    slow_down("helpline", limit=120, seconds=HOUR)
    if not (verdict := _may_keep()):
        return refused(verdict)
    form = HelplineForm(request.form)
    if not form.validate():
        return _form_page(form, status=422)
    with write():
        line_id, verdict = actions.add(facts=form.facts())
        if verdict:
            log.append(the_viewer(), "helpline_added", "helpline", line_id)
    if not verdict:
        return _form_page(form, status=verdict.status, trouble=verdict.reason)
    return _to_list(_("Added. Call it, then say so here: until then its number is no link."))


@bp.get("/help/lines/<int:line_id>/edit")
def helpline_edit(line_id: int) -> ResponseReturnValue:
    """The form of a line."""
    if not (verdict := _may_keep()):
        return refused(verdict)
    there = queries.helpline_by_id(line_id) or abort(404)
    return _form_page(HelplineForm.of_line(there), line_id)


@bp.post("/help/lines/<int:line_id>")
def helpline_update(line_id: int) -> ResponseReturnValue:
    """Change a line."""
    slow_down("helpline", limit=120, seconds=HOUR)
    if not (verdict := _may_keep()):
        return refused(verdict)
    form = HelplineForm(request.form)
    if not form.validate():
        return _form_page(form, line_id, status=422)
    with write():
        verdict = actions.change(line_id=line_id, facts=form.facts())
        if verdict:
            log.append(the_viewer(), "helpline_changed", "helpline", line_id)
    if not verdict:
        return abort(404) if verdict.status == 404 else _form_page(form, line_id, status=409, trouble=verdict.reason)
    return _to_list(_("Kept. If a number or its hours changed, call it and say so here."))


def _act(line_id: int, act: str, do: Callable[[], Verdict], words: Callable[[], str]) -> ResponseReturnValue:
    """Do one thing to a line, note it in the log, and go back to the list."""
    slow_down("helpline", limit=120, seconds=HOUR)
    if not (verdict := _may_keep()):
        return refused(verdict)
    with write():
        verdict = do()
        if verdict:
            log.append(the_viewer(), act, "helpline", line_id)
    return _to_list(words()) if verdict else refused(verdict)


@bp.post("/help/lines/<int:line_id>/verifications")
def verification_create(line_id: int) -> ResponseReturnValue:
    """Note that the viewer called a line today."""
    return _act(
        line_id, "helpline_verified", lambda: actions.verify(actor=the_viewer(), line_id=line_id),
        lambda: str(_("Noted: called today. Its numbers are links now.")),
    )  # fmt: skip


@bp.post("/help/lines/<int:line_id>/retirement")
def retirement_create(line_id: int) -> ResponseReturnValue:
    """Take a line off every page."""
    return _act(
        line_id, "helpline_retired", lambda: actions.retire(line_id=line_id),
        lambda: str(_("Taken off. You can put it back below.")),
    )  # fmt: skip


@bp.post("/help/lines/<int:line_id>/return")
def return_create(line_id: int) -> ResponseReturnValue:
    """Put a line back that was taken off."""
    return _act(
        line_id, "helpline_returned", lambda: actions.bring_back(line_id=line_id),
        lambda: str(_("Put back, to be verified anew.")),
    )  # fmt: skip
