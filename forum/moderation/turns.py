"""Whose turn it is: each moderator is led from one case to the next, and two at once never to the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.kinds import Kind
from forum.core.unit_of_work import must_be_writing
from forum.moderation import looking, policy, queue
from forum.moderation.decisions import overtaken
from forum.moderation.models import Case, Decision, Letter


@dataclass(frozen=True, slots=True)
class Before:
    """What a moderator has just decided, as the page after it says: of what, whether she may take it back, what its
    author reads."""

    decision: Decision
    contribution: Contribution
    kind: Kind
    letter: str
    can_be_undone: bool


def take(*, actor: Viewer, shown: str = "everything", besides: int | None = None) -> int | None:
    """Give `actor` the next case that nobody else looks at, and note that she has it open. None: nothing is left.

    shown: the filter of the queue that she works through. besides: the case she comes from.
    """
    must_be_writing()
    for key in queue.free_for(actor, shown, besides=besides):
        _names, verdict = looking.look(actor=actor, case_id=key)
        if verdict:
            return key
    return None


def meanwhile(viewer: Viewer, case_id: int) -> str:
    """What somebody else has decided about a case that `viewer` has open; empty while it is open, or closed by her."""
    row = db.session.execute(
        select(Case, Decision.moderator_id)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.id == case_id, Case.closed_at.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    return str(overtaken(row[0])) if row is not None and row[1] != viewer.id else ""


def before(viewer: Viewer, case_id: int | None) -> Before | None:
    """What `viewer` has decided last in a case, within the hour. One query; None when there is nothing to say."""
    if case_id is None:
        return None
    row = db.session.execute(
        select(Decision, Contribution, Letter.text)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Letter, Letter.decision_id == Decision.id)
        .where(Case.id == case_id, Decision.moderator_id == viewer.id)
        .order_by(Decision.id.desc(), Letter.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    decision, contribution, letter = row
    now = clock.now()
    if now - decision.made_at > looking.BEFORE:
        return None
    can_be_undone = not policy.is_final(viewer, decision, now)
    return Before(decision, contribution, kinds.kind_of(contribution), letter or "", can_be_undone)
