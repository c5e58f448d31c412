"""Mails of notifications: one each, asked again when sent, discreet or not, in digests, ended with one click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.core import clock, worker
from forum.core.db import Base, db
from forum.core.outbox import OutboxJob, enqueue
from forum.core.unit_of_work import write
from forum.discussions.models import Post
from forum.notifications import actions, mailing, mutes, queries
from forum.notifications.models import Digest, MailChoice, Notification, NotificationChoice
from forum.notifications.queries import Recipient
from tests.cast import Browser, Cast
from tests.conftest import MakeApp
from tests.notifications.conftest import Mails, Tell
from tests.services.smtp import MailServer


def row(key: int) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, key)


def due_now() -> None:
    """As if the hour of every waiting mail had come."""
    with write():
        now = clock.now()
        db.session.execute(update(Notification).where(Notification.due_at > now).values(due_at=now))
        db.session.execute(update(OutboxJob).where(OutboxJob.done_at.is_(None)).values(run_at=now))


def hide(key: int) -> None:
    """Hide the post that a notification is about."""
    post_id = row(key).contribution_id
    with write():
        contributions.hide(db.session.get_one(Post, post_id))


def choose(member_id: int, **columns: object) -> None:
    with write():
        db.session.merge(MailChoice(member_id=member_id, **columns))


def test_a_mail_says_who_and_where_and_can_be_ended(app: Flask, cast: Cast, tell: Tell, mails: Mails) -> None:
    key = tell()
    (message,) = mails()
    host = message["Message-ID"].rpartition("@")[2]
    assert message["To"] == "alice@example.org"
    assert message["Message-ID"] == f"<notification-{key}@{host}"
    thread = row(key).thread_id
    assert message["References"] == message["In-Reply-To"] == f"<thread-{thread}@{host}"
    assert "Raynaud" not in message["Subject"]
    assert "Bob" not in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for words in ("Bob answered", "Raynaud in July", "warm water", "/en/posts/", "/me/notifications/choices"):
        assert words in text
    assert "<" not in text
    assert message.get_body(("html",)) is not None
    assert row(key).mailed_at is not None
    assert len(mails()) == 1

    address = str(message["List-Unsubscribe"]).strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text
    bare = Browser(app, app.response_class, use_cookies=True)
    path = address.removeprefix(app.extensions["settings"].origin)
    page = bare.get(path)
    assert page.text.count("<form") == 1
    assert queries.all_ways_of(cast.alice.viewer)["answer"].mail == "now"
    for _ in range(2):
        assert app.test_client().post(path, base_url=app.extensions["settings"].origin).status_code == 200
    db.session.rollback()
    assert queries.all_ways_of(cast.alice.viewer)["answer"].mail == "none"
    assert queries.all_ways_of(cast.alice.viewer)["mention"].mail == "now"
    assert "These mails have ended" in bare.get(path).text
    for wrong in (
        path[:-1],
        path + "x",
        path.replace("/n", "/"),
        path.replace("/n", "/d"),
        "/unsubscribe/n",
        "/unsubscribe/é",
    ):
        assert bare.get(wrong).status_code in (404, 410) or "These mails have ended" in bare.get(wrong).text
    assert bare.get(path[:-1]).status_code == 404


def test_what_she_may_not_see_any_more_or_has_muted_is_not_mailed(
    cast: Cast, tell: Tell, post: Callable[..., int], mails: Mails
) -> None:
    gone, read, muted = tell(), tell("mention"), tell("quote", about=post(cast.nia))
    hide(gone)
    with write():
        actions.mark_read(member_id=cast.alice.id, notification_id=read)
        mutes.mute(actor=cast.alice.viewer, what="member", key=cast.nia.id, is_on=True)
    with write():
        db.session.execute(update(Notification).where(Notification.id == muted).values(mail="now"))
        enqueue("notifications.mail", {"notification_id": muted})
    assert mails() == []
    assert {row(key).mail for key in (gone, read, muted)} == {"none"}


@pytest.mark.parametrize("change", ["no address", "banned", "paused", "erased"])
def test_who_cannot_be_reached_gets_none(cast: Cast, tell: Tell, mails: Mails, change: str) -> None:
    key = tell()
    with write():
        member = db.session.get_one(Member, cast.alice.id)
        if change == "no address":
            member.email = None
        elif change == "banned":
            member.restriction = "banned"
        elif change == "erased":
            member.erased_at = clock.now()
        else:
            db.session.add(MailChoice(member_id=member.id, paused_at=clock.now()))
    assert mails() == []
    assert row(key).mail == "none"


def test_a_discreet_mail_says_nothing(app: Flask, cast: Cast, tell: Tell, mails: Mails) -> None:
    choose(cast.alice.id, is_discreet=True)
    tell()
    tell("quote")
    due_now()
    one, digest = mails()
    for message in (one, digest):
        assert message["Subject"] == "Something new for you"
        assert str(message["From"]).startswith("Letterbox <")
        text = message.as_string() + message.get_body(("html",)).get_content()  # type: ignore[union-attr]
        for words in ("Raynaud", "Bob", "warm water", "Common Thread", "answered", "/posts/"):
            assert words not in text
        assert "/en/me/notifications" in text
        assert "List-Unsubscribe-Post" in message


def test_quiet_hours_hold_a_mail_back(cast: Cast, tell: Tell, mails: Mails) -> None:
    now = clock.now()
    minute = now.hour * 60 + now.minute
    choose(cast.alice.id, quiet_from=(minute - 5) % 1440, quiet_until=(minute + 60) % 1440)
    key = tell()
    assert mails() == []
    due = row(key).due_at
    assert due is not None
    assert timedelta(minutes=55) < due - now < timedelta(minutes=65)
    # A mail that the server kept until her night waits again.
    due_now()
    assert mails() == []
    db.session.rollback()
    waiting = select(OutboxJob).where(OutboxJob.name == "notifications.mail", OutboxJob.done_at.is_(None))
    assert db.session.scalars(waiting).one().run_at == due
    choose(cast.alice.id, quiet_from=None, quiet_until=None)
    due_now()
    assert len(mails()) == 1


def test_a_day_is_one_mail(cast: Cast, tell: Tell, mails: Mails) -> None:
    keys = [tell("quote") for _ in range(3)]
    assert mails() == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(OutboxJob).where(OutboxJob.done_at.is_(None))) == 1
    due_now()
    (message,) = mails()
    digest = db.session.scalars(select(Digest)).one()
    assert message["Message-ID"].startswith(f"<digest-{digest.id}@")
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("Bob quoted") == 3
    assert text.count("Raynaud in July") == 1
    assert "Raynaud" not in message["Subject"]
    assert digest.mailed_at is not None
    assert {row(key).digest_id for key in keys} == {digest.id}
    # The same day again, whatever the hour: a digest of its own, nothing told twice.
    tell("quote")
    due_now()
    assert len(mails()) == 2
    assert sorted(db.session.scalars(select(Digest.period)))[1] == f"{digest.period}:2"
    with write():
        mailing.gather(cast.alice.id, "daily")
    assert len(mails()) == 2


def test_a_digest_leaves_out_what_is_gone_and_goes_only_with_something_to_say(
    cast: Cast, tell: Tell, mails: Mails
) -> None:
    gone, read = tell("quote"), tell("thread")
    hide(gone)
    with write():
        actions.mark_read(member_id=cast.alice.id, notification_id=read)
    due_now()
    assert mails() == []
    db.session.rollback()
    assert db.session.scalars(select(Digest)).one().mailed_at is None


def test_what_came_in_the_very_second_of_a_digest_goes_with_the_next_sweep(
    cast: Cast, tell: Tell, mails: Mails
) -> None:
    key = tell("quote")
    with write():
        db.session.execute(update(OutboxJob).values(done_at=clock.now()))
        db.session.execute(update(Notification).values(due_at=clock.now() - timedelta(hours=2)))
    with write():
        mailing.gather_overdue()
    assert len(mails()) == 1
    assert row(key).mailed_at is not None


def test_sealed_things_are_told_and_no_row_names_her(cast: Cast, mails: Mails, tell: Tell, sealed_story: int) -> None:
    sealed = Recipient(sealed_id=sealed_story)
    now_key = tell("answer", recipient=sealed)
    daily = tell("quote", recipient=sealed)
    signed = tell("quote")
    assert queries.unread_count(cast.alice.viewer) == 3
    assert queries.unread_count(cast.bob.viewer) == 0
    due_now()
    first, digest = mails()
    assert first["To"] == digest["To"] == "alice@example.org"
    assert digest.get_body(("plain",)).get_content().count("quoted") == 2  # type: ignore[union-attr]
    with write():
        actions.mark_read(member_id=cast.alice.id)
    for key in (now_key, daily):
        one = row(key)
        assert (one.member_id, one.digest_id) == (None, None)
        assert one.read_at == one.changed_at
        assert one.mailed_at is not None
    assert row(daily).mailed_at != row(signed).mailed_at
    # Whatever table: no row has both the story and her, but the seal.
    for table in Base.metadata.sorted_tables:
        keys = [column for column in table.columns for key in column.foreign_keys]
        toward = {
            one: [c for c in keys for k in c.foreign_keys if k.target_fullname == one]
            for one in ("members.id", "contributions.id")
        }
        for whose in toward["members.id"]:
            for what in toward["contributions.id"]:
                both = select(func.count()).select_from(table).where(whose == cast.alice.id, what == sealed_story)
                assert db.session.scalar(both) == (1 if table.name == "seals" else 0), table.name
    for job in db.session.scalars(select(OutboxJob)):
        assert not {"member_id", "notification_id"} <= set(job.payload)
    assert len(mails()) == 2


# --- A real mail server ---


def test_one_connection_carries_many_mails_and_a_new_one_follows_a_lost_one(
    make_app: MakeApp, mail_server: MailServer, cast: Cast, tell: Tell
) -> None:
    app = make_app(mail_url=mail_server.url)
    for _ in range(3):
        tell()
    with app.app_context():
        worker.work_one()
        mail_server.down()
        worker.work_one()
        mail_server.up()
        due_now()
        worker.work_all()
    assert len(mail_server.received) == 3
    assert len({one.message["Message-ID"] for one in mail_server.received}) == 3


def test_an_address_that_refuses_is_paused_after_three_and_the_others_get_theirs(
    make_app: MakeApp, mail_server: MailServer, cast: Cast, tell: Tell, post: Callable[..., int]
) -> None:
    app = make_app(mail_url=mail_server.url)
    mail_server.refuse.add("alice@example.org")
    keys = [tell() for _ in range(4)]
    tell(to=cast.nia)
    with app.app_context():
        worker.work_all()
    assert [one.recipients for one in mail_server.received] == [["nia@example.org"]]
    choice = db.session.get_one(MailChoice, cast.alice.id)
    assert (choice.bounces, choice.paused_at is not None) == (3, True)
    assert {row(key).mailed_at for key in keys} == {None}
    jobs = select(func.count()).select_from(OutboxJob).where(OutboxJob.done_at.is_(None))
    assert db.session.scalar(jobs) == 0
    # She says that it works: from then on she is written to again.
    mail_server.refuse.clear()
    assert "We stopped writing to your address" in cast.alice.browser.get("/en/me/notifications").text
    assert cast.alice.browser.post("/en/me/notifications/address").status_code == 303
    assert "We stopped writing" not in cast.alice.browser.get("/en/me/notifications").text
    tell()
    with app.app_context():
        worker.work_all()
    assert mail_server.received[-1].recipients == ["alice@example.org"]


def test_a_server_that_is_down_is_tried_again_later_and_not_for_ever(
    make_app: MakeApp, mail_server: MailServer, cast: Cast, tell: Tell
) -> None:
    app = make_app(mail_url=mail_server.url)
    mail_server.down()
    key = tell()
    with app.app_context():
        worker.work_all()
        db.session.rollback()
        waiting = select(OutboxJob).where(OutboxJob.name == "notifications.mail")
        assert db.session.scalars(waiting).one().run_at > clock.now()
        with write():
            db.session.execute(update(Notification).values(due_at=clock.now() - timedelta(days=6)))
        due_now()
        worker.work_all()
    assert (row(key).mail, row(key).mailed_at) == ("none", None)


def test_bounces_long_ago_are_forgiven(cast: Cast) -> None:
    for _ in range(2):
        with write():
            mailing.bounced(cast.bob.id)
    with write():
        db.session.execute(update(MailChoice).values(bounced_at=clock.now() - timedelta(days=100)))
    with write():
        mailing.bounced(cast.bob.id)
    choice = db.session.get_one(MailChoice, cast.bob.id)
    assert (choice.bounces, choice.paused_at) == (1, None)


def test_the_daily_sweep_forgets_what_was_read_long_ago(cast: Cast, tell: Tell) -> None:
    old_read, old_unread, new_read = tell(), tell("mention"), tell("quote")
    long_ago = clock.now() - timedelta(days=181)
    with write():
        db.session.execute(
            update(Notification).where(Notification.id.in_((old_read, old_unread))).values(changed_at=long_ago)
        )
        db.session.execute(update(Notification).where(Notification.id == old_read).values(read_at=long_ago))
        db.session.execute(update(Notification).where(Notification.id == new_read).values(read_at=clock.now()))
    with write():
        mailing.sweep()
    assert set(db.session.scalars(select(Notification.id))) == {old_unread, new_read}
    assert db.session.scalar(select(func.count()).select_from(NotificationChoice)) == 0
