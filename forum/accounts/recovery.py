"""A member lost her mailbox: another address takes its place after a waiting period, unless she stops it.

Whoever starts it is told nothing of other accounts: an address that somebody has already ends as a stopped one does.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import MailboxRecovery, Member, MemberSession
from forum.accounts.viewer import Viewer
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing

STOP = "recovery"  # the purpose of the token that stops it


def prepare(*, actor: Viewer, member_id: int, address: str, reason: str) -> MailboxRecovery:
    """Keep the new address, encrypted, and how she was recognised. Nothing happens until it is begun."""
    must_be_writing()
    now = clock.now()
    row = MailboxRecovery(
        member_id=member_id,
        address_sealed=tokens.seal_text(address),
        reason=reason,
        nonce=tokens.new_nonce(),
        asked_by=actor.id,
        asked_at=now,
        takes_effect_at=now + timedelta(days=365),
    )
    db.session.add(row)
    db.session.flush()
    return row


def begin(row: MailboxRecovery) -> None:
    """Begin the waiting period; whoever begins it mails the old address how to stop it. Every session has a line."""
    must_be_writing()
    row.token_hash = tokens.digest(tokens.token_for(STOP, row.id, row.nonce))
    row.takes_effect_at = clock.now() + timedelta(days=the_settings().recovery_days)
    db.session.flush()


def by_token(token: str, *, lock: bool = False) -> MailboxRecovery | None:
    """The recovery that a mailed address stops, genuine, or None."""
    row_id = tokens.row_id_of(token)
    if row_id is None or row_id >= 2**31:
        return None
    query = select(MailboxRecovery).where(MailboxRecovery.id == row_id)
    row = db.session.scalar(query.with_for_update() if lock else query)
    return row if row is not None and tokens.is_same(row.token_hash or "", tokens.digest(token)) else None


def own(viewer: Viewer, *, lock: bool = False) -> MailboxRecovery | None:
    """The recovery that waits for `viewer`'s account, or None."""
    return waiting(viewer.id, lock=lock) if viewer.id is not None else None


def waiting(member_id: int, *, lock: bool = False) -> MailboxRecovery | None:
    """The recovery that has begun for a member's account and is neither done nor stopped, or None."""
    query = select(MailboxRecovery).where(
        MailboxRecovery.member_id == member_id,
        MailboxRecovery.token_hash.is_not(None),
        MailboxRecovery.stopped_at.is_(None),
        MailboxRecovery.done_at.is_(None),
    )
    return db.session.scalar((query.with_for_update() if lock else query).order_by(MailboxRecovery.id).limit(1))


def is_open(row: MailboxRecovery) -> bool:
    """Whether it can still be stopped."""
    return row.stopped_at is None and row.done_at is None and row.token_hash is not None


def stop(row: MailboxRecovery) -> None:
    """Stop it; the new address is forgotten."""
    must_be_writing()
    if row.done_at is None and row.stopped_at is None:
        row.stopped_at, row.address_sealed = clock.now(), None
        db.session.flush()


def finish(row: MailboxRecovery) -> bool:
    """Put the new address in the old one's place and end all sessions. False: it could not be, and is stopped."""
    must_be_writing()
    member = db.session.get(Member, row.member_id, with_for_update=True)
    address = tokens.open_text(row.address_sealed or "")
    if member is None or member.erased_at is not None or not address:
        stop(row)
        return False
    try:
        with db.session.begin_nested():
            member.email = address
            db.session.flush()
    except IntegrityError:  # somebody has it: nobody hears of that
        db.session.refresh(member)
        stop(row)
        return False
    row.done_at, row.address_sealed = clock.now(), None
    db.session.execute(delete(MemberSession).where(MemberSession.member_id == member.id))
    db.session.flush()
    enqueue("accounts.mail_recovered", {"recovery_id": row.id}, dedupe_key=f"recovered:{row.id}")
    return True
