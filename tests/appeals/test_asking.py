"""Asking for another look: from a letter, by its private address, through a seal, as a reporter; and when not."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.appeals.models import Appeal
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import Decision, Letter, LogEntry
from tests.appeals.conftest import WORDS, appealed, hidden, letter_about, private_address
from tests.cast import Cast
from tests.mails import mails
from tests.moderation.conftest import Make, decide, do, fresh, report


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_from_her_letter_an_author_asks_once(cast: Cast, make_post: Make) -> None:
    key, letter = hidden(cast, make_post)
    alice, path = cast.alice.browser, f"/en/me/letters/{letter}/appeal"
    listed = alice.get("/en/me/letters").text
    assert path in listed
    assert "The decision in detail" in listed
    assert "3. Keep private details private (version 1)" in listed
    assert "A reader told us about it. We don’t say who." in listed
    page = alice.get(path)
    assert page.status_code == 200
    assert "Asked today, you have an answer by" in page.text
    for words, sentence in (("", "what we should see differently"), ("x" * 5001, "too long")):
        answer = alice.post(path, data={"words": words})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert words in answer.text
    assert count(Appeal) == 0
    answer = alice.post(path, data={"words": f"{WORDS}\x00 \u202eback"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    again = alice.post(path, data={"words": f"And another thing. {WORDS}"})
    assert again.status_code == 409
    assert "And another thing." in again.text
    db.session.rollback()
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.member_id, appeal.contribution_id, appeal.appellant) == (cast.alice.id, key, "author")
    assert appeal.words.startswith(WORDS)
    assert "\x00" not in appeal.words
    assert "\u202e" not in appeal.words
    assert appeal.due_at is not None
    assert appeal.due_at - appeal.made_at == timedelta(days=14)
    assert "You have an answer by" in alice.get(path).text
    assert "You asked for another look" in alice.get("/en/me/letters").text
    row = db.session.scalars(select(LogEntry).where(LogEntry.act == "appeal")).one()
    assert (row.actor_id, row.object_id) == (None, key)


def test_nobody_elses_letter_opens(cast: Cast, make_post: Make) -> None:
    _key, letter = hidden(cast, make_post)
    path = f"/en/me/letters/{letter}/appeal"
    for name in ("bob", "mona", "ada"):
        assert cast[name].browser.get(path).status_code == 404
        assert cast[name].browser.post(path, data={"words": WORDS}).status_code == 404
    assert cast.visitor.browser.get(path).status_code == 303
    parked = cast.visitor.browser.post(path, data={"words": WORDS})
    assert parked.status_code == 303
    assert "kept=" in parked.headers["Location"]
    for wrong in ("x", "0-abc", f"{letter}-{'A' * 43}", f"{10**14}-x", f"{2**31}-abc"):
        assert cast.visitor.browser.get(f"/en/letters/{wrong}").status_code == 404
        assert cast.visitor.browser.post(f"/en/letters/{wrong}/appeal", data={"words": WORDS}).status_code == 404
        assert cast.visitor.browser.get(f"/en/report/{wrong}/appeal").status_code == 404
    assert count(Appeal) == 0


def test_a_banned_member_reads_and_asks_by_the_address_in_her_mail(cast: Cast, make_post: Make) -> None:
    _key, letter = hidden(cast, make_post)
    with write():
        db.session.get_one(Member, cast.alice.id).restriction = "banned"
    told = next(one for one in mails() if one.to == "alice@example.org")
    path = private_address(letter)
    assert told.text.count(f"{path}#appeal") == 1
    assert "/me/letters" not in told.text, "she can't open that"
    assert "Person or machine: No machine took part." in told.text
    page = cast.visitor.browser.get(path)
    assert page.status_code == 200
    assert "Take the number out, please." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert cast.visitor.browser.post(f"{path}/appeal", data={"words": " "}).status_code == 422
    assert cast.visitor.browser.post(f"{path}/appeal", data={"words": WORDS}).headers["Location"] == path
    db.session.rollback()
    assert db.session.scalars(select(Appeal)).one().member_id == cast.alice.id
    assert WORDS.replace("'", "&#39;") in cast.visitor.browser.get(path).text


def test_of_what_is_sealed_the_appeal_names_nobody(cast: Cast, make_story: Make) -> None:
    key = make_story(attribution="anonymous")
    assert decide(cast.mona, key, "decline")
    letter = letter_about(key).id
    by_hand = appealed(cast.alice, letter)
    assert fresh(Appeal, by_hand).member_id is None
    other = make_story(attribution="anonymous")
    assert decide(cast.mona, other, "decline")
    address = private_address(letter_about(other).id)
    assert cast.visitor.browser.post(f"{address}/appeal", data={"words": WORDS}).status_code == 303
    db.session.rollback()
    assert [row.member_id for row in db.session.scalars(select(Appeal))] == [None, None]
    assert {row.contribution_id for row in db.session.scalars(select(Appeal))} == {key, other}


def test_when_there_is_nothing_to_hear(cast: Cast, make_post: Make, make_story: Make) -> None:
    key, letter = hidden(cast, make_post)
    path = f"/en/me/letters/{letter}/appeal"

    def says(sentence: str, status: int) -> None:
        assert sentence in cast.alice.browser.get(path).text
        answer = cast.alice.browser.post(path, data={"words": f"Kept all the same. {WORDS}"})
        assert answer.status_code == status
        assert sentence in answer.text
        assert "Kept all the same." in answer.text

    with write():
        db.session.get_one(Letter, letter).appeal_until = clock.now() - timedelta(seconds=1)
    says("six months", 410)
    with write():
        row = db.session.get_one(Letter, letter)
        row.appeal_until = clock.now() + timedelta(days=1)
        db.session.get_one(Decision, row.decision_id).overturned_at = clock.now()
    says("taken back already", 409)
    address = private_address(letter)
    with write():
        db.session.get_one(Decision, db.session.get_one(Letter, letter).decision_id).overturned_at = None
        contributions.erase(db.session.get_one(Contribution, key))
    assert cast.alice.browser.get(path).status_code == 404, "nothing says any more that it was hers"
    assert "These words were erased" in cast.visitor.browser.get(address).text
    answer = cast.visitor.browser.post(f"{address}/appeal", data={"words": f"Kept all the same. {WORDS}"})
    assert answer.status_code == 410
    assert "Kept all the same." in answer.text
    story = make_story()
    assert decide(cast.mona, story, "approve")
    page = cast.alice.browser.get(f"/en/me/letters/{letter_about(story).id}/appeal")
    assert "nothing to look at again" in page.text
    assert count(Appeal) == 0


def test_a_reporter_asks_where_her_report_led_to_nothing(cast: Cast, make_post: Make) -> None:
    key = make_post()
    bobs, nias = report(cast.bob, key), report(cast.nia, key, "spam")
    path = f"/en/report/{bobs}/appeal"
    assert "still being read" in cast.visitor.browser.get(path).text
    assert cast.bob.browser.post(path, data={"words": WORDS}).status_code == 409
    assert decide(cast.mona, key, "no_action")
    assert path in cast.bob.browser.get(f"/en/report/{bobs}").text
    assert cast.bob.browser.post(path, data={"words": ""}).status_code == 422
    assert cast.bob.browser.post(path, data={"words": WORDS}).headers["Location"] == path
    db.session.rollback()
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.appellant, appeal.member_id) == ("reporter", cast.bob.id)
    assert "It waits for somebody" in cast.bob.browser.get(path).text
    other = cast.nia.browser.get(f"/en/report/{nias}/appeal").text
    assert "It waits for somebody" in other
    assert WORDS not in other.replace("&#39;", "'"), "another reporter's words are hers"
    assert cast.nia.browser.post(f"/en/report/{nias}/appeal", data={"words": WORDS}).status_code == 409
    answered = make_post()
    token = report(cast.bob, answered)
    assert decide(cast.mona, answered, "hide")
    assert cast.bob.browser.post(f"/en/report/{token}/appeal", data={"words": WORDS}).status_code == 409


def test_the_site_may_promise_no_day(cast: Cast, make_post: Make, make_app: Make) -> None:
    _key, letter = hidden(cast, make_post)
    with make_app(appeal_days=0).app_context():  # type: ignore[attr-defined]
        from forum.appeals import actions

        made, _verdict = do(
            actions.appeal_as_author, actor=cast.alice.viewer, letter_id=letter, words=WORDS, language="en"
        )
        assert made.due_at is None
