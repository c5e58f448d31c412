"""Reading what a mail is made of: whom it goes to, whether it may, and what is still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.settings import the_settings
from forum.notifications import mutes, notices
from forum.notifications.hours import Clock
from forum.notifications.models import Digest, MailChoice, Notification
from forum.notifications.notices import Told
from forum.notifications.queries import clock_of, sealed_of

PATIENCE = timedelta(days=5)  # a mail that couldn't be handed over for so long is old news: it stays in the list
IN_A_DIGEST = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """A member whom mails reach."""

    member_id: int
    email: str
    language: str
    viewer: Viewer
    clock: Clock
    is_discreet: bool


def reader(member_id: int | None, *, though_banned: bool = False) -> Reader | None:
    """A member whom mails reach: with an address that takes them, not erased, not banned. One query.

    Why she was banned is told her all the same (`though_banned`).
    """
    if member_id is None:
        return None
    row = (
        db.session.execute(
            select(Member, MailChoice)
            .outerjoin(MailChoice, MailChoice.member_id == Member.id)
            .where(Member.id == member_id, Member.erased_at.is_(None), Member.email.is_not(None))
            .options(joinedload(Member.roles))
        )
        .unique()
        .one_or_none()
    )
    if row is None:
        return None
    member, choice = row
    assert member.email is not None  # asked above
    viewer = viewer_of(member)
    is_out = viewer.active_restriction == "banned" and not though_banned
    is_out = is_out or (member.is_demo and bool(the_settings().mail_url))  # nobody has an invented person's address
    if is_out or (choice is not None and choice.paused_at is not None):
        return None
    is_discreet = choice is not None and choice.is_discreet
    return Reader(member.id, member.email, member.language, viewer, clock_of(choice), is_discreet)


def is_waiting(notification: Notification | None) -> bool:
    """Whether a notification is still to be mailed at once: unread, not mailed, not too old."""
    return (
        notification is not None
        and notification.mail == "now"
        and notification.mailed_at is None
        and notification.read_at is None
        and notification.due_at is not None
        and notification.due_at > clock.now() - PATIENCE
    )


def told(to: Reader, notifications: Sequence[Notification]) -> dict[int, Told]:
    """What each says to `to` now, by id: what she may still see, and hasn't muted."""
    found = notices.told(to.viewer, notifications, to.language)
    muted = mutes.of(to.viewer) if found else mutes.NOTHING
    return {one.id: found[one.id] for one in notifications if one.id in found and not hides(muted, one, found[one.id])}


def hides(muted: mutes.Mutes, notification: Notification, words: Told) -> bool:
    """Whether what a member has muted covers a notification."""
    return (
        words.author_id in muted.members
        or notification.thread_id in muted.threads
        or words.board_id in muted.boards
        or not muted.topics.isdisjoint(words.topic_ids)
    )


def _pending(mail: str) -> ColumnElement[bool]:
    return and_(Notification.mail == mail, Notification.mailed_at.is_(None), Notification.due_at <= clock.now())


def to_gather(member_id: int, mail: str) -> tuple[list[int], bool]:
    """The ids of what a digest takes up now, and whether something sealed is due with it."""
    signed = db.session.scalars(
        select(Notification.id).where(
            _pending(mail), Notification.member_id == member_id, Notification.digest_id.is_(None)
        )
    ).all()
    sealed = db.session.scalar(
        select(Notification.id).where(_pending(mail), Notification.sealed_id.in_(sealed_of(member_id))).limit(1)
    )
    return list(signed), sealed is not None


def periods_of(member_id: int, period: str) -> int:
    """How many digests a member has of one period already."""
    found = select(Digest.id).where(
        Digest.member_id == member_id, or_(Digest.period == period, Digest.period.startswith(f"{period}:"))
    )
    return len(db.session.scalars(found).all())


def in_digest(digest: Digest) -> Sequence[Notification]:
    """What a digest tells: what it took up, and what is due through her seals; unread, the newest first.

    What hangs on a seal isn't tied to the digest by a row: that would name her.
    """
    mail = digest.period.partition(":")[0]
    sealed = and_(
        _pending(mail), Notification.due_at <= digest.made_at, Notification.sealed_id.in_(sealed_of(digest.member_id))
    )
    return db.session.scalars(
        select(Notification)
        .where(or_(Notification.digest_id == digest.id, sealed), Notification.read_at.is_(None))
        .order_by(Notification.changed_at.desc(), Notification.id.desc())
        .limit(IN_A_DIGEST)
    ).all()


def overdue() -> Sequence[Notification]:
    """What should have gone into a digest long ago and didn't: told just when its digest was being made."""
    return db.session.scalars(
        select(Notification).where(
            Notification.mail.in_(("daily", "weekly")),
            Notification.mailed_at.is_(None),
            Notification.digest_id.is_(None),
            Notification.due_at < clock.now() - timedelta(hours=1),
        )
    ).all()
