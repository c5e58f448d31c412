"""Whoever asked for a second person is told what became of it: agreed, refused, lapsed. Nothing of what she knows no
more of: a case that she passed on, or what turned out to be about her."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import not_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import policy, second_queries
from forum.moderation.member_models import SecondPerson
from forum.moderation.wording import SECOND_FOR
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told
from forum.notifications.queries import Recipient

ABOUT = "second"  # the first word of the keys of what is told of it
_Answerer = aliased(Member)


def tell_asker(row: SecondPerson) -> None:
    """Tell whoever asked that there is an answer; not where she gave it herself."""
    must_be_writing()
    if row.asked_by is not None and row.asked_by != row.answered_by:
        notifications.notify(Recipient(member_id=row.asked_by), "review", key=f"{ABOUT}:{row.id}")


def _tell(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    """What each says, as far as it is still hers to know. One query."""
    if not policy.can_work(viewer):
        return {}
    keys = {int(row.key.partition(":")[2]): row.id for row in rows}
    hers = (
        select(SecondPerson, _Answerer.display_name)
        .outerjoin(_Answerer, _Answerer.id == SecondPerson.answered_by)
        .where(
            SecondPerson.id.in_(keys), SecondPerson.asked_by == viewer.id, SecondPerson.answered_at.is_not(None),
            not_(second_queries.concerning(viewer)),
        )
    )  # fmt: skip
    address = f"/{language}/moderation/seconds#answered"
    return {keys[row.id]: Told(str(_line(row, name)), address) for row, name in db.session.execute(hers)}


def _line(row: SecondPerson, name: str | None) -> Any:
    who, what = name or "–", str(SECOND_FOR[row.second_for])
    match row.answer:
        case "granted" | "override":
            return _("%(name)s agreed to what you asked for. It is done. (%(what)s)", name=who, what=what)
        case "refused":
            return _("%(name)s didn’t agree to what you asked for. Nothing happened. (%(what)s)", name=who, what=what)
    if row.answered_by is not None:
        return _("What you asked for couldn’t be done any more. Nothing happened. (%(what)s)", what=what)
    return _("Nobody answered what you asked for in time. Nothing happened. (%(what)s)", what=what)


SECOND_NOTICE = Notice(
    kind="review",
    label=_l("Another moderator answers what you asked for"),
    subject=_l("An answer to what you asked for"),
    tell=_tell,
    about=ABOUT,
)
