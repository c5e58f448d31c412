"""Silencing a member until a day, and lifting it. Only here is `members.restriction` written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, or_, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation.authors import Behind
from forum.moderation.member_models import Sanction
from forum.moderation.models import Decision


def of_member(member_id: int) -> ColumnElement[bool]:
    """The criterion on `sanctions` for a member's, also through her seals. For counting and lifting, never shown."""
    sealed = select(Seal.contribution_id).where(Seal.member_id == member_id)
    return or_(Sanction.member_id == member_id, Sanction.contribution_id.in_(sealed))


def silence(contribution: Contribution, behind: Behind, row: Decision, until: date) -> None:
    """Let the writer of a contribution read but not write until a day begins (UTC). The newest silence holds.

    For a sealed contribution the sanction names the contribution only.
    """
    must_be_writing()
    member = _member(behind.writer_id)
    _end_present(member.id, None)
    ends_at = datetime.combine(until, time(), UTC)
    db.session.add(
        Sanction(
            member_id=None if behind.is_sealed else member.id,
            contribution_id=contribution.id if behind.is_sealed else None,
            sanction="silence",
            decision_id=row.id,
            starts_at=row.made_at,
            ends_at=ends_at,
        )
    )
    member.restriction, member.restricted_until = "silenced", ends_at
    db.session.flush()


def lift(actor: Viewer, writer_id: int | None) -> None:
    """Let a silenced member write again, now."""
    must_be_writing()
    member = _member(writer_id)
    _end_present(member.id, actor.id)
    member.restriction, member.restricted_until = None, None
    db.session.flush()


def _member(key: int | None) -> Member:
    return db.session.get_one(Member, key, with_for_update=True)


def _end_present(member_id: int, by: int | None) -> None:
    now = clock.now()
    for sanction in db.session.scalars(
        select(Sanction).where(
            of_member(member_id),
            Sanction.sanction == "silence",
            Sanction.lifted_at.is_(None),
            or_(Sanction.ends_at.is_(None), Sanction.ends_at > now),
        )
    ):
        sanction.lifted_at, sanction.lifted_by = now, by
