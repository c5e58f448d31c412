"""The verbs of messages on both databases: once, in order, counted, for two alone."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Member, Profession
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.kinds import all_kinds
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import end_reading, write
from forum.core.worker import work_all
from forum.messages import actions, first_words, policy, queries
from forum.messages.actions import Words
from forum.messages.models import Conversation, Message
from forum.notifications import mutes
from forum.notifications.models import Notification
from forum.notifications.notices import told
from forum.search.models import SearchDocument
from tests.cast import Cast, Person
from tests.messages.conftest import begin, begun, do, send


def count(model: Any) -> int:
    end_reading()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def notices(who: Person) -> list[Notification]:
    end_reading()
    query = select(Notification).where(Notification.member_id == who.id, Notification.kind == "message")
    return list(db.session.scalars(query.order_by(Notification.id)))


def texts(who: Person, conversation_id: int) -> list[tuple[bool, str, str]]:
    end_reading()
    page = queries.messages_in(who.viewer, conversation_id)
    return [(one.is_own, one.status, str(one.html)) for one in page.messages]


def test_a_message_is_for_its_two_and_nothing_else_holds_it(open_cast: Cast) -> None:
    alice, bob, mona = open_cast.alice, open_cast.bob, open_cast.mona
    key = begun(alice, bob, "How is *your* hand?")
    assert texts(alice, key) == [(True, "published", "<p>How is <em>your</em> hand?</p>")]
    assert texts(bob, key) == [(False, "published", "<p>How is <em>your</em> hand?</p>")]
    assert texts(mona, key) == []
    assert queries.conversation_for(mona.viewer, key) is None
    assert (count(SearchDocument), count(Revision)) == (0, 0)
    message = db.session.scalars(select(Message)).one()
    assert (message.audience, message.is_listed, message.author_id) == ("participants", False, alice.id)
    kind = all_kinds()["message"]
    assert [kind.can_see(one.viewer, message) for one in (alice, bob, mona, open_cast.visitor)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_one_who_begins_waits_for_an_answer(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    again = send(alice, key, "Hello again.")
    assert again.verdict.reason == policy.NOT_ANSWERED
    assert begin(alice, bob, "Hello from the page.").verdict.reason == policy.NOT_ANSWERED
    kept = db.session.scalars(select(Draft.source).where(Draft.place == actions.place_with(bob.id))).one()
    assert kept == "Hello from the page."
    # To take the first one back makes no room for another.
    do(actions.withdraw, actor=alice.viewer, message_id=db.session.scalars(select(Message.id)).one())
    assert send(alice, key, "Hello again.").verdict.reason == policy.NOT_ANSWERED
    assert send(bob, key, "See [this](https://example.org), or call 020 7946 0000.").verdict
    assert send(alice, key, "Thank you, https://example.org is good.").verdict
    assert (count(Message), count(Conversation)) == (3, 1)
    assert not db.session.scalars(select(Draft.source)).all(), "what was sent is no draft any more"


FIRST_WORDS = {
    "I sleep badly. It was the same for me in 2009, from 10 to 12 mg.": True,
    "It helped. Net of all that, I am well. Com'è andata? Es lo mismo.": True,
    "Look at https://example.org": False,
    "Look at [this](/stories/7).": False,
    "[@Cora](/members/6) knows.": False,
    "Look at www.example.org": False,
    "My page is rosa.example.com, look": False,
    "rosa (dot) com": False,
    "rosa dot net": False,
    "hxxps ://rosa": False,
    "t.me": False,
    "Write to rosa@example.org": False,
    "Write to rosa at gmail dot com": False,
    "Call me: 020 7946 0018": False,
    "+39 347 123 4567": False,
    "facebook.com/rosa.bianchi": False,
}


def test_what_a_first_message_may_hold(open_cast: Cast) -> None:
    assert {words: bool(first_words.may_begin(words, "en")) for words in FIRST_WORDS} == FIRST_WORDS
    end_reading()
    sent = begin(open_cast.alice, open_cast.bob, "Write to rosa@example.org")
    assert (sent.verdict.status, str(sent.verdict.reason)) == (422, str(policy.NO_CONTACTS))
    assert db.session.scalars(select(Draft.source)).one() == "Write to rosa@example.org"
    assert count(Conversation) == 0


def test_five_in_a_day_and_no_more(open_cast: Cast) -> None:
    alice, more = open_cast.alice, []
    with write():
        for number in range(6):
            member = Member(
                email=f"m{number}@example.org", display_name=f"M{number}", joined_at=clock.now(),
                standing="established", language="en", is_page_public=True, roles=[],
            )  # fmt: skip
            db.session.add(member)
            db.session.flush()
            more.append(member.id)
            actions.choose(actor=Viewer(id=member.id), is_open=True)
    for key in more[:5]:
        assert do(actions.begin, actor=alice.viewer, other_id=key, words=Words("Hello.", "en")).verdict
    refused = do(actions.begin, actor=alice.viewer, other_id=more[5], words=Words("Hello.", "en"))
    assert refused.verdict.status == 429
    assert "5 conversations" in str(refused.verdict.reason)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert do(actions.begin, actor=alice.viewer, other_id=more[5], words=Words("Hello.", "en")).verdict


def test_what_keeps_a_message_back_is_judged_in_the_same_transaction(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    none = f"{bob.viewer.display_name} doesn’t take messages."
    do(mutes.mute, actor=bob.viewer, what="member", key=alice.id, is_on=True, is_block=True)
    assert str(begin(alice, bob).verdict.reason) == none
    assert str(begin(bob, alice).verdict.reason).startswith("You have blocked Alice")
    do(mutes.mute, actor=bob.viewer, what="member", key=alice.id, is_on=True)
    key = begun(alice, bob)  # muted is not blocked: she writes, and he hears nothing of it
    assert send(bob, key, "Fine.").verdict
    do(mutes.mute, actor=bob.viewer, what="member", key=alice.id, is_on=True, is_block=True)
    assert str(send(alice, key, "Good.").verdict.reason) == none
    do(mutes.mute, actor=bob.viewer, what="member", key=alice.id, is_on=False)
    do(actions.choose, actor=bob.viewer, is_open=False)
    assert str(send(alice, key, "Good.").verdict.reason) == none
    assert send(bob, key, "More.").verdict.reason == policy.ACCEPTS_NONE
    do(actions.choose, actor=bob.viewer, is_open=True)
    for state in ({"standing": "new"}, {"restriction": "banned"}, {"erased_at": clock.now()}):
        with write():
            db.session.execute(update(Member).where(Member.id == bob.id).values(state))
        refused = send(alice, key, "Good.").verdict
        assert not refused
        assert str(refused.reason) == (str(policy.FORMER) if "erased_at" in state else none)
        with write():
            undone = {"standing": "established", "restriction": None, "erased_at": None}
            db.session.execute(update(Member).where(Member.id == bob.id).values(undone))
    assert send(alice, key, "Good.").verdict


def test_a_professional_answers_and_never_begins(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    with write():
        db.session.add(
            Profession(
                member_id=alice.id, profession="nurse", verified_on=clock.today(), expires_on=clock.today(),
            )
        )  # fmt: skip
    assert begin(alice, bob).verdict.reason == policy.BY_PROFESSION
    key = begun(bob, alice)
    assert send(alice, key, "Ask your ward nurse.").verdict
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert begin(alice, open_cast.cora).verdict, "the record has run out"


def test_sent_twice_is_one_and_after_a_while_it_is_two(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    again = begin(alice, bob)
    assert again.verdict
    assert again.conversation_id == key
    assert send(bob, key, "Fine.").verdict
    assert send(bob, key, "Fine.").verdict
    assert count(Message) == 2
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert send(bob, key, "Fine.").verdict
    assert count(Message) == 3


def test_two_who_write_to_each_other_at_once_meet_in_one_conversation(app: Flask, open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    together, made = threading.Barrier(4), []

    def write_to(who: Person, other: Person) -> None:
        with app.app_context():
            together.wait()
            made.append(begin(who, other, f"Hello from {who.name}."))
            db.session.remove()

    end_reading()
    pairs = [(alice, bob), (bob, alice)] * 2
    threads = [threading.Thread(target=write_to, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [bool(sent.verdict) for sent in made] == [True] * 4
    assert (count(Conversation), count(Message)) == (1, 2)


def test_one_waiting_notification_for_a_conversation(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    assert send(bob, key, "Fine.").verdict
    for words in ("Good.", "And the other?"):
        assert send(alice, key, words).verdict
    assert {one.key.rpartition(":")[0] for one in notices(bob)} == {f"conversation:{key}"}
    assert [one.read_at is None for one in notices(bob)] == [False, True], "one for what he answered, one for the rest"
    assert len(notices(alice)) == 1
    last = queries.messages_in(bob.viewer, key).messages[-1].id
    assert do(actions.mark_read, actor=bob.viewer, conversation_id=key, until=last)
    assert [one.read_at is None for one in notices(bob)] == [False, False]
    assert send(alice, key, "One more.").verdict
    assert [one.read_at is None for one in notices(bob)] == [False, False, True]
    # Somebody else's mark does nothing, nor does one far beyond what is there.
    assert not do(actions.mark_read, actor=open_cast.mona.viewer, conversation_id=key, until=last)
    assert do(actions.mark_read, actor=bob.viewer, conversation_id=key, until=2**31 - 1)
    end_reading()
    assert [row.is_unread for row in queries.conversations_of(bob.viewer)] == [False]
    assert send(alice, key, "And another.").verdict
    end_reading()
    assert [row.is_unread for row in queries.conversations_of(bob.viewer)] == [True]


def test_the_notification_names_who_wrote_and_goes_with_the_words(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "My secret garden.")
    seen = told(bob.viewer, notices(bob), "en")
    assert [(one.line, one.address, one.excerpt, one.place) for one in seen.values()] == [
        ("A message from Alice waits for you.", f"/en/me/messages/{key}", "", "")
    ]
    assert told(open_cast.mona.viewer, notices(bob), "en") == {}
    do(actions.withdraw, actor=alice.viewer, message_id=db.session.scalars(select(Message.id)).one())
    assert told(bob.viewer, notices(bob), "en") == {}
    assert [one.read_at is not None for one in notices(bob)] == [True], "nothing is left to count"


def test_who_answers_has_heard(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    assert send(bob, key, "Fine.").verdict
    assert [one.read_at is not None for one in notices(bob)] == [True]
    # One of two unread is taken back: the other is still new to her.
    assert send(bob, key, "And yours?").verdict
    newest = db.session.scalars(select(func.max(Message.id))).one()
    assert do(actions.withdraw, actor=bob.viewer, message_id=newest).verdict
    assert [one.read_at for one in notices(alice)] == [None]
    end_reading()
    assert [row.is_unread for row in queries.conversations_of(alice.viewer)] == [True]


@pytest.mark.sqlite
def test_a_mail_says_that_a_message_waits_and_no_more(open_cast: Cast, tmp_path: Path) -> None:
    begun(open_cast.alice, open_cast.bob, "My secret garden.")
    begun(open_cast.mona, open_cast.bob, "Another garden.")
    do(mutes.mute, actor=open_cast.bob.viewer, what="member", key=open_cast.mona.id, is_on=True)
    work_all()
    mails = [path.read_text("utf-8") for path in (tmp_path / "mailbox").rglob("*") if path.is_file()]
    assert len(mails) == 1, "nothing of somebody muted"
    assert "waits for you" in mails[0]
    assert "garden" not in mails[0]


def test_taken_back_it_is_gone_for_both_and_erased_after_a_month(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "Too much said.")
    message = db.session.scalars(select(Message.id)).one()
    assert do(actions.withdraw, actor=bob.viewer, message_id=message).verdict.reason == policy.NOT_HERS
    assert do(actions.withdraw, actor=open_cast.mona.viewer, message_id=message).verdict.status == 404
    assert do(actions.withdraw, actor=open_cast.visitor.viewer, message_id=message).verdict.status == 404
    assert do(actions.withdraw, actor=alice.viewer, message_id=message).verdict
    assert not do(actions.withdraw, actor=alice.viewer, message_id=message).verdict
    end_reading()
    row = queries.conversation_for(bob.viewer, key)
    assert row is not None
    assert (row.is_unread, row.excerpt) == (False, "")
    with time_machine.travel(clock.now() + timedelta(days=30, hours=1)):
        work_all()
    end_reading()
    assert db.session.scalars(select(Contribution.status)).one() == "erased"
    assert db.session.scalars(select(Contribution.source)).one() == ""
    failed = select(OutboxJob.last_error).where(
        OutboxJob.last_error.is_not(None), OutboxJob.name != "contributions.forget"
    )
    assert db.session.scalars(failed).all() == []
    assert [status for _own, status, _html in texts(bob, key)] == ["erased"]


def test_put_away_until_something_new(open_cast: Cast) -> None:
    alice, bob, mona = open_cast.alice, open_cast.bob, open_cast.mona
    key, other = begun(alice, bob), begun(mona, bob)
    assert do(actions.put_away, actor=bob.viewer, conversation_id=key, is_away=True)
    assert not do(actions.put_away, actor=mona.viewer, conversation_id=key, is_away=True)
    end_reading()
    assert [row.id for row in queries.conversations_of(bob.viewer)] == [other]
    assert [row.id for row in queries.conversations_of(bob.viewer, is_away=True)] == [key]
    assert [row.id for row in queries.conversations_of(alice.viewer)] == [key], "hers stays where it is"
    assert send(bob, key, "Fine.").verdict
    end_reading()
    assert {row.id for row in queries.conversations_of(bob.viewer)} == {key, other}
    assert do(actions.put_away, actor=bob.viewer, conversation_id=key, is_away=True)
    assert do(actions.put_away, actor=bob.viewer, conversation_id=key, is_away=False)
    end_reading()
    assert {row.id for row in queries.conversations_of(bob.viewer)} == {key, other}


def test_who_leaves_takes_her_words_and_leaves_the_others(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "Alice's words.")
    assert send(bob, key, "Bob's words.").verdict
    exported = all_kinds()["message"].export_for(bob.id)
    assert [(one["from"], one["to"], one["text"]) for one in exported] == [
        ("Alice", "Bob", "Alice's words."), ("Bob", "Alice", "Bob's words."),
    ]  # fmt: skip
    assert all_kinds()["message"].export_for(open_cast.mona.id) == []
    with write():
        all_kinds()["message"].erase_for(alice.id)
        db.session.execute(update(Member).where(Member.id == alice.id).values(erased_at=clock.now(), display_name=""))
    assert texts(bob, key) == [(False, "erased", ""), (True, "published", "<p>Bob's words.</p>")]
    row = queries.conversation_for(bob.viewer, key)
    assert row is not None
    assert row.name == ""
    assert [(one["from"], one["to"]) for one in all_kinds()["message"].export_for(bob.id)] == [("Bob", None)]
    assert not queries.is_open(alice.viewer)


def test_hidden_by_a_moderator_and_shown_again(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    for verb, status in ((contributions.hide, "hidden"), (contributions.restore, "published")):
        with write():
            verb(db.session.scalars(select(Message)).one())
        assert [one[1] for one in texts(bob, key)] == [status]
        row = queries.conversations_of(bob.viewer)[0]
        assert row.is_unread == (status == "published")
    assert count(SearchDocument) == 0


def test_conversations_come_by_key_unread_first(open_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = open_cast.bob
    monkeypatch.setattr(queries, "CONVERSATIONS", 2)
    keys = [begun(open_cast[name], bob) for name in ("alice", "mona", "cora", "ada")]
    for key in keys[2:]:
        do(actions.mark_read, actor=bob.viewer, conversation_id=key, until=2**31 - 1)
    end_reading()
    seen, after = [], None
    for _ in range(4):
        found = queries.conversations_of(bob.viewer, after=after)
        seen += [row.id for row in found[:2]]
        if len(found) < 3:
            break
        after = found[1].id
    assert seen == [keys[1], keys[0], keys[3], keys[2]]
    assert queries.conversations_of(open_cast.alice.viewer, after=keys[1]) == [], "no key of somebody else's"


def test_messages_come_by_key(open_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    monkeypatch.setattr(queries, "MESSAGES", 3)
    key = begun(alice, bob, "0")
    for number in range(1, 8):
        assert send((alice, bob)[number % 2], key, str(number)).verdict

    def page(**place: Any) -> tuple[list[str], bool, bool]:
        found = queries.messages_in(alice.viewer, key, **place)
        words = [str(one.html)[3:-4] for one in found.messages]
        return words, found.before is not None, found.after is not None

    ids = list(db.session.scalars(select(Message.id).order_by(Message.id)))
    assert page() == (["5", "6", "7"], True, False)
    assert page(before=ids[5]) == (["2", "3", "4"], True, True)
    assert page(before=ids[2]) == (["0", "1"], False, True)
    assert page(after=ids[1]) == (["2", "3", "4"], True, True)
    assert page(after=ids[4]) == (["5", "6", "7"], True, False)
    assert page(at=ids[3]) == (["1", "2", "3"], True, True)
    assert page(at=ids[7]) == (["5", "6", "7"], True, False)
    assert page(after=ids[7]) == ([], False, False)
