"""Canned replies on the desk: the list, one with its words in every language, retiring and bringing back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.core.languages import current_language
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import canned, letters, notices, policy, replies
from forum.moderation.canned import Canned
from forum.moderation.forms import key_of
from forum.moderation.models import DECISIONS
from forum.moderation.reply_forms import ReplyForm
from forum.moderation.views import bp
from forum.moderation.wording import DECIDED

LONGEST_SEARCH = 200
REPLY = f"/moderation/replies/<int(max={2**31 - 1}):reply_id>"


@bp.context_processor
def _suggested() -> dict[str, Any]:
    """`replies_for(decision, guideline id, language, possible decisions)`: what a letter can begin with."""

    def offered(decision: str, guideline: str, language: str, possible: Iterable[str]) -> dict[str, list[Canned]]:
        chosen = key_of(guideline)
        rules = notices.guidelines_in(language) if chosen is not None else []
        key = next((one.key for one in rules if one.id == chosen), None)
        return canned.offered(decision, key, language, tuple(possible))

    return {"replies_for": offered}


@bp.get("/moderation/replies")
def reply_index() -> ResponseReturnValue:
    """The canned replies by decision (`?retired=1`: those that were), or those with some words (`?q=`)."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    is_retired = bool(request.args.get("retired"))
    rows = [row for row in canned.replies_in(current_language(), with_retired=True) if row.is_retired == is_retired]
    rules = {rule.key: rule.name for rule in notices.guidelines_in(current_language())}
    looked_for = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = canned.with_words(
        rows, looked_for, lambda one: f"{DECIDED.get(one.decision or '', '')} {rules.get(one.guideline_key or '', '')}"
    )
    return render_template(
        "moderation/replies.html", found=found, groups=canned.by_decision(found), rules=rules, looked_for=looked_for,
        is_retired=is_retired,
    )  # fmt: skip


@bp.get("/moderation/replies/new")
def reply_new() -> ResponseReturnValue:
    """The form of a new reply."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    return _page(ReplyForm())


@bp.post("/moderation/replies")
def reply_create() -> ResponseReturnValue:
    """Write a new reply."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    form = _offered(ReplyForm(request.form))
    if not form.validate():
        return _page(form, status=422)
    with write():
        _reply, verdict = replies.write(
            actor=viewer, decision=form.decision.data or None, guideline_key=form.guideline.data or None,
            texts=form.texts,
        )  # fmt: skip
    return _after(verdict, _("Kept. It is offered from now on."))


@bp.get(REPLY)
def reply_edit(reply_id: int) -> ResponseReturnValue:
    """The form of one reply."""
    if not (verdict := policy.can_work(the_viewer())):
        return refused(verdict)
    reply, texts = canned.reply_by_id(reply_id) or abort(404)
    words = {f"{part}_{key}": getattr(text, part) for key, text in texts.items() for part in ("title", "text")}
    form = ReplyForm(data={"decision": reply.decision or "", "guideline": reply.guideline_key or "", **words})
    return _page(form, reply_id=reply_id, is_retired=reply.retired_at is not None)


@bp.post(REPLY)
def reply_update(reply_id: int) -> ResponseReturnValue:
    """Change a reply."""
    viewer = the_viewer()
    if not (verdict := policy.can_work(viewer)):
        return refused(verdict)
    reply, _texts = canned.reply_by_id(reply_id) or abort(404)
    form = _offered(ReplyForm(request.form))
    if not form.validate():
        return _page(form, reply_id=reply_id, is_retired=reply.retired_at is not None, status=422)
    with write():
        verdict = replies.change(
            actor=viewer, reply_id=reply_id, decision=form.decision.data or None,
            guideline_key=form.guideline.data or None, texts=form.texts,
        )  # fmt: skip
    return _after(verdict, _("Changed. Letters that were sent stay as they are."))


@bp.post(f"{REPLY}/retirement")
def reply_retirement_create(reply_id: int) -> ResponseReturnValue:
    """Take a reply out of what is offered."""
    with write():
        verdict = replies.retire(actor=the_viewer(), reply_id=reply_id)
    return _after(verdict, _("Retired. You find it below the others."))


@bp.post(f"{REPLY}/return")
def reply_return_create(reply_id: int) -> ResponseReturnValue:
    """Offer a retired reply again."""
    with write():
        verdict = replies.retire(actor=the_viewer(), reply_id=reply_id, is_back=True)
    return _after(verdict, _("It is offered again."))


def _after(verdict: Verdict, words: str) -> ResponseReturnValue:
    if not verdict:
        return refused(verdict)
    flash(words, "good")
    return redirect(url_for("moderation.reply_index"), 303)


def _offered(form: ReplyForm) -> ReplyForm:
    language = current_language()
    spoken = [word for word in DECISIONS if letters.opening(word, language=language)]
    return form.offer(notices.guidelines_in(language), spoken)


def _page(
    form: ReplyForm, *, reply_id: int | None = None, is_retired: bool = False, status: int = 200
) -> ResponseReturnValue:
    page = render_template("moderation/reply.html", form=_offered(form), reply_id=reply_id, is_retired=is_retired)
    return page, status
