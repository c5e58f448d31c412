"""What waits for a second person, and opening a seal."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import granting, policy, seals, second_queries
from forum.moderation.forms import key_of
from forum.moderation.member_forms import ANSWERS, AnswerForm, SealForm
from forum.moderation.views import CASE, bp, open_case
from forum.rota import choices


@bp.get("/moderation/seconds")
def second_index() -> ResponseReturnValue:
    """What waits for a second person, and what was answered lately."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    return _seconds_page(viewer)


def _seconds_page(
    viewer: Viewer, *, key: int | None = None, form: AnswerForm | None = None, refusal: Verdict | None = None
) -> ResponseReturnValue:
    g.is_private = True
    waiting = second_queries.waiting_for(viewer, key_of(request.args.get("after")))
    size = second_queries.PAGE
    return render_template(
        "moderation/seconds.html",
        waiting=waiting[:size],
        next_after=waiting[size - 1].row.id if len(waiting) > size else None,
        answered=second_queries.answered_lately(viewer),
        forms={key: form} if form is not None else {},
        blank=AnswerForm(),
        answers=ANSWERS,
        whys=seals.WHYS,
        shortcuts=choices.has_shortcuts(viewer),
        refusal=refusal,
        kept=form.words.data if form is not None and key not in [one.row.id for one in waiting[:size]] else "",
    ), refusal.status if refusal is not None else 422 if form is not None else 200


@bp.post(f"/moderation/seconds/<int(max={2**31 - 1}):second_id>/answers")
def second_answer_create(second_id: int) -> ResponseReturnValue:
    """Agree to what another moderator asks, refuse it, or take back what she asked herself."""
    viewer = the_viewer()
    slow_down("seconds", limit=120, seconds=600, value=str(viewer.id))
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form = AnswerForm(request.form)
    if not form.validate():
        return _seconds_page(viewer, key=second_id, form=form)
    with write():
        verdict = granting.answer(
            actor=viewer, second_id=second_id, answer=form.answer.data, words=form.words.data or ""
        )
    if verdict.status == 404 and not verdict:
        abort(404)
    if not verdict:
        return _seconds_page(viewer, key=second_id, form=form, refusal=verdict)
    flash(_("Agreed. It is done.") if form.answer.data in ("granted", "override") else _("Answered."), "good")
    return redirect(url_for("moderation.second_index"), 303)


@bp.get(f"{CASE}/seal")
def seal_show(case_id: int) -> ResponseReturnValue:
    """Who is behind a seal, for the two who opened it within a day; else the form that asks for it."""
    return _seal_page(the_viewer(), case_id, SealForm())


def _seal_page(
    viewer: Viewer, case_id: int, form: SealForm, *, refusal: Verdict | None = None, status: int = 200
) -> ResponseReturnValue:
    g.is_private = True
    page, verdict = open_case(viewer, case_id)
    if page is None:
        return refused(verdict)
    opened = seals.opened_for(viewer, case_id)
    may_ask = seals.can_ask(viewer, page.file.matter, is_sealed=page.file.contribution.author_id is None)
    if opened is None and not may_ask:
        return refused(may_ask)
    return render_template(
        "moderation/seal.html", page=page, opened=opened, form=form, refusal=refusal, whys=seals.WHYS
    ), refusal.status if refusal is not None else status


@bp.post(f"{CASE}/seal")
def seal_create(case_id: int) -> ResponseReturnValue:
    """Ask a second moderator to open a seal."""
    viewer = the_viewer()
    slow_down("seals", limit=20, seconds=3600, value=str(viewer.id))
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form = SealForm(request.form)
    if not form.validate():
        return _seal_page(viewer, case_id, form, status=422)
    with write():
        verdict = seals.ask(actor=viewer, case_id=case_id, why=form.why.data, reason=form.reason.data or "")
    if not verdict:
        return abort(404) if verdict.status == 404 else _seal_page(viewer, case_id, form, refusal=verdict)
    flash(verdict.reason, "good")
    return redirect(url_for("moderation.second_index"), 303)
