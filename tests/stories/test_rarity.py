"""Somebody who is the only one of her kind hears of it, and the question costs the same at any size."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.stories.facts import Facts
from forum.stories.models import Story
from forum.stories.rarity import rarity_of
from forum.topics.models import Topic, TopicText, key_of
from tests.cast import Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory


@pytest.fixture
def condition(cast: Cast) -> int:
    with write():
        topic = Topic(
            slug="crest", kind="condition", texts=[TopicText(language="en", name="CREST", key=key_of("CREST"))]
        )
        db.session.add(topic)
        db.session.flush()
        key = topic.id
    db.session.rollback()
    return key


def told(make_story: MakeStory, condition: int, **columns: object) -> int:
    values = {"country": "IT", "diagnosed": PartialDate.parse("2009-05")} | columns
    story_id = make_story(**values)
    with write():
        story = db.session.get_one(Story, story_id)
        db.session.refresh(story, ["topics"])
        story.topics = list(db.session.scalars(select(Topic).where(Topic.id == condition)))
    db.session.rollback()
    return story_id


def hers(condition: int, **more: object) -> Facts:
    values = {"country": "IT", "region": "Puglia", "diagnosed": PartialDate.parse("2009"), "topic_ids": (condition,)}
    return Facts(**(values | more))  # type: ignore[arg-type]


def test_the_only_story_like_it_is_said_to_be(condition: int) -> None:
    rare = rarity_of(0, hers(condition))
    assert rare is not None
    assert rare.others == 0
    assert rare.words == "With this country, condition and year, yours is the only story like it. Make it wider?"
    assert rare.can_leave_out == ("region", "country", "years")


def test_with_three_others_nothing_is_said(make_story: MakeStory, condition: int) -> None:
    for number in range(3):
        rare = rarity_of(0, hers(condition))
        assert rare is not None
        assert rare.others == number
        told(make_story, condition)
    assert rarity_of(0, hers(condition)) is None


def test_a_storys_own_place_and_translations_do_not_hide_it(make_story: MakeStory, condition: int) -> None:
    story_id = told(make_story, condition)
    for _ in range(3):
        told(make_story, condition, translation_of_id=story_id)
    rare = rarity_of(story_id, hers(condition))
    assert rare is not None
    assert rare.others == 0


@pytest.mark.parametrize("columns", [{"status": "pending"}, {"country": "ES"}, {"diagnosed": PartialDate.parse("2010")},
                                     {"is_listed": False}])  # fmt: skip
def test_other_stories_do_not_hide_it(make_story: MakeStory, condition: int, columns: dict[str, object]) -> None:
    for _ in range(3):
        told(make_story, condition, **columns)
    rare = rarity_of(0, hers(condition))
    assert rare is not None
    assert rare.others == 0


@pytest.mark.parametrize(
    "less",
    [
        {"country": None, "diagnosed": None},
        {"country": None, "topic_ids": ()},
        {"diagnosed": None, "topic_ids": ()},
        {"country": None, "diagnosed": None, "topic_ids": ()},
    ],
)
def test_one_fact_alone_identifies_nobody(condition: int, less: dict[str, object]) -> None:
    assert rarity_of(0, hers(condition, **less)) is None


@pytest.mark.parametrize(
    ("less", "words"),
    [
        ({"diagnosed": None}, "With this country and condition"),
        ({"topic_ids": ()}, "With this country and year"),
        ({"country": None}, "With this condition and year"),
        ({"diagnosed": None, "first_symptoms": PartialDate.parse("2001")}, "With this country, condition and year"),
    ],
)
def test_the_sentence_names_what_makes_it_rare(condition: int, less: dict[str, object], words: str) -> None:
    rare = rarity_of(0, hers(condition, **less))
    assert rare is not None
    assert rare.words.startswith(words)


def test_the_question_costs_the_same_at_any_size(make_story: MakeStory, condition: int) -> None:
    def cost() -> int:
        db.session.rollback()
        with recorded() as queries:
            rarity_of(0, hers(condition))
        return len(queries)

    few = cost()
    for _ in range(6):
        told(make_story, condition)
    assert cost() == few <= 2


def test_the_check_offers_to_make_it_wider(cast: Cast, make_story: MakeStory, condition: int) -> None:
    story_id = told(make_story, condition, region="Puglia")
    page = cast.alice.browser.get(f"/en/stories/{story_id}/check").text
    assert "yours is the only story like it" in page
    assert "shown as “elsewhere”" in page
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/widenings", data={"leave_out": "country"})
    assert answer.headers["Location"].endswith("/check#part-found")
    page = cast.alice.browser.get(f"/en/stories/{story_id}/check").text
    assert "With this condition and year" in page
