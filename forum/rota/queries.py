"""Reading the rota: who looks after the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Member, MemberRole
from forum.core import clock
from forum.core.db import db
from forum.rota.models import Duty, HandOver

MOST, NOTES = 100, 5  # duties of a page, notes handed over


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A moderator who looks after the desk now, and until when."""

    member_id: int
    name: str
    until: datetime


def on_duty() -> list[OnDuty]:
    """The moderators whose duty it is now, who ends last first; nobody who is no moderator any more or may not write.

    One query.
    """
    now = clock.now()
    may_work = (
        select(MemberRole.member_id)
        .where(MemberRole.member_id == Member.id, MemberRole.role.in_(("moderator", "admin")))
        .exists()
    )
    rows = db.session.execute(
        select(Member.id, Member.display_name, Duty.ends_at)
        .join(Duty, Duty.moderator_id == Member.id)
        .where(
            Duty.starts_at <= now,
            Duty.ends_at > now,
            Member.erased_at.is_(None),
            Member.restriction.is_(None),
            may_work,
        )
        .order_by(Duty.ends_at.desc(), Member.id)
    )
    found: dict[int, OnDuty] = {}
    for member_id, name, until in rows:
        found.setdefault(member_id, OnDuty(member_id, name, until))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class InRota:
    """One duty of the rota, now or to come."""

    id: int
    member_id: int
    name: str
    starts_at: datetime
    ends_at: datetime


def coming() -> list[InRota]:
    """The duties that haven't ended, in order. One query."""
    rows = db.session.execute(
        select(Duty.id, Duty.moderator_id, Member.display_name, Duty.starts_at, Duty.ends_at)
        .join(Member, Member.id == Duty.moderator_id)
        .where(Duty.ends_at > clock.now())
        .order_by(Duty.starts_at, Duty.id)
        .limit(MOST)
    )
    return [InRota(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Note:
    """A note handed over."""

    text: str
    name: str | None
    written_at: datetime


def notes(limit: int = NOTES) -> list[Note]:
    """The newest notes that moderators handed over. One query."""
    rows = db.session.execute(
        select(HandOver.text, Member.display_name, HandOver.written_at)
        .outerjoin(Member, Member.id == HandOver.moderator_id)
        .order_by(HandOver.id.desc())
        .limit(limit)
    )
    return [Note(*row) for row in rows]
