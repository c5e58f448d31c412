"""Taking back what one rule of the site's own held wrongly: all of it in one go, a person's decision each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.viewer import Viewer
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict
from forum.moderation import log, policy
from forum.moderation.decisions import decide
from forum.moderation.models import Case, Signal

# What a rule noticed by mistake. That somebody is new, or that a board reads first, is no mistake.
RULES = ("watched_word", "many_links", "burst", "near_duplicate", "repeated_link", "hurry", "honeypot")
DAYS = (1, 7, 30)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Reversed:
    """What came of it: how much readers see now, how much waits for another reason, whether more is left."""

    verdict: Verdict
    released: int = 0
    waiting: int = 0
    is_more: bool = False


def reverse(*, actor: Viewer, signal: str, word_id: int | None, days: int) -> Reversed:
    """Take back what a rule found in the last days: what waits because of it alone is published, the oldest first.

    What waits for another reason too goes on waiting, and so does what this moderator may not decide: her own, or what
    somebody else looks at.
    """
    must_be_writing()
    if not (verdict := policy.can_work(actor)):
        return Reversed(verdict)
    of_rule = _of_rule(signal, word_id, days)
    waits = db.session.scalars(
        select(Case)
        .where(Case.closed_at.is_(None), _held_by(of_rule))
        .options(joinedload(Case.contribution))
        .order_by(Case.id)
        .limit(AT_ONCE + 1)
    ).all()
    released = sum(_release(actor, case, of_rule) for case in waits[:AT_ONCE])
    is_more = len(waits) > AT_ONCE
    if not is_more:
        _take_back(of_rule)
    data = {"signal": signal, "days": days, "released": released}
    log.append(actor, "reverse_signal", "word" if word_id else "signal", word_id or 0, data=data)
    return Reversed(YES, released, len(waits[:AT_ONCE]) - released, is_more)


def _of_rule(signal: str, word_id: int | None, days: int) -> ColumnElement[bool]:
    named = Signal.word_id == word_id if word_id else Signal.signal == signal
    return and_(named, Signal.made_at > clock.now() - timedelta(days=days), Signal.reversed_at.is_(None))


def _held_by(of_rule: ColumnElement[bool]) -> ColumnElement[bool]:
    return Case.id.in_(select(Signal.case_id).where(of_rule, Signal.is_hold))


def _take_back(which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Signal).where(which).values(reversed_at=clock.now()), execution_options={"synchronize_session": False}
    )


def _release(actor: Viewer, case: Case, of_rule: ColumnElement[bool]) -> bool:
    """Take a rule's findings back from a case; publish what it is about if nothing else holds it. True when it was."""
    _take_back(and_(of_rule, Signal.case_id == case.id))
    contribution = case.contribution
    other = aliased(Signal)
    held = exists().where(other.case_id == case.id, other.is_hold, other.reversed_at.is_(None))
    if contribution is None or case.opened_for != "review" or kinds.kind_of(contribution).is_always_reviewed:
        return False
    if db.session.scalar(select(held)):
        return False
    return bool(
        decide(
            actor=actor,
            case_id=case.id,
            seen_version=case.version,
            decision="approve",
            guideline_id=None,
            letter="",
            note="",
        )
    )
