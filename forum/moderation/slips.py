"""A wrong key: what was published, or left as it is, goes back to where it waited before anybody is told of it."""

from __future__ import annotations

from sqlalchemy import delete, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Revision
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import authors, cases, screening
from forum.moderation.models import Case, Decision, Letter, Report
from forum.moderation.policy import CHANGED_SINCE


def unpublish(actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    """Let what has just been published wait again: the whole, or the change behind what readers saw before."""
    is_as_decided = contribution.status == "published" and cases.last_ruling(contribution) == "approve"
    if not is_as_decided or _another_waits(contribution, decision):
        return no(CHANGED_SINCE, 409)
    edit_id = decision.data.get("edit")
    if edit_id is not None:
        before = db.session.get(Revision, decision.data.get("revision") or 0)
        if before is None or contribution.shown_revision_id != edit_id:
            return no(CHANGED_SINCE, 409)
        contributions.publish(contribution, before)
    else:
        contributions.hide(contribution)
        contributions.hold(contribution)
        contribution.published_at = None
    if decision.data.get("raised"):
        _lower_standing(authors.behind(contribution).writer_id)
    return open_again(actor, contribution, decision)


def _lower_standing(writer_id: int | None) -> None:
    member = db.session.get(Member, writer_id) if writer_id else None
    if member is not None and member.standing == "established":
        db.session.flush()
        if contribution_queries.approved_count(member.id) < screening.approvals_needed():
            member.standing = "new"


def open_again(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    """Open the case of a decision again, with the reports that it had answered; refused where another one is open."""
    must_be_writing()
    if _another_waits(contribution, decision):
        return no(CHANGED_SINCE, 409)
    db.session.get_one(Case, decision.case_id).closed_at = None
    db.session.execute(update(Report).where(Report.decision_id == decision.id).values(decision_id=None))
    db.session.flush()
    return YES


def _another_waits(contribution: Contribution, decision: Decision) -> bool:
    other = cases.open_case_of(contribution.id, lock=True)
    return other is not None and other.id != decision.case_id


def unsay(decision: Decision) -> bool:
    """Take a decision's letter out of the box it lies in, unless it was opened. Whether nobody has read of it."""
    must_be_writing()
    unread = delete(Letter).where(Letter.decision_id == decision.id, Letter.read_at.is_(None)).returning(Letter.id)
    return bool(db.session.execute(unread).all())
