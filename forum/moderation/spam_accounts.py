"""An account that is only spam was closed: all that was signed with it leaves readers' sight, lot by lot, and comes
back when the closing is undone.

Each thing has a decision of its own, whose `data` names the closing, with its letter and its row in the log. Its author
is mailed once, about the closing, which says that everything went.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select

from forum.accounts import queries as accounts
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.moderation import acts, cases, log, notices, reporting, sanctions, statements
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, Decision

AT_ONCE = 50  # in one transaction; the rest by a job
CLOSES, CLOSING = "closes_spam", "closing"  # in the data of the closing, and of what follows from it


def is_signed_spam(member_id: object) -> ColumnElement[bool]:
    """The criterion on `contributions` for what would leave readers' sight: signed, and shown or waiting to be."""
    return and_(Contribution.author_id == member_id, Contribution.status.in_(("published", "pending")))


def closing_of(member_id: int) -> Decision | None:
    """The decision that closed a member's account as spam and is in force, or None. One query."""
    found = (
        select(Decision)
        .join(Sanction, Sanction.decision_id == Decision.id)
        .where(Sanction.member_id == member_id, Sanction.sanction == "ban", sanctions.is_in_force())
        .order_by(Decision.id.desc())
    )
    return next((row for row in db.session.scalars(found) if row.data.get(CLOSES)), None)


def take_away(closing: Decision) -> None:
    """Hide the newest of what the member of a closing signed, a lot at a time, and let a job go on with the rest.

    Nothing more goes once the closing holds no longer.
    """
    must_be_writing()
    case = db.session.get_one(Case, closing.case_id)
    if closing.ended_at is not None or case.member_id is None:
        return
    lot = select(Contribution).where(is_signed_spam(case.member_id)).order_by(Contribution.id.desc()).limit(AT_ONCE + 1)
    found = db.session.scalars(lot.with_for_update(key_share=True)).all()
    actor = _moderator(closing.moderator_id)
    for contribution in found[:AT_ONCE]:
        _hide(closing, contribution, actor)
    if len(found) > AT_ONCE:
        db.session.flush()
        enqueue("moderation.close_spam", {"decision_id": closing.id})


def go_on(decision_id: int) -> None:
    """Hide the next lot of what goes with a closed account."""
    must_be_writing()
    closing = db.session.scalar(select(Decision).where(Decision.id == decision_id).with_for_update())
    if closing is not None:
        take_away(closing)


def _moderator(member_id: int | None) -> Viewer | None:
    member = accounts.member_by_id(member_id) if member_id is not None else None
    return accounts.viewer_of(member) if member is not None else None


def _hide(closing: Decision, contribution: Contribution, actor: Viewer | None) -> None:
    case = cases.open_or_join(contribution, "report")
    row = Decision(
        case_id=case.id, moderator_id=closing.moderator_id, decision="hide", guideline_id=closing.guideline_id,
        law=closing.law, second_id=closing.second_id, made_at=clock.now(),
        data={"status": contribution.status, CLOSING: closing.id},
    )  # fmt: skip
    contributions.hide(contribution)
    db.session.add(row)
    db.session.flush()
    rules = notices.guidelines_in(statements.language_of(contribution))
    words = next((rule.to_author for rule in rules if rule.id == row.guideline_id), "")
    statements.send(row, contribution=contribution, words=words)
    reporting.answer(case, row)
    if case.opened_for == "care":  # whoever may be in danger stays on the desk
        cases.touch(case)
    else:
        cases.close(case)
    data = {"case": case.id, "decision": row.id, "before": row.data["status"], "after": "hidden", CLOSING: closing.id}
    log.append(actor, "hide", "contribution", contribution.id, guideline_id=row.guideline_id, data=data)


def bring_on(decision_id: int, after: int, actor_id: int | None) -> None:
    """Bring back the next lot of what went with a closing that was undone."""
    must_be_writing()
    give_back(db.session.get_one(Decision, decision_id), _moderator(actor_id), after)


def is_left(closing: Decision) -> bool:
    """Whether anything that went with a closing is still out of sight because of it."""
    return bool(closing.data.get(CLOSES)) and bool(_lot(closing.id, 0))


def give_back(closing: Decision, actor: Viewer | None, after: int = 0) -> None:
    """Bring back what went with a closing that was undone, a lot at a time, and let a job go on with the rest.

    What somebody has decided or changed since stays as it is. `after`: the last decision that was looked at.
    """
    must_be_writing()
    found = _lot(closing.id, after)
    for row in found[:AT_ONCE]:
        _bring_back(row, actor)
    if len(found) > AT_ONCE:
        by = actor.id if actor is not None else None
        payload = {"decision_id": closing.id, "after": found[AT_ONCE - 1].id, "actor_id": by}
        enqueue("moderation.reopen_spam", payload)


def _lot(closing_id: int, after: int) -> Sequence[Decision]:
    went = (Decision.decision == "hide", Decision.ended_at.is_(None), Decision.id > max(after, closing_id))
    hidden = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(*went, Decision.data[CLOSING].as_integer() == closing_id, Contribution.status == "hidden")
    )
    return db.session.scalars(hidden.order_by(Decision.id).limit(AT_ONCE + 1)).all()


def _bring_back(row: Decision, actor: Viewer | None) -> None:
    case = db.session.get_one(Case, row.case_id, with_for_update=True)
    assert case.contribution_id is not None
    contribution = contribution_queries.held(case.contribution_id)
    if not acts.OWN["hide"].undo(actor, contribution, row):
        return
    row.ended_at = clock.now()
    db.session.flush()
    cases.touch(case)
    data = {"case": case.id, "decision": row.id, "was": row.decision, CLOSING: row.data[CLOSING]}
    log.append(actor, "undo_decision", "contribution", contribution.id, data=data)
