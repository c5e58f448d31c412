"""Reading notifications: whom they are for, how she wants to hear of them, what is unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Select, column, func, or_, select, table, union_all

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.settings import the_settings
from forum.notifications.choices import MAIL, Way
from forum.notifications.hours import Clock
from forum.notifications.models import MailChoice, Notification, NotificationChoice

# The seals stand a floor above; by them alone a notification about something sealed finds its recipient.
_SEALS = table("seals", column("contribution_id", Integer), column("member_id", Integer))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom something is told: a member, or whoever the seal of a contribution names. Exactly one of the two."""

    member_id: int | None = None
    sealed_id: int | None = None

    def __post_init__(self) -> None:
        if (self.member_id is None) == (self.sealed_id is None):
            raise ValueError("A recipient is a member or a sealed contribution.")


def members_behind(recipients: Iterable[Recipient]) -> dict[Recipient, int]:
    """The member of each recipient who has an account still. At most two queries; for telling and sending only."""
    asked = set(recipients)
    signed = {one.member_id for one in asked if one.member_id is not None}
    sealed = {one.sealed_id for one in asked if one.sealed_id is not None}
    found: dict[Recipient, int] = {}
    if signed:
        rows = db.session.scalars(select(Member.id).where(Member.id.in_(signed), Member.erased_at.is_(None)))
        found |= {Recipient(member_id=key): key for key in rows}
    if sealed:
        behind = (
            select(_SEALS.c.contribution_id, Member.id)
            .join(Member, Member.id == _SEALS.c.member_id)
            .where(_SEALS.c.contribution_id.in_(sealed), Member.erased_at.is_(None))
        )
        found |= {Recipient(sealed_id=contribution): member for contribution, member in db.session.execute(behind)}
    return found


def member_of(notification: Notification) -> int | None:
    """The member a notification is for, through a seal too; None when there is nobody any more."""
    recipient = Recipient(notification.member_id, notification.sealed_id)
    return members_behind([recipient]).get(recipient)


def clock_of(choice: MailChoice | None) -> Clock:
    """A member's clock; the site's where she chose none."""
    if choice is None:
        return Clock(the_settings().time_zone)
    return Clock(choice.time_zone or the_settings().time_zone, choice.quiet_from, choice.quiet_until)


def ways_of(member_ids: Collection[int], kind: str) -> dict[int, Way]:
    """How each member hears of a kind. Two queries, however many they are."""
    chosen = {
        row.member_id: row
        for row in db.session.scalars(
            select(NotificationChoice).where(
                NotificationChoice.member_id.in_(member_ids), NotificationChoice.kind == kind
            )
        )
    }
    mails = {
        row.member_id: row for row in db.session.scalars(select(MailChoice).where(MailChoice.member_id.in_(member_ids)))
    }
    found: dict[int, Way] = {}
    for key in member_ids:
        row = chosen.get(key)
        is_listed, mail = (row.is_listed, row.mail) if row is not None else (True, MAIL[kind])
        found[key] = Way(is_listed, mail, clock_of(mails.get(key)))
    return found


def sealed_of(member_id: int) -> Select[int]:
    """The ids of what a member wrote without her name: for her own list alone."""
    return select(_SEALS.c.contribution_id).where(_SEALS.c.member_id == member_id)


def for_recipient(recipient: Recipient) -> ColumnElement[bool]:
    """The criterion on `notifications` for those of one recipient."""
    if recipient.member_id is not None:
        return Notification.member_id == recipient.member_id
    return Notification.sealed_id == recipient.sealed_id


def to_member(member_id: int) -> ColumnElement[bool]:
    """The criterion on `notifications` for all of one member's, through her seals too."""
    return or_(Notification.member_id == member_id, Notification.sealed_id.in_(sealed_of(member_id)))


def is_listed_for(member_id: int) -> ColumnElement[bool]:
    """The criterion on `notifications` for kinds that a member has in her list."""
    hidden = select(NotificationChoice.kind).where(
        NotificationChoice.member_id == member_id, NotificationChoice.is_listed.is_(False)
    )
    return Notification.kind.not_in(hidden)


MANY = 100


def unread_count(viewer: Viewer) -> int:
    """How many notifications of `viewer` she hasn't read; counted up to 100. One query, by the index of unread ones."""
    if viewer.id is None:
        return 0
    kept = (Notification.read_at.is_(None), is_listed_for(viewer.id))
    signed = select(Notification.id).where(Notification.member_id == viewer.id, *kept).limit(MANY).subquery()
    sealed = select(Notification.id).where(Notification.sealed_id.in_(sealed_of(viewer.id)), *kept).limit(MANY)
    both = union_all(select(signed.c.id), select(sealed.subquery().c.id)).subquery()
    return min(db.session.scalar(select(func.count()).select_from(both)) or 0, MANY)
