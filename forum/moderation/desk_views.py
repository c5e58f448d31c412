"""The desk beside deciding: who looks at a case, passing one on, spam in one go, how each likes her desk."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.moderation import looking, policy, spam, turns
from forum.moderation.forms import SpamForm, key_of
from forum.moderation.views import CASE, address_of_turn, bp, shown_in
from forum.rota import choices


@bp.post(f"{CASE}/looks")
def look_create(case_id: int) -> ResponseReturnValue:
    """Say that this page is open; answers who else has it open, or what somebody has decided meanwhile."""
    viewer = the_viewer()
    slow_down("looks", limit=900, seconds=3600, value=str(viewer.id))
    with write():
        names, verdict = looking.look(actor=viewer, case_id=case_id)
        decided = turns.meanwhile(viewer, case_id)
    if not verdict:
        return refused(verdict)
    words = _("Also open now: %(names)s.", names=", ".join(names)) if names else ""
    return jsonify({"others": decided or words})


@bp.post("/moderation/turns")
def turn_create() -> ResponseReturnValue:
    """Lead to the next case that nobody else looks at (`show`: of which filter; `besides`: the one she leaves)."""
    viewer = the_viewer()
    slow_down("turns", limit=600, seconds=600, value=str(viewer.id))
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    shown, besides = shown_in(request.form), key_of(request.form.get("besides"))
    with write():
        turn = turns.take(actor=viewer, shown=shown, besides=besides)
    if turn is None:
        flash(_("Nothing else is free just now."), "note")
    return redirect(address_of_turn(turn, shown, is_told=turn is None), 303)


@bp.post(f"{CASE}/passes")
def pass_create(case_id: int) -> ResponseReturnValue:
    """Leave a case to the others: she knows the person."""
    with write():
        verdict = looking.pass_on(actor=the_viewer(), case_id=case_id)
    if not verdict:
        return refused(verdict)
    flash(_("Passed on. Somebody else decides."), "good")
    return redirect(url_for("moderation.queue"), 303)


@bp.get("/moderation/spam")
def spam_preview() -> ResponseReturnValue:
    """What would happen if all that was ticked were spam (`?case=7&case=9`), and all like it (`like`). Nothing is
    written."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    g.is_private = True
    keys = spam.keys_of(request.args.getlist("case"))
    keys = spam.with_like(keys[:1]) if request.args.get("like") else keys
    return _spam_page(viewer, keys, SpamForm())


def _spam_page(viewer: Viewer, keys: Sequence[int], form: SpamForm) -> str:
    return render_template(
        "moderation/spam.html",
        lot=spam.lot_for(viewer, keys, current_language()),
        form=form,
        shortcuts=choices.has_shortcuts(viewer),
        show=shown_in(request.values),
    )


@bp.post("/moderation/spam")
def spam_create() -> ResponseReturnValue:
    """Take all that was shown as spam; what has changed meanwhile stays as it is."""
    viewer = the_viewer()
    slow_down("spam", limit=60, seconds=600, value=str(viewer.id))
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form, seen = SpamForm(request.form), spam.seen_of(request.form.getlist("case"))
    if not form.validate() or not seen:
        g.is_private = True
        return _spam_page(viewer, list(seen), form), 422
    shown = shown_in(request.form)
    with write():
        done, left = spam.take_away(actor=viewer, seen=seen, letter=form.letter.data or "")
        turn = turns.take(actor=viewer, shown=shown)
    flash(ngettext("%(num)d taken away as spam.", "%(num)d taken away as spam.", done), "good")
    if left:
        flash(ngettext("%(num)d stays: it had changed.", "%(num)d stay: they had changed.", left), "note")
    return redirect(address_of_turn(turn, shown, is_told=True), 303)


@bp.post("/moderation/shortcuts")
def shortcuts_create() -> ResponseReturnValue:
    """Switch the shortcuts of the keyboard on (`on`) or off."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    with write():
        choices.set_shortcuts(viewer, is_on=bool(request.form.get("on")))
    return redirect(url_for("moderation.queue"), 303)
