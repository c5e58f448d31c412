"""The verbs of appeals: ask for another look, take one to hear, name somebody outside, hear, carry out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from forum.accounts.viewer import Viewer
from forum.appeals import answering, hearing, policy, queries
from forum.appeals.hearing import File
from forum.appeals.models import Appeal
from forum.appeals.wording import HEARD
from forum.contributions.queries import is_owner
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import authors, letterbox, log, receipts
from forum.moderation.letterbox import OwnLetter
from forum.moderation.models import Case, Decision
from forum.moderation.policy import can_work
from forum.rota import aways

LEASE = timedelta(hours=2)
OUTSIDE = "appeal-outside"  # the purpose of the address of somebody outside
NOT_YOURS = _l("This letter isn’t here, or it isn’t to you.")


def appeal_as_author(
    *, actor: Viewer, words: str, language: str, letter_id: int = 0, token: str = ""
) -> tuple[Appeal | None, Verdict]:
    """Ask for another look at the decision of a letter: whom it is to, also through a seal, or by its private address
    (`token`). Silenced or banned, she is heard."""
    must_be_writing()
    one = letterbox.letter_by(token, language) if token else letterbox.letter_for(actor, letter_id, language)
    if one is None:
        return None, no(NOT_YOURS, 404)
    ground = queries.ground_of_letter(one, queries.appeal_on(one.decision.id, "author"))
    appeal = Appeal(
        decision_id=one.decision.id,
        appellant="author",
        member_id=_named(actor, one, by_address=bool(token)),
        contribution_id=one.letter.contribution_id,
    )
    return _made(appeal, ground, words, language, one.decision)


def _named(actor: Viewer, one: OwnLetter, *, by_address: bool) -> int | None:
    """The member that an appeal may name: nobody where a seal alone says who she is."""
    if one.contribution is None:
        return one.letter.member_id
    if by_address:
        behind = authors.behind(one.contribution)
        return None if behind.is_sealed else behind.writer_id
    return None if one.contribution.author_id is None and is_owner(actor, one.contribution) else actor.id


def appeal_as_reporter(*, token: str, words: str, language: str) -> tuple[Appeal | None, Verdict]:
    """Ask for another look at a report that led to nothing, by the private address of its receipt."""
    must_be_writing()
    receipt = receipts.receipt_by(token)
    if receipt is None:
        return None, no(NOT_YOURS, 404)
    found = queries.reported_in(receipt.report)
    if found.decision is None:
        return None, no(policy.ALREADY if found.appeal is not None else policy.NOT_NOTHING, 409)
    appeal = Appeal(
        decision_id=found.decision.id,
        appellant="reporter",
        report_id=receipt.report.id,
        member_id=receipt.report.reporter_id,
        contribution_id=receipt.report.contribution_id,
    )
    return _made(appeal, found.ground, words, language, found.decision)


def _made(
    appeal: Appeal, ground: policy.Ground, words: str, language: str, decision: Decision
) -> tuple[Appeal | None, Verdict]:
    now = clock.now()
    if not (verdict := policy.can_appeal(ground, now)):
        return None, verdict
    if not words:
        return None, no(policy.EMPTY, 422)
    appeal.words, appeal.language, appeal.made_at = words, language, now
    appeal.due_at = due_at(now)
    try:
        with db.session.begin_nested():
            db.session.add(appeal)
    except IntegrityError:  # the same in the same moment
        return None, no(policy.ALREADY, 409)
    _note(None, "appeal", decision, appeal, {"by": appeal.appellant})
    return appeal, YES


def due_at(now: datetime) -> datetime | None:
    """By when an appeal made now is answered, not counting the days on which everybody is away; None: no promise."""
    days = the_settings().appeal_days
    return aways.later(now, timedelta(days=days), aways.from_(now)) if days else None


def _note(actor: Viewer | None, act: str, decision: Decision, appeal: Appeal, data: dict[str, Any]) -> None:
    case = db.session.get_one(Case, decision.case_id)
    about = ("contribution", case.contribution_id) if case.contribution_id is not None else ("member", case.member_id)
    kept = {"case": case.id, "decision": decision.id, "was": decision.decision, "appeal": appeal.id} | data
    log.append(actor, act, about[0], about[1] or 0, guideline_id=decision.guideline_id, data=kept)


def claim(*, actor: Viewer, appeal_id: int, is_over: bool = False) -> Verdict:
    """Take an appeal to hear it, for two hours. `is_over`: from somebody who has it."""
    must_be_writing()
    file = hearing.file_of(actor, appeal_id)
    if file is None:
        return no(policy.OVER, 404)
    if not (verdict := policy.can_claim(actor, file.hearing, is_over)):
        return verdict
    now = clock.now()
    free = or_(Appeal.claimed_by.is_(None), Appeal.claimed_by == actor.id, Appeal.claimed_until < now)
    taken = db.session.execute(
        update(Appeal)
        .where(Appeal.id == appeal_id, Appeal.heard_at.is_(None), *(() if is_over else (free,)))
        .values(claimed_by=actor.id, claimed_until=now + LEASE)
        .returning(Appeal.id)
    ).all()
    return YES if taken else no(policy.TAKEN_NOW, 409)


def release(*, actor: Viewer, appeal_id: int) -> Verdict:
    """Leave an appeal to somebody else; one that another has stays with her."""
    must_be_writing()
    if not (verdict := can_work(actor)):
        return verdict
    db.session.execute(
        update(Appeal)
        .where(Appeal.id == appeal_id, Appeal.claimed_by == actor.id)
        .values(claimed_by=None, claimed_until=None)
    )
    return YES


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of hearing: the verdict, and the case that opens next where something is left to decide there."""

    verdict: Verdict
    case_id: int | None = None


def hear(
    *, actor: Viewer, appeal_id: int, outcome: str, words: str, is_over: bool = False, is_alone: bool = False
) -> Heard:
    """Decide an appeal and carry that out. Of two at once the second hears what the first decided.

    is_alone: the administrator hears what she decided herself, because nobody else can; the log says so.
    """
    must_be_writing()
    file = hearing.file_of(actor, appeal_id, lock=True)
    if file is None:
        return Heard(no(policy.OVER, 404))
    if file.appeal.outcome is not None:
        return Heard(no(_l("This was decided while you were reading: %(outcome)s. Your words are below, not sent.",
                           outcome=HEARD[file.appeal.outcome]), 409))  # fmt: skip
    verdict = policy.can_hear(actor, file.hearing, is_over=is_over, is_alone_said=is_alone)
    if verdict and not words:
        verdict = no(policy.NO_WORDS, 422)
    if verdict and outcome not in policy.outcomes_for(file.appeal.appellant):
        verdict = no(policy.NO_OUTCOME, 422)
    if not verdict:
        return Heard(verdict)
    return _hear(actor, file, outcome, words, {"override": True} if file.hearing.has_decided else {})


def _hear(actor: Viewer | None, file: File, outcome: str, words: str, data: dict[str, Any]) -> Heard:
    appeal = file.appeal
    appeal.outcome, appeal.answer, appeal.heard_at = outcome, words, clock.now()
    appeal.heard_by, appeal.claimed_by, appeal.claimed_until = actor.id if actor is not None else None, None, None
    appeal.outside_address = appeal.outside_token_hash = appeal.outside_nonce = None
    db.session.flush()
    _note(actor, f"appeal_{outcome}", file.decision, appeal, data)
    return Heard(YES, answering.carry_out(actor, file, outcome))


def name_outside(*, actor: Viewer, appeal_id: int, name: str, address: str) -> Verdict:
    """Let somebody outside hear an appeal by a private address, good for 30 days. Named again, the old one is dead."""
    must_be_writing()
    file = hearing.file_of(actor, appeal_id, lock=True)
    if file is None:
        return no(policy.OVER, 404)
    if not (verdict := policy.can_name_outside(actor, file.hearing)):
        return verdict
    appeal = file.appeal
    appeal.outside_name, appeal.outside_address = name, tokens.seal_text(address)
    appeal.outside_nonce, appeal.outside_until = tokens.new_nonce(), clock.now() + policy.OUTSIDE_FOR
    appeal.outside_token_hash = tokens.digest(tokens.token_for(OUTSIDE, appeal.id, appeal.outside_nonce))
    db.session.flush()
    enqueue(
        "appeals.mail_outside", {"appeal_id": appeal.id}, dedupe_key=f"appeal-outside:{appeal.outside_token_hash[:16]}"
    )
    _note(actor, "appeal_outside", file.decision, appeal, {})
    return YES


def hear_outside(*, token: str, outcome: str, words: str) -> Verdict:
    """The verdict of somebody outside, by her private address."""
    must_be_writing()
    appeal = queries.outside_appeal(token)
    file = hearing.file_for_outside(appeal.id) if appeal is not None else None
    if file is None:
        return no(policy.EXPIRED, 410)
    if not words:
        return no(policy.NO_WORDS, 422)
    if outcome not in policy.outcomes_for(file.appeal.appellant):
        return no(policy.NO_OUTCOME, 422)
    return _hear(None, file, outcome, words, {"outside": True}).verdict
