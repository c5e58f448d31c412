"""What a text that is sent may say of its writer's despair: a case at the top, and the card for her alone.

Nothing is held, hidden or delayed by it. A false alarm is erased after 30 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update

from forum.accounts.viewer import Viewer
from forum.care import cards
from forum.care.detection import Raised, find
from forum.contributions.models import Contribution, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import cases
from forum.moderation.models import OPENED_FOR, Case, Decision, Report, Signal
from forum.moderation.screening import text_of
from forum.screening.looking import Finding

FALSE_ALARM_KEPT = timedelta(days=30)
WATCHED = Raised("passive")  # a watched word asked for care


def raised_by(contribution: Contribution, revision: Revision | None, findings: Iterable[Finding]) -> Raised | None:
    """What the words that are sent raise, or nothing; a watched word may ask for care too."""
    raised = find(text_of(contribution, revision), contribution.language)
    if (raised is None or raised.is_gentle) and any(one.signal == "crisis" for one in findings):
        return WATCHED
    return raised


def take_care(actor: Viewer, contribution: Contribution, raised: Raised | None) -> Case | None:
    """Open the case and offer the card, where something was raised. Returns the case, or None where there is none.

    What moderators have met and answered opens no second case about the same when it is edited or brought back.
    """
    must_be_writing()
    if raised is None:
        return None
    cards.offer(actor=actor, contribution=contribution, raised=raised)
    if raised.is_gentle or _is_answered(contribution, raised):
        return None
    return cases.open_or_join(contribution, "care")


def offer_card(actor: Viewer, contribution: Contribution) -> None:
    """Offer the card to the author of what was sent and rests first: nobody else reads it yet, so no case is opened."""
    must_be_writing()
    raised = find(text_of(contribution), contribution.language)
    if raised is not None:
        cards.offer(actor=actor, contribution=contribution, raised=raised)


def finding_of(raised: Raised | None) -> Sequence[Finding]:
    """What was raised as a signal of the case: its class, never a score and never the words."""
    if raised is None or raised.is_gentle or raised is WATCHED:
        return ()
    return (Finding("crisis", is_hold=False, data={"class": raised.what}),)


def is_raised(contribution_id: Any) -> ColumnElement[bool]:
    """The criterion for what was raised, and not by mistake: its words are quoted in no mail. `contribution_id`: a
    column of the statement around it."""
    raised = (Signal.contribution_id == contribution_id, Signal.signal == "crisis", Signal.reversed_at.is_(None))
    return exists().where(*raised)


def _is_answered(contribution: Contribution, raised: Raised) -> bool:
    answered = (
        select(Signal.data)
        .join(Case, Case.id == Signal.case_id)
        .where(Signal.contribution_id == contribution.id, Signal.signal == "crisis", Case.closed_at.is_not(None))
    )
    return any((data or {}).get("class") == raised.what for data in db.session.scalars(answered))


def forget_false_alarms() -> None:
    """Erase what was noticed by mistake, 30 days after moderators said so and nobody took it back: the signals, and the
    case itself where nothing else was ever said in it. Where something was, no word is left of the alarm."""
    must_be_writing()
    before = clock.now() - FALSE_ALARM_KEPT
    holds = (Decision.ended_at.is_(None), Decision.overturned_at.is_(None), Decision.made_at < before)
    decided = select(Decision.case_id).where(Decision.decision == "false_alarm", *holds)
    mistaken = select(Case).where(Case.id.in_(decided), Case.closed_at.is_not(None))
    for case in db.session.scalars(mistaken).all():
        db.session.execute(delete(Signal).where(Signal.case_id == case.id, Signal.signal == "crisis"))
        if not _says_more(case.id):
            db.session.execute(delete(Case).where(Case.id == case.id))
            continue
        alarm = (Decision.case_id == case.id, Decision.decision == "false_alarm")
        db.session.execute(update(Decision).where(*alarm).values(decision="no_action", data={}))
        if case.opened_for == "care":
            case.opened_for, case.urgency = "report", OPENED_FOR.index("report")
    db.session.flush()


def _says_more(case_id: int) -> bool:
    others = (
        exists().where(Report.case_id == case_id),
        exists().where(Signal.case_id == case_id),
        exists().where(Decision.case_id == case_id, Decision.decision != "false_alarm"),
    )
    return any(db.session.scalar(select(other)) for other in others)
