"""Deciding a case: one verb, everything that follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import queries as contribution_queries
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import cases, letters, log, notices, policy, queries, reporting, sanctions, screening, unsent
from forum.moderation.models import Case, Decision, Letter, Report
from forum.moderation.queries import CaseFile
from forum.moderation.wording import DECIDED

CHANGED = _l("Something new came in while you were reading. Look again before you decide. Your letter is kept.")
TAKEN_BACK = _l("Its author took it back while you were reading. Nothing is left to decide.")


@dataclass(frozen=True, slots=True)
class _Act:
    decision: str
    guideline_id: int | None
    letter: str
    until: date | None
    is_over: bool


def decide(
    *,
    actor: Viewer,
    case_id: int,
    seen_version: int,
    decision: str,
    guideline_id: int | None,
    letter: str,
    note: str,
    until: date | None = None,
    is_over: bool = False,
) -> Verdict:
    """Decide a case as it stands now; refused when it is no longer what `actor` read (`seen_version`).

    guideline_id: a guideline in force, the reason; needed for what restricts. letter: the words to the author.
    note: for moderators. until: the day a silence ends. is_over: decide though another moderator looks at it.
    """
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    act = _Act(decision, guideline_id, letter, until if decision == "silence" else None, is_over)
    if not (verdict := _judge(actor, file, seen_version, act)):
        return verdict
    row = Decision(
        case_id=case_id,
        moderator_id=actor.id,
        decision=decision,
        guideline_id=guideline_id,
        note=note,
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    before = file.contribution.status
    _perform(actor, file, row, act)
    _write_letter(file, row, act)
    data: dict[str, Any] = {"case": case_id, "before": before, "after": file.contribution.status}
    if act.until is not None:
        data |= {"until": act.until.isoformat(), "override": act.until > clock.today() + policy.ALONE}
    log.append(actor, decision, "contribution", file.contribution.id, guideline_id=guideline_id, data=data)
    _settle(file, row)
    contributions.drop_draft(actor=actor, place=unsent.letter_place(case_id))
    return YES


def _judge(actor: Viewer, file: CaseFile, seen_version: int, act: _Act) -> Verdict:
    if not (verdict := policy.can_judge(actor, file.matter)):
        return verdict
    if file.case.version != seen_version:
        return no(_overtaken(file.case), 409)
    if not (verdict := policy.can_decide(actor, file.matter, act.decision, is_over=act.is_over)):
        return verdict
    if act.decision == "silence" and not (verdict := policy.can_silence_until(actor, act.until, clock.today())):
        return verdict
    if act.decision in policy.NEED_GUIDELINE and act.guideline_id is None:
        return no(policy.NO_GUIDELINE, 422)
    if act.guideline_id is not None and _rule(file, act) is None:
        return no(policy.OLD_GUIDELINE, 422)
    if act.decision in policy.NEED_LETTER and not act.letter:
        return no(policy.NO_LETTER, 422)
    return YES


def _overtaken(case: Case) -> Any:
    if case.closed_at is None:
        return CHANGED
    last = db.session.execute(
        select(Decision.decision, Member.display_name)
        .outerjoin(Member, Member.id == Decision.moderator_id)
        .where(Decision.case_id == case.id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return TAKEN_BACK
    return _l(
        "Somebody decided this while you were reading: %(decision)s, by %(name)s. Your letter is kept, not sent.",
        decision=DECIDED[last[0]],
        name=last[1] or "–",
    )


def _perform(actor: Viewer, file: CaseFile, row: Decision, act: _Act) -> None:
    contribution, is_edit = file.contribution, file.matter.has_waiting_edit
    match row.decision:
        case "approve":
            contributions.publish(contribution, file.edit)
            _raise_standing(file.behind.writer_id)
        case "ask_for_changes" if not is_edit:
            contributions.ask_for_changes(contribution)
        case "decline" if not is_edit:
            contributions.decline(contribution)
        case "hide":
            contributions.hide(contribution)
        case "restore":
            contributions.restore(contribution)
        case "silence":
            assert act.until is not None  # judged
            sanctions.silence(contribution, file.behind, row, act.until)
        case "lift":
            sanctions.lift(actor, file.behind.writer_id)


def _raise_standing(writer_id: int | None) -> None:
    # Not in the log: beside the approval of a sealed contribution it would name the member.
    member = db.session.get(Member, writer_id) if writer_id else None
    if member is not None and member.standing == "new":
        db.session.flush()
        if contribution_queries.approved_count(member.id) >= screening.approvals_needed():
            member.standing = "established"


def _rule(file: CaseFile, act: _Act) -> notices.Rule | None:
    rules = notices.guidelines_in(queries.letter_language(file.contribution))
    return next((rule for rule in rules if rule.id == act.guideline_id), None)


def _write_letter(file: CaseFile, row: Decision, act: _Act) -> None:
    if act.decision in policy.SENDS_NOTHING:
        return
    language, rule = queries.letter_language(file.contribution), _rule(file, act)
    text = letters.text_of(
        act.decision,
        act.letter,
        language=language,
        is_edit=file.matter.has_waiting_edit,
        guideline=rule.name if rule else "",
        until=act.until,
    )
    letter = Letter(
        decision_id=row.id, contribution_id=file.contribution.id, language=language, text=text, sent_at=row.made_at
    )
    db.session.add(letter)
    db.session.flush()
    enqueue("moderation.mail_letter", {"letter_id": letter.id}, dedupe_key=f"letter:{letter.id}")


def _settle(file: CaseFile, row: Decision) -> None:
    if row.decision in policy.ABOUT_MEMBER:
        cases.touch(file.case)
        return
    # Who reported what was taken back meanwhile reads that on her receipt.
    is_there = file.contribution.status != "withdrawn"
    if is_there:
        reporting.answer(file.case, row)
    if file.matter.is_open and file.contribution.status == "pending":
        cases.wait_on(file.case, "review" if file.matter.can_publish else "import")
    elif file.matter.is_open:
        cases.close(file.case)
    else:
        cases.touch(file.case)
    if row.decision == "restore" and cases.waiting_edit(file.contribution) is not None:
        cases.open_or_join(file.contribution, "review")
