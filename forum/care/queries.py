"""Reading cards, through her seals too, and the versions of the words that moderators may change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.care.models import CareCard
from forum.contributions.queries import sealed_by
from forum.core import wordings
from forum.core.db import db
from forum.core.wordings import Wording


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on cards for those shown to `viewer`. Only her own pages and the count of days may use it."""
    return or_(CareCard.member_id == viewer.id, CareCard.contribution_id.in_(sealed_by(viewer)))


def last_shown(viewer: Viewer) -> datetime | None:
    """When a card was last shown to `viewer`, wherever she wrote."""
    return db.session.scalar(select(func.max(CareCard.shown_at)).where(shown_to(viewer)))


def open_cards(viewer: Viewer) -> list[CareCard]:
    """The cards shown to `viewer` that she has not put away."""
    return list(db.session.scalars(select(CareCard).where(shown_to(viewer), CareCard.closed_at.is_(None))))


def versions_of(key: str, language: str) -> Sequence[tuple[Wording, str | None]]:
    """The versions of a text in a language, newest first, each with the name of who wrote it. Two queries."""
    rows = wordings.history(key, language)
    makers = select(Member.id, Member.display_name).where(Member.id.in_({row.made_by for row in rows}))
    names = {row.id: row.display_name for row in db.session.execute(makers)}
    return [(row, names.get(row.made_by or 0)) for row in rows]
