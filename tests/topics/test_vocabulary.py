"""The vocabulary: loaded once, found by every name, moved without breaking a link."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.topics import actions, queries
from forum.topics.models import Topic, TopicCode, TopicRelation, TopicSlug, TopicSynonym, TopicText, key_of
from tests.querylog import recorded

TABLES = (Topic, TopicText, TopicSynonym, TopicCode, TopicRelation, TopicSlug)


@pytest.fixture
def topics(app: Flask) -> None:
    with write():
        actions.load_defaults()


def topic_id(slug: str) -> int:
    return db.session.scalars(select(Topic.id).where(Topic.slug == slug)).one()


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def slugs(ids: list[int]) -> list[str]:
    named = queries.names(ids, "en")
    return [named[key].slug for key in ids]


def test_loading_twice_is_loading_once(topics: None) -> None:
    before = counts()
    with write():
        assert actions.load_defaults() == 0
    assert counts() == before
    assert before[0] == 38
    assert before[4] == 26


def test_what_curators_changed_stays(topics: None) -> None:
    with write():
        calcinosis = db.session.get_one(Topic, topic_id("calcinosis"), options=[])
        text = db.session.scalars(
            select(TopicText).where(TopicText.topic_id == calcinosis.id, TopicText.language == "en")
        ).one()
        text.name = "Calcinosis of the skin"
        assert actions.rename_slug(topic_id=topic_id("reflux"), slug="acid-reflux")
    with write():
        assert actions.load_defaults() == 0
    assert queries.names([topic_id("calcinosis")], "en")[topic_id("calcinosis")].name == "Calcinosis of the skin"
    assert topic_id("acid-reflux")


def test_no_code_of_snomed_comes_with_the_site(topics: None) -> None:
    systems = set(db.session.scalars(select(TopicCode.system)))
    assert systems == {"Mondo", "ORPHAcode", "MeSH", "ICD-10", "HPO"}
    for path in actions.DATA.glob("*.csv"):
        header = next(csv.reader(io.StringIO(path.read_text("utf-8"))))
        assert not [column for column in header if "snomed" in column.lower()]
    assert "267874003" not in Path(actions.DATA / "topics.csv").read_text("utf-8")


NAMED = [
        ("CREST", "en", "crest-syndrome"),
        ("crest", "it", "crest-syndrome"),
        ("Sindrome CREST", "es", "crest-syndrome"),
        ("SSc", "en", "systemic-sclerosis"),
        ("sclerodermia sistemica", "en", "systemic-sclerosis"),
        ("ESCLERODERMIA  SISTEMICA", "en", "systemic-sclerosis"),
        ("Raynaud's", "en", "raynaud"),
        ("raynaud's phenomenon", "en", "raynaud"),
        ("Úlceras digitales", "es", "digital-ulcers"),
        ("ulceras digitales", "es", "digital-ulcers"),
        ("acro-osteolysis", "en", "bone-resorption"),
        ("Sjögren", "en", "sjogren"),
    ]  # fmt: skip


def test_every_name_finds_its_topic(topics: None) -> None:
    for text, language, slug in NAMED:
        assert slugs(queries.find(text, language)) == [slug]


NO_NAMES = ["", "   ", "nothing of the kind", "\x00", "\u202e", "’", "%", "x" * 5000]  # fmt: skip


def test_what_is_no_name_finds_nothing(topics: None) -> None:
    for text in NO_NAMES:
        assert queries.find(text, "en") == []
        assert queries.find_in(text, "en") == []


def test_names_inside_a_question_are_found_the_longest_first(topics: None) -> None:
    assert slugs(queries.find_in("does diffuse scleroderma bring heartburn", "en")) == [
        "diffuse-systemic-sclerosis", "scleroderma", "reflux",
    ]  # fmt: skip
    with recorded() as statements:
        queries.find_in("one two three four five six seven eight nine ten eleven twelve thirteen", "en")
    assert len(statements) == 1


def test_an_old_address_and_a_name_lead_to_the_topic(topics: None) -> None:
    with write():
        assert actions.rename_slug(topic_id=topic_id("crest-syndrome"), slug=" CREST-2 ")
    assert queries.slug_meant_by("crest-syndrome", "en") == "crest-2"
    assert queries.slug_meant_by("crest", "en") == "crest-2"
    assert queries.slug_meant_by("sclerodermia-localizzata-morfea", "en") == "morphea"
    for nonsense in ("nothing", "\x00", "../", "-", "x" * 3000, "\u202e"):
        assert queries.slug_meant_by(nonsense, "en") is None
        assert queries.topic_by_slug(nonsense) is None


@pytest.mark.parametrize(
    ("slug", "status"),
    [("", 422), ("two words", 422), ("a--b", 422), ("-a", 422), ("../x", 422), ("a" * 81, 422), ("é", 422),
     ("raynaud", 409), ("crest-syndrome", 409)],
)  # fmt: skip
def test_an_address_that_cannot_be_had(topics: None, slug: str, status: int) -> None:
    with write():
        actions.rename_slug(topic_id=topic_id("crest-syndrome"), slug="crest-of-before")
    with write():
        verdict = actions.rename_slug(topic_id=topic_id("calcinosis"), slug=slug)
    assert not verdict
    assert verdict.status == status
    assert topic_id("calcinosis")


def test_a_topic_may_go_back_to_its_old_address(topics: None) -> None:
    for slug in ("crest-2", "crest-syndrome", "crest-syndrome"):
        with write():
            assert actions.rename_slug(
                topic_id=topic_id("crest-syndrome") if slug == "crest-2" else _crest(), slug=slug
            )
    assert queries.slug_meant_by("crest-2", "en") == "crest-syndrome"
    with write():
        assert actions.rename_slug(topic_id=99_999, slug="x").status == 404


def _crest() -> int:
    slug = "crest-2" if db.session.scalar(select(Topic.id).where(Topic.slug == "crest-2")) else "crest-syndrome"
    return topic_id(slug)


def test_a_family_is_the_topic_and_all_narrower_ones(topics: None) -> None:
    assert slugs(queries.family(topic_id("systemic-sclerosis")))[0] == "systemic-sclerosis"
    assert set(slugs(queries.family(topic_id("scleroderma")))) == {
        "scleroderma", "systemic-sclerosis", "limited-systemic-sclerosis", "crest-syndrome",
        "diffuse-systemic-sclerosis", "sine-scleroderma", "morphea", "linear-scleroderma",
    }  # fmt: skip
    assert queries.family(topic_id("crest-syndrome")) == [topic_id("crest-syndrome")]


def test_a_circle_of_broader_topics_ends(topics: None) -> None:
    with write():
        db.session.get_one(Topic, topic_id("scleroderma")).broader_id = topic_id("crest-syndrome")
    assert len(queries.family(topic_id("scleroderma"))) == 8
    around = queries.neighbours(topic_id("scleroderma"), "en")
    assert "scleroderma" not in [topic.slug for topic in around.broader]


def test_what_stands_around_a_topic(topics: None) -> None:
    around = queries.neighbours(topic_id("crest-syndrome"), "it")
    assert [topic.name for topic in around.broader] == [
        "Sclerosi sistemica cutanea limitata", "Sclerosi sistemica", "Sclerodermia",
    ]  # fmt: skip
    assert [topic.slug for topic in around.relations["symptoms"]] == ["calcinosis", "sclerodactyly", "telangiectasia"]
    calcinosis = queries.neighbours(topic_id("calcinosis"), "en")
    assert {topic.slug for topic in calcinosis.relations["related"]} == {"digital-ulcers", "bone-resorption"}
    assert "shock-wave-therapy" in {topic.slug for topic in calcinosis.relations["treatments"]}
    ulcers = queries.neighbours(topic_id("digital-ulcers"), "en")
    assert {topic.slug for topic in ulcers.relations["related"]} == {"calcinosis", "raynaud"}
    wanted = topic_id("scleroderma")
    with recorded() as statements:
        queries.neighbours(wanted, "en")
    assert len(statements) == 4


def test_a_missing_name_falls_back(topics: None) -> None:
    wanted = topic_id("fatigue")
    with write():
        for text in db.session.scalars(
            select(TopicText).where(TopicText.topic_id == wanted, TopicText.language != "es")
        ):
            db.session.delete(text)
    assert queries.names([wanted], "it")[wanted].name == "Fatiga"
    assert len(queries.all_topics("it")) == 38


def test_the_vocabulary_of_a_form(topics: None) -> None:
    words = [word.word for word in queries.vocabulary("it")]
    assert "Sindrome CREST" in words
    assert "sclerodermia sistemica" in words
    assert "CREST" in words
    assert "esclerodermia sistémica" not in words
    assert words.count("Calcinosi") == 1
    assert len(queries.topic_ids_by_slug(["raynaud", "nothing"])) == 1


def test_a_key_joins_what_is_meant_the_same() -> None:
    assert key_of("Raynaud's") == key_of("RAYNAUD") == "raynaud"
    assert key_of("acro-osteolysis") == key_of("Acro  osteolysis")
    assert key_of("Sjögren’s disease") == key_of("sjogren disease")
