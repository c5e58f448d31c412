"""What a member was told and chose, for her own export; and forgetting it when she leaves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.notifications import queries
from forum.notifications.models import Digest, MailChoice, Notification, NotificationChoice


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member was told, through her seals too, and how she hears of it."""
    rows = db.session.scalars(select(Notification).where(queries.to_member(member_id)).order_by(Notification.id))
    told = [
        {
            "told": row.kind, "contribution": row.contribution_id, "count": row.count,
            "at": row.made_at.isoformat(), "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in rows
    ]  # fmt: skip
    ways = queries.all_ways_of(Viewer(id=member_id))
    chosen = [{"hears_of": kind, "in_list": way.is_listed, "mail": way.mail} for kind, way in ways.items()]
    choice = db.session.get(MailChoice, member_id)
    if choice is None:
        return [*told, *chosen]
    mail = {
        "discreet_mail": choice.is_discreet, "time_zone": choice.time_zone, "quiet_from": choice.quiet_from,
        "quiet_until": choice.quiet_until, "mails_that_came_back": choice.bounces,
    }  # fmt: skip
    return [*told, *chosen, mail]


def erase_for(member_id: int) -> None:
    """Forget what a member who leaves was told, and what she chose."""
    must_be_writing()
    told = delete(Notification).where(queries.to_member(member_id))
    db.session.execute(told, execution_options={"synchronize_session": False})
    for model in (Digest, NotificationChoice, MailChoice):
        forget = delete(model).where(model.member_id == member_id)
        db.session.execute(forget, execution_options={"synchronize_session": False})
