"""Reading appeals as whoever makes them does: what one would be against, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from forum.appeals import policy
from forum.appeals.models import Appeal
from forum.contributions.models import Contribution
from forum.core import clock, tokens
from forum.core.db import db
from forum.moderation import particulars
from forum.moderation.letterbox import OwnLetter
from forum.moderation.models import Case, Decision, Report


def appeal_on(decision_id: int, appellant: str) -> Appeal | None:
    """The appeal that one side made against a decision, or None."""
    return db.session.scalar(select(Appeal).where(Appeal.decision_id == decision_id, Appeal.appellant == appellant))


def ground_of_letter(one: OwnLetter, appeal: Appeal | None) -> policy.Ground:
    """What an appeal against the decision of a letter is judged by."""
    is_erased = one.contribution is not None and one.contribution.status == "erased"
    until = one.letter.appeal_until
    return policy.Ground(until, appeal is not None, one.decision.overturned_at is not None, is_erased)


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with the decision that answered it, as its reporter's appeal is judged."""

    report: Report
    decision: Decision | None
    contribution: Contribution | None
    appeal: Appeal | None

    @property
    def ground(self) -> policy.Ground:
        """What an appeal of hers is judged by."""
        if self.decision is None or self.decision.decision not in policy.LED_TO_NOTHING:
            return policy.Ground(None, self.appeal is not None)
        until = self.decision.made_at + particulars.HEARD_FOR
        is_erased = self.contribution is not None and self.contribution.status == "erased"
        return policy.Ground(until, self.appeal is not None, self.decision.overturned_at is not None, is_erased)


def reported_in(report: Report) -> Reported:
    """A report as an appeal against what became of it needs it. One query, besides what is there."""
    row = db.session.execute(
        select(Decision, Contribution, Appeal)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Appeal, and_(Appeal.decision_id == Decision.id, Appeal.appellant == "reporter"))
        .where(Decision.id == report.decision_id)
    ).first()
    if row is not None:
        return Reported(report, *row)
    return Reported(report, None, None, _reopened(report))


def _reopened(report: Report) -> Appeal | None:
    """The appeal by which a report that was answered waits for an answer again."""
    return db.session.scalar(select(Appeal).where(Appeal.report_id == report.id).order_by(Appeal.id.desc()).limit(1))


def of_decisions(decision_ids: Collection[int], appellant: str = "author") -> dict[int, Appeal]:
    """The appeals against decisions, by the decision. One query, none without a decision."""
    if not decision_ids:
        return {}
    found = select(Appeal).where(Appeal.decision_id.in_(decision_ids), Appeal.appellant == appellant)
    return {appeal.decision_id: appeal for appeal in db.session.scalars(found)}


def of_case(case_id: int) -> Sequence[Appeal]:
    """The appeals against decisions of a case, oldest first."""
    query = select(Appeal).join(Decision, Decision.id == Appeal.decision_id).where(Decision.case_id == case_id)
    return db.session.scalars(query.order_by(Appeal.id)).all()


def outside_appeal(token: str) -> Appeal | None:
    """The appeal that somebody outside was asked to hear, by her private address, while that is good; or None."""
    key = tokens.row_id_of(token)
    if key is None or key >= 2**31:
        return None
    appeal = db.session.get(Appeal, key)
    if appeal is None or appeal.outside_token_hash is None or appeal.outside_until is None:
        return None
    is_good = tokens.is_same(appeal.outside_token_hash, tokens.digest(token)) and appeal.outside_until > clock.now()
    return appeal if is_good and appeal.heard_at is None else None
