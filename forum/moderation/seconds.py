"""What takes two: one moderator asks, another answers. Here it is asked, counted and let lapse; `granting` answers it.

A second person is needed for a ban, a silence or a limit beyond a week, closing an account that is only spam, opening a
seal, and giving an account another mailbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ScalarSelect, func, select

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log
from forum.moderation.member_models import SecondPerson
from forum.moderation.policy import ALONE, can_work

OPEN_FOR = timedelta(days=7)
ASKED = _l("Another moderator is asked. Nothing happens until there is an answer.")
WAITS = _l("Somebody has asked for this already. It waits for a second person.")
NO_REASON = _l("Write why, in a sentence or two. The second person decides by it.")


def needed_for(decision: str, ends_at: datetime | None) -> str | None:
    """What a second person has to be asked for before a decision is carried out; None: one may decide it alone.

    ends_at: when a silence or a limit would end; None: only when somebody lifts it.
    """
    if decision == "ban":
        return "ban"
    if decision in ("silence", "limit") and (ends_at is None or ends_at > clock.now() + ALONE):
        return decision
    return None


def ask(
    *,
    actor: Viewer,
    second_for: str,
    reason: str,
    case_id: int | None = None,
    contribution_id: int | None = None,
    member_id: int | None = None,
    letter: str = "",
    data: dict[str, Any] | None = None,
) -> tuple[SecondPerson | None, Verdict]:
    """Ask another moderator for what takes two. The caller has judged that `actor` may want it.

    About a contribution (sealed or not) or a member, never both. `reason`: why, for the second person. `letter`: what
    the member will read. `data`: what it takes to carry it out, in ids, dates and words of the code.
    """
    must_be_writing()
    if not (verdict := can_work(actor)):
        return None, verdict
    if not reason.strip():
        return None, no(NO_REASON, 422)
    if _waiting(second_for, contribution_id, member_id) is not None:
        return None, no(WAITS, 409)
    row = SecondPerson(
        second_for=second_for,
        case_id=case_id,
        contribution_id=contribution_id,
        member_id=member_id,
        asked_by=actor.id,
        asked_at=clock.now(),
        reason=reason,
        letter=letter,
        data=data or {},
        expires_at=clock.now() + OPEN_FOR,
    )
    db.session.add(row)
    db.session.flush()
    about = ("contribution", contribution_id) if contribution_id is not None else ("member", member_id)
    log.append(
        actor, "ask_second", about[0], about[1] or 0, data={"second": row.id, "for": second_for, "case": case_id}
    )
    return row, YES


def _waiting(second_for: str, contribution_id: int | None, member_id: int | None) -> SecondPerson | None:
    same = select(SecondPerson).where(
        SecondPerson.second_for == second_for, SecondPerson.answered_at.is_(None), SecondPerson.expires_at > clock.now()
    )
    if contribution_id is not None:
        return db.session.scalar(same.where(SecondPerson.contribution_id == contribution_id).limit(1))
    return db.session.scalar(same.where(SecondPerson.member_id == member_id).limit(1))


def waiting_on(contribution_id: Any) -> tuple[ScalarSelect[str], ScalarSelect[datetime]]:
    """What waits for a second person about a contribution, and until when: as columns beside its id."""
    found = (
        SecondPerson.contribution_id == contribution_id,
        SecondPerson.answered_at.is_(None),
        SecondPerson.expires_at > clock.now(),
    )
    of_it = [
        select(column).where(*found).order_by(SecondPerson.id).limit(1).scalar_subquery()
        for column in (SecondPerson.second_for, SecondPerson.expires_at)
    ]
    return of_it[0], of_it[1]


def late() -> Sequence[SecondPerson]:
    """What nobody answered in time: it lapses, and nothing of it is carried out. Held until the end."""
    must_be_writing()
    waiting = (SecondPerson.answered_at.is_(None), SecondPerson.expires_at <= clock.now())
    return db.session.scalars(select(SecondPerson).where(*waiting).with_for_update()).all()


def answers_between(since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """How often what was answered how, from `since` until before `until`: {("ban", "override"): 1}. One query."""
    rows = db.session.execute(
        select(SecondPerson.second_for, SecondPerson.answer, func.count())
        .where(SecondPerson.answered_at >= since, SecondPerson.answered_at < until)
        .group_by(SecondPerson.second_for, SecondPerson.answer)
    )
    return {(second_for, answer or ""): count for second_for, answer, count in rows}
