"""Who else could act: the moderators who are there besides one, without a word on who wrote what bears no name.

Of what is sealed any of them may be its author. A rule that looked through the seal would tell, by saying yes or no,
that it was her; so where it asks whether anybody else could judge it, one of them is always taken to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from forum.accounts.models import Member, MemberRole
from forum.core import clock
from forum.core.db import db
from forum.moderation.authors import Behind

PATIENCE = timedelta(hours=24)  # the one who is left may be its author; unanswered for so long, she may well be


def able() -> set[int]:
    """Every moderator and administrator who may come to the desk now. One query."""
    is_free = or_(Member.restriction.is_(None), Member.restricted_until <= clock.now())
    query = (
        select(Member.id)
        .join(MemberRole, MemberRole.member_id == Member.id)
        .where(MemberRole.role.in_(("moderator", "admin")), Member.erased_at.is_(None), is_free)
    )
    return set(db.session.scalars(query))


def who_could(behind: Behind, but: Iterable[int | None]) -> int:
    """How many besides `but` could certainly judge what `behind` is behind."""
    left = able() - set(but) - {behind.worker_id}
    if behind.is_signed:
        return len(left - {behind.owner_id})
    return max(0, len(left) - 1) if behind.owner_id is not None else len(left)


def is_alone(left: set[int], *, is_sealed: bool, since: datetime, patience: timedelta = PATIENCE) -> bool:
    """Whether nobody of those who are `left` could answer what was asked at `since`. Of what is sealed the only one
    left may be its author: she is waited for, whoever she is."""
    if is_sealed and len(left) == 1:
        return since <= clock.now() - patience
    return not left
