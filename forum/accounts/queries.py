"""Reading members and their sessions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member, MemberSession
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.tokens import digest


def viewer_of(member: Member, session_id: int | None = None) -> Viewer:
    """The viewer that a member is."""
    return Viewer(
        id=member.id,
        display_name=member.display_name,
        language=member.language,
        roles=frozenset(role.role for role in member.roles),
        standing=member.standing,
        restriction=member.restriction,
        restricted_until=member.restricted_until,
        session_id=session_id,
    )


def viewer_by_token(token: str) -> Viewer | None:
    """The viewer whose session a cookie's token opens, or None when it is unknown or over. One query."""
    row = (
        db.session.execute(
            select(MemberSession.id, Member)
            .join(Member, Member.id == MemberSession.member_id)
            .where(
                MemberSession.token_hash == digest(token),
                MemberSession.expires_at > clock.now(),
                Member.erased_at.is_(None),
            )
            .options(joinedload(Member.roles))
        )
        .unique()
        .one_or_none()
    )
    return viewer_of(row[1], row[0]) if row else None
