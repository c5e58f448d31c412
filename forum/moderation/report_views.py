"""Reporting: the form, a receipt at its private address, and a member's own reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from forum.accounts.login import the_viewer
from forum.accounts.models import Member
from forum.accounts.policy import can_have_pages
from forum.accounts.refusal import refused
from forum.accounts.viewer import Viewer
from forum.care.page import likely_country
from forum.contributions.models import Contribution
from forum.core import kinds
from forum.core.languages import current_language
from forum.core.limits import slow_down, source_of
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict, no
from forum.moderation import authors, notices, policy, receipts, report_policy, reporting, wording
from forum.moderation.forms import key_of
from forum.moderation.models import Report
from forum.moderation.report_forms import ReportForm, hints_for
from forum.moderation.views import bp

GONE = _l(
    "This can’t be read here any more, so there is nothing left to report. If you wrote more than a few words, they "
    "are below."
)
APPEAL = "appeals.reporter_appeal_new"  # where a reporter asks for another look, if the site has the page


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about, as its reader sees it: a contribution, or a member's page."""

    title: str
    address: str
    verdict: Verdict
    contribution: Contribution | None = None
    member: Member | None = None

    @property
    def is_shared(self) -> bool:
        """Whether only a few read it."""
        return self.contribution is not None and kinds.kind_of(self.contribution).shared_with is not None


@bp.get("/report")
def report_new() -> ResponseReturnValue:
    """The form to report something: what it is about stands in the address."""
    about = _about(the_viewer(), request.args) or abort(404)
    if not about.verdict:
        return refused(about.verdict)
    known = {name: request.args.get(name) for name in ("contribution", "member")}
    return _page(ReportForm(data=known), about)


@bp.post("/report")
def report_create() -> ResponseReturnValue:
    """Keep a report and lead to its receipt."""
    slow_down("report", limit=10, seconds=3600)
    slow_down("report-day", limit=30, seconds=86400)
    viewer = the_viewer()
    about = _about(viewer, request.form)
    if about is None or not about.verdict:
        return refused(no(GONE, 404) if about is None else about.verdict)
    form = ReportForm(request.form)
    if not form.validate():
        return _page(form, about, 422)
    with write():
        token = _keep(viewer, form)
    return refused(no(GONE, 404)) if token is None else redirect(_receipt_address(token), 303)


@bp.get("/report/<token>")
def report_receipt(token: str) -> ResponseReturnValue:
    """A receipt by its private address: where a report stands and what became of it."""
    g.is_private = True
    receipt = receipts.receipt_by(token) or abort(404)
    is_worried = receipt.report.reason == "worried"
    return render_template(
        "moderation/receipt.html",
        receipt=receipt,
        words=wording,
        help=receipts.help_in(_country(receipt.report)) if is_worried else None,
        appeal=_appeal(receipt, token),
    )


@bp.get("/me/reports")
def report_index() -> ResponseReturnValue:
    """What the reader reported and what became of it, newest first."""
    viewer = the_viewer()
    if not (verdict := can_have_pages(viewer)):
        return refused(verdict)
    rows = receipts.own_reports(viewer, key_of(request.args.get("before")))
    shown = rows[: receipts.PAGE]
    return render_template(
        "moderation/reports.html",
        rows=[(one, f"/{current_language()}/report/{receipts.token_of(one.report)}") for one in shown],
        words=wording,
        next_before=shown[-1].report.id if len(rows) > receipts.PAGE else None,
    )


def _about(viewer: Viewer, fields: Any) -> About | None:
    """What the address or the form names, as far as `viewer` can see it."""
    if fields.get("member") and not fields.get("contribution"):
        member = receipts.reportable_member(viewer, key_of(fields.get("member")) or 0)
        if member is None:
            return None
        verdict = report_policy.can_report_member(viewer, member.id)
        address = f"/{current_language()}/members/{member.id}"
        return About(member.display_name or "", address, verdict, member=member)
    contribution = notices.reportable(viewer, key_of(fields.get("contribution")) or 0)
    if contribution is None:
        return None
    kind = kinds.kind_of(contribution)
    verdict = policy.can_report(viewer, authors.involves(viewer, contribution))
    title = kind.title(contribution) or str(kind.label)
    return About(title, kind.address(contribution, current_language()), verdict, contribution=contribution)


def _keep(viewer: Viewer, form: ReportForm) -> str | None:
    """Keep what was reported, seen again as it stands now; the receipt's token, or None when it is gone meanwhile."""
    about = _about(viewer, request.form)
    if about is None or not about.verdict:
        return None
    said = reporting.Said(
        reason=form.reason.data,
        words=form.words.data or "",
        address=about.address,
        language=current_language(),
        source=source_of(request.remote_addr or ""),
        legal=form.legal,
        is_trapped=bool((form.website.data or "").strip()),
    )
    if about.member is not None:
        return reporting.report_member(reporter=viewer, member=about.member, said=said)[1]
    assert about.contribution is not None
    return reporting.report_contribution(reporter=viewer, contribution=about.contribution, said=said)[1]


def _receipt_address(token: str) -> str:
    return url_for("moderation.report_receipt", token=token)


def _country(report: Report) -> str | None:
    """Whose helplines who is worried reads: those she asks for, else those of the place it was written from or in."""
    asked = request.args.get("country")
    if asked is not None:
        return asked
    return receipts.country_of(report) or likely_country(None, current_language(), request.accept_languages)


def _appeal(receipt: receipts.Receipt, token: str) -> str | None:
    is_there = receipt.decision is not None and APPEAL in current_app.view_functions
    return url_for(APPEAL, token=token) if is_there else None


def _page(form: ReportForm, about: About, status: int = 200) -> ResponseReturnValue:
    g.is_private = True
    page = render_template(
        "moderation/report.html", form=form, about=about, hints=hints_for(notices.guidelines_in(current_language()))
    )
    return page, status
