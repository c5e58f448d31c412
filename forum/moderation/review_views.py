"""The author's side of being read: what the moderators wrote, her answer, what they suggest, taking a change back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.contributions.actions import answer_place
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import exchange, reviewing, unsent
from forum.moderation import review_policy as rules
from forum.moderation.exchange import ReviewPage
from forum.moderation.forms import MessageForm
from forum.moderation.hunks import Words
from forum.moderation.reviewing import Taken
from forum.moderation.views import bp

KEY = f"int(max={2**31 - 1})"
REVIEW = f"/contributions/<{KEY}:contribution_id>/review"


@bp.app_context_processor
def _news() -> dict[str, Any]:
    """`review_news()`: the ids of the reader's contributions about which the moderators wrote something new."""
    return {"review_news": lambda: exchange.news_for(the_viewer())}


@bp.get(REVIEW)
def review_show(contribution_id: int) -> ResponseReturnValue:
    """What the moderators wrote about something of the reader's, what they suggest, and her answer."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    page = exchange.review_for(viewer, contribution_id) or abort(404)
    return _page(page, MessageForm(data={"message": page.unsent.source if page.unsent else ""}))


@bp.post(f"{REVIEW}/messages")
def review_message_create(contribution_id: int) -> ResponseReturnValue:
    """Answer the moderators."""
    viewer = the_viewer()
    slow_down("message", limit=60, seconds=600, value=str(viewer.id))
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    page = exchange.review_for(viewer, contribution_id) or abort(404)
    form = MessageForm(request.form)
    if not form.validate():
        return _page(page, form, status=422)
    with write():
        words, language = form.message.data or "", current_language()
        verdict = reviewing.answer(actor=viewer, contribution_id=contribution_id, words=words, language=language)
        if not verdict:
            _keep(contribution_id, words)
    if not verdict:
        return _refused(contribution_id, form, verdict)
    flash(_("Sent. Whoever reads it sees your answer."), "good")
    return _back(contribution_id)


@bp.post(f"{REVIEW}/draft")
def review_draft(contribution_id: int) -> ResponseReturnValue:
    """Keep an unsent answer."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=str(viewer.id))
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    form = MessageForm(request.form)
    with write():
        is_hers = _keep(contribution_id, form.message.data or "")
    return jsonify({}) if is_hers else abort(404)


def _keep(contribution_id: int, words: str) -> bool:
    viewer = the_viewer()
    contribution = exchange.own_for(viewer, contribution_id)
    if contribution is not None:
        place = answer_place(contribution_id)
        unsent.keep(actor=viewer, contribution=contribution, place=place, words=Words(source=words))
    return contribution is not None


@bp.post(f"{REVIEW}/read")
def review_read(contribution_id: int) -> ResponseReturnValue:
    """Mark what the moderators wrote as read."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    with write():
        is_hers = reviewing.mark_read(actor=viewer, contribution_id=contribution_id)
    return _back(contribution_id) if is_hers else abort(404)


@bp.post(f"{REVIEW}/suggestions/<{KEY}:suggestion_id>")
def suggestion_answer(contribution_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Take the ticked changes of a suggestion (`do=take`, `do=send`: and send them), or leave it all (`do=leave`)."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    do = request.form.get("do", "take")
    with write():
        if do == "leave":
            outcome = Taken(reviewing.leave(actor=viewer, contribution_id=contribution_id, suggestion_id=suggestion_id))
        else:
            outcome = reviewing.take(
                actor=viewer,
                contribution_id=contribution_id,
                suggestion_id=suggestion_id,
                taken={
                    int(raw)
                    for raw in request.form.getlist("change")
                    if raw.isascii() and raw.isdigit() and len(raw) < 6
                },
                is_sending=do == "send",
            )
    return _answered(contribution_id, outcome, do)


def _answered(contribution_id: int, outcome: Taken, do: str) -> ResponseReturnValue:
    if not outcome.verdict and not outcome.taken:
        return _refused(contribution_id, MessageForm(), outcome.verdict)
    if do == "leave":
        flash(_("Left as it is. Your words are as you wrote them."), "good")
    else:
        _say_taken(outcome)
    return _back(contribution_id)


def _say_taken(outcome: Taken) -> None:
    number = outcome.taken
    if outcome.is_sent:
        said = ngettext("%(num)d change taken and sent.", "%(num)d changes taken and sent.", number)
    else:
        said = ngettext("%(num)d change is in your text now.", "%(num)d changes are in your text now.", number)
    flash(said, "good")
    if outcome.missed:
        flash(
            ngettext(
                "%(num)d change found no place: your text reads differently there by now.",
                "%(num)d changes found no place: your text reads differently there by now.",
                outcome.missed,
            ),
            "note",
        )
    if not outcome.verdict:  # taken, but not sent
        flash(str(outcome.verdict.reason), "note")


@bp.post(f"{REVIEW}/recall")
def edit_recall_create(contribution_id: int) -> ResponseReturnValue:
    """Take back a change that waits to be read."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    with write():
        verdict = reviewing.recall_edit(actor=viewer, contribution_id=contribution_id)
    if not verdict:
        return _refused(contribution_id, MessageForm(), verdict)
    flash(_("You have your change back. Readers keep the words of before."), "good")
    return _back(contribution_id)


def _back(contribution_id: int) -> ResponseReturnValue:
    return redirect(url_for("moderation.review_show", contribution_id=contribution_id), 303)


def _refused(contribution_id: int, form: MessageForm, verdict: Verdict) -> ResponseReturnValue:
    """The page as it stands now with the reason, once what was tried has ended; nobody else's is found."""
    page = exchange.review_for(the_viewer(), contribution_id) if verdict.status != 404 else None
    return _page(page or abort(404), form, verdict.reason, verdict.status)


def _page(page: ReviewPage, form: MessageForm, problem: Any = "", status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    viewer = the_viewer()
    return render_template(
        "moderation/review.html",
        page=page,
        form=form,
        problem=problem,
        can_answer=rules.can_answer(viewer, True, page.talk),
        can_take=rules.can_take(viewer, True, page.talk),
    ), status
