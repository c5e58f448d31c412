"""Reading whose a private address is, what a mail answers, and what became of a mail before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from forum.accounts.models import Member
from forum.accounts.queries import member_by_id
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Post, Thread
from forum.incoming import addresses
from forum.incoming.addresses import Token
from forum.notifications.models import Digest, MailChoice, Notification, ReceivedMail
from forum.notifications.queries import member_of

OPEN_FOR = timedelta(days=90)  # in which a mail can be answered
BACK_WITHIN = timedelta(days=30)  # in which a mail can come back


def owner_of(token: Token) -> int | None:
    """The member whose private address this is, genuine and not too old; None for any other."""
    if token.purpose == addresses.STORY:
        choice = db.session.get(MailChoice, token.row_id)
        return choice.member_id if choice is not None and token.is_genuine(choice.nonce) else None
    row = _row_of(token)
    if row is None or not token.is_genuine(row.nonce):
        return None
    is_reply = token.purpose == addresses.REPLY
    if (row.mailed_at or row.made_at) + (OPEN_FOR if is_reply else BACK_WITHIN) < clock.now():
        return None
    if isinstance(row, Digest):
        return row.member_id
    return member_of(row) if not is_reply or addresses.reply_address(row) else None


def _row_of(token: Token) -> Notification | Digest | None:
    if token.purpose == addresses.DIGEST_BOUNCE:
        return db.session.get(Digest, token.row_id)
    return db.session.get(Notification, token.row_id)


def member(member_id: int) -> Member | None:
    """The member, while she has an account and an address."""
    found = member_by_id(member_id)
    return found if found is not None and found.email else None


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer by mail answers: the thread, the post that was new in it, and what a comment is about."""

    thread_id: int
    post_id: int | None
    about_id: int | None
    is_sealed: bool

    @property
    def place(self) -> str:
        """Where words are kept that can't be sent; the thread's own, whether it can be read or not."""
        return f"reply:{self.thread_id}" if self.about_id is None else f"comment:{self.about_id}"


def answered_by(notification: Notification) -> Answered | None:
    """What an answer to the mail of a notification answers, or None when it is all gone."""
    row = db.session.execute(
        select(Thread.id, Thread.about_id, Thread.opening_id).where(Thread.id == notification.thread_id)
    ).first()
    if row is None:
        return None
    table = Post.__table__.c
    post_id = db.session.scalar(
        select(table.id).where(table.id == notification.contribution_id, table.thread_id == row.id)
    )
    is_opening = post_id == row.opening_id
    return Answered(row.id, None if is_opening else post_id, row.about_id, notification.sealed_id is not None)


def take_in(digest: str) -> ReceivedMail | None:
    """Note that a mail came in, before anything is done with it. None when it has been here before, also just now."""
    must_be_writing()
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    made = db.session.scalar(
        dialect.insert(ReceivedMail)
        .values(digest=digest, outcome="ignored", received_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ReceivedMail.id)
    )
    return db.session.get_one(ReceivedMail, made) if made is not None else None


def outcome_of(digest: str) -> str:
    """What became of a mail that has been here."""
    return db.session.scalar(select(ReceivedMail.outcome).where(ReceivedMail.digest == digest)) or "ignored"


def story_address_of(member_id: int) -> str | None:
    """Where a member's mails become stories of hers; None until she has asked for it, or where no mail is taken."""
    choice = db.session.get(MailChoice, member_id)
    return addresses.story_address(member_id, choice.nonce) if choice is not None else None


def is_discreet(member_id: int) -> bool:
    """Whether a member's mails say neither whom they come from nor what they are about."""
    choice = db.session.get(MailChoice, member_id)
    return choice is not None and choice.is_discreet
