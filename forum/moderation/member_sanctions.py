"""Deciding about a member on her own page: sanctions, and what was reported about her. Each has its case and letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts import queries as accounts
from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import (
    cases,
    log,
    member_policy,
    member_queries,
    notices,
    policy,
    reporting,
    sanctions,
    seconds,
    spam_accounts,
    statements,
    undoing,
)
from forum.moderation.decisions import CHANGED, PRESSED_TWICE
from forum.moderation.member_models import SecondPerson
from forum.moderation.models import Decision, Letter
from forum.moderation.wording import DECIDED

REOPENED = _l("The account is open again. What was taken out of sight with it comes back.")


def decide(
    *,
    actor: Viewer,
    member_id: int,
    decision: str,
    guideline_id: int | None,
    letter: str,
    note: str = "",
    until: date | None = None,
    is_lasting: bool = False,
    law: str = "",
    second_id: int | None = None,
    seen: str | None = None,
) -> Verdict:
    """Decide about a member: warn, limit, silence, ban, lift, reopen, or leave what was reported as it is.

    What takes two (`second_id` is None) is asked for and waits; the verdict says so. seen: how things stood when
    `actor` read her page (`MemberFile.state`); refused where they are otherwise now.
    """
    must_be_writing()
    about = member_queries.about(actor, member_id, lock=True)
    if about is None:
        return no("", 404)
    if seen is not None and (verdict := _overtaken(actor, member_id, decision, seen)) is not None:
        return verdict
    ends_on = until if decision in policy.RESTRICT and not is_lasting else None
    verdict = member_policy.can_decide(actor, about, decision)
    verdict = verdict and policy.can_restrict_until(decision, ends_on, clock.today(), is_lasting=is_lasting)
    verdict = verdict and _has_reason(decision, guideline_id, letter, law)
    if not verdict:
        return verdict
    if decision == "reopen":
        return _reopen(actor, member_id, letter)
    ends_at = sanctions.end_of(ends_on)
    second_for = "close_spam" if decision == "close_spam" else seconds.needed_for(decision, ends_at)
    if second_id is None and second_for:
        data = {"guideline": guideline_id, "law": law, "until": ends_on.isoformat() if ends_on else None}
        asked, verdict = seconds.ask(
            actor=actor, second_for=second_for, reason=note or letter, member_id=member_id, letter=letter, data=data
        )
        return Verdict(True, seconds.ASKED) if asked is not None else verdict
    row = Decision(
        case_id=0, moderator_id=actor.id, decision=decision, guideline_id=guideline_id, law=law, note=note,
        until=ends_at, second_id=second_id, made_at=clock.now(),
    )  # fmt: skip
    _carry_out(actor, member_id, row, letter, is_reported=about.is_reported)
    return YES


def _overtaken(actor: Viewer, member_id: int, decision: str, seen: str) -> Verdict | None:
    """What is said where things are not as `actor` read them: yes, if she pressed twice what is done already."""
    state, newest, name = member_queries.state_of(member_id)
    if state == seen:
        return None
    if newest is None or seen.partition(".")[0] == state.partition(".")[0]:
        return no(CHANGED, 409)
    if (newest.moderator_id, newest.decision) == (actor.id, decision) and newest.made_at > clock.now() - PRESSED_TWICE:
        return YES
    said = _l(
        "Somebody decided this while you were reading: %(decision)s, by %(name)s. Your letter is kept, not sent.",
        decision=DECIDED[newest.decision],
        name=name,
    )
    return no(said, 409)


def _has_reason(decision: str, guideline_id: int | None, letter: str, law: str) -> Verdict:
    if decision in policy.NEED_GUIDELINE or decision == "close_spam":
        if guideline_id is None and not law:
            return no(policy.NO_GUIDELINE, 422)
        if guideline_id is not None and guideline_id not in [rule.id for rule in notices.guidelines_in("en")]:
            return no(policy.OLD_GUIDELINE, 422)
        if not letter.strip():
            return no(policy.NO_LETTER, 422)
    return YES


def _carry_out(actor: Viewer, member_id: int, row: Decision, letter: str, *, is_reported: bool) -> None:
    case = cases.open_or_join_about(member_id, "report")
    row.case_id = case.id
    db.session.add(row)
    db.session.flush()
    if row.decision in sanctions.SANCTION_OF:
        sanctions.impose(row, ends_at=row.until, member_id=member_id)
    elif row.decision == "lift":
        sanctions.lift(actor, member_id)
    elif row.decision == "made_to_hurt":
        row.data = {"reports": reporting.judge_made_to_hurt(case.id)}
    member = db.session.get_one(Member, member_id)
    if row.decision not in policy.SENDS_NOTHING:
        statements.send(row, member=member, words=letter)
    if row.decision == "lift" and is_reported:  # what was reported since is still to be looked at
        cases.touch(case)
    else:
        reporting.answer(case, row)
        cases.close(case)
    data: dict[str, Any] = {"case": case.id, "decision": row.id}
    if row.until is not None:
        data |= {"until": row.until.date().isoformat()}
    if row.second_id is not None:
        data |= {"second": row.second_id}
    log.append(actor, row.decision, "member", member_id, guideline_id=row.guideline_id, data=data)


def close_spam(asker: Viewer, _actor: Viewer, row: SecondPerson) -> Verdict:
    """What was granted: the account of somebody who only sells is closed, and all that she signed goes out of sight."""
    member = accounts.member_by_id(row.member_id) if row.member_id is not None else None
    if member is None:
        return no(member_policy.ERASED, 410)
    with in_language(statements.language_of(None, member)):
        all_went = _("What you wrote under your name has been taken out of sight as well.")
    verdict = decide(
        actor=asker,
        member_id=member.id,
        decision="ban",
        guideline_id=row.data.get("guideline"),
        letter=f"{row.letter}\n\n{all_went}",
        note=row.reason,
        law=row.data.get("law", ""),
        second_id=row.id,
    )
    if verdict:
        closing = db.session.scalars(select(Decision).where(Decision.second_id == row.id)).one()
        closing.data = {spam_accounts.CLOSES: True}
        db.session.flush()
        spam_accounts.take_away(closing)
    return verdict


def _reopen(actor: Viewer, member_id: int, letter: str) -> Verdict:
    """Undo the closing of an account that wasn't only spam; what went with it comes back, and its member is told."""
    closing, member = spam_accounts.closing_of(member_id), db.session.get_one(Member, member_id)
    if closing is None:
        return no(member_policy.NOT_NOW, 409)
    if not (verdict := undoing.undo(actor, closing)):
        return verdict
    language = statements.language_of(None, member)
    with in_language(language):
        words = _(
            "Your account is open again. Closing it was our mistake, and we are sorry. "
            "What you wrote under your name comes back."
        )
    statements.post(
        Letter(
            decision_id=closing.id,
            member_id=member_id,
            language=language,
            text="\n\n".join(part for part in (words, letter) if part),
            sent_at=clock.now(),
        )
    )
    return Verdict(True, REOPENED)
