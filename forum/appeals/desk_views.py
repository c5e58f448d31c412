"""Appeals on the desk: those that wait, one to hear, somebody outside, and her page."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import VISITOR, Viewer
from forum.appeals import actions, hearing, policy, queries, wording
from forum.appeals.actions import Heard
from forum.appeals.forms import OutsideForm, VerdictForm
from forum.appeals.hearing import Page
from forum.appeals.models import Appeal
from forum.appeals.views import KEY, bp
from forum.core import clock
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation.forms import key_of
from forum.moderation.policy import can_work
from forum.rota import choices

APPEAL = f"/moderation/appeals/<{KEY}:appeal_id>"


@bp.get("/moderation/appeals")
def appeal_index() -> ResponseReturnValue:
    """The appeals that wait, by the day of their answer; `?show=heard`: those that were heard."""
    viewer = the_viewer()
    if not (verdict := can_work(viewer)):
        return refused(verdict)
    is_heard = request.args.get("show") == "heard"
    listed = hearing.list_for(viewer, is_heard=is_heard, after=key_of(request.args.get("after")))
    shortcuts = choices.has_shortcuts(viewer)
    return render_template("appeals/index.html", listed=listed, is_heard=is_heard, now=clock.now(), shortcuts=shortcuts)


@bp.get(APPEAL)
def appeal_show(appeal_id: int) -> ResponseReturnValue:
    """An appeal: what was decided and why, what it is about, what is said against it, and the form of the verdict."""
    viewer = the_viewer()
    page, refusal = _open(viewer, appeal_id)
    return refused(refusal) if page is None else _page(viewer, page)


@bp.post(f"{APPEAL}/claim")
def appeal_claim_create(appeal_id: int) -> ResponseReturnValue:
    """Take an appeal for two hours, or take it over (`over`)."""
    with write():
        verdict = actions.claim(actor=the_viewer(), appeal_id=appeal_id, is_over=bool(request.form.get("over")))
    here = url_for("appeals.appeal_show", appeal_id=appeal_id)
    return redirect(here, 303) if verdict else refused(verdict)


@bp.post(f"{APPEAL}/release")
def appeal_claim_delete(appeal_id: int) -> ResponseReturnValue:
    """Leave an appeal to somebody else."""
    with write():
        verdict = actions.release(actor=the_viewer(), appeal_id=appeal_id)
    return redirect(url_for("appeals.appeal_index"), 303) if verdict else refused(verdict)


@bp.post(f"{APPEAL}/verdicts")
def verdict_create(appeal_id: int) -> ResponseReturnValue:
    """Decide an appeal. What can't be decided as sent comes back whole, with the words in it."""
    viewer = the_viewer()
    page, refusal = _open(viewer, appeal_id)
    if page is None:
        return refused(refusal)
    form = _offered(VerdictForm(request.form), page.file.appeal)
    if page.file.appeal.outcome is None and not form.validate():
        return _page(viewer, page, form=form, status=422)
    with write():
        heard = _hear(viewer, appeal_id, form)
    if not heard.verdict:
        page, refusal = _open(viewer, appeal_id)
        return refused(refusal) if page is None else _page(viewer, page, form=form, refusal=heard.verdict)
    return _after(heard, form.outcome.data)


@bp.post(f"{APPEAL}/outside")
def outside_create(appeal_id: int) -> ResponseReturnValue:
    """Name somebody outside who hears an appeal."""
    viewer = the_viewer()
    page, refusal = _open(viewer, appeal_id, is_naming=True)
    if page is None:
        return refused(refusal)
    form = OutsideForm(request.form)
    if policy.can_name_outside(viewer, page.file.hearing) and not form.validate():
        return _page(viewer, page, outside=form, status=422)
    with write():
        verdict = actions.name_outside(
            actor=viewer, appeal_id=appeal_id, name=form.name.data or "", address=form.email.data or ""
        )
    if not verdict:
        return refused(verdict)
    flash(_("A private address is on its way to %(name)s. It is good for 30 days.", name=form.name.data), "good")
    return redirect(url_for("appeals.appeal_index"), 303)


@bp.get("/appeals/<token>")
def outside_show(token: str) -> ResponseReturnValue:
    """An appeal for somebody outside, by her private address, without anybody's name."""
    page = _outside(token)
    return refused(Verdict(False, policy.EXPIRED, 410)) if page is None else _outside_page(token, page)


@bp.post("/appeals/<token>")
def outside_verdict_create(token: str) -> ResponseReturnValue:
    """The verdict of somebody outside."""
    slow_down("outside", limit=30, seconds=3600)
    page = _outside(token)
    if page is None:
        return refused(Verdict(False, policy.EXPIRED, 410))
    form = _offered(VerdictForm(request.form), page.file.appeal)
    if not form.validate():
        return _outside_page(token, page, form, 422)
    with write():
        verdict = actions.hear_outside(token=token, outcome=form.outcome.data, words=form.answer.data or "")
    if not verdict:
        return refused(verdict)
    return render_template("appeals/thanks.html")


def _open(viewer: Viewer, appeal_id: int, *, is_naming: bool = False) -> tuple[Page | None, Verdict]:
    """The page of an appeal, or why it stays shut. An administrator names somebody outside even for what is hers."""
    if not (verdict := can_work(viewer)):
        return None, verdict
    page = hearing.page_for(viewer, appeal_id, current_language()) or abort(404)
    verdict = policy.can_name_outside(viewer, page.file.hearing) if is_naming else Verdict(True)
    if not is_naming:
        verdict = policy.can_open(viewer, page.file.hearing)
    return (page if verdict else None), verdict


def _offered(form: VerdictForm, appeal: Appeal) -> VerdictForm:
    names = wording.OUTCOMES_FOR_REPORTER if appeal.appellant == "reporter" else wording.OUTCOMES
    return form.offer(policy.outcomes_for(appeal.appellant), names)


def _hear(viewer: Viewer, appeal_id: int, form: VerdictForm) -> Heard:
    return actions.hear(
        actor=viewer,
        appeal_id=appeal_id,
        outcome=form.outcome.data or "",
        words=form.answer.data or "",
        is_over=form.over.data,
        is_alone=form.alone.data,
    )


def _after(heard: Heard, outcome: str) -> ResponseReturnValue:
    if heard.case_id is None:
        flash(_("Decided: %(outcome)s.", outcome=wording.HEARD[outcome]), "good")
        return redirect(url_for("appeals.appeal_index"), 303)
    flash(_("Decided: %(outcome)s. What takes its place is decided here.", outcome=wording.HEARD[outcome]), "good")
    return redirect(url_for("moderation.case_show", case_id=heard.case_id), 303)


def _page(
    viewer: Viewer,
    page: Page,
    *,
    form: VerdictForm | None = None,
    outside: OutsideForm | None = None,
    refusal: Verdict | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    g.is_private = True
    state = page.file.hearing
    return render_template(
        "appeals/appeal.html",
        **(page.around.values if page.around else {}),
        page=page,
        form=form or _offered(VerdictForm(), page.file.appeal),
        outside=outside or OutsideForm(),
        refusal=refusal,
        can_hear=policy.may_try(viewer, state),
        shortcuts=choices.has_shortcuts(viewer),
        is_alone=policy.is_alone(viewer, state),
        can_name=policy.can_name_outside(viewer, state),
    ), refusal.status if refusal is not None else status


def _outside(token: str) -> Page | None:
    appeal = queries.outside_appeal(token)
    return hearing.page_for(VISITOR, appeal.id, current_language()) if appeal is not None else None


def _outside_page(token: str, page: Page, form: VerdictForm | None = None, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    offered = form or _offered(VerdictForm(), page.file.appeal)
    return render_template("appeals/outside.html", page=page, form=offered, token=token), status
