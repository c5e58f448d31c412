"""What a word that is being typed may mean: by any name, in any language."""

from __future__ import annotations

import pytest

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.topics import actions, queries
from tests.cast import Browser, Cast


@pytest.fixture(autouse=True)
def vocabulary(cast: Cast) -> None:
    with write():
        actions.load_defaults()
    db.session.rollback()


def named(client: Browser, typed: str, language: str = "en") -> list[str]:
    answer = client.get(f"/{language}/topics/names", query_string={"q": typed})
    assert answer.status_code == 200
    assert isinstance(answer.json, list)
    return [topic["name"] for topic in answer.json]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("crest", "CREST syndrome"), ("CRE", "CREST syndrome"), ("sclerosi sist", "Systemic sclerosis"),
        ("esclerodermia s", "Systemic sclerosis"), ("ssc", "Systemic sclerosis"),
        ("limited scl", "Limited cutaneous systemic sclerosis"),
        ("warf", "Low-dose warfarin"),
    ],
)  # fmt: skip
def test_a_beginning_of_any_name_leads_to_the_topic(client: Browser, typed: str, name: str) -> None:
    assert name in named(client, typed)


def test_it_is_named_in_the_pages_language(client: Browser) -> None:
    assert named(client, "crest", "it")[0] == "Sindrome CREST"
    assert named(client, "crest", "es")[0] == "Síndrome de CREST"


def test_a_synonym_says_the_word_that_was_met(client: Browser) -> None:
    found = client.get("/en/topics/names?q=SSc").json
    assert found
    assert (found[0]["word"], found[0]["name"], found[0]["kind"]) == ("SSc", "Systemic sclerosis", "condition")


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "\x00", "\u202e", "'; --", "x" * 5000, "zzzz"])
def test_odd_words_find_nothing(client: Browser, typed: str) -> None:
    assert named(client, typed) == []


def test_it_answers_with_a_few_and_may_be_kept(client: Browser) -> None:
    answer = client.get("/en/topics/names?q=s")
    assert answer.json
    assert len(answer.json) <= 8
    assert "public" in answer.headers["Cache-Control"]
    assert client.get("/en/topics/names").json == []


def test_many_words_are_understood_at_once() -> None:
    known = queries.meant_by(["CREST", "sclerosi sistemica", "goose fat", "", "\x00"], "en")
    assert set(known) == {"CREST", "sclerosi sistemica"}
