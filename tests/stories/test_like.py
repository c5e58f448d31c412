"""Stories like one: what makes them so, in which words, and that a change counts at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, g
from sqlalchemy import insert, select

from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import contribution_topics
from forum.contributions.queries import topics_of
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.stories import queries
from forum.stories.like import LANGUAGE, _Scores, like
from forum.stories.models import Story
from forum.stories.neighbours import neighbours
from forum.stories.shelves import the_shelves
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory

TOLD = datetime(2020, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def vocabulary(app: Flask) -> None:
    with write():
        load_topics()


def tag(story_id: int, *slugs: str) -> None:
    ids = db.session.scalars(select(Topic.id).where(Topic.slug.in_(slugs))).all()
    with write():
        db.session.execute(insert(contribution_topics), [{"contribution_id": story_id, "topic_id": one} for one in ids])


def diagnosed(year: int) -> dict[str, object]:
    return {"diagnosed": PartialDate(str(year)), "published_at": TOLD}


def alike(story_id: int, viewer: Viewer = VISITOR) -> list[tuple[int, str]]:
    """The stories like one, each with its reason, as its page shows them now."""
    db.session.rollback()
    g.pop("public_state", None)
    story = queries.story_for(viewer, story_id)
    assert story is not None
    return [(one.id, why) for one, why in neighbours(story, viewer, "").like]


def test_the_reason_is_said_in_words(make_story: MakeStory) -> None:
    here = make_story(relation="parent", **diagnosed(2011))
    there = make_story(relation="parent", country="SM", **diagnosed(2011))
    for key in (here, there):
        tag(key, "limited-systemic-sclerosis", "raynaud", "diltiazem")
    assert alike(here) == [
        (
            there,
            (
                "Also limited cutaneous systemic sclerosis, also Raynaud’s phenomenon, also tried diltiazem, "
                "also 9 years after the diagnosis, also told by a parent"
            ),
        )
    ]


def test_what_is_rare_in_common_weighs_more_than_what_is_frequent(make_story: MakeStory) -> None:
    here = make_story()
    tag(here, "raynaud", "calcinosis")
    for number in range(12):
        tag(make_story(title=f"Frequent {number}"), "raynaud")
    rare = make_story(title="Rare")
    tag(rare, "calcinosis")
    assert alike(here)[0] == (rare, "Also calcinosis")


def test_its_own_language_comes_first(make_story: MakeStory) -> None:
    here = make_story(relation="parent", **diagnosed(2011))
    tag(here, "calcinosis", "raynaud")
    closer = make_story(title="Più vicina", language="it", relation="parent", **diagnosed(2011))
    tag(closer, "calcinosis", "raynaud")
    own = make_story(title="Further")
    tag(own, "raynaud")
    assert [key for key, _ in alike(here)] == [own, closer]


def test_without_a_topic_it_takes_two_things(make_story: MakeStory) -> None:
    here = make_story(relation="parent", **diagnosed(2011))
    make_story(title="Only a parent", relation="parent")
    make_story(title="Only nine years", **diagnosed(2011))
    both = make_story(title="Both", relation="parent", **diagnosed(2011))
    assert alike(here) == [(both, "Also 9 years after the diagnosis, also told by a parent")]


@pytest.mark.parametrize("from_the_original", [True, False])
def test_no_translation_of_its_own_and_one_of_each_set(make_story: MakeStory, from_the_original: bool) -> None:
    original = make_story()
    translation = make_story(title="Il coperchio", language="it", translation_of_id=original)
    other = make_story(title="Another")
    others = make_story(title="Un’altra", language="it", translation_of_id=other)
    for key in (original, translation, other, others):
        tag(key, "raynaud")
    found = [key for key, _ in alike(original if from_the_original else translation)]
    assert len(found) == 1
    assert found[0] in (other, others)


def test_a_change_counts_at_once_and_nothing_unseen_is_shown(cast: Cast, make_story: MakeStory) -> None:
    here, there = make_story(), make_story(title="There")
    tag(here, "raynaud")
    assert alike(here) == []
    tag(there, "raynaud")
    assert [key for key, _ in alike(here)] == [there]
    with write():
        contributions.set_audience(select(Story.id).where(Story.id == there), "members")
    assert alike(here) == []
    assert [key for key, _ in alike(here, cast.bob.viewer)] == [there]
    with write():
        contributions.hide(db.session.get_one(Story, there))
    assert alike(here, cast.bob.viewer) == []


def test_the_scores_are_those_of_plain_addition() -> None:
    scores = _Scores()
    plain = [0] * 50
    for weight, step in ((3, 2), (8, 3), (5, 5), (LANGUAGE, 7), (1, 1)):
        shelf = sum(1 << place for place in range(0, 50, step))
        scores.add(shelf, weight)
        for place in range(0, 50, step):
            plain[place] += weight
    assert [scores.of(place) for place in range(50)] == plain
    among = (1 << 50) - 1 & ~(1 << 42)
    best = sorted((place for place in range(50) if place != 42), key=lambda place: (-plain[place], place))
    for many in (1, 3, 12, 60):
        assert scores.best(among, many) == best[:many]


def test_it_costs_one_query_and_no_time(make_story: MakeStory) -> None:
    here = make_story()
    tag(here, "raynaud")
    for number in range(5):
        tag(make_story(title=f"Story {number}"), "raynaud")
    alike(here)
    story = queries.story_for(VISITOR, here)
    assert story is not None
    about = topics_of(here, "en")
    with recorded() as statements:
        assert len(neighbours(story, VISITOR, "").like) == 3
    assert len(statements) == 1
    with recorded() as statements:
        like(story, about, the_shelves(), the_shelves().everyone)
    assert statements == []
