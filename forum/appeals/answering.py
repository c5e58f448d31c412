"""What follows from an appeal that was heard: the decision is undone or decided anew, and everybody concerned hears."""

from __future__ import annotations

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.appeals.hearing import File
from forum.appeals.wording import CLOSING_UPHELD, OPENINGS
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.moderation import actions as moderation
from forum.moderation import cases, statements, undoing
from forum.moderation.models import Letter, Report


def carry_out(actor: Viewer | None, file: File, outcome: str) -> int | None:
    """Do what an outcome says and let all concerned be told; the id of the case where something is left to decide."""
    must_be_writing()
    decision, left = file.decision, None
    if outcome == "partly":
        left = _open_again(actor, file)
    elif outcome == "overturned" and file.appeal.appellant == "reporter":
        left = _open_again(actor, file)
        decision.overturned_at = clock.now()
    elif outcome == "overturned":
        is_undone = bool(undoing.undo(actor, decision)) or decision.ended_at is not None
        decision.overturned_at = clock.now()
        db.session.flush()
        left = None if is_undone else _open_again(actor, file)
        if is_undone:
            _tell_reporters(file)
    if file.appeal.appellant == "author":
        _write(file, outcome)
    else:
        enqueue("appeals.mail_reporter", {"appeal_id": file.appeal.id}, dedupe_key=f"appeal-heard:{file.appeal.id}")
    db.session.flush()
    return left


def _open_again(actor: Viewer | None, file: File) -> int | None:
    """The case of what is to be decided anew, with the reports that the decision had answered; the hearer has it."""
    if file.contribution is not None and file.contribution.status == "erased":
        return None
    if file.contribution is not None:
        case = cases.open_or_join(file.contribution, "report")
    else:
        assert file.case.member_id is not None
        case = cases.open_or_join_about(file.case.member_id, "report")
    for report in db.session.scalars(select(Report).where(Report.decision_id == file.decision.id)):
        report.decision_id, report.case_id = None, case.id
    if actor is not None:
        case.claimed_by, case.claimed_until = actor.id, clock.now() + moderation.LEASE
    db.session.flush()
    return case.id


def _tell_reporters(file: File) -> None:
    """Who reported it hears that what was decided then is taken back."""
    told = select(Report.id).where(Report.decision_id == file.decision.id)
    for key in db.session.scalars(told).all():
        enqueue("appeals.mail_changed", {"report_id": key}, dedupe_key=f"appeal-changed:{key}:{file.decision.id}")


def _write(file: File, outcome: str) -> None:
    """The answer to whom it restricts: a letter among her letters, in the language she wrote in."""
    first = db.session.scalar(select(Letter).where(Letter.decision_id == file.decision.id).order_by(Letter.id).limit(1))
    language = file.appeal.language
    with in_language(language):
        last = [str(CLOSING_UPHELD)] if outcome == "upheld" else []
        text = "\n\n".join([str(OPENINGS[outcome]), file.appeal.answer, *last])
    statements.post(
        Letter(
            decision_id=file.decision.id,
            contribution_id=first.contribution_id if first is not None else file.case.contribution_id,
            member_id=first.member_id if first is not None else None,
            language=language,
            text=text,
            particulars={"appeal": outcome},
            sent_at=clock.now(),
        )
    )
