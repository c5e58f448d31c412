"""Undoing a decision: an appeal was heard, a moderator reverses what the site did, or its time is over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import acts, authors, cases, log, policy, sanctions, spam_accounts
from forum.moderation.models import Case, Decision

OVER_ALREADY = _l("This is no longer in force. There is nothing to undo.")


def undo(actor: Viewer | None, decision: Decision) -> Verdict:
    """Bring back what a decision did, as far as nobody has decided or changed anything since; noted in the log.

    `actor` is None where it ends by itself. The caller has judged that `actor` may; of what is her own nobody undoes
    anything. A refusal says why it can't be undone, and then nothing was changed.
    """
    must_be_writing()
    about = db.session.scalar(select(Case.member_id).where(Case.id == decision.case_id))
    if about is not None:  # whoever decides about her holds her first, and then the case
        sanctions.hold(about)
    case = db.session.get_one(Case, decision.case_id, with_for_update=True)
    db.session.refresh(decision, ["ended_at", "overturned_at"])  # as whoever held the case until now has left it
    is_left = spam_accounts.is_left(decision)
    if decision.ended_at is not None and not is_left:
        return no(OVER_ALREADY, 409)
    contribution = _contribution(case)
    if actor is not None and not (verdict := _may(actor, contribution, case)):
        return verdict
    if contribution is None:
        verdict = YES if sanctions.undo(decision, actor) or is_left else no(policy.NOTHING_TO_UNDO, 409)
        spam_accounts.give_back(decision, actor)
    else:
        verdict = acts.acts_on(contribution)[decision.decision].undo(actor, contribution, decision)
    if verdict:
        decision.ended_at = decision.ended_at or clock.now()
        db.session.flush()
        cases.touch(case)
        subject = ("contribution", case.contribution_id) if case.contribution_id else ("member", case.member_id)
        word = "end_decision" if actor is None else "undo_decision"
        data = {"case": case.id, "decision": decision.id, "was": log.SAID_AS.get(decision.decision, decision.decision)}
        log.append(actor, word, subject[0], subject[1] or 0, data=data)
    return verdict


def _may(actor: Viewer, contribution: Contribution | None, case: Case) -> Verdict:
    if not (verdict := policy.can_work(actor)):
        return verdict
    is_own = actor.id == case.member_id if contribution is None else authors.involves(actor, contribution)
    return no(policy.YOUR_OWN) if is_own else YES


def _contribution(case: Case) -> Contribution | None:
    if case.contribution_id is None:
        return None
    return contribution_queries.held(case.contribution_id)


def end_later(decision: Decision) -> None:
    """Let a decision end by itself when its time is over."""
    must_be_writing()
    assert decision.until is not None
    payload = {"decision_id": decision.id}
    enqueue("moderation.end_decision", payload, run_at=decision.until, dedupe_key=f"end-decision:{decision.id}")


def end(decision_id: int) -> None:
    """End a decision whose time is over. One that was undone or decided anew since is left as it is."""
    must_be_writing()
    decision = db.session.scalar(select(Decision).where(Decision.id == decision_id).with_for_update())
    if decision is None or decision.until is None or decision.ended_at is not None:
        return
    if decision.until > clock.now():
        enqueue("moderation.end_decision", {"decision_id": decision.id}, run_at=decision.until)
        return
    if not undo(None, decision):
        decision.ended_at = decision.until  # something newer stands in its place
