"""Chapters, afterwords and translations go and return with their story: their addresses and their cases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import Case
from forum.stories import actions
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.below import approve, decide, status_of, version_of, written_afterword, written_chapter
from tests.stories.conftest import MakeStory
from tests.stories.test_translations import written as written_translation


def withdraw(cast: Cast, story_id: int) -> None:
    with write():
        assert actions.withdraw(actor=cast.alice.viewer, story_id=story_id).verdict
    db.session.rollback()


def bring_back(cast: Cast, story_id: int) -> None:
    with write():
        assert actions.bring_back(actor=cast.alice.viewer, story_id=story_id).verdict
    db.session.rollback()


@pytest.mark.parametrize("attribution", ["member", "anonymous"])
def test_a_translation_answers_like_its_original(cast: Cast, make_story: MakeStory, attribution: str) -> None:
    story_id = make_story(attribution=attribution)
    key = written_translation(cast.bob, story_id)
    approve(cast, key)
    withdraw(cast, story_id)
    for who in ("visitor", "bob", "mona", "alice"):
        answer = cast[who].browser.get(f"/it/stories/{key}")
        assert answer.status_code == 410, who
        assert "Il coperchio" not in answer.text
        assert "Era marmellata" not in answer.text
    assert f'action="/it/stories/{story_id}/return"' in cast.alice.browser.get(f"/it/stories/{key}").text
    assert "/return" not in cast.bob.browser.get(f"/it/stories/{key}").text
    bring_back(cast, story_id)
    assert cast.visitor.browser.get(f"/it/stories/{key}").status_code == 200


def test_one_that_readers_never_saw_is_not_told_of(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key, chapter_id = written_translation(cast.bob, story_id), written_chapter(cast.alice, story_id)
    withdraw(cast, story_id)
    assert cast.visitor.browser.get(f"/en/stories/{key}").status_code == 404
    assert cast.visitor.browser.get(f"/en/chapters/{chapter_id}").status_code == 404


def test_the_address_of_a_chapter_is_gone_with_the_story(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key, lines = written_chapter(cast.alice, story_id), written_afterword(cast.bob, story_id)
    approve(cast, key)
    approve(cast, lines)
    assert cast.visitor.browser.get(f"/en/chapters/{key}").status_code == 302
    withdraw(cast, story_id)
    for one in (key, lines):
        answer = cast.visitor.browser.get(f"/en/chapters/{one}")
        assert answer.status_code == 410
        assert "The jar lid" not in answer.text
    bring_back(cast, story_id)
    assert cast.visitor.browser.get(f"/en/chapters/{key}").status_code == 302


def case_of(key: int) -> str:
    db.session.rollback()
    return f"/en/moderation/cases/{db.session.scalars(select(Case.id).where(Case.contribution_id == key)).one()}"


@pytest.mark.parametrize("what", ["chapter", "afterword", "translation"])
def test_the_desk_has_nothing_to_decide_meanwhile(cast: Cast, make_story: MakeStory, what: str) -> None:
    story_id, mona = make_story(), cast.mona.browser
    key = {
        "chapter": lambda: written_chapter(cast.alice, story_id),
        "afterword": lambda: written_afterword(cast.bob, story_id),
        "translation": lambda: written_translation(cast.bob, story_id),
    }[what]()
    case = case_of(key)
    assert case in mona.get("/en/moderation").text
    withdraw(cast, story_id)
    assert case not in mona.get("/en/moderation").text
    assert mona.get(case).status_code == 410
    assert mona.post(f"{case}/decisions", data={"decision": "approve", "version": 1}).status_code >= 400
    assert status_of(key) == "pending"
    bring_back(cast, story_id)
    assert case in mona.get("/en/moderation").text
    approve(cast, key)


def test_nor_while_a_moderator_hides_the_story(cast: Cast, make_story: MakeStory) -> None:
    story_id, mona = make_story(), cast.mona.browser
    case = case_of(written_chapter(cast.alice, story_id))
    with write():
        contributions.hide(db.session.get_one(Story, story_id))
    assert case not in mona.get("/en/moderation").text
    assert mona.get(case).status_code == 410


def test_what_needs_care_stays(cast: Cast, make_story: MakeStory) -> None:
    story_id, mona = make_story(), cast.mona.browser
    key = written_afterword(cast.bob, story_id)
    case = case_of(key)
    with write():
        db.session.scalars(select(Case).where(Case.contribution_id == key)).one().opened_for = "care"
    withdraw(cast, story_id)
    assert case in mona.get("/en/moderation").text
    assert mona.get(case).status_code == 200


def test_a_change_of_what_stands_waits_too(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written_chapter(cast.alice, story_id)
    approve(cast, key)
    alice = cast.alice.browser
    fields = {"title": "Four years on", "source": "It turns.", "dated": "2025", "version": "0"}
    assert alice.post(f"/en/chapters/{key}/draft", data=fields).status_code == 303
    assert alice.post(f"/en/chapters/{key}/sending").status_code == 303
    withdraw(cast, story_id)
    assert "Four years on" not in cast.mona.browser.get("/en/moderation").text
    bring_back(cast, story_id)
    assert decide(cast, key).status_code == 303
    assert version_of(key) > 1
