"""Personal details are found where they stand, and nothing is pointed at that is none."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from forum.contributions import pointed_out
from forum.contributions.details import KIND_HINTS, KIND_WORDS, KINDS, Detail, digest_of, found_in
from forum.contributions.models import KeptDetail
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.helplines.models import Helpline, HelplineMethod
from forum.stories.models import Story
from tests.cast import Cast
from tests.contributions.labelled_sentences import ORDINARY, WITH_DETAILS


def measured(language: str | None = None) -> Counter[str]:
    """How many details were found rightly, missed, and pointed at wrongly."""
    counts: Counter[str] = Counter()
    for spoken, sentence, wanted in [*WITH_DETAILS, *((spoken, text, ()) for spoken, text in ORDINARY)]:
        if language in (None, spoken):
            found = found_in(sentence, spoken)
            right = [one for one in found if any(one.kind == kind and words in one.text for kind, words in wanted)]
            counts += Counter(right=len(right), missed=len(wanted) - len(right), wrong=len(found) - len(right))
    return counts


@pytest.mark.parametrize("language", ["en", "it", "es"])
def test_in_every_language_nearly_all_is_found_and_little_else(language: str) -> None:
    counts = measured(language)
    assert counts["right"] >= 15
    assert counts["right"] / (counts["right"] + counts["missed"]) >= 0.95
    assert counts["right"] / (counts["right"] + counts["wrong"]) >= 0.95


def test_the_labelled_sentences_hold_every_kind_in_enough_of_them() -> None:
    kinds = Counter(kind for _language, _sentence, details in WITH_DETAILS for kind, _words in details)
    assert set(kinds) == set(KINDS) == set(KIND_WORDS) == set(KIND_HINTS)
    assert len(WITH_DETAILS) >= 60
    assert len(ORDINARY) >= 60


@pytest.mark.parametrize(("language", "sentence"), ORDINARY)
def test_an_ordinary_sentence_is_left_alone(language: str, sentence: str) -> None:
    assert found_in(sentence, language) == []


def test_a_detail_says_where_it_stands() -> None:
    text = "Before.\n\nCall 020 7946 0123, ask for Dr Helena Marwick."
    for detail in found_in(text, "en"):
        assert text[detail.start : detail.end] == detail.text
    assert [detail.kind for detail in found_in(text, "en")] == ["phone", "doctor"]


def test_the_same_detail_is_told_once_however_it_is_written() -> None:
    found = found_in("Call 020 7946 0123. Or 020-7946-0123. Dr Helena Marwick; dr Helena Marwick.", "en")
    assert [(detail.kind, detail.text) for detail in found] == [
        ("phone", "020 7946 0123"),
        ("doctor", "Dr Helena Marwick"),
    ]


def test_an_address_with_a_number_is_one_detail() -> None:
    (only,) = found_in("At 14 Alder Road, Leeds LS6 2AB they wait.", "en")
    assert only.text == "14 Alder Road, Leeds LS6 2AB"


def test_a_number_of_a_helpline_is_nobodys_own() -> None:
    assert found_in("I rang 020 7946 0123 at night.", "en", public_numbers=["+44 20 7946 0123"]) == []


@pytest.mark.parametrize("text", ["", " ", "\x00", "\u202e020", "@", "@@@@", "Dr", "via", "born", "nº", "é" * 100])
def test_odd_texts_hold_nothing(text: str) -> None:
    assert found_in(text, "en") == found_in(text, "xx") == []


@pytest.mark.parametrize(
    "piece",
    ["1234 ", "Abc ", "a@b", "Anna Hospital ", "born 12 12 ", "a", "1", "via Roma ", "A1 ", "Abc de la ", "a.b-", "\n",
     "calle de la calle ", "patient number is n ", "1 Abc Abc ", "hospital de la de la ", "nata " * 3],
)  # fmt: skip
def test_no_text_makes_it_slow(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        found_in(text, "en")
        return time.process_time() - began

    seconds(100)  # the tables of numbers are read once
    assert seconds(30_000) < 1.5


def test_what_is_kept_of_a_detail_does_not_say_it(app: Flask) -> None:
    detail = Detail("phone", "020 7946 0123", 0, 13)
    assert "7946" not in digest_of(7, detail)
    assert digest_of(7, detail) == digest_of(7, Detail("phone", "020-7946-0123", 5, 18))
    assert digest_of(7, detail) != digest_of(8, detail)


@pytest.fixture
def story_id(cast: Cast) -> int:
    return told(cast, "Call 020 7946 0123, or write to rosa@example.org.")


def told(cast: Cast, source: str) -> int:
    """A draft of Alice's with these words; its id."""
    begun = cast.alice.browser.post("/en/stories").headers["Location"].split("/")[-2]
    with write():
        db.session.get_one(Story, int(begun)).source = source
    db.session.rollback()
    return int(begun)


def test_what_its_author_means_to_share_is_not_pointed_out_again(story_id: int) -> None:
    phone, mail = pointed_out.details_to_show(db.session.get_one(Story, story_id))
    assert (phone.detail.kind, phone.field, mail.detail.kind) == ("phone", "source", "email")
    for _twice in range(2):
        db.session.rollback()
        with write():
            pointed_out.keep(db.session.get_one(Story, story_id), phone.digest)
    db.session.rollback()
    assert [one.detail.kind for one in pointed_out.details_to_show(db.session.get_one(Story, story_id))] == ["email"]
    assert db.session.scalars(select(KeptDetail.digest)).all() == [phone.digest]


@pytest.mark.parametrize("digest", ["", "x", "\x00", "1-" + "a" * 500])
def test_only_what_stands_in_the_words_can_be_kept(story_id: int, digest: str) -> None:
    with write():
        assert not pointed_out.keep(db.session.get_one(Story, story_id), digest)
    assert db.session.scalars(select(KeptDetail.digest)).all() == []


def test_the_numbers_of_get_help_are_not_pointed_out(cast: Cast, story_id: int) -> None:
    with write():
        line = Helpline(operator="Nobody", country="GB", languages="en", group_key="now", cost="free", time_zone="UTC")
        line.methods = [HelplineMethod(method="phone", value="020 7946 0123")]
        db.session.add(line)
    db.session.rollback()
    assert [one.detail.kind for one in pointed_out.details_to_show(db.session.get_one(Story, story_id))] == ["email"]
