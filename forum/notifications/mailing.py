"""What becomes of a notification that is to be mailed: gathered, mailed, given up; and addresses that refuse.

A mail is marked as mailed in the transaction that ends its job: killed before that, it goes once more under the same
Message-ID; killed after, never again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.accounts.models import Member
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.notifications import mail_queries, queries
from forum.notifications.models import Digest, MailChoice, Notification, ReceivedMail

REFUSALS = 3  # mails that came back before an address is paused
FORGIVEN = timedelta(days=90)  # after which a mail that came back no longer counts
KEPT = timedelta(days=180)  # how long what is read stays in the list
RECEIVED = timedelta(days=90)  # how long it is known that a mail came in


def gather(member_id: int, mail: str) -> None:
    """Make a member's digest of what is due, and let it be mailed. Nothing due: no digest."""
    must_be_writing()
    signed, has_sealed = mail_queries.to_gather(member_id, mail)
    if not signed and not has_sealed:
        return
    her_clock = queries.clock_of(db.session.get(MailChoice, member_id))
    period = her_clock.period(mail, clock.now())
    count = mail_queries.periods_of(member_id, period)
    digest = Digest(member_id=member_id, period=f"{period}:{count + 1}" if count else period, made_at=clock.now())
    db.session.add(digest)
    db.session.flush()
    if signed:
        _update(Notification.id.in_(signed), digest_id=digest.id)
    enqueue("notifications.digest", {"digest_id": digest.id})


def gather_sealed(notification_id: int) -> None:
    """The same for whoever a notification about something sealed is for."""
    must_be_writing()
    row = db.session.get(Notification, notification_id)
    if row is not None and row.mailed_at is None and row.mail in ("daily", "weekly"):
        member_id = queries.member_of(row)
        if member_id is not None:
            gather(member_id, row.mail)


def gather_overdue() -> None:
    """Take up what no digest took: nothing is lost for having come in the very second of one."""
    must_be_writing()
    rows = mail_queries.overdue()
    for member_id, mail in {(queries.member_of(row), row.mail) for row in rows}:
        if member_id is not None:
            gather(member_id, mail)


def mailed(notification_id: int) -> None:
    """Note that a mail was handed over."""
    must_be_writing()
    _update(Notification.id == notification_id, mailed_at=clock.now())


def not_mailed(notification_id: int) -> None:
    """Note that nothing is to be mailed: read meanwhile, seen no more, muted, or nobody to write to."""
    must_be_writing()
    _update(Notification.id == notification_id, mail="none")


def digest_mailed(digest_id: int, told_ids: Collection[int]) -> None:
    """Note that a digest was handed over. Of a sealed thing the moment isn't kept: it would stand beside her digest."""
    must_be_writing()
    digest = db.session.get_one(Digest, digest_id)
    digest.mailed_at = clock.now()
    _update(Notification.digest_id == digest_id, mailed_at=digest.mailed_at)
    _update(
        Notification.id.in_(told_ids),
        Notification.sealed_id.is_not(None),
        mailed_at=Notification.made_at,
    )


def digest_not_mailed(digest_id: int, found_ids: Collection[int]) -> None:
    """Note that a digest had nothing to say, or nobody to say it to."""
    must_be_writing()
    _update(Notification.digest_id == digest_id, mail="none")
    _update(Notification.id.in_(found_ids), Notification.sealed_id.is_not(None), mail="none")


def _update(*which: object, **values: object) -> None:
    changed = update(Notification).where(*which).values(**values)  # type: ignore[arg-type]
    db.session.execute(changed, execution_options={"synchronize_session": False})


def bounced(member_id: int) -> None:
    """Count a mail to a member that came back or was refused for good; after three of them her address is paused."""
    must_be_writing()
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    choice = db.session.get(MailChoice, member_id)
    if choice is None:
        choice = MailChoice(member_id=member_id, bounces=0, nonce=tokens.new_nonce())
        db.session.add(choice)
    now = clock.now()
    is_forgiven = choice.bounced_at is not None and choice.bounced_at < now - FORGIVEN
    choice.bounces, choice.bounced_at = (0 if is_forgiven else choice.bounces) + 1, now
    if choice.bounces >= REFUSALS and choice.paused_at is None:
        choice.paused_at = now
    db.session.flush()


def resume(member_id: int) -> None:
    """Mail a member again: she says that her address works, or has another."""
    must_be_writing()
    choice = db.session.get(MailChoice, member_id)
    if choice is not None:
        choice.bounces, choice.bounced_at, choice.paused_at = 0, None, None
        db.session.flush()


def sweep() -> None:
    """Forget what was read half a year ago, digests without anything left, and that mails came in."""
    must_be_writing()
    now = clock.now()
    old = (Notification.read_at < now - KEPT, Notification.changed_at < now - KEPT)
    db.session.execute(delete(Notification).where(*old), execution_options={"synchronize_session": False})
    for model, moment, kept in ((Digest, Digest.made_at, KEPT), (ReceivedMail, ReceivedMail.received_at, RECEIVED)):
        forget = delete(model).where(moment < now - kept)
        db.session.execute(forget, execution_options={"synchronize_session": False})
