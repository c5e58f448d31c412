"""Being read: the exchange between an author and the moderators, who may see it, and what nobody may learn by it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.core import clock, mail
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.moderation import exchange, policy, reviewing
from forum.moderation import review_policy as rules
from forum.moderation.models import ReviewMessage
from forum.stories.models import StoryUpdate
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, edit, thing


def say(by: Person, key: int, words: str = "Would you take the number out?") -> Any:
    """Write to the author of a contribution from its newest case."""
    return do(reviewing.write_to_author, actor=by.viewer, case_id=case_of(key).id, words=words, language="en")


def answer(by: Person, key: int, words: str = "Yes, I will.") -> Any:
    """Answer as the author."""
    return do(reviewing.answer, actor=by.viewer, contribution_id=key, words=words, language="en")


def messages(key: int) -> list[tuple[bool, int | None, str]]:
    """What was said about a contribution."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(
        select(ReviewMessage).where(ReviewMessage.contribution_id == key).order_by(ReviewMessage.id)
    )
    return [(row.is_from_author, row.moderator_id, row.text) for row in rows]


def subjects_of_mails() -> list[tuple[str, str, str]]:
    """Every mail that went out about the exchange: to whom, its subject, its words."""
    work_all()
    return [
        (one.to, one.subject, one.text) for one in mail.local_mails() if not one.subject.startswith("A letter about")
    ]


@pytest.mark.parametrize(
    ("talk", "is_open"),
    [
        (rules.Talk("pending"), True),
        (rules.Talk("changes_asked"), True),
        (rules.Talk("published"), False),
        (rules.Talk("published", has_waiting_edit=True), True),
        (rules.Talk("published", was_asked=True), True),
        (rules.Talk("declined"), False),
        (rules.Talk("hidden"), False),
        (rules.Talk("withdrawn", was_asked=True), False),
        (rules.Talk("draft"), False),
    ],
)
def test_when_there_is_somebody_to_write_to(cast: Cast, talk: rules.Talk, is_open: bool) -> None:
    assert bool(rules.can_answer(cast.alice.viewer, True, talk)) is is_open
    matter = policy.Matter(talk.status)
    assert bool(rules.can_write_to_author(cast.mona.viewer, matter, talk)) is is_open


def test_who_may_write(cast: Cast) -> None:
    talk, matter = rules.Talk("pending"), policy.Matter("pending")
    assert rules.can_answer(cast.visitor.viewer, False, talk).status == 401
    assert rules.can_answer(cast.bob.viewer, False, talk).status == 404
    assert rules.can_answer(cast.sam.viewer, True, talk), "who is silenced may still answer the moderators"
    assert not rules.can_take(cast.sam.viewer, True, talk), "but not change what is read"
    assert not rules.can_write_to_author(cast.alice.viewer, matter, talk)
    assert not rules.can_write_to_author(cast.mona.viewer, policy.Matter("pending", is_own=True), talk)
    assert not rules.can_write_to_author(cast.mona.viewer, policy.Matter("pending", has_author=False), talk)


def test_both_sides_write_and_read(cast: Cast, make_story: Make) -> None:
    key = make_story()
    assert say(cast.mona, key)
    assert exchange.news_for(cast.alice.viewer) == {key}
    assert answer(cast.alice, key)
    assert messages(key) == [(False, cast.mona.id, "Would you take the number out?"), (True, None, "Yes, I will.")]
    assert exchange.news_for(cast.alice.viewer) == set()
    assert "The author answered" in cast.mona.browser.get("/en/moderation").text
    assert do(reviewing.mark_heard, actor=cast.mona.viewer, case_id=case_of(key).id)
    assert "The author answered" not in cast.mona.browser.get("/en/moderation").text


def test_pressed_twice_is_one_message(cast: Cast, make_story: Make) -> None:
    key = make_story()
    for _press in range(2):
        assert say(cast.mona, key)
        assert say(cast.mona, key)
    assert answer(cast.alice, key)
    assert answer(cast.alice, key)
    assert len(messages(key)) == 2
    assert answer(cast.alice, key, "One more thing.")
    assert len(messages(key)) == 3
    assert len(subjects_of_mails()) == 0, "she answered, so she has read it"


def test_an_answer_after_changes_were_asked_for_brings_the_closed_case_back_to_the_queue(
    cast: Cast, make_story: Make
) -> None:
    key = make_story()
    decide(cast.mona, key, "ask_for_changes")
    assert f"/cases/{case_of(key).id}" not in cast.mona.browser.get("/en/moderation").text
    assert answer(cast.alice, key, "Which number do you mean?")
    page = cast.mona.browser.get("/en/moderation").text
    assert f"/cases/{case_of(key).id}" in page
    assert "The author answered 1" in cast.mona.browser.get("/en/moderation?show=answered").text
    assert say(cast.mona, key, "The one in the second line."), "writing back counts as having read it"
    assert f"/cases/{case_of(key).id}" not in cast.mona.browser.get("/en/moderation").text


def test_the_letter_stands_in_the_exchange_and_is_read_there(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "ask_for_changes", letter="Take the street out, please.")
    page = cast.alice.browser.get(f"/en/contributions/{key}/review").text
    assert "Take the street out, please." in page
    assert "Mona" not in page, "she writes as a moderator"
    assert cast.alice.browser.post(f"/en/contributions/{key}/review/read").status_code == 303
    assert exchange.news_for(cast.alice.viewer) == set()
    assert "I have read it" not in cast.alice.browser.get(f"/en/contributions/{key}/review").text


def test_a_mail_says_that_somebody_wrote_and_nothing_of_what_it_is_about(cast: Cast, make_story: Make) -> None:
    key = make_story(attribution="anonymous")
    say(cast.mona, key, "Is the date right?")
    ((to, subject, words),) = subjects_of_mails()
    assert (to, subject) == ("alice@example.org", "A message about what you sent")
    assert "Is the date right?" in words
    assert f"/en/contributions/{key}/review" in words
    assert "jar lid" not in words
    payloads = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.name == "moderation.mail_message")).all()
    assert [set(payload) for payload in payloads] == [{"message_id"}]
    say(cast.mona, key, "And the year?")
    do(reviewing.mark_read, actor=cast.alice.viewer, contribution_id=key)
    assert len(subjects_of_mails()) == 1, "she has read it meanwhile"


def test_no_mail_about_what_was_taken_back(cast: Cast, make_story: Make) -> None:
    key = make_story()
    say(cast.mona, key)
    with write():
        db.session.get_one(Contribution, key).status = "withdrawn"
    assert subjects_of_mails() == []


def test_a_sealed_author_stays_unknown_on_both_sides_rows(cast: Cast, make_story: Make) -> None:
    key = make_story(attribution="pseudonym", byline="Rosa")
    say(cast.mona, key)
    browser = cast.alice.browser
    assert browser.post(f"/en/contributions/{key}/review/draft", data={"message": "I begin"}).status_code == 200
    kept = db.session.scalars(select(Draft).where(Draft.source == "I begin")).one()
    assert (kept.member_id, kept.contribution_id) == (None, key)
    assert "I begin</textarea>" in browser.get(f"/en/contributions/{key}/review").text
    assert answer(cast.alice, key)
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert messages(key)[-1] == (True, None, "Yes, I will.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "Alice" not in page
    assert "Yes, I will." in page


def test_an_unsent_answer_follows_the_name_to_the_seal(cast: Cast, make_story: Make) -> None:
    key = make_story()
    cast.alice.browser.post(f"/en/contributions/{key}/review/draft", data={"message": "I begin"})
    with write():
        contributions.sign(db.session.get_one(Contribution, key), cast.alice.id, "anonymous")
    assert db.session.scalars(select(Draft.member_id)).all() == [None]
    assert "I begin</textarea>" in cast.alice.browser.get(f"/en/contributions/{key}/review").text


def test_nobody_else_finds_the_page(cast: Cast, make_story: Make) -> None:
    key = make_story()
    say(cast.mona, key)
    for name in ("bob", "mona", "cora", "ada"):
        assert cast[name].browser.get(f"/en/contributions/{key}/review").status_code == 404
        answer_ = cast[name].browser.post(f"/en/contributions/{key}/review/messages", data={"message": "Let me in"})
        assert answer_.status_code == 404
    assert cast.visitor.browser.get(f"/en/contributions/{key}/review").status_code == 303
    assert len(messages(key)) == 1
    for path in ("999999", "0", str(2**40)):
        assert cast.alice.browser.get(f"/en/contributions/{path}/review").status_code == 404


@pytest.mark.parametrize("words", ["", "   ", "\x00", "x" * 5001])
def test_a_message_that_cannot_be_sent_comes_back_whole(cast: Cast, make_story: Make, words: str) -> None:
    key = make_story()
    for browser, path in (
        (cast.alice.browser, f"/en/contributions/{key}/review/messages"),
        (cast.mona.browser, f"/en/moderation/cases/{case_of(key).id}/messages"),
    ):
        page = browser.post(path, data={"message": words})
        assert page.status_code == 422
        assert words.strip("\x00 ") in page.text
    assert messages(key) == []


def test_what_is_written_when_nobody_reads_any_more_is_kept(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "approve")
    page = cast.alice.browser.post(f"/en/contributions/{key}/review/messages", data={"message": "One thing yet"})
    assert page.status_code == 409
    assert "One thing yet</textarea>" in page.text
    assert "One thing yet</textarea>" in cast.alice.browser.get(f"/en/contributions/{key}/review").text
    assert messages(key) == []


def test_odd_words_are_said_as_they_are(cast: Cast, make_story: Make) -> None:
    key = make_story()
    words = "<script>alert(1)</script> \u202eevil \u0000 {{ 7 * 7 }} 🧵"
    assert (
        cast.alice.browser.post(f"/en/contributions/{key}/review/messages", data={"message": words}).status_code == 303
    )
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page


def test_a_moderators_unsent_words_are_kept_and_forgotten_once_sent(cast: Cast, make_story: Make) -> None:
    key = make_story()
    case = f"/en/moderation/cases/{case_of(key).id}"
    assert cast.mona.browser.post(f"{case}/messages/draft", data={"message": "Half a question"}).status_code == 200
    assert "Half a question</textarea>" in cast.mona.browser.get(case).text
    assert "Half a question" not in cast.ada.browser.get(case).text
    assert cast.mona.browser.post(f"{case}/messages", data={"message": "A question"}).status_code == 303
    assert "Half a question" not in cast.mona.browser.get(case).text


def test_the_case_shows_what_was_sent_not_what_its_author_is_at(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "ask_for_changes")
    with write():
        contributions.set_words(db.session.get_one(Contribution, key), title="Unsent", source="Only for me so far.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "It was plum jam." in page
    assert "Only for me so far." not in page
    assert "Unsent" not in page


def test_a_waiting_change_is_taken_back(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "approve")
    assert not edit(cast.alice, key, "It was quince jam.")
    address = f"/en/contributions/{key}/review"
    assert "Take the change back" in cast.alice.browser.get(address).text
    assert cast.bob.browser.post(f"{address}/recall").status_code == 404
    assert cast.alice.browser.post(f"{address}/recall").status_code == 303
    assert case_of(key).closed_at is not None
    assert thing(key).source == "It was plum jam."
    draft = db.session.scalars(select(Draft).where(Draft.place == f"edit:{key}")).one()
    assert draft.source == "It was quince jam."
    assert "Take the change back" not in cast.alice.browser.get(address).text
    assert cast.alice.browser.post(f"{address}/recall").status_code == 409, "the same press twice changes nothing"
    assert not edit(cast.alice, key, "It was fig jam.")
    answer_ = cast.alice.browser.post(f"{address}/recall")
    assert answer_.status_code == 409, "her newer unsent words are not written over"
    assert "newer words" in answer_.text
    assert case_of(key).closed_at is None


@pytest.mark.parametrize("act", ["messages", "recall"])
def test_what_is_refused_on_a_published_chapter_shows_its_page_again(cast: Cast, make_story: Make, act: str) -> None:
    story_id = make_story()
    with write():
        chapter = StoryUpdate(
            story_id=story_id, part="chapter", dated=PartialDate.parse("2026"), language="en", created_at=clock.now(),
            status="sent", topics=[],
        )  # fmt: skip
        contributions.set_words(chapter, source="Two winters on.", title="Two winters on")
        contributions.sign(chapter, cast.alice.id, "member")
        contributions.publish(chapter)
        key = chapter.id
    answer = cast.alice.browser.post(f"/en/contributions/{key}/review/{act}", data={"message": "Is it read?"})
    assert (answer.status_code, f"#chapter-{key}" in answer.text) == (409, True)
    if act == "messages":
        assert "Is it read?" in answer.text
