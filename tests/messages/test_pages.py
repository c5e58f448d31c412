"""The pages of messages: who opens them, what they show, what they do with bad input, how much they ask."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Member
from forum.cli import DEFAULTS
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.core import tokens
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.messages import actions, queries
from forum.messages.models import Conversation, Message
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case, Report
from forum.notifications import mutes
from tests.cast import Cast, Person
from tests.conftest import MakeApp
from tests.messages.conftest import begin, begun, do, send
from tests.querylog import recorded


def first_message() -> int:
    end_reading()
    return db.session.scalars(select(Message.id).order_by(Message.id).limit(1)).one()


def offers(who: Person, other: Person) -> bool:
    return f"/members/{other.id}/messages/new" in who.browser.get(f"/en/members/{other.id}").text


def test_from_her_page_to_an_answer(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    assert offers(alice, bob)
    page = alice.browser.get(f"/en/members/{bob.id}/messages/new")
    assert page.status_code == 200
    assert "Write to Bob" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    sent = alice.browser.post(f"/en/members/{bob.id}/messages", data={"source": "How is *your* hand?"})
    assert sent.status_code == 303
    place = sent.headers["Location"]
    assert "<em>your</em>" in alice.browser.get(place).text
    assert "You can write again once it is answered." in alice.browser.get(place).text

    index = bob.browser.get("/en/me/messages").text
    assert "How is your hand?" in index
    assert '<span class="label label--note">New</span>' in index
    shown = bob.browser.get(place.split("?")[0])
    assert "data-read-mark" in shown.text
    until = re.findall(r'name="until" value="(\d+)"', shown.text)[0]
    address = re.findall(r'action="(/en/me/messages/\d+)/reading"', shown.text)[0]
    assert bob.browser.post(f"{address}/reading", data={"until": until}).status_code == 303
    assert "label--note" not in bob.browser.get("/en/me/messages").text
    assert bob.browser.post(f"{address}/messages", data={"source": "It opens jars."}).status_code == 303
    assert "It opens jars." in alice.browser.get(address).text
    assert alice.browser.get(f"/en/members/{bob.id}/messages/new").headers["Location"] == address
    # Put away, it is found under its own word.
    assert alice.browser.post(f"{address}/place", data={"value": "1"}).status_code == 303
    assert "It opens jars." not in alice.browser.get("/en/me/messages").text
    assert "It opens jars." in alice.browser.get("/en/me/messages?show=away").text


def test_nobody_else_finds_any_of_it(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "Our striped zebrafish.")
    message = first_message()
    for name in ("mona", "cora", "ada", "nia"):
        browser = open_cast[name].browser
        for path in (f"/me/messages/{key}", f"/messages/{message}", f"/report?contribution={message}"):
            assert browser.get(f"/en{path}").status_code == 404, (name, path)
        for path in (f"/me/messages/{key}/messages", f"/me/messages/{key}/drafts", f"/messages/{message}/withdrawal"):
            assert browser.post(f"/en{path}", data={"source": "Me too."}).status_code == 404, (name, path)
        for path in (f"/me/messages/{key}/reading", f"/me/messages/{key}/place"):
            assert browser.post(f"/en{path}", data={"until": str(message), "value": "1"}).status_code == 404
        assert browser.post("/en/report", data={"contribution": message, "reason": "other"}).status_code == 404
        assert browser.post("/en/moderation/cases", data={"contribution": message}).status_code in (403, 404)
        assert browser.get(f"/en/contributions/{message}/comments/new").status_code == 404
        for path in (f"/members/{alice.id}", "/search?q=striped", "/", "/me/messages", "/me/contributions"):
            assert "zebrafish" not in browser.get(f"/en{path}").text
    visitor = open_cast.visitor.browser
    for path in (f"/me/messages/{key}", f"/messages/{message}", f"/members/{bob.id}/messages/new", "/me/messages"):
        assert "/sign-in" in visitor.get(f"/en{path}").headers.get("Location", ""), path
    assert visitor.get(f"/en/report?contribution={message}").status_code == 404
    assert "zebrafish" not in alice.browser.get("/en/me/contributions").text
    assert alice.browser.get(f"/en/contributions/{message}/comments/new").status_code == 404


def test_the_page_of_a_member_says_nothing_of_why(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    address = f"/en/members/{bob.id}"
    offered = alice.browser.get(address).text
    assert [offers(open_cast[name], bob) for name in ("alice", "mona", "nia", "sam", "bob", "visitor")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    do(actions.choose, actor=bob.viewer, is_open=False)
    without = alice.browser.get(address).text
    refused = alice.browser.get(f"{address}/messages/new")
    do(actions.choose, actor=bob.viewer, is_open=True)
    assert alice.browser.get(address).text == offered
    do(mutes.mute, actor=bob.viewer, what="member", key=alice.id, is_on=True, is_block=True)
    assert alice.browser.get(address).text == without
    blocked = alice.browser.get(f"{address}/messages/new")
    assert (blocked.status_code, blocked.text) == (refused.status_code, refused.text)
    assert "Bob doesn’t take messages." in refused.text
    # Nor does the refusal of what was typed, which is kept.
    sent = alice.browser.post(
        f"{address}/messages", data={"source": "Where are you now, and how was your winter? I wrote all this."}
    )
    assert sent.status_code == 403
    assert "Where are you now, and how was your winter? I wrote all this." in sent.text
    assert "block" not in sent.text.casefold()


def test_whose_page_nobody_sees_is_written_to_by_nobody(open_cast: Cast) -> None:
    with write():
        db.session.execute(update(Member).values(is_page_public=False))
    bob = open_cast.bob
    for other in (bob.id, 10**6, open_cast.alice.id):
        assert open_cast.alice.browser.get(f"/en/members/{other}/messages/new").status_code == 404
        answer = open_cast.alice.browser.post(f"/en/members/{other}/messages", data={"source": "Hello."})
        assert answer.status_code == 404
    end_reading()
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 0


def test_what_a_form_cannot_take_comes_back_whole(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    to = f"/en/members/{bob.id}/messages"
    for source, said in (
        ("", "This is empty."),
        ("   ", "This is empty."),
        ("x" * 10_001, "1 character too long"),
        ("Look: https://example.org/me", "A first message carries no link"),
        ("Call 020 7946 0018", "A first message carries no link"),
    ):
        answer = alice.browser.post(to, data={"source": source})
        assert answer.status_code == 422
        assert said in answer.text
        assert source.strip() in answer.text
    key = begun(alice, bob)
    address = f"/en/me/messages/{key}"
    odd = "Fine\x00 \u202eenif <script>alert(1)</script> 🙂"
    assert bob.browser.post(f"{address}/messages", data={"source": odd}).status_code == 303
    shown = alice.browser.get(address).text
    assert "\x00" not in shown
    assert "\u202e" not in shown
    assert "<script>alert" not in shown
    # A detail is pointed out once, and goes when it is meant.
    data: dict[str, Any] = {"source": "My number is 020 7946 0018."}
    asked = bob.browser.post(f"{address}/messages", data=data)
    assert asked.status_code == 422
    assert "Did you mean to share this?" in asked.text
    assert data["source"] in asked.text
    data["meant"] = re.findall(r'name="meant" value="([^"]+)"', asked.text)
    assert bob.browser.post(f"{address}/messages", data=data).status_code == 303
    for path in (f"{address}?before=x", f"{address}?at=99999999999", f"{address}?after=-1", "/en/me/messages?after=0"):
        assert alice.browser.get(path).status_code == 200
    for path in ("/en/me/messages/0", "/en/messages/2147483647", "/en/me/messages/99999999999"):
        assert alice.browser.get(path).status_code == 404
    assert bob.browser.post(f"{address}/reading", data={"until": "many"}).status_code == 404


def test_unsent_words_stay_in_their_place(open_cast: Cast) -> None:
    alice, bob, mona = open_cast.alice, open_cast.bob, open_cast.mona
    kept = alice.browser.post(f"/en/members/{bob.id}/messages/drafts", data={"source": "Dear Bob", "version": "0"})
    assert kept.json == {"version": 1, "saved_at": kept.json["saved_at"]}
    assert "Dear Bob" in alice.browser.get(f"/en/members/{bob.id}/messages/new").text
    assert "Dear Bob" not in alice.browser.get(f"/en/members/{mona.id}/messages/new").text
    other = alice.browser.post(f"/en/members/{bob.id}/messages/drafts", data={"source": "Dear B.", "version": "0"})
    assert other.status_code == 409
    assert other.json["fields"]["source"] == "Dear Bob"
    key = begun(bob, alice)
    assert "Dear Bob" in alice.browser.get(f"/en/me/messages/{key}").text
    assert alice.browser.post(f"/en/me/messages/{key}/messages", data={"source": "Dear Bob!"}).status_code == 303
    end_reading()
    assert db.session.scalars(select(Draft.source)).all() == []
    assert open_cast.visitor.browser.post(f"/en/me/messages/{key}/drafts", data={"source": "x"}).status_code == 401


def test_who_is_silenced_reads_and_does_not_write(open_cast: Cast) -> None:
    bob, sam = open_cast.bob, open_cast.sam
    with write():
        db.session.execute(update(Member).where(Member.id == sam.id).values(restriction=None))
    key = begun(bob, sam, "How are you today?")
    with write():
        db.session.execute(update(Member).where(Member.id == sam.id).values(restriction="silenced"))
    shown = sam.browser.get(f"/en/me/messages/{key}")
    assert "How are you today?" in shown.text
    assert "You can read, not write" in shown.text
    answer = sam.browser.post(
        f"/en/me/messages/{key}/messages", data={"source": "Tired, and you? It has been a long week, all in all."}
    )
    assert answer.status_code == 403
    assert "Tired, and you? It has been a long week, all in all." in answer.text
    end_reading()
    assert db.session.scalars(select(Draft.source)).one() == "Tired, and you? It has been a long week, all in all."


@pytest.fixture
def case(open_cast: Cast) -> tuple[int, int, int]:
    """A conversation in which Bob reported Alice's first message: its id, the message's, the case's."""
    for room in DEFAULTS:
        with write():
            room.load_defaults()
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "Send me *money*.")
    assert send(bob, key, "No, and our secret stays: quince.").verdict
    assert send(alice, key, "Then pears.").verdict
    message = first_message()
    form = bob.browser.get(f"/en/report?contribution={message}")
    assert "The moderators read this one message" in form.text
    sent = bob.browser.post(
        "/en/report", data={"contribution": message, "reason": "other", "words": "He asks for money.", "website": ""}
    )
    assert sent.status_code == 303
    assert bob.browser.get(sent.headers["Location"]).status_code == 200
    end_reading()
    return key, message, db.session.scalars(select(Case.id)).one()


def test_a_reported_message_and_nothing_else(open_cast: Cast, case: tuple[int, int, int]) -> None:
    key, message, case_id = case
    alice, mona = open_cast.alice, open_cast.mona
    assert alice.browser.get(f"/en/report?contribution={message}").status_code == 403, "nobody reports her own"
    report = db.session.scalars(select(Report)).one()
    assert report.snapshot == "Send me money."
    assert "/messages/" in report.address
    page = mona.browser.get(f"/en/moderation/cases/{case_id}")
    assert page.status_code == 200
    assert "Send me <em>money</em>." in page.text
    assert "He asks for money." in page.text
    for word in ("quince", "pears", f"/me/messages/{key}", f"/messages/{message}"):
        assert word not in page.text
    assert "quince" not in mona.browser.get("/en/moderation").text
    assert mona.browser.get(f"/en/me/messages/{key}").status_code == 404
    assert mona.browser.get(f"/en/report?contribution={message}").status_code == 404


def test_a_moderator_hides_it_and_its_writer_is_told(open_cast: Cast, case: tuple[int, int, int]) -> None:
    key, message, case_id = case
    alice, bob, mona = open_cast.alice, open_cast.bob, open_cast.mona
    mona.browser.post(f"/en/moderation/cases/{case_id}/claim")
    end_reading()
    rule = db.session.scalars(select(Guideline.id).limit(1)).one()
    version = db.session.get_one(Case, case_id).version
    decided = mona.browser.post(
        f"/en/moderation/cases/{case_id}/decisions",
        data={
            "decision": "hide", "guideline": rule, "letter": "Nobody asks for money here.", "version": version,
            "note": "",
        },
    )  # fmt: skip
    assert decided.status_code == 303, decided.text
    for who in (alice, bob):
        shown = who.browser.get(f"/en/me/messages/{key}").text
        assert "A moderator has hidden this message." in shown
        assert "money" not in shown
        assert "quince" in shown
    assert "Nobody asks for money here." in alice.browser.get("/en/me/letters").text
    assert bob.browser.get(f"/en/report?contribution={message}").status_code == 404


def test_taking_it_back_does_not_help_against_a_report(open_cast: Cast, case: tuple[int, int, int]) -> None:
    key, message, case_id = case
    alice, bob, mona = open_cast.alice, open_cast.bob, open_cast.mona
    assert alice.browser.post(f"/en/messages/{message}/withdrawal").status_code == 303
    assert "money" not in bob.browser.get(f"/en/me/messages/{key}").text
    page = mona.browser.get(f"/en/moderation/cases/{case_id}").text
    assert "Send me <em>money</em>." in page
    assert 'value="silence"' in page
    assert 'value="hide"' not in page
    end_reading()
    version = db.session.get_one(Case, case_id).version
    mona.browser.post(
        f"/en/moderation/cases/{case_id}/decisions", data={"decision": "no_action", "version": version, "over": "y"}
    )
    end_reading()
    assert db.session.get_one(Case, case_id).closed_at is not None
    report = db.session.scalars(select(Report)).one()
    token = tokens.token_for("report", report.id, report.nonce)
    assert "Its author took it back before we decided." in bob.browser.get(f"/en/report/{token}").text


def test_what_is_erased_is_no_case_any_more(open_cast: Cast, case: tuple[int, int, int]) -> None:
    _key, message, case_id = case
    assert open_cast.alice.browser.post(f"/en/messages/{message}/withdrawal").status_code == 303
    with write():
        contributions.erase(db.session.get_one(Message, message))
    end_reading()
    assert db.session.get_one(Case, case_id).closed_at is not None
    assert db.session.scalars(select(Report.snapshot)).one() == ""


def test_blocked_from_the_conversation(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    assert f'action="/en/members/{alice.id}/mute"' in bob.browser.get(f"/en/me/messages/{key}").text
    bob.browser.post(f"/en/members/{alice.id}/mute", data={"value": "block", "list": "1"})
    shown = bob.browser.get(f"/en/me/messages/{key}").text
    assert "You have blocked Alice." in shown
    assert "/en/me/following" in shown
    assert "How is your hand?" in shown
    assert "block" not in alice.browser.get(f"/en/me/messages/{key}").text.replace("Block Bob", "").replace(
        'value="block"', ""
    )


def test_taken_back_in_the_browser(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob, "Too much said.")
    message = first_message()
    assert bob.browser.post(f"/en/messages/{message}/withdrawal").status_code == 403
    taken = alice.browser.post(f"/en/messages/{message}/withdrawal")
    assert taken.status_code == 303
    for who in (alice, bob):
        shown = who.browser.get(f"/en/me/messages/{key}").text
        assert "Words withdrawn" in shown
        assert "Too much said." not in shown
        assert "Too much said." not in who.browser.get("/en/me/messages").text
    assert alice.browser.post(f"/en/messages/{message}/withdrawal").status_code == 409
    assert bob.browser.get(f"/en/report?contribution={message}").status_code == 404


def test_her_choice(cast: Cast) -> None:
    alice = cast.alice
    shown = alice.browser.get("/en/me/messages/choices").text
    assert re.search(r'value="no" checked', shown), "off until she says so"
    assert "You take no messages." in alice.browser.get("/en/me/messages").text
    assert alice.browser.post("/en/me/messages/choices", data={"accepts": "perhaps"}).status_code == 422
    for _ in range(2):
        assert alice.browser.post("/en/me/messages/choices", data={"accepts": "yes"}).status_code == 303
    end_reading()
    assert queries.is_open(alice.viewer)
    assert alice.browser.post("/en/me/messages/choices", data={"accepts": "no"}).status_code == 303
    end_reading()
    assert not queries.is_open(alice.viewer)


def test_where_messages_are_closed_there_is_no_page_and_no_button(open_cast: Cast, make_app: MakeApp) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    end_reading()
    closed: Flask = make_app(messages=False)
    browser = type(alice.browser)(closed, closed.response_class, use_cookies=True)
    browser.sign_in(alice.token)
    for path in ("/me/messages", f"/me/messages/{key}", f"/members/{bob.id}/messages/new", "/me/messages/choices"):
        assert browser.get(f"/en{path}").status_code == 404
    assert browser.post(f"/en/me/messages/{key}/messages", data={"source": "Hello."}).status_code == 404
    for path in (f"/members/{bob.id}", "/me"):
        assert "/messages" not in browser.get(f"/en{path}").text


def test_what_the_pages_ask_does_not_grow(open_cast: Cast) -> None:
    alice, bob = open_cast.alice, open_cast.bob
    key = begun(alice, bob)
    paths = ("/en/me/messages", f"/en/me/messages/{key}", f"/en/members/{alice.id}", "/en/me/messages/choices")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            with recorded() as statements:
                assert bob.browser.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    before = asked()
    for number in range(30):
        assert send((bob, alice)[number % 2], key, f"Line {number}").verdict
    for name in ("mona", "cora", "ada"):
        assert begin(open_cast[name], bob).verdict
    after = asked()
    assert after == before
    assert max(after) <= 12
    end_reading()
    newest = db.session.scalar(select(func.max(Contribution.id)))
    with recorded() as statements:
        assert bob.browser.get(f"/en/me/messages/{key}?at={newest}").status_code == 200
    assert len(statements) <= 12
