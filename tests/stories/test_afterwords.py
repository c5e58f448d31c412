"""Afterwords: lines by somebody near, never the author's; the author is asked; in memory of who has died."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum.contributions import ledger
from forum.contributions.models import Consent, Seal, Wish
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories import reminders
from forum.stories.chapters import is_memorial
from forum.stories.models import Story, StoryUpdate
from tests.cast import Cast
from tests.stories.below import (
    LINES,
    approve,
    begin_afterword,
    chapter,
    decide,
    keep,
    send,
    status_of,
    subjects,
    written_afterword,
)
from tests.stories.conftest import MakeStory

SUBJECT = "Somebody wrote a few lines for your page"


def test_it_goes_from_the_story_s_page_to_its_end_under_its_writer_s_name(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="pseudonym", byline="Rosa M.")
    bob = cast.bob.browser
    assert f"/en/stories/{story_id}/afterwords/new" in bob.get(f"/en/stories/{story_id}").text
    assert f"/en/stories/{story_id}/afterwords/new" not in cast.alice.browser.get(f"/en/stories/{story_id}").text
    assert "the author’s daughter or son" in bob.get(f"/en/stories/{story_id}/afterwords/new").text
    key = written_afterword(cast.bob, story_id)
    assert "She kept the lid." not in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "She kept the lid." in page
    assert "A daughter or son wrote these lines." in page
    assert "Bob" in page
    assert "In memory" not in page
    row = chapter(key)
    assert (row.part, row.author_id) == ("afterword", cast.bob.id)


def test_a_memorial_marks_the_story_and_goes_with_the_afterword(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="pseudonym", byline="Rosa M.")
    key = written_afterword(cast.bob, story_id, is_memorial="y", died="2019")
    assert not is_memorial(story_id)
    approve(cast, key)
    assert is_memorial(story_id)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "Rosa M. died in 2019. A daughter or son wrote these lines." in page
    assert "In memory" in page
    assert "In memory" in cast.visitor.browser.get("/en/stories").text
    cast.bob.browser.post(f"/en/chapters/{key}/withdrawal")
    db.session.rollback()
    assert not is_memorial(story_id)
    assert "In memory" not in cast.visitor.browser.get(f"/en/stories/{story_id}").text


def test_a_memorial_without_a_year_says_only_that(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(attribution="anonymous")
    approve(cast, written_afterword(cast.bob, story_id, is_memorial="y", relation="friend"))
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "The author of this story has died. A friend wrote these lines." in page


def test_its_own_signature_hides_its_writer(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = begin_afterword(cast.bob, story_id)
    keep(cast.bob, key, **(LINES | {"attribution": "pseudonym", "byline": "E., her daughter"}))
    send(cast.bob, key)
    row = chapter(key)
    assert (row.author_id, row.byline) == (None, "E., her daughter")
    assert db.session.scalars(select(Seal.member_id).where(Seal.contribution_id == key)).one() == cast.bob.id
    approve(cast, key)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "E., her daughter" in page
    assert "Bob" not in page


def test_nobody_writes_below_her_own_story_or_one_she_cannot_see(cast: Cast, make_story: MakeStory) -> None:
    own, hidden = make_story(), make_story(status="hidden")
    answer = cast.alice.browser.post(f"/en/stories/{own}/afterwords", data={"relation": "friend"})
    assert answer.status_code == 403
    assert "This story is yours" in answer.text
    assert cast.bob.browser.post(f"/en/stories/{hidden}/afterwords", data={"relation": "friend"}).status_code == 404
    assert cast.sam.browser.post(f"/en/stories/{own}/afterwords", data={"relation": "friend"}).status_code == 403
    assert cast.visitor.browser.post(f"/en/stories/{own}/afterwords", data={"relation": "friend"}).status_code == 303
    assert db.session.scalars(select(StoryUpdate.id)).all() == []


@pytest.mark.parametrize("bad", [{}, {"relation": ""}, {"relation": "emperor"}, {"relation": "child", "died": "2999"}])
def test_it_asks_what_she_is_to_the_author(cast: Cast, make_story: MakeStory, bad: dict[str, str]) -> None:
    story_id = make_story()
    answer = cast.bob.browser.post(f"/en/stories/{story_id}/afterwords", data=bad)
    assert answer.status_code == 422
    assert "<h1" in answer.text
    assert db.session.scalars(select(StoryUpdate.id)).all() == []


def test_it_stands_under_its_writer_s_own_consent(cast: Cast, make_story: MakeStory) -> None:
    key = begin_afterword(cast.bob, make_story())
    keep(cast.bob, key, **LINES)
    answer = cast.bob.browser.post(f"/en/chapters/{key}/sending")
    assert answer.status_code == 422
    assert "we need your consent" in answer.text
    assert status_of(key) == "draft"
    send(cast.bob, key)
    db.session.rollback()
    assert ledger.allows(key, "site")


def test_without_that_consent_no_reviewer_can_publish_it(cast: Cast, make_story: MakeStory) -> None:
    key = written_afterword(cast.bob, make_story())
    with write():
        for row in db.session.scalars(select(Consent).where(Consent.contribution_id == key)):
            db.session.delete(row)
    decide(cast, key)
    assert status_of(key) == "pending"


def test_the_author_is_told_before_it_is_published_and_can_refuse(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_afterword(cast.bob, story_id)
    assert subjects("alice@") == [SUBJECT]
    alice = cast.alice.browser
    assert f"/en/chapters/{key}" in alice.get(f"/en/stories/{story_id}").text
    page = alice.get(f"/en/chapters/{key}").text
    assert "She kept the lid." in page
    assert "I don’t want this" in page
    assert alice.post(f"/en/chapters/{key}/refusal").status_code == 303
    assert status_of(key) == "declined"
    assert cast.mona.browser.get("/en/moderation").text.count("/en/moderation/cases/") == 0
    assert subjects("bob@") == ["About the lines you wrote"]
    # Its writer keeps the words and cannot send them again, until the author minds no more.
    assert "doesn’t want it there" in cast.bob.browser.get(f"/en/chapters/{key}").text
    assert send(cast.bob, key).status_code == 409
    alice.post(f"/en/chapters/{key}/refusal", data={"value": "0"})
    assert send(cast.bob, key).status_code == 303
    assert status_of(key) == "pending"


def test_one_that_stands_there_can_be_refused_too(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_afterword(cast.bob, story_id, is_memorial="y")
    approve(cast, key)
    assert cast.alice.browser.post(f"/en/chapters/{key}/refusal").status_code == 303
    assert "She kept the lid." not in cast.visitor.browser.get(f"/en/stories/{story_id}").text
    db.session.rollback()
    assert not db.session.get_one(Story, story_id).is_in_memory
    assert status_of(key) == "declined"


def test_refused_twice_is_once_and_nobody_else_refuses(cast: Cast, make_story: MakeStory) -> None:
    key = written_afterword(cast.bob, make_story())
    for who in ("bob", "mona", "ada", "nia"):
        assert cast[who].browser.post(f"/en/chapters/{key}/refusal").status_code == 404
    for _ in range(2):
        assert cast.alice.browser.post(f"/en/chapters/{key}/refusal").status_code == 303
    assert subjects("bob@") == ["About the lines you wrote"]


def test_a_draft_is_not_shown_to_the_story_s_author(cast: Cast, make_story: MakeStory) -> None:
    key = begin_afterword(cast.bob, make_story())
    keep(cast.bob, key, **LINES)
    assert cast.alice.browser.get(f"/en/chapters/{key}").status_code == 404
    assert cast.alice.browser.post(f"/en/chapters/{key}/refusal").status_code == 404
    assert subjects("alice@") == []


def test_the_story_s_author_cannot_change_it(cast: Cast, make_story: MakeStory) -> None:
    key = written_afterword(cast.bob, make_story())
    for act in ("draft", "sending", "recall", "withdrawal", "return", "removal"):
        assert cast.alice.browser.post(f"/en/chapters/{key}/{act}", data=LINES).status_code == 404
    assert cast.alice.browser.get(f"/en/chapters/{key}/edit").status_code == 404


def test_the_case_says_whose_it_is_and_what_to_make_sure(cast: Cast, make_story: MakeStory) -> None:
    written_afterword(cast.bob, make_story(), is_memorial="y", died="2019-10")
    queue = cast.mona.browser.get("/en/moderation").text
    case = queue.split("/en/moderation/cases/")[1].split('"')[0]
    page = cast.mona.browser.get(f"/en/moderation/cases/{case}").text
    assert "Written by somebody else, not by the author of the story." in page
    assert "October 2019" in page
    assert "Ask the writer how they know" in page


def test_it_is_never_counted_as_the_author_s(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    approve(cast, written_afterword(cast.bob, story_id))
    assert "She kept the lid." not in cast.alice.browser.get("/en/me/contributions").text
    assert "She kept the lid." not in cast.visitor.browser.get(f"/en/members/{cast.alice.id}").text


def test_an_afterword_outlives_the_erasing_of_its_story_out_of_sight(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_afterword(cast.bob, story_id)
    approve(cast, key)
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    assert cast.nia.browser.get(f"/en/chapters/{key}").status_code == 410
    assert "She kept the lid." in cast.bob.browser.get(f"/en/chapters/{key}").text


def test_nobody_writes_to_the_account_of_who_has_died(cast: Cast, make_story: MakeStory) -> None:
    living, dead = make_story(), make_story(cast.nia, title="Another")
    approve(cast, written_afterword(cast.bob, dead, is_memorial="y"))
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False), write():
        reminders.remind()
    db.session.rollback()
    asked = set(db.session.scalars(select(Wish.contribution_id).where(Wish.asked_at.is_not(None))))
    assert living in asked
    assert dead not in asked
