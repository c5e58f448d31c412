"""Deciding a case: one verb, everything that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.core import clock
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import (
    acts,
    cases,
    log,
    notices,
    policy,
    queries,
    redacting,
    reporting,
    sanctions,
    seconds,
    statements,
    undoing,
    unsent,
)
from forum.moderation.models import Case, Decision
from forum.moderation.queries import CaseFile
from forum.moderation.wording import DECIDED

PRESSED_TWICE = timedelta(seconds=20)
CHANGED = _l("Something new came in while you were reading. Look again before you decide. Your letter is kept.")
TAKEN_BACK = _l("Its author took it back while you were reading. Nothing is left to decide.")


@dataclass(frozen=True, slots=True)
class _Act:
    decision: str
    guideline_id: int | None
    letter: str
    until: date | None
    is_lasting: bool
    is_over: bool
    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False
    law: str = ""


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
    is_lasting: bool = False,
    is_over: bool = False,
    second_id: int | None = None,
    fields: Mapping[str, Any] | None = None,
    stays: bool = False,
    law: str = "",
) -> Verdict:
    """Decide a case as it stands now; refused when it is no longer what `actor` read (`seen_version`).

    guideline_id: a guideline in force, the reason; needed for what restricts. letter: the words to the author.
    note: for moderators. until: the day a restriction ends; is_lasting: it ends when somebody lifts it. is_over: decide
    though another moderator looks at it. second_id: what a second person granted; without it, what takes two is asked
    for and waits, and the verdict says so. fields: what the act itself asks for (`act_forms`). stays: leave the case
    open, there is more to decide. law: where it rests on a law rather than a guideline.
    """
    must_be_writing()
    file = queries.file_of(actor, case_id, lock=True)
    if file is None:
        return no(policy.NOT_FOR_THIS, 404)
    ends_on = until if decision in policy.RESTRICT and not is_lasting else None
    act = _Act(decision, guideline_id, letter, ends_on, is_lasting, is_over, note, fields or {}, stays, law)
    if file.case.version != seen_version and _is_pressed_twice(actor, file.case, decision):
        return YES  # what she asked for is done
    if not (verdict := _judge(actor, file, seen_version, act)):
        return verdict
    if second_id is None and seconds.needed_for(decision, sanctions.end_of(ends_on)):
        return _ask_second(actor, file, act)
    _carry_out(actor, file, act, second_id)
    contributions.drop_draft(actor=actor, place=unsent.letter_place(case_id))
    return YES


def _carry_out(actor: Viewer, file: CaseFile, act: _Act, second_id: int | None) -> None:
    """The decision's row, what it does, its letter, its line in the log, and what becomes of the case."""
    contribution, before = file.contribution, file.contribution.status
    row = Decision(
        case_id=file.case.id, moderator_id=actor.id, decision=act.decision, guideline_id=act.guideline_id, law=act.law,
        note=act.note, until=sanctions.end_of(act.until), second_id=second_id, made_at=clock.now(),
    )  # fmt: skip
    asked = _asked(actor, file, act, row)
    if act.decision == "redact":  # what goes stands in no letter and no note about it either
        act = replace(act, letter=redacting.words_without(asked, act.letter))
        row.note = redacting.words_without(asked, act.note)
    db.session.add(row)
    db.session.flush()
    could_read = contribution.audience
    row.data = _the_act(file, act).perform(asked)
    db.session.flush()
    if could_read == "everyone" != contribution.audience:
        row.data = {**row.data, "narrows": True}
    if row.until is not None and act.decision in policy.PLACE:
        undoing.end_later(row)
    _write_letter(file, row, act)
    data: dict[str, Any] = {"case": file.case.id, "before": before, "after": contribution.status, "decision": row.id}
    if row.until is not None:
        data |= {"until": (act.until or row.until.date()).isoformat()}
    if second_id is not None:
        data |= {"second": second_id}
    data |= {name: row.data[name] for name in ("commitment",) if name in row.data}
    log.append(actor, act.decision, "contribution", contribution.id, guideline_id=act.guideline_id, data=data)
    _settle(file, row, stays=act.stays)


def _asked(actor: Viewer, file: CaseFile, act: _Act, row: Decision | None = None) -> Asked:
    return Asked(actor, file.contribution, act.fields, sanctions.end_of(act.until), row)


def _the_act(file: CaseFile, act: _Act) -> Act:
    return acts.acts_on(file.contribution)[act.decision]


def _ask_second(actor: Viewer, file: CaseFile, act: _Act) -> Verdict:
    """What takes two waits for another moderator. It hangs on the contribution, so that no row names a sealed one's."""
    row, verdict = seconds.ask(
        actor=actor,
        second_for=act.decision,
        reason=act.note or act.letter,
        case_id=file.case.id,
        contribution_id=file.contribution.id,
        letter=act.letter,
        data={
            "guideline": act.guideline_id, "law": act.law, "until": act.until.isoformat() if act.until else None,
        },
    )  # fmt: skip
    if row is None:
        return verdict
    cases.touch(file.case)
    contributions.drop_draft(actor=actor, place=unsent.letter_place(file.case.id))
    return Verdict(True, seconds.ASKED)


def _judge(actor: Viewer, file: CaseFile, seen_version: int, act: _Act) -> Verdict:
    if not (verdict := policy.can_judge(actor, file.matter)):
        return verdict
    if file.case.version != seen_version:
        return no(overtaken(file.case), 409)
    if not (verdict := policy.can_decide(actor, file.matter, act.decision, is_over=act.is_over)):
        return verdict
    if not (verdict := policy.can_restrict_until(act.decision, act.until, clock.today(), is_lasting=act.is_lasting)):
        return verdict
    the_act, asked = _the_act(file, act), _asked(actor, file, act)
    restricts = act.decision in policy.NEED_GUIDELINE or the_act.restricts(asked)
    if restricts and act.guideline_id is None and not act.law:
        return no(policy.NO_GUIDELINE, 422)
    if act.guideline_id is not None and _rule(file, act) is None:
        return no(policy.OLD_GUIDELINE, 422)
    if act.decision in policy.NEED_LETTER and not act.letter:
        return no(policy.NO_LETTER, 422)
    return the_act.judge(asked)


def _is_pressed_twice(actor: Viewer, case: Case, decision: str) -> bool:
    """Whether `actor` herself has just closed the case so: a button pressed twice sends its form twice."""
    if case.closed_at is None or case.closed_at < clock.now() - PRESSED_TWICE:
        return False
    last = db.session.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1))
    return last is not None and (last.moderator_id, last.decision) == (actor.id, decision)


def overtaken(case: Case) -> Any:
    """What has become of a case while somebody read it: decided, by whom, or changed."""
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


def _rule(file: CaseFile, act: _Act) -> notices.Rule | None:
    rules = notices.guidelines_in(queries.letter_language(file.contribution))
    return next((rule for rule in rules if rule.id == act.guideline_id), None)


def _write_letter(file: CaseFile, row: Decision, act: _Act) -> None:
    if act.decision not in policy.SENDS_NOTHING and file.matter.has_author:
        is_edit = file.matter.has_waiting_edit
        statements.send(row, contribution=file.contribution, words=act.letter, is_edit=is_edit)


def _settle(file: CaseFile, row: Decision, *, stays: bool = False) -> None:
    if row.decision in policy.ABOUT_MEMBER or stays:
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
