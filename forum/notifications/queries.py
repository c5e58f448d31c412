"""Reading notifications: whom they are for, how she wants to hear of them, what is unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, column, func, literal, or_, select, table, tuple_, union_all

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core.db import Moment, db
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
        there = select(Member.id).where(Member.id.in_(signed), Member.erased_at.is_(None)).order_by(Member.id)
        found |= {Recipient(member_id=key): key for key in db.session.scalars(there)}
    if sealed:
        behind = (
            select(_SEALS.c.contribution_id, Member.id)
            .join(Member, Member.id == _SEALS.c.member_id)
            .where(_SEALS.c.contribution_id.in_(sealed), Member.erased_at.is_(None))
            .order_by(_SEALS.c.contribution_id)
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


def sealed_of(member_id: Any) -> Select[int]:
    """The ids of what a member wrote without her name: for her own list alone."""
    return select(_SEALS.c.contribution_id).where(_SEALS.c.member_id == member_id).correlate(Member)


def is_gathered(member_id: int, mail: str, due: datetime, *, but: int) -> bool:
    """Whether something else of a member's waits for the digest of that moment, so that its job is there already."""
    found = select(Notification.id).where(
        Notification.member_id == member_id,
        Notification.read_at.is_(None),
        Notification.mail == mail,
        Notification.due_at == due,
        Notification.mailed_at.is_(None),
        Notification.digest_id.is_(None),
        Notification.id != but,
    )
    return db.session.scalar(found.limit(1)) is not None


def for_recipient(recipient: Recipient) -> ColumnElement[bool]:
    """The criterion on `notifications` for those of one recipient."""
    if recipient.member_id is not None:
        return Notification.member_id == recipient.member_id
    return Notification.sealed_id == recipient.sealed_id


def to_member(member_id: int) -> ColumnElement[bool]:
    """The criterion on `notifications` for all of one member's, through her seals too."""
    return or_(Notification.member_id == member_id, Notification.sealed_id.in_(sealed_of(member_id)))


def is_listed_for(member_id: Any) -> ColumnElement[bool]:
    """The criterion on `notifications` for kinds that a member has in her list."""
    hidden = select(NotificationChoice.kind).where(
        NotificationChoice.member_id == member_id, NotificationChoice.is_listed.is_(False)
    )
    return Notification.kind.not_in(hidden.correlate(Member))


MANY = 100


def unread_of(member_id: Any) -> ColumnElement[int]:
    """How many notifications a member hasn't read, as a column, by the index of unread ones. `member_id`: her id, or a
    column of `members` in the statement around it."""
    kept = (Notification.read_at.is_(None), is_listed_for(member_id))
    hers = (Notification.member_id == member_id, Notification.sealed_id.in_(sealed_of(member_id)))
    return _some(hers[0], *kept) + _some(hers[1], *kept)


def _some(*criteria: ColumnElement[bool]) -> ColumnElement[int]:
    some = select(Notification.id).where(*criteria).limit(MANY).correlate(Member).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def unread_count(viewer: Viewer) -> int:
    """How many notifications of `viewer` she hasn't read; counted up to 100. No query where that was read with her
    session, else one."""
    if viewer.id is None:
        return 0
    found = viewer.unread if viewer.unread is not None else db.session.scalar(select(unread_of(viewer.id)))
    return min(found or 0, MANY)


PAGE = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a member's notifications: unread ones first, the newest first in each part; and where it goes on."""

    unread: Sequence[Notification]
    read: Sequence[Notification]
    next_before: int | None


def list_of(viewer: Viewer, before: int | None = None) -> Listed:
    """The notifications of `viewer`, from below the one with the id `before`. One query, two on a further page."""
    assert viewer.id is not None
    last = _place_of(viewer.id, before) if before is not None else None
    is_unread = Notification.read_at.is_(None)
    parts: list[Select[int]] = []
    if last is None or last.read_at is None:
        parts += _parts(viewer.id, is_unread, last)
        last = None
    parts += _parts(viewer.id, ~is_unread, last)
    # Each part by its own index, then all together.
    found = union_all(*(select(part.subquery().c.id) for part in parts))
    order = (Notification.read_at.is_not(None), Notification.changed_at.desc(), Notification.id.desc())
    rows = db.session.scalars(
        select(Notification).where(Notification.id.in_(found)).order_by(*order).limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    return Listed(
        [row for row in shown if row.read_at is None],
        [row for row in shown if row.read_at is not None],
        shown[-1].id if len(rows) > PAGE else None,
    )


def _place_of(member_id: int, notification_id: int) -> Notification | None:
    return db.session.scalar(select(Notification).where(Notification.id == notification_id, to_member(member_id)))


def _parts(member_id: int, which: ColumnElement[bool], after: Notification | None) -> list[Select[int]]:
    kept = [which, is_listed_for(member_id)]
    if after is not None:
        place = tuple_(literal(after.changed_at, Moment()), literal(after.id))
        kept.append(tuple_(Notification.changed_at, Notification.id) < place)
    newest = (Notification.changed_at.desc(), Notification.id.desc())
    whose = (Notification.member_id == member_id, Notification.sealed_id.in_(sealed_of(member_id)))
    return [select(Notification.id).where(one, *kept).order_by(*newest).limit(PAGE + 1) for one in whose]


def own(viewer: Viewer, notification_id: int) -> Notification | None:
    """A notification of `viewer`, through a seal too, or None."""
    return _place_of(viewer.id, notification_id) if viewer.id is not None else None


def mail_choice_of(viewer: Viewer) -> MailChoice | None:
    """What `viewer` has chosen about her mail as a whole, and what came back from her address."""
    return db.session.get(MailChoice, viewer.id) if viewer.id is not None else None


def all_ways_of(viewer: Viewer) -> dict[str, Way]:
    """How `viewer` hears of every kind, by kind. Two queries."""
    assert viewer.id is not None
    chosen = {
        row.kind: row
        for row in db.session.scalars(select(NotificationChoice).where(NotificationChoice.member_id == viewer.id))
    }
    her_clock = clock_of(mail_choice_of(viewer))
    return {
        kind: Way(chosen[kind].is_listed, chosen[kind].mail, her_clock)
        if kind in chosen
        else Way(True, mail, her_clock)
        for kind, mail in MAIL.items()
    }
