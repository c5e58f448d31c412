"""The verbs of moderation: admit, report, claim, decide, silence and lift, read a letter.

What is sent is admitted in `admitting`; `decide` and what follows from it stand in `decisions`; the log in `log`;
the default guidelines in `guidelines`.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, update

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.contributions.queries import draft_for
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import authors, cases, letterbox, policy, queries, unsent
from forum.moderation.admitting import admit, readmit
from forum.moderation.decisions import decide
from forum.moderation.guidelines import load_defaults
from forum.moderation.models import Case
from forum.moderation.reporting import report, report_contribution, report_member
from forum.notifications import actions as notifications

__all__ = [
    "admit",
    "claim",
    "decide",
    "keep_letter",
    "load_defaults",
    "mark_read",
    "open_case",
    "readmit",
    "release",
    "report",
    "report_contribution",
    "report_member",
    "take_up",
    "withdraw_cases",
]

LEASE = timedelta(minutes=30)


def open_case(contribution: Contribution, opened_for: str) -> Case:
    """The open case about a contribution: opened, or joined and made as urgent as `opened_for` asks."""
    return cases.open_or_join(contribution, opened_for)


def withdraw_cases(contribution: Contribution, *, but_reported: bool = False) -> None:
    """Close the open case of a contribution that its author took back: nothing is left to decide.

    `but_reported`: leave it open where somebody reported it, so that nobody escapes by taking back what she wrote.
    """
    must_be_writing()
    case = cases.open_case_of(contribution.id, lock=True)
    if case is not None and not (but_reported and cases.is_reported(case)):
        cases.close(case)


def take_up(*, actor: Viewer, contribution: Contribution) -> tuple[Case | None, Verdict]:
    """Open a case on a moderator's own initiative, without a notice."""
    must_be_writing()
    verdict = policy.can_judge(actor, policy.Matter(contribution.status, is_own=authors.involves(actor, contribution)))
    return (open_case(contribution, "report"), verdict) if verdict else (None, verdict)


def claim(*, actor: Viewer, case_id: int, is_over: bool = False) -> Verdict:
    """Take a case for half an hour, so that others see who looks at it. `is_over`: from somebody who has it."""
    must_be_writing()
    file = queries.file_of(actor, case_id)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    verdict = policy.can_claim(actor, file.matter, is_over)
    if not verdict:
        return verdict
    now = clock.now()
    free = or_(Case.claimed_by.is_(None), Case.claimed_by == actor.id, Case.claimed_until < now)
    taken = db.session.execute(
        update(Case)
        .where(Case.id == case_id, Case.closed_at.is_(None), *(() if is_over else (free,)))
        .values(claimed_by=actor.id, claimed_until=now + LEASE)
        .returning(Case.id)
    ).all()
    return YES if taken else no(policy.TAKEN, 409)


def release(*, actor: Viewer, case_id: int) -> Verdict:
    """Give a case back to the queue; one that somebody else has stays with her."""
    must_be_writing()
    if not (verdict := policy.can_work(actor)):
        return verdict
    db.session.execute(
        update(Case).where(Case.id == case_id, Case.claimed_by == actor.id).values(claimed_by=None, claimed_until=None)
    )
    return YES


def keep_letter(*, actor: Viewer, case_id: int, words: str) -> Verdict:
    """Keep what a moderator has written so far in the letter of a case; her newest words count."""
    must_be_writing()
    file = queries.file_of(actor, case_id)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    if not (verdict := policy.can_judge(actor, file.matter)):
        return verdict
    place = unsent.letter_place(case_id)
    draft = draft_for(actor, place)
    contributions.save_draft(actor=actor, place=place, source=words, version=draft.version if draft else 0)
    return YES


def mark_read(*, actor: Viewer, letter_id: int) -> bool:
    """Note that `actor` has read a letter to her. False when there is no such letter to her."""
    must_be_writing()
    letter = letterbox.own_letter(actor, letter_id)
    if letter is None:
        return False
    letter.read_at = letter.read_at or clock.now()
    notifications.mark_read(member_id=actor.id or 0, key=f"letter:{letter_id}", kinds=("decision",))
    return True
