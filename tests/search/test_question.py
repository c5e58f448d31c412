"""Reading what was typed: words, phrases, and nothing that could be a database's own syntax."""

from __future__ import annotations

import re

import pytest

from forum.search.question import LONGEST, MOST_WORDS, read


def test_every_word_is_a_part_and_little_words_are_none() -> None:
    assert [part[0] for part in read("why do the hands hurt", "en").parts] == [("0enhand",), ("0enhurt",)]


def test_a_phrase_keeps_its_little_words() -> None:
    question = read('"in the morning" hands', "en")
    assert [part[0] for part in question.parts] == [("0enhand",), ("0enin", "0enthe", "0enmorn")]


@pytest.mark.parametrize("typed", ["“cold hands”", "«cold hands»", "„cold hands“"])
def test_any_quotation_marks_make_a_phrase(typed: str) -> None:
    assert [part[0] for part in read(typed, "en").parts] == [("0encold", "0enhand")]


@pytest.mark.parametrize("typed", ["", " ", "🧣", '""', '"', "—", "\0", "\u202e", "*", ":()^*-+~"])
def test_no_word_is_no_question(typed: str) -> None:
    assert not read(typed, "en")


def test_only_little_words_are_still_asked_for() -> None:
    assert read("the", "en")
    assert read('"to be"', "en")


@pytest.mark.parametrize(
    "typed",
    ['dentist" OR 1=1', "dentist*", "NEAR(dentist jar)", "terms:dentist", "{a b}: dentist", "dentist & !jar | x",
     "dent'ist", "den\0tist", "dentist:A*", "a <-> b dentist", "\\dentist", "%dentist%", "':::'"],
)  # fmt: skip
def test_only_letters_digits_and_our_own_signs_reach_a_database(typed: str) -> None:
    question = read(typed, "en")
    assert re.fullmatch(r"[\w\"() ]*", question.for_fts5)
    assert re.fullmatch(r"[\w'()|&<> -]*", question.for_tsquery)
    assert "''" not in question.for_tsquery
    assert '""' not in question.for_fts5


def test_what_is_too_long_is_cut() -> None:
    question = read("word" * 10_000 + " " + " ".join(f"w{number}" for number in range(1000)), "en")
    assert len(question.parts) <= MOST_WORDS
    assert len(question.for_fts5) < LONGEST * 40


def test_a_word_is_asked_for_in_every_language() -> None:
    forms = {sequence[0] for sequence in read("canciones", "en").parts[0]}
    assert {"0encancion", "0escancion", "0xxcanciones"} <= forms
