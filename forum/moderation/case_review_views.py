"""The desk's side of being read: writing to an author, marking her answers read, suggesting other words."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import exchange, reviewing, unsent
from forum.moderation import review_policy as rules
from forum.moderation.forms import DecisionForm, MessageForm, SuggestionForm
from forum.moderation.hunks import Words
from forum.moderation.queries import CasePage
from forum.moderation.views import CASE, bp, case_page, offered, open_case


@bp.post(f"{CASE}/messages")
def message_create(case_id: int) -> ResponseReturnValue:
    """Write to the author of what a case is about."""
    viewer = the_viewer()
    slow_down("message", limit=60, seconds=600, value=str(viewer.id))
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    form = MessageForm(request.form)
    if not form.validate():
        return _with_message(viewer, page, form, None, 422)
    with write():
        words, language = form.message.data or "", current_language()
        verdict = reviewing.write_to_author(actor=viewer, case_id=case_id, words=words, language=language)
        if not verdict:
            _keep(viewer, page, form)
    if not verdict:
        return _with_message(viewer, page, form, verdict)
    flash(_("Sent. The author gets a mail that says so."), "good")
    return redirect(f"{url_for('moderation.case_show', case_id=case_id)}#exchange", 303)


@bp.post(f"{CASE}/messages/draft")
def message_draft(case_id: int) -> ResponseReturnValue:
    """Keep the unsent words to an author."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=str(viewer.id))
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return refused(refusal)
    with write():
        _keep(viewer, page, MessageForm(request.form))
    return jsonify({})


@bp.post(f"{CASE}/messages/read")
def message_read(case_id: int) -> ResponseReturnValue:
    """Mark what the author wrote as read."""
    with write():
        verdict = reviewing.mark_heard(actor=the_viewer(), case_id=case_id)
    return redirect(url_for("moderation.case_show", case_id=case_id), 303) if verdict else refused(verdict)


def _keep(viewer: Viewer, page: CasePage, form: MessageForm) -> None:
    contribution = page.file.contribution
    words = Words(source=form.message.data or "")
    unsent.keep(actor=viewer, contribution=contribution, place=unsent.message_place(contribution.id), words=words)


def _with_message(
    viewer: Viewer, page: CasePage, form: MessageForm, refusal: Verdict | None, status: int = 200
) -> ResponseReturnValue:
    letter = unsent.at_desk(viewer, page.file.case).letter
    decision = offered(viewer, page, DecisionForm(data={"letter": letter}))
    return case_page(viewer, page, decision, refusal=refusal, status=status, message=form)


@bp.get(f"{CASE}/suggestions/new")
def suggestion_new(case_id: int) -> ResponseReturnValue:
    """The author's words in a form, to be changed into a suggestion. What was begun before stands in it."""
    viewer = the_viewer()
    page, refusal = _to_suggest(viewer, case_id)
    if page is None:
        return refused(refusal)
    contribution = page.file.contribution
    words, revision = exchange.words_sent(contribution)
    draft = unsent.draft_of(viewer, contribution, unsent.suggestion_place(contribution.id))
    kept: Any = draft or words
    facts = (draft.facts or {}) if draft else {}
    form = SuggestionForm(
        data={
            "base": str(facts.get("base") or (revision.id if revision else "")),
            "version": str(draft.version if draft else 0),
            "title": kept.title,
            "teaser": kept.teaser,
            "source": kept.source,
            "note": facts.get("note", ""),
        }
    )
    return _suggestion_page(page, form)


@bp.post(f"{CASE}/suggestions")
def suggestion_create(case_id: int) -> ResponseReturnValue:
    """Send a suggestion to the author. Her own words stay as they are."""
    viewer = the_viewer()
    slow_down("message", limit=60, seconds=600, value=str(viewer.id))
    form = SuggestionForm(request.form)
    page, refusal = _to_suggest(viewer, case_id)
    if page is None:
        return refused(refusal)
    if not form.validate():
        return _suggestion_page(page, form, status=422)
    with write():
        note = form.note.data or ""
        verdict = reviewing.suggest(actor=viewer, case_id=case_id, base_id=form.base_id, words=form.words, note=note)
    if not verdict:
        return _suggestion_page(page, form, verdict.reason, verdict.status)
    flash(_("Sent. The author takes what fits and leaves the rest."), "good")
    return redirect(f"{url_for('moderation.case_show', case_id=case_id)}#exchange", 303)


@bp.post(f"{CASE}/suggestions/draft")
def suggestion_draft(case_id: int) -> ResponseReturnValue:
    """Keep an unsent suggestion; newer words of another window are not written over."""
    viewer = the_viewer()
    slow_down("draft", limit=300, seconds=600, value=str(viewer.id))
    form = SuggestionForm(request.form)
    page, refusal = _to_suggest(viewer, case_id)
    if page is None:
        return refused(refusal)
    contribution = page.file.contribution
    with write():
        draft, verdict = unsent.keep(
            actor=viewer,
            contribution=contribution,
            place=unsent.suggestion_place(contribution.id),
            words=form.words,
            beside={"note": form.note.data or "", "base": form.base_id},
            seen_version=form.seen_version,
        )
        fields = {"title": draft.title, "teaser": draft.teaser, "source": draft.source}
        version = draft.version
    return jsonify({"version": version, "fields": fields}), 200 if verdict else 409


def _to_suggest(viewer: Viewer, case_id: int) -> tuple[CasePage | None, Verdict]:
    """The case on which `viewer` may suggest other words, or why not."""
    page, refusal = open_case(viewer, case_id)
    if page is None:
        return None, refusal
    file = page.file
    verdict = rules.can_write_to_author(viewer, file.matter, exchange.talk_about(file.contribution, file.edit))
    return (page, verdict) if verdict else (None, verdict)


def _suggestion_page(page: CasePage, form: SuggestionForm, problem: Any = "", status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    return render_template("moderation/suggest.html", page=page, form=form, problem=problem), status
