"""The verbs of notifications: tell, take back, mark read.

One thing told to one recipient is one row; how it is mailed stands in the row from the start, and a row of the outbox
in the same transaction sees to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.notifications import queries
from forum.notifications.choices import Way
from forum.notifications.models import Notification
from forum.notifications.queries import Recipient

GROUPED = ("reaction",)  # kinds of which one row counts how many there are until it is read

__all__ = ["Recipient", "notify", "notify_all", "put_in_list", "take_back"]


def notify(
    recipient: Recipient, kind: str, *, key: str, contribution_id: int | None = None, thread_id: int | None = None
) -> None:
    """Tell one recipient one thing. Again with the same key changes nothing; a grouped one counts while unread."""
    notify_all([recipient], kind, key=key, contribution_id=contribution_id, thread_id=thread_id)


def notify_all(
    recipients: Iterable[Recipient],
    kind: str,
    *,
    key: str,
    contribution_id: int | None = None,
    thread_id: int | None = None,
) -> None:
    """Tell many the same, each as she chose; who wants to hear nothing of its kind gets no row."""
    must_be_writing()
    members = queries.members_behind(recipients)
    ways = queries.ways_of(set(members.values()), kind) if members else {}
    now = clock.now()
    for recipient, member_id in members.items():
        way = ways[member_id]
        if not way.is_off:
            facts = {"kind": kind, "contribution_id": contribution_id, "thread_id": thread_id}
            _tell(recipient, way, key, facts, now)


def put_in_list(recipient: Recipient, kind: str, *, key: str) -> None:
    """Tell one recipient one thing in her list alone: no mail goes out, whatever she chose for its kind."""
    must_be_writing()
    if queries.members_behind([recipient]):
        way = Way(is_listed=True, mail="none", clock=queries.clock_of(None))
        _insert(recipient, way, key, {"kind": kind, "contribution_id": None, "thread_id": None}, clock.now())


def mail_at_once(
    recipient: Recipient, kind: str, *, key: str, contribution_id: int | None = None, thread_id: int | None = None
) -> None:
    """Tell one recipient what she is owed a mail about, whatever she chose for its kind: her list is closed to her."""
    must_be_writing()
    for member_id in queries.members_behind([recipient]).values():
        way = Way(is_listed=True, mail="now", clock=queries.ways_of({member_id}, kind)[member_id].clock)
        facts = {"kind": kind, "contribution_id": contribution_id, "thread_id": thread_id}
        _insert(recipient, way, key, facts, clock.now())


def forget_keys(kind: str, keys: Collection[str]) -> None:
    """Erase what was told under some keys of a kind, to whomever it was."""
    must_be_writing()
    gone = delete(Notification).where(Notification.kind == kind, Notification.key.in_(keys))
    db.session.execute(gone, execution_options={"synchronize_session": False})


def _tell(recipient: Recipient, way: Way, key: str, facts: dict[str, Any], now: datetime) -> None:
    if facts["kind"] not in GROUPED:
        _insert(recipient, way, key, facts, now)
        return
    # Two at once: the second finds the first's row when it looks again.
    while True:
        last = _last_of(recipient, key)
        if last is not None and last.read_at is None:
            last.count, last.changed_at = Notification.count + 1, now
            db.session.flush()
            return
        number = 1 if last is None else int(last.key.rpartition(":")[2]) + 1
        if _insert(recipient, way, f"{key}:{number}", facts, now):
            return


def _last_of(recipient: Recipient, key: str) -> Notification | None:
    # By id, not by key: ":10" sorts before ":2". A semicolon follows the colon, so the range holds this key's alone.
    return db.session.scalar(
        select(Notification)
        .where(queries.for_recipient(recipient), Notification.key >= f"{key}:", Notification.key < f"{key};")
        .order_by(Notification.id.desc())
        .limit(1)
        .with_for_update()
    )


def _insert(recipient: Recipient, way: Way, key: str, facts: dict[str, Any], now: datetime) -> bool:
    due = way.clock.due(way.mail, now) if way.mail != "none" else None
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    made = db.session.scalar(
        dialect.insert(Notification)
        .values(
            member_id=recipient.member_id, sealed_id=recipient.sealed_id, key=key, nonce=tokens.new_nonce(), count=1,
            made_at=now, changed_at=now, mail=way.mail, due_at=due, **facts,
        )
        .on_conflict_do_nothing()
        .returning(Notification.id)
    )  # fmt: skip
    if made is None:
        return False
    if due is not None:
        _let_it_be_mailed(made, recipient, way, due)
    return True


def _let_it_be_mailed(notification_id: int, recipient: Recipient, way: Way, due: datetime) -> None:
    if way.mail == "now":
        enqueue("notifications.mail", {"notification_id": notification_id}, run_at=due)
    elif recipient.member_id is None:
        # Nothing beside the seal says whose it is, not even a row of the outbox.
        enqueue("notifications.gather", {"notification_id": notification_id}, run_at=due)
    elif not queries.is_gathered(recipient.member_id, way.mail, due, but=notification_id):
        enqueue(f"notifications.{way.mail}", {"member_id": recipient.member_id}, run_at=due)


def take_back(recipient: Recipient, *, key: str) -> None:
    """One of a grouped kind is taken back while it is unread: it counts one less, and goes with the last."""
    must_be_writing()
    last = _last_of(recipient, key)
    if last is None or last.read_at is not None:
        return
    if last.count > 1:
        last.count = Notification.count - 1
    else:
        db.session.delete(last)
    db.session.flush()


def mark_read(
    *,
    member_id: int,
    notification_id: int | None = None,
    key: str | None = None,
    thread_id: int | None = None,
    contribution_id: int | None = None,
    among: Select[Any] | None = None,
    in_threads: Select[Any] | None = None,
    kinds: Collection[str] = (),
) -> None:
    """Mark read one notification of a member, all of a key, a thread, a contribution, the contributions whose ids
    `among` finds, the threads whose ids `in_threads` finds, a kind among `kinds`, or simply all; what is said together
    narrows.

    Of a sealed one the moment isn't kept: it would stand beside her other read marks.
    """
    must_be_writing()
    hers = [queries.to_member(member_id), Notification.read_at.is_(None)]
    if notification_id is not None:
        hers.append(Notification.id == notification_id)
    if key is not None:
        hers.append(Notification.key == key)
    if thread_id is not None:
        hers.append(Notification.thread_id == thread_id)
    if contribution_id is not None:
        hers.append(Notification.contribution_id == contribution_id)
    if kinds:
        hers.append(Notification.kind.in_(kinds))
    if in_threads is not None:
        hers.append(Notification.thread_id.in_(in_threads))
    if among is not None:
        hers.append(Notification.contribution_id.in_(among))
    for is_sealed, moment in ((False, clock.now()), (True, Notification.changed_at)):
        whose = Notification.sealed_id.is_not(None) if is_sealed else Notification.member_id.is_not(None)
        changed = update(Notification).where(*hers, whose).values(read_at=moment)
        db.session.execute(changed, execution_options={"synchronize_session": False})
