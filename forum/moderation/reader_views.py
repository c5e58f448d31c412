"""What readers and authors meet of moderation: reporting, receipts, guidelines, letters."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.login import the_viewer
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.contributions.models import Contribution
from forum.core import kinds
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import actions, authors, notices, policy, wording
from forum.moderation.forms import ReportForm, key_of
from forum.moderation.views import bp


@bp.get("/guidelines")
def guidelines() -> ResponseReturnValue:
    """The guidelines in force, numbered; each has its own address, #g3."""
    rules = notices.guidelines_in(current_language())
    return render_template("moderation/guidelines.html", rules=rules)


@bp.get("/report")
def report_new() -> ResponseReturnValue:
    """The form of a report about something the reader can see (`?contribution=7`)."""
    contribution, verdict = _to_report(request.args.get("contribution"))
    if not verdict:
        return refused(verdict)
    return _report_page(ReportForm(data={"contribution": str(contribution.id)}), contribution)


@bp.post("/report")
def report_create() -> ResponseReturnValue:
    """Keep a report and lead to its receipt."""
    slow_down("report", limit=10, seconds=3600)
    contribution, verdict = _to_report(request.form.get("contribution"))
    if not verdict:
        return refused(verdict)
    form = ReportForm(request.form)
    if not form.validate():
        return _report_page(form, contribution, 422)
    language = current_language()
    with write():
        contribution = notices.reportable(the_viewer(), contribution.id) or abort(404)
        _row, token = actions.report(
            reporter=the_viewer(),
            contribution=contribution,
            reason=form.reason.data,
            words=form.words.data or "",
            address=kinds.kind_of(contribution).address(contribution, language),
            language=language,
        )
    return redirect(url_for("moderation.report_receipt", token=token), 303)


@bp.get("/report/<token>")
def report_receipt(token: str) -> ResponseReturnValue:
    """A receipt by its private address: where a report stands and what became of it."""
    g.is_private = True
    receipt = notices.receipt_by(token) or abort(404)
    return render_template("moderation/receipt.html", receipt=receipt, words=wording)


@bp.get("/me/letters")
def letters() -> ResponseReturnValue:
    """The letters to the reader, newest first."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    rows = notices.letters_for(viewer, key_of(request.args.get("before")))
    next_before = rows[notices.LETTERS - 1].letter.id if len(rows) > notices.LETTERS else None
    return render_template(
        "moderation/letters.html",
        letters=rows[: notices.LETTERS],
        next_before=next_before,
        unread=notices.unread_letters(viewer),
    )


@bp.post(f"/me/letters/<int(max={2**31 - 1}):letter_id>/read")
def letter_read(letter_id: int) -> ResponseReturnValue:
    """Mark a letter as read."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    with write():
        is_hers = actions.mark_read(actor=viewer, letter_id=letter_id)
    return redirect(f"{url_for('moderation.letters')}#letter-{letter_id}", 303) if is_hers else abort(404)


def _to_report(value: str | None) -> tuple[Contribution, Verdict]:
    viewer = the_viewer()
    contribution = notices.reportable(viewer, key_of(value) or 0) or abort(404)
    return contribution, policy.can_report(viewer, authors.involves(viewer, contribution))


def _report_page(form: ReportForm, contribution: Contribution, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    kind = kinds.kind_of(contribution)
    page = render_template(
        "moderation/report.html", form=form, contribution=contribution, title=kind.title(contribution),
        is_shared=kind.shared_with is not None,
    )  # fmt: skip
    return page, status
