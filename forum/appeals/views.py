"""Asking for another look: from a letter, from a letter's private address, from the receipt of a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.appeals import actions, hearing, policy, queries, wording
from forum.appeals.forms import AppealForm
from forum.appeals.models import Appeal
from forum.core import clock
from forum.core.languages import PREFIX, current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import letterbox, receipts
from forum.moderation import wording as moderation_words
from forum.moderation.letterbox import OwnLetter
from forum.moderation.receipts import Receipt

bp = Blueprint("appeals", __name__, url_prefix=PREFIX)
KEY = f"int(max={2**31 - 1})"
LETTER = f"/me/letters/<{KEY}:letter_id>/appeal"


@bp.app_context_processor
def _above() -> dict[str, Any]:
    """`appeals_waiting()`: how many wait that the reader could hear. `appeals_on(decision ids)`: by the decision.

    `appeals_of_case(id)`, for the desk.
    """
    return {
        "appeals_waiting": lambda: hearing.waiting(the_viewer()),
        "appeals_on": queries.of_decisions,
        "appeals_of_case": queries.of_case,
    }


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"appeal_words": wording, "words": moderation_words}


@bp.get(LETTER)
def author_appeal_new(letter_id: int) -> ResponseReturnValue:
    """A letter to the reader, and the form that asks for another look; or what became of that."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    one = letterbox.letter_for(viewer, letter_id, current_language()) or abort(404)
    return _letter_page(one, AppealForm(), action=url_for("appeals.author_appeal_create", letter_id=letter_id))


@bp.post(LETTER)
def author_appeal_create(letter_id: int) -> ResponseReturnValue:
    """Ask for another look at the decision of a letter."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    slow_down("appeal", limit=20, seconds=3600, value=str(viewer.id))
    one = letterbox.letter_for(viewer, letter_id, current_language()) or abort(404)
    form, here = AppealForm(request.form), url_for("appeals.author_appeal_create", letter_id=letter_id)
    if _can(one) and not form.validate():
        return _letter_page(one, form, action=here, status=422)
    return _made(
        lambda: actions.appeal_as_author(
            actor=viewer, letter_id=letter_id, words=form.words.data or "", language=current_language()
        ),
        here,
    )


@bp.get("/letters/<token>")
def letter_show(token: str) -> ResponseReturnValue:
    """A letter by its private address, for who can't sign in: its words, the particulars, the form of an appeal."""
    one = letterbox.letter_by(token, current_language()) or abort(404)
    return _letter_page(one, AppealForm(), action=url_for("appeals.letter_appeal_create", token=token), is_private=True)


@bp.post("/letters/<token>/appeal")
def letter_appeal_create(token: str) -> ResponseReturnValue:
    """Ask for another look by a letter's private address."""
    slow_down("appeal", limit=20, seconds=3600)
    one = letterbox.letter_by(token, current_language()) or abort(404)
    form = AppealForm(request.form)
    if _can(one) and not form.validate():
        here = url_for("appeals.letter_appeal_create", token=token)
        return _letter_page(one, form, action=here, is_private=True, status=422)
    return _made(
        lambda: actions.appeal_as_author(
            actor=the_viewer(), token=token, words=form.words.data or "", language=current_language()
        ),
        url_for("appeals.letter_show", token=token),
    )


@bp.get("/report/<token>/appeal")
def reporter_appeal_new(token: str) -> ResponseReturnValue:
    """The form by which a reporter asks for another look; or what became of that."""
    receipt = receipts.receipt_by(token) or abort(404)
    return _report_page(receipt, AppealForm())


@bp.post("/report/<token>/appeal")
def reporter_appeal_create(token: str) -> ResponseReturnValue:
    """Ask for another look at a report that led to nothing."""
    slow_down("appeal", limit=20, seconds=3600)
    receipt = receipts.receipt_by(token) or abort(404)
    form = AppealForm(request.form)
    ground = queries.reported_in(receipt.report).ground
    if policy.can_appeal(ground, clock.now()) and not form.validate():
        return _report_page(receipt, form, 422)
    return _made(
        lambda: actions.appeal_as_reporter(token=token, words=form.words.data or "", language=current_language()),
        url_for("appeals.reporter_appeal_new", token=token),
    )


def _can(one: OwnLetter) -> Verdict:
    return policy.can_appeal(queries.ground_of_letter(one, queries.appeal_on(one.decision.id, "author")), clock.now())


def _made(make: Callable[[], tuple[Appeal | None, Verdict]], address: str) -> ResponseReturnValue:
    with write():
        _appeal, verdict = make()
    if not verdict:
        return refused(verdict)
    flash(_("We have it. Somebody who didn’t decide this will look again."), "good")
    return redirect(address, 303)


def _letter_page(
    one: OwnLetter, form: AppealForm, *, action: str, is_private: bool = False, status: int = 200
) -> ResponseReturnValue:
    g.is_private = True
    appeal = queries.appeal_on(one.decision.id, "author")
    verdict = policy.can_appeal(queries.ground_of_letter(one, appeal), clock.now())
    page = render_template(
        "appeals/letter.html", one=one, form=form, appeal=appeal, verdict=verdict, action=action,
        is_private=is_private, due=actions.due_at(clock.now()),
    )  # fmt: skip
    return page, status


def _report_page(receipt: Receipt, form: AppealForm, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    found, token = queries.reported_in(receipt.report), receipts.token_of(receipt.report)
    verdict = policy.can_appeal(found.ground, clock.now())
    if found.ground.until is None and found.appeal is None:
        verdict = Verdict(False, policy.NOT_NOTHING, 409)
    page = render_template(
        "appeals/report.html", receipt=receipt, form=form, appeal=found.appeal, verdict=verdict,
        action=url_for("appeals.reporter_appeal_create", token=token), due=actions.due_at(clock.now()),
        back=url_for("moderation.report_receipt", token=token),
    )  # fmt: skip
    return page, status
