"""An answer by mail is posted as on the site would be, or kept as a draft with a mail that says why; once."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions import queries as discussion_queries
from forum.discussions.models import Thread
from forum.discussions.rows import ThreadRow
from forum.incoming.actions import Outcome
from forum.notifications.models import MailChoice, Notification, ReceivedMail
from tests.cast import Cast
from tests.discussions.conftest import do, lock, replied
from tests.incoming.conftest import Asked, drafts, letter, posts, receive, sent, tell, words_of
from tests.stories.conftest import MakeStory, make_story

__all__ = ["make_story"]  # a fixture: found by its name


def test_an_answer_is_posted_below_what_it_answers(app: Flask, cast: Cast, asked: Asked) -> None:
    quoting = "With a hook, mostly.\n\nOn Saturday, 21 November 2026, Bob wrote:\n> How do you do the top one?\n"
    outcome = receive(letter(quoting), asked.address)
    post = posts()[-1]
    assert outcome == Outcome("posted", "", post.id)
    assert (post.source, post.answers_id, post.status, post.author_id) == (
        "With a hook, mostly.", asked.post_id, "published", cast.alice.id,
    )  # fmt: skip
    assert sent(app) == []
    # The same mail again, and the same words in upper-case address: one post.
    assert receive(letter(quoting), asked.address.upper()).why == "again"
    assert len(posts()) == 3
    # Without an id its content says that it is the same.
    for _ in range(2):
        receive(letter("And a ribbon.", message_id=None), asked.address)
    assert [one.source for one in posts()[-2:]] == ["With a hook, mostly.", "And a ribbon."]


def test_what_was_begun_on_the_site_is_not_lost(cast: Cast, thread: ThreadRow, asked: Asked) -> None:
    place = f"reply:{thread.id}:{asked.post_id}"
    do(discussions.keep_draft, actor=cast.alice.viewer, place=place, source="I began this on the site.")
    assert receive(letter(), asked.address).what == "posted"
    assert drafts() == {place: "I began this on the site."}
    lock(thread)
    assert receive(letter("More of it.", message_id="<2@x>"), asked.address) == Outcome("drafted", "refused")
    assert drafts() == {place: "I began this on the site.\n\nMore of it."}


def test_what_the_site_refuses_is_a_draft_with_a_mail_that_says_why(
    app: Flask, cast: Cast, thread: ThreadRow, asked: Asked
) -> None:
    place = f"reply:{thread.id}:{asked.post_id}"
    lock(thread)
    assert receive(letter("Locked out."), asked.address) == Outcome("drafted", "refused")
    (mail,) = sent(app)
    assert "This discussion is locked. You can read it, not answer." in words_of(mail)
    assert (mail["To"], mail["Auto-Submitted"]) == ("alice@example.org", "auto-generated")
    assert f"/en/threads/{thread.id}" in words_of(mail)
    with write():
        db.session.execute(update(Thread).values(is_locked=False))
        db.session.execute(
            update(Member).where(Member.id == cast.alice.id).values(
                restriction="silenced", restricted_until=clock.now() + timedelta(days=3)
            )
        )  # fmt: skip
    assert receive(letter("Silenced.", message_id="<2@x>"), asked.address) == Outcome("drafted", "refused")
    assert drafts() == {place: "Locked out.\n\nSilenced."}
    assert any("You can read, not write" in words_of(mail) for mail in sent(app))
    with write():
        db.session.execute(update(Member).values(restriction=None, restricted_until=None))
        contributions.withdraw(db.session.get_one(Contribution, asked.post_id))
    assert receive(letter("Taken back.", message_id="<3@x>"), asked.address) == Outcome("drafted", "answered-gone")
    assert drafts()[f"reply:{thread.id}"] == "Taken back."
    hers = tell(cast.cora, thread, asked.post_id)
    with write():
        db.session.execute(update(Contribution).values(audience="participants", status="hidden"))
    gone = receive(letter("Foreign.", message_id="<4@x>", sender="cora@example.org"), hers.address)
    assert gone == Outcome("drafted", "gone")
    db.session.rollback()
    kept = select(Draft.source).where(Draft.member_id == cast.cora.id, Draft.place == f"reply:{thread.id}")
    assert db.session.scalar(kept) == "Foreign."
    assert any("isn’t here any more. Your words are kept" in words_of(mail) for mail in sent(app))
    assert [post.source for post in posts()] == ["All *seven*.", "How do you do the top one?"]


def test_a_comment_is_answered_below_its_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    comment = do(discussions.comment, actor=cast.bob.viewer, contribution_id=story_id, source="Mine was cherry.")
    thread = discussion_queries.thread_for(cast.alice.viewer, comment.thread_id)
    assert thread is not None
    asked = tell(cast.alice, thread, comment.post_id)
    assert receive(letter("Cherry is harder."), asked.address).what == "posted"
    assert (posts()[-1].thread_id, posts()[-1].answers_id) == (comment.thread_id, comment.post_id)
    hers = tell(cast.cora, thread, comment.post_id)
    with write():
        db.session.execute(update(Contribution).where(Contribution.id == story_id).values(status="withdrawn"))
    late = letter("Too late.", message_id="<2@x>", sender="cora@example.org")
    assert receive(late, hers.address) == Outcome("drafted", "gone")
    assert drafts() == {f"comment:{story_id}": "Too late."}


def test_slow_mode_and_a_discreet_mail(app: Flask, cast: Cast, thread: ThreadRow, asked: Asked) -> None:
    with write():
        db.session.execute(update(Thread).values(slow_seconds=600))
        db.session.add(MailChoice(member_id=cast.alice.id, is_discreet=True))
    assert receive(letter("Too soon."), asked.address) == Outcome("drafted", "refused")
    assert drafts() == {f"reply:{thread.id}:{asked.post_id}": "Too soon."}
    (mail,) = sent(app)
    assert "It goes slowly here" in words_of(mail)
    assert mail["Subject"] == "Something new for you"
    assert "Common Thread" not in f"{mail['From']} {words_of(mail)}"


def test_a_new_member_is_read_first_as_on_the_site(app: Flask, cast: Cast, thread: ThreadRow) -> None:
    asked = tell(cast.nia, thread, replied(cast.bob.viewer, thread, "Nia, and you?"))
    outcome = receive(letter(sender="nia@example.org"), asked.address)
    assert (outcome.what, outcome.why, posts()[-1].status) == ("held", "waits", "pending")
    (mail,) = sent(app)
    assert "A moderator will see it before others do." in words_of(mail)


def test_nothing_from_another_address_is_posted_and_no_stranger_hears_of_it(app: Flask, asked: Asked) -> None:
    strangers = (
        "Alice <mallory@example.com>", "alice@example.org, m@example.com", "", "alice@example.org <m@example.com>",
        "m@example.com (alice@example.org)",
    )  # fmt: skip
    for number, sender in enumerate(strangers):
        raw = letter(sender="x@y.example", message_id=f"<{number}@x>").replace(b"x@y.example", sender.encode())
        assert receive(raw, asked.address, "mallory@example.com") == Outcome("refused", "foreign")
    assert len(posts()) == 2
    assert drafts() == {}
    (mail,) = sent(app)  # one a day, to her own address
    assert mail["To"] == "alice@example.org"
    assert "from another address" in words_of(mail)


def test_unknown_forged_and_old_addresses_are_refused_in_silence(app: Flask, cast: Cast, asked: Asked) -> None:
    local, _, domain = asked.address.partition("@")
    head, _, mac = local.partition("-")
    wrong = (
        f"reply+{asked.notification_id}@{domain}", f"{head}9-{mac}@{domain}", f"{head}-{'a' * 32}@{domain}",
        f"story+{asked.notification_id}-{mac}@{domain}", f"bounce+{asked.notification_id}-{mac}@{domain}",
        f"{local}@elsewhere.example", "", "reply+@in.example.org", f"reply+99999999999-{mac}@{domain}", "\0", "@",
        f"{local}x@{domain}", f"reply+2147483648-{mac}@{domain}", f"reply+0{asked.notification_id}-{mac}@{domain}",
    )  # fmt: skip
    for address in wrong:
        assert receive(letter(), address) == Outcome("refused", "unknown"), address
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        assert receive(letter(), asked.address) == Outcome("refused", "unknown")
    with write():
        db.session.execute(update(Member).where(Member.id == cast.alice.id).values(erased_at=clock.now()))
    assert receive(letter(), asked.address) == Outcome("refused", "unknown")
    assert len(posts()) == 2
    assert sent(app) == []
    assert db.session.scalars(select(ReceivedMail)).all() == []


def test_machines_and_our_own_mails_are_not_listened_to(app: Flask, asked: Asked) -> None:
    host = "127.0.0.1"
    for headers in (
        {"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated; x=y"}, {"Precedence": "Bulk"},
        {"Precedence": "list"}, {"Precedence": "junk"}, {"X-Autoreply": "yes"}, {"X-Auto-Response-Suppress": "OOF"},
        {"Return-Path": "<>"}, {"X-Loop": host},
    ):  # fmt: skip
        assert receive(letter(headers=headers), asked.address) == Outcome("ignored"), headers
    for sender in ("", "<>", "MAILER-DAEMON", "mailer-daemon@mx.example.org"):
        assert receive(letter(), asked.address, sender) == Outcome("ignored"), sender
    assert receive(letter(message_id=f"<notification-7@{host}>"), asked.address) == Outcome("ignored")
    assert receive(letter(subject="Risposta automatica: Via"), asked.address) == Outcome("ignored")
    assert receive(letter(headers={"Auto-Submitted": "no"}), asked.address).what == "posted"
    assert sent(app) == []


def test_so_many_in_an_hour_and_then_later(app: Flask, asked: Asked) -> None:
    most = app.extensions["settings"].mail_in_hourly
    outcomes = [receive(letter(f"No. {n}", message_id=f"<{n}@x>"), asked.address).what for n in range(most + 2)]
    assert outcomes == ["posted"] * most + ["later"] * 2
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert receive(letter("Later.", message_id=f"<{most}@x>"), asked.address).what == "posted"


def test_nothing_of_hers_in_it_and_too_much_in_it(app: Flask, asked: Asked) -> None:
    only_quoted = "On Saturday, 21 November 2026, Bob wrote:\n> How do you do the top one?\n"
    for number, words in enumerate(("", "  \n\t\n", only_quoted, "-- \nAlice\n+39 06 1234")):
        assert receive(letter(words, message_id=f"<{number}@x>"), asked.address) == Outcome("refused", "empty")
    large = letter("large", message_id="<l@x>") + b"x" * (10 * 1024 * 1024)
    assert receive(large, asked.address) == Outcome("refused", "large")
    assert receive(letter("w " * 15_000, message_id="<w@x>"), asked.address) == Outcome("drafted", "long")
    assert len(posts()) == 2
    told = [words_of(mail) for mail in sent(app)]
    assert len(told) == 6
    assert sum("no words of yours" in words for words in told) == 4
    assert sum("larger than 10 MB" in words for words in told) == 1


def test_personal_details_are_asked_about_before_anybody_reads_them(
    app: Flask, thread: ThreadRow, asked: Asked
) -> None:
    words = "Call me on +39 06 6982 1234 or write to alice.rossi@example.net."
    assert receive(letter(words), asked.address) == Outcome("drafted", "details email phone")
    assert drafts() == {f"reply:{thread.id}:{asked.post_id}": words}
    (mail,) = sent(app)
    assert "Did you mean to share this?" in words_of(mail)
    assert "This looks like a phone number." in words_of(mail)
    assert "6982" not in words_of(mail)
    assert f"/en/posts/{asked.post_id}/answer" in words_of(mail)
    # In a signature they are nobody's business, and are cut.
    signed = "With a hook.\n\nBest regards,\nAlice Rossi\n+39 06 6982 1234\nalice.rossi@example.net\n"
    assert receive(letter(signed, message_id="<2@x>"), asked.address).what == "posted"
    assert posts()[-1].source == "With a hook."


def test_an_answer_to_what_she_sealed_goes_out_under_her_alias_or_waits(app: Flask, cast: Cast, make_board) -> None:  # type: ignore[no-untyped-def]
    quiet = make_board("quiet", allows_anonymous=True)
    written = do(
        discussions.start_thread, actor=cast.alice.viewer, board_id=quiet.id, title="Nights", source="I lie awake.",
        attribution="anonymous",
    )  # fmt: skip
    thread = do(lambda: db.session.get_one(Thread, written.thread_id))
    alias = posts()[0].byline
    answered = do(discussions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="So do I.").post_id
    asked = tell(cast.alice, thread, answered, sealed_id=written.post_id)
    assert receive(letter("Since March.\n\nAlice"), asked.address).what == "posted"
    post = posts()[-1]
    assert (post.source, post.byline, post.author_id) == ("Since March.", alias, None)
    # Her name in it would open what is sealed.
    assert receive(letter("It is me, Alice, again.", message_id="<2@x>"), asked.address) == Outcome("drafted", "named")
    assert "a name of yours stands in it" in words_of(sent(app)[0])
    assert "Alice" not in words_of(sent(app)[0])
    # Where she has no alias, she chooses on the site.
    other = do(discussions.start_thread, actor=cast.bob.viewer, board_id=quiet.id, title="Days", source="And days?")
    asked = tell(cast.alice, do(lambda: db.session.get_one(Thread, other.thread_id)), other.post_id, written.post_id)
    assert receive(letter("Days too.", message_id="<3@x>"), asked.address) == Outcome("drafted", "unnamed")
    db.session.rollback()
    assert all(row.member_id is None for row in db.session.scalars(select(Notification)).all() if row.sealed_id)
    payloads = [job.payload for job in db.session.scalars(select(OutboxJob)) if job.name.startswith("incoming.")]
    assert [sorted(one) for one in payloads] == [["notification_id", "received_id", "why"]] * 2
