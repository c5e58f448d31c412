"""The desk: queue, case, claim, decision, log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.languages import PREFIX
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import (
    act_forms,
    actions,
    canned,
    case_review,
    letters,
    log_checks,
    looking,
    notes,
    notices,
    policy,
    precedents,
    queries,
    records,
    signals,
    turns,
    unsent,
    voices,
    wording,
)
from forum.moderation import queue as waiting
from forum.moderation.act_forms import ActForm
from forum.moderation.forms import DecisionForm, MessageForm, key_of
from forum.moderation.member_forms import NoteForm
from forum.moderation.queries import CasePage
from forum.rota import choices

bp = Blueprint("moderation", __name__, url_prefix=PREFIX)
CASE = f"/moderation/cases/<int(max={2**31 - 1}):case_id>"


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"words": wording, "policy": policy}


@bp.get("/moderation")
def queue() -> ResponseReturnValue:
    """What waits, most urgent first."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    shown = request.args.get("show", "everything")
    if shown not in waiting.FILTERS:
        abort(404)
    page = waiting.queue_for(viewer, shown, key_of(request.args.get("after")))
    return render_template(
        "moderation/queue.html",
        queue=page,
        shown=shown,
        filters=tuple(waiting.FILTERS),
        shortcuts=choices.has_shortcuts(viewer),
        before=turns.before(viewer, key_of(request.args.get("before"))),
    )


@bp.get(CASE)
def case_show(case_id: int) -> ResponseReturnValue:
    """A case: the text on one side, the letter on the other. `?decision=` and `?guideline=` begin the letter."""
    viewer = the_viewer()
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    rules = rules_for(page)
    decision, guideline = request.args.get("decision", ""), request.args.get("guideline", "")
    kept = unsent.at_desk(viewer, page.file.case)
    words = letters.with_words_of(kept.letter, key_of(guideline), rules)
    form = DecisionForm(data={"decision": decision, "guideline": guideline, "letter": words})
    message = MessageForm(data={"message": kept.message})
    return case_page(viewer, page, offered(viewer, page, form, rules), message=message)


@bp.post(f"{CASE}/letter")
def letter_preview(case_id: int) -> ResponseReturnValue:
    """The same page with a canned reply, or the guideline's words, put into the letter. Nothing is written or lost."""
    viewer = the_viewer()
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    rules, language = rules_for(page), queries.letter_language(page.file.contribution)
    form = offered(viewer, page, DecisionForm(request.form), rules)
    if "reply" in request.form:
        form.begin_with(canned.reply_in(language, key_of(request.form["reply"])), language)
    else:
        form.letter.data = letters.with_words_of(form.letter.data or "", form.guideline_id, rules)
    return case_page(viewer, page, form)


@bp.post(f"{CASE}/draft")
def letter_draft(case_id: int) -> ResponseReturnValue:
    """Keep the unsent words of a letter."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=str(viewer.id))
    form = DecisionForm(request.form)
    with write():
        verdict = actions.keep_letter(actor=viewer, case_id=case_id, words=form.letter.data or "")
    return jsonify({}) if verdict else refused(verdict)


@bp.post(f"{CASE}/claim")
def claim_create(case_id: int) -> ResponseReturnValue:
    """Take a case for half an hour, or take it over (`over`)."""
    viewer = the_viewer()
    with write():
        verdict = actions.claim(actor=viewer, case_id=case_id, is_over=bool(request.form.get("over")))
    return _after(verdict, url_for("moderation.case_show", case_id=case_id))


@bp.post(f"{CASE}/release")
def claim_delete(case_id: int) -> ResponseReturnValue:
    """Leave a case to somebody else."""
    with write():
        verdict = actions.release(actor=the_viewer(), case_id=case_id)
    return _after(verdict, url_for("moderation.queue"))


@bp.post(f"{CASE}/decisions")
def decision_create(case_id: int) -> ResponseReturnValue:
    """Decide. What can't be decided as sent comes back whole, with the letter in it."""
    viewer = the_viewer()
    slow_down("decisions", limit=300, seconds=600, value=str(viewer.id))
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    sent = request.form.copy()
    if quick := sent.pop("quick", ""):  # the button that decides at once
        sent["decision"] = quick
    form, act = offered(viewer, page, DecisionForm(sent)), _act(viewer, page, sent.get("decision", ""))
    form.restricts = act is not None and act.restricts
    if page.file.case.version == form.seen_version and not (form.validate() and act_forms.is_ready(act)):
        return case_page(viewer, page, form, status=422, act=act)
    stays = form.stays.data or form.decision.data in policy.ABOUT_MEMBER
    shown = shown_in(request.form)
    with write():
        verdict = _decide(viewer, case_id, form, act)
        turn = turns.take(actor=viewer, shown=shown, besides=case_id) if verdict and not stays else case_id
    if not verdict:
        page, refusal = open_case(viewer, case_id)
        return (
            refused(refusal) if page is None else case_page(viewer, page, offered(viewer, page, form), refusal=verdict)
        )
    if verdict.reason:
        flash(verdict.reason, "good")
    before = None if verdict.reason else case_id
    return redirect(address_of_turn(turn, shown, before=before, is_told=before is None), 303)


@bp.post("/moderation/cases")
def case_create() -> ResponseReturnValue:
    """Open a case on a moderator's own initiative."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    with write():
        contribution = notices.reportable(viewer, key_of(request.form.get("contribution")) or 0) or abort(404)
        case, verdict = actions.take_up(actor=viewer, contribution=contribution)
    return _after(verdict, url_for("moderation.case_show", case_id=case.id) if case else "")


@bp.get("/moderation/log")
def log_index() -> ResponseReturnValue:
    """The log, newest first, or one object's (`?contribution=7`, `?board=3`)."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    found = ((kind, key_of(request.args.get(kind))) for kind in wording.OBJECTS)
    about = next(((kind, key) for kind, key in found if key is not None), None)
    rows = queries.log_for(the_viewer(), about, key_of(request.args.get("before")))
    next_before = rows[queries.PAGE - 1].entry.id if len(rows) > queries.PAGE else None
    check = log_checks.last()
    return render_template(
        "moderation/log.html", rows=rows[: queries.PAGE], about=about, next_before=next_before, check=check,
        trouble=log_checks.in_words(check) if check else "",
    )  # fmt: skip


def open_case(viewer: Viewer, case_id: int) -> tuple[CasePage | None, Verdict]:
    """A case's page, or why it stays shut."""
    if not (verdict := policy.can_work(viewer)):
        return None, verdict
    page = queries.case_for(viewer, case_id) or abort(404)
    verdict = policy.can_open(page.file.matter)
    return (page if verdict else None), verdict


def rules_for(page: CasePage) -> list[notices.Rule]:
    """The guidelines in force, in the language of the author's letters."""
    return notices.guidelines_in(queries.letter_language(page.file.contribution))


def offered(
    viewer: Viewer, page: CasePage, form: DecisionForm, rules: list[notices.Rule] | None = None
) -> DecisionForm:
    """The form with what can be decided about the case as it stands."""
    matter = page.file.matter
    return form.offer(policy.decisions_for(viewer, matter), rules or rules_for(page), is_edit=matter.has_waiting_edit)


def shown_in(fields: Mapping[str, str]) -> str:
    """The filter of the queue that a moderator works through, as an address or a form says it."""
    shown = fields.get("show", "")
    return shown if shown in waiting.FILTERS else "everything"


def address_of_turn(case_id: int | None, shown: str, *, before: int | None = None, is_told: bool = False) -> str:
    """Where a moderator is led: to a case, or to the queue when nothing is left. before: the case that she decided.
    is_told: the top of the page says something; else it opens where the work begins."""
    more: dict[str, Any] = {"show": None if shown == "everything" else shown, "before": before}
    if case_id is None:
        return url_for("moderation.queue", _anchor=None if is_told else "queue", **more)
    return url_for("moderation.case_show", case_id=case_id, _anchor=None if is_told else "case", **more)


def _act(viewer: Viewer, page: CasePage, word: str) -> ActForm | None:
    """The fields of the act that was sent, where it has any and can be decided."""
    decisions = tuple(one for one in policy.decisions_for(viewer, page.file.matter) if one == word)
    return act_forms.forms_for(viewer, page, decisions, request.form, word).get(word)


def _decide(viewer: Viewer, case_id: int, form: DecisionForm, act: ActForm | None) -> Verdict:
    return actions.decide(
        actor=viewer,
        case_id=case_id,
        seen_version=form.seen_version,
        decision=form.decision.data or "",
        guideline_id=form.guideline_id,
        letter=form.letter.data or "",
        note=form.note.data or "",
        until=form.until.data,
        is_lasting=form.lasting.data,
        is_over=form.over.data,
        fields=act.fields if act else {},
        stays=form.stays.data,
    )


def _all_acts(
    viewer: Viewer, page: CasePage, decisions: tuple[str, ...], form: DecisionForm, act: ActForm | None
) -> dict[str, ActForm]:
    """The fields of every act that can be decided; of the one that was sent with what is wrong in it."""
    posted = request.form if request.method == "POST" else None
    made = act_forms.forms_for(viewer, page, decisions, posted, form.decision.data)
    return made | {form.decision.data: act} if act is not None else made


def _after(verdict: Verdict, address: str) -> ResponseReturnValue:
    return redirect(address, 303) if verdict else refused(verdict)


def case_page(
    viewer: Viewer,
    page: CasePage,
    form: DecisionForm,
    *,
    refusal: Verdict | None = None,
    status: int = 200,
    message: MessageForm | None = None,
    act: ActForm | None = None,
    note: NoteForm | None = None,
) -> ResponseReturnValue:
    """The page of a case with a decision's form and, where one was sent, a message's."""
    g.is_private = True
    decisions = policy.decisions_for(viewer, page.file.matter)
    form.version.data = str(page.file.case.version)
    language, is_edit = queries.letter_language(page.file.contribution), page.file.matter.has_waiting_edit
    compared = (key_of(request.args.get("from")), key_of(request.args.get("to")))
    found = signals.noticed(page.file.contribution.id)
    noticed = [one.row for one in found]
    past, review = precedents.like(page.file, noticed), case_review.review_for(viewer, page, compared)
    keys = {rule.key: rule.id for rule in form.rules}
    others, has_shortcuts = looking.beside(viewer, page.file.case.id)
    openings = {word: letters.opening(word, language=language, is_edit=is_edit) for word in decisions}
    return render_template(
        "moderation/case.html",
        **(page.around.values if page.around else {}),
        page=page,
        form=form,
        review=review,
        spoken=voices.voices(page.file.case, page.file.reports, page.file.contribution),
        message=message or MessageForm(data={"message": unsent.at_desk(viewer, page.file.case).message}),
        refusal=refusal,
        openings=openings,
        act_forms=_all_acts(viewer, page, decisions, form, act),
        letter_language=language,
        rests_on=letters.rests_on(language),
        can_judge=policy.can_judge(viewer, page.file.matter),
        precedents=[one for one, _key in past[: precedents.SHOWN]],
        suggested=precedents.suggested(page.file, past, keys, noticed, has_details=bool(review.found)),
        plain=precedents.plain(page.file, noticed) if not review.found else None,
        noticed_here=found,
        others=others,
        before=turns.before(viewer, key_of(request.args.get("before"))),
        show=shown_in(request.form if request.method == "POST" else request.args),
        quick=() if page.file.case.opened_for == "care" or page.file.matter.claimed_by else policy.SLIPS,
        words_of={str(rule.id): rule.to_author for rule in form.rules},
        shortcuts=has_shortcuts,
        record=records.record_for(page.file),
        record_note=note or NoteForm(),
        contact_words=notes.CONTACT_WORDS,
    ), refusal.status if refusal is not None else status
