"""Telling one thing to one recipient: one row each, as she chose, by her clock; sealed ones name nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import NotWritingError, write
from forum.notifications import actions, mailing, personal, queries
from forum.notifications.actions import Recipient, notify
from forum.notifications.hours import Clock
from forum.notifications.models import Digest, MailChoice, Notification, NotificationChoice
from tests.cast import Cast


def rows() -> list[Notification]:
    db.session.rollback()
    return list(db.session.scalars(select(Notification).order_by(Notification.id)))


def test_one_key_is_one_row_and_one_mail(cast: Cast) -> None:
    bob, nia = Recipient(member_id=cast.bob.id), Recipient(member_id=cast.nia.id)
    with write():
        notify(bob, "answer", key="post:1")
        notify(bob, "thread", key="post:1")
    with write():
        actions.notify_all([bob, nia], "mention", key="post:1")
    assert [(row.member_id, row.kind, row.mail) for row in rows()] == [
        (cast.bob.id, "answer", "now"),
        (cast.nia.id, "mention", "now"),
    ]
    mails = select(OutboxJob.payload).where(OutboxJob.name == "notifications.mail").order_by(OutboxJob.id)
    assert list(db.session.scalars(mails)) == [{"notification_id": row.id} for row in rows()]
    assert queries.unread_count(cast.bob.viewer) == 1


def test_reactions_count_while_unread_and_begin_again(cast: Cast) -> None:
    bob = Recipient(member_id=cast.bob.id)
    for _ in range(3):
        with write():
            notify(bob, "reaction", key="reaction:7")
    with write():
        notify(bob, "reaction", key="reaction:70")
        actions.take_back(bob, key="reaction:7")
    assert [(row.key, row.count) for row in rows()] == [("reaction:7:1", 2), ("reaction:70:1", 1)]
    with write():
        actions.mark_read(member_id=cast.bob.id)
        actions.take_back(bob, key="reaction:7")
    for number in range(2, 12):
        with write():
            notify(bob, "reaction", key="reaction:7")
            actions.mark_read(member_id=cast.bob.id)
        assert rows()[-1].key == f"reaction:7:{number}"
    with write():
        notify(bob, "reaction", key="reaction:7")
        actions.take_back(bob, key="reaction:7")
    assert rows()[-1].key == "reaction:7:11"


def test_who_wants_to_hear_nothing_of_a_kind_gets_no_row(cast: Cast) -> None:
    with write():
        db.session.add(NotificationChoice(member_id=cast.bob.id, kind="thread", is_listed=False, mail="none"))
        db.session.add(NotificationChoice(member_id=cast.nia.id, kind="thread", is_listed=False, mail="daily"))
    with write():
        actions.notify_all([Recipient(member_id=cast.bob.id), Recipient(member_id=cast.nia.id)], "thread", key="post:1")
    assert [(row.member_id, row.mail) for row in rows()] == [(cast.nia.id, "daily")]
    assert queries.unread_count(cast.nia.viewer) == 0


def test_nobody_is_told_twice_outside_a_writing_transaction(cast: Cast) -> None:
    with pytest.raises(NotWritingError):
        notify(Recipient(member_id=cast.bob.id), "answer", key="post:1")
    with pytest.raises(ValueError, match="recipient"):
        Recipient()
    with pytest.raises(ValueError, match="recipient"):
        Recipient(1, 2)


def test_telling_many_costs_as_few_questions_as_telling_one(app: Flask, cast: Cast) -> None:
    everybody = [Recipient(member_id=one.id) for one in (cast.alice, cast.bob, cast.nia, cast.sam, cast.mona)]
    with write():
        actions.notify_all([*everybody, Recipient(member_id=99_999)], "thread", key="post:9")
        actions.notify_all([], "thread", key="post:9")
    assert len(rows()) == 5
    digests = select(func.count()).select_from(OutboxJob).where(OutboxJob.name == "notifications.daily")
    assert db.session.scalar(digests) == 5


ROME = "Europe/Rome"


@pytest.mark.parametrize(
    ("clock", "mail", "now", "due"),
    [
        (Clock(ROME), "now", "2026-11-21T23:30", "2026-11-21T23:30"),
        (Clock(ROME, 22 * 60, 7 * 60), "now", "2026-11-21T22:30", "2026-11-22T06:00"),
        (Clock(ROME, 22 * 60, 7 * 60), "now", "2026-11-22T05:59", "2026-11-22T06:00"),
        (Clock(ROME, 22 * 60, 7 * 60), "now", "2026-11-22T06:00", "2026-11-22T06:00"),
        (Clock(ROME, 13 * 60, 15 * 60), "now", "2026-11-22T12:30", "2026-11-22T14:00"),
        (Clock(ROME, 13 * 60, 13 * 60), "now", "2026-11-22T12:30", "2026-11-22T12:30"),
        (Clock(ROME), "daily", "2026-11-21T06:59", "2026-11-21T07:00"),
        (Clock(ROME), "daily", "2026-11-21T07:00", "2026-11-22T07:00"),
        (Clock(ROME, 22 * 60, 9 * 60), "daily", "2026-11-21T06:59", "2026-11-21T08:00"),
        (Clock(ROME), "weekly", "2026-11-21T12:00", "2026-11-23T07:00"),
        (Clock(ROME), "weekly", "2026-11-23T06:00", "2026-11-23T07:00"),
        (Clock(ROME), "weekly", "2026-11-23T08:00", "2026-11-30T07:00"),
        # The clocks change on the night of 29 March 2026: a morning is a morning all the same.
        (Clock(ROME), "daily", "2026-03-28T12:00", "2026-03-29T06:00"),
        (Clock("America/New_York"), "daily", "2026-11-21T12:00", "2026-11-21T13:00"),
        (Clock("No/Such"), "daily", "2026-11-21T12:00", "2026-11-22T08:00"),
    ],
)
def test_a_mail_goes_by_her_own_clock(clock: Clock, mail: str, now: str, due: str) -> None:
    at = clock.due(mail, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert at == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_digest_is_named_by_her_own_day() -> None:
    due = datetime(2026, 12, 31, 19, 0, tzinfo=UTC)
    assert Clock("Pacific/Auckland").period("daily", due) == "daily:2027-01-01"
    assert Clock("UTC").period("weekly", due) == "weekly:2026-W53"


def test_a_member_takes_her_notifications_along_and_they_go_with_her(cast: Cast) -> None:
    with write():
        actions.notify_all([Recipient(member_id=cast.bob.id), Recipient(member_id=cast.nia.id)], "quote", key="post:1")
        db.session.add(MailChoice(member_id=cast.bob.id, is_discreet=True))
    with write():
        mailing.gather(cast.bob.id, "daily")
    exported = personal.export_for(cast.bob.id)
    assert [row["told"] for row in exported if "told" in row] == ["quote"]
    assert {"hears_of": "answer", "in_list": True, "mail": "now"} in exported
    assert exported[-1]["discreet_mail"] is True
    with write():
        personal.erase_for(cast.bob.id)
    assert [row.member_id for row in rows()] == [cast.nia.id]
    for model in (Digest, NotificationChoice, MailChoice):
        assert db.session.scalars(select(model)).all() == []
