"""Reading what reporters read: what can be reported, the receipt at its private address, a member's own reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from forum.accounts import queries as accounts
from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.models import Contribution
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.kinds import kind_of
from forum.helplines.page import HelpPage, help_page
from forum.helplines.rows import Line
from forum.moderation.models import Case, Decision, LegalNotice, Report
from forum.moderation.outcomes import HELD, outcome

PAGE = 25
OF_NOBODY = tokens.digest("")  # what a forged address is compared with, so that it takes as long as a real one


def reportable_member(viewer: Viewer, member_id: int) -> Member | None:
    """A member whose page `viewer` can open and so report, or None."""
    member = accounts.member_by_id(member_id)
    if member is None:
        return None
    is_there = member.is_page_public or contributions.public_contributions(member.id, viewer, limit=1)
    return member if is_there else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report: the decision's word, or None while it is open; or its author took the thing back.

    status: of the contribution, None where it was about a member. is_looked_at: somebody has opened the case.
    """

    report: Report
    decision: str | None
    status: str | None
    is_open: bool
    is_looked_at: bool
    closed_at: datetime | None

    @property
    def outcome(self) -> Any:
        """What was decided, in plain words, or None."""
        return outcome(self.decision, self.status) if self.decision is not None else None

    @property
    def held(self) -> Any:
        """That the site's own check has taken it out of sight until a moderator reads it, or None."""
        return HELD if self.decision is None and self.report.is_confirmed and self.status == "hidden" else None


def receipt_by(token: str) -> Receipt | None:
    """The receipt that a private address opens, or None for one that nobody was given."""
    key = tokens.row_id_of(token)
    row = db.session.execute(_receipts().where(Report.id == (key if key is not None and key < 2**31 else 0))).first()
    kept = row[0].token_hash if row is not None else None
    is_hers = tokens.is_same(kept or OF_NOBODY, tokens.digest(token))
    return _receipt(*row) if row is not None and kept and is_hers else None


def receipt_of(report_id: int) -> Receipt | None:
    """The receipt of a report by its id, for the mail that tells what became of it."""
    row = db.session.execute(_receipts().where(Report.id == report_id)).first()
    return _receipt(*row) if row else None


def token_of(report: Report) -> str:
    """The private part of a receipt's address."""
    return tokens.token_for("report", report.id, report.nonce)


def own_reports(viewer: Viewer, before: int | None = None) -> list[Receipt]:
    """What a member reported, newest first; one more than a page when there are more. One query."""
    query = _receipts().where(Report.reporter_id == viewer.id).order_by(Report.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Report.id < before)
    return [_receipt(*row) for row in db.session.execute(query)]


def legal_notice(report_id: int) -> LegalNotice | None:
    """What a notice of something illegal says besides, or None."""
    return db.session.scalar(select(LegalNotice).where(LegalNotice.report_id == report_id))


def _receipts() -> Select[Report, Case, str | None, str | None]:
    return (
        select(Report, Case, Decision.decision, Contribution.status)
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Decision, Decision.id == Report.decision_id)
        .outerjoin(Contribution, Contribution.id == Report.contribution_id)
    )


def _receipt(report: Report, case: Case, decision: str | None, status: str | None) -> Receipt:
    is_claimed = case.claimed_until is not None and case.claimed_until > clock.now()
    is_looked_at = is_claimed or (case.looked_at is not None and case.looked_at >= report.made_at)
    return Receipt(report, decision, status, case.closed_at is None, is_looked_at, case.closed_at)


def country_of(report: Report) -> str | None:
    """The country that what was reported says it was written from, or None. Never the member's own choice."""
    thing = db.session.get(Contribution, report.contribution_id) if report.contribution_id is not None else None
    return kind_of(thing).country(thing) if thing is not None else None


@dataclass(frozen=True, slots=True)
class Help:
    """For who is worried about somebody: the numbers of a country, and who answers there now."""

    page: HelpPage
    open: Sequence[Line]


def help_in(country: str | None) -> Help:
    """Who answers now in a country; without one, every country's emergency number. Three queries."""
    page = help_page(country, clock.now())
    return Help(page, [line for line in page.lines if line.is_open])
