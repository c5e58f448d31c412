"""Answering what takes two: another moderator grants it, and it is carried out at once, or refuses it.

What can't be done any more when it is granted lapses, and the sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts import queries as accounts
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import decisions, log, second_notice, second_queries, seconds
from forum.moderation import second_policy as policy
from forum.moderation.member_models import SecondPerson
from forum.moderation.member_sanctions import close_spam, decide
from forum.moderation.models import Case
from forum.moderation.recovering import begin_granted
from forum.moderation.seals import open_granted

GONE = _l("What this was about is no longer there, so nothing happened.")
ASKER_GONE = _l("Whoever asked for this is no longer a moderator, so nothing happened. Ask for it yourself.")


def answer(*, actor: Viewer, second_id: int, answer: str, words: str) -> Verdict:
    """Answer what another moderator asked: granted, refused; alone: override; or take back what `actor` asked.

    Granted, it is carried out in this transaction. Two who answer at once: the second hears what the first said.
    """
    must_be_writing()
    row = db.session.scalar(
        select(SecondPerson).where(SecondPerson.id == second_id).with_for_update().execution_options(
            populate_existing=True
        )
    )  # fmt: skip
    if row is None:
        return no("", 404)
    wish = second_queries.wish_of(actor, row)
    if not wish.concerns_viewer and row.answered_at is not None:
        return no(second_queries.answered_already(row), 409)
    if not (verdict := policy.can_answer(actor, wish, answer, words)):
        return verdict
    if answer in ("granted", "override") and not (verdict := _carry_out(actor, row)):
        _close(actor, row, "lapsed", words)
        return no(verdict.reason, verdict.status if verdict.status in (409, 410) else 409)
    _close(actor, row, "lapsed" if answer == "taken_back" else answer, words)
    about = ("contribution", row.contribution_id) if row.contribution_id else ("member", row.member_id)
    data = {"second": row.id, "for": row.second_for, "case": row.case_id, "override": answer == "override"}
    log.append(actor, f"second_{answer}", about[0], about[1] or 0, data=data)
    return YES


def lapse() -> None:
    """What nobody answered in time has lapsed; whoever asked is told."""
    for row in seconds.late():
        row.answer, row.answered_at = "lapsed", row.expires_at
        db.session.flush()
        second_notice.tell_asker(row)


def _close(actor: Viewer, row: SecondPerson, answer: str, words: str) -> None:
    row.answer, row.answer_words = answer, words
    row.answered_by, row.answered_at = actor.id, clock.now()
    db.session.flush()
    second_notice.tell_asker(row)


def _carry_out(actor: Viewer, row: SecondPerson) -> Verdict:
    member = accounts.member_by_id(row.asked_by) if row.asked_by is not None else None
    asker = accounts.viewer_of(member) if member is not None else None
    if asker is None or not asker.is_moderator or asker.active_restriction:
        return no(ASKER_GONE, 409)
    return DEEDS[row.second_for](asker, actor, row)


def _restrict(asker: Viewer, _actor: Viewer, row: SecondPerson) -> Verdict:
    """Ban, silence or limit, as the asker would have decided it alone."""
    until = date.fromisoformat(row.data["until"]) if row.data.get("until") else None
    act: dict[str, Any] = {
        "actor": asker, "decision": row.second_for, "guideline_id": row.data.get("guideline"), "letter": row.letter,
        "note": row.reason, "until": until, "is_lasting": until is None, "law": row.data.get("law", ""),
        "second_id": row.id,
    }  # fmt: skip
    if row.member_id is not None:
        return decide(member_id=row.member_id, **act)
    case = db.session.get(Case, row.case_id) if row.case_id is not None else None
    if case is None:
        return no(GONE, 410)
    return decisions.decide(case_id=case.id, seen_version=case.version, is_over=True, **act)


DEEDS: dict[str, Callable[[Viewer, Viewer, SecondPerson], Verdict]] = {
    "ban": _restrict,
    "silence": _restrict,
    "limit": _restrict,
    "close_spam": close_spam,
    "open_seal": open_granted,
    "recover_mailbox": begin_granted,
}
