"""What is noticed in a text: the measured quality, what tempers, bad input, and how long it takes."""

from __future__ import annotations

import time

import pytest

from forum.care import learning, quality
from forum.care.detection import Raised, find
from forum.care.phrases import PhraseError, read_phrase
from forum.care.reading import CLASSES


def test_the_set_is_large_and_balanced() -> None:
    every = list(quality.labelled())
    assert len(every) >= 400
    for language in ("en", "it", "es"):
        held_out = [one for one in every if one.language == language and one.is_held_out]
        quiet = sum(one.label == quality.NONE for one in held_out)
        assert len(held_out) >= 60
        assert 0.4 <= quiet / len(held_out) <= 0.6
    assert {one.label for one in every} == {*CLASSES, quality.NONE}
    assert len({one.text for one in every}) == len(every)


@pytest.mark.parametrize("language", ["en", "it", "es"])
def test_what_is_held_out_is_judged_well_enough(language: str) -> None:
    given = quality.answers(one for one in quality.labelled() if one.is_held_out and one.language == language)
    found = quality.figures(given)
    assert found.recall >= 0.95
    assert found.precision >= 0.85


# For each exam and language: precision and recall of what is raised, and where the quiet link counts too. As they were
# measured, less a little; nobody looked at the sentences themselves.
EXAMS = {
    "first": {"en": (0.85, 0.70, 0.74, 0.83), "it": (0.72, 0.69, 0.67, 0.83), "es": (0.83, 0.75, 0.70, 0.92)},
    "second": {"en": (0.87, 0.58, 0.75, 0.67), "it": (0.87, 0.78, 0.81, 0.86), "es": (0.80, 0.67, 0.72, 0.83)},
}


@pytest.mark.parametrize(("name", "language"), [(name, language) for name in EXAMS for language in EXAMS[name]])
def test_the_exams_are_passed_as_they_were(name: str, language: str) -> None:
    given = quality.answers(one for one in quality.exam(name) if one.language == language)
    assert len(given) >= 130
    raised, linked = quality.figures(given), quality.figures(quality.or_linked(given))
    found = (raised.precision, raised.recall, linked.precision, linked.recall)
    assert all(has >= floor for has, floor in zip(found, EXAMS[name][language], strict=True)), found


def test_ordinary_texts_are_left_alone() -> None:
    found = [find(one.text, one.language) for one in learning.examples() if one.hand == learning.ORDINARY]
    assert len(found) > 500
    assert sum(one is not None and not one.is_gentle for one in found) <= len(found) * 0.005
    assert sum(one is not None for one in found) <= len(found) * 0.02


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("I wànt tö dïe", "passive"),
        ("W A I T. i waaaant to dieeee", "passive"),
        ("i want to d1e", "passive"),
        ("I'm thinking about su*icide", "intent"),
        ("My language is set wrong: voglio morire", "passive"),
        ("Weather is fine.\n\nI have the pills ready to end it.\n\nWhat's for lunch?", "plan"),
    ],
)
def test_however_it_is_typed(text: str, what: str) -> None:
    assert find(text, "en") == Raised(what)


@pytest.mark.parametrize(
    "text",
    [
        "> I want to die\n\nI am so sorry you feel like this. Shall we talk?",
        "She wrote “I want to kill myself” and I called her at once, she is safe.",
        "https://example.org/i-want-to-die",
        "Not one day have I wanted to die.",
        "",
        "\x00\u202e\ufeff",
        "🫠" * 500,
    ],
)
def test_what_is_quoted_linked_or_empty_raises_nothing(text: str) -> None:
    raised = find(text, "en")
    assert raised is None or raised.is_gentle or raised.what == "someone"


def test_what_is_long_past_or_grief_is_gentle() -> None:
    for text in (
        "When I was 17 I tried to kill myself. Thirty years later I'm glad I am here.",
        "Mi hermano se quitó la vida en 2010.",
        "Allora volevo morire, oggi la vita mi piace.",
    ):
        raised = find(text, "en")
        assert raised is not None
        assert raised.is_gentle


def test_the_gravest_is_named_first() -> None:
    assert find("I am so tired of living. I've been saving up my pills. I cut myself again.", "en") == Raised("plan")


def test_an_unknown_language_is_read_all_the_same() -> None:
    assert find("I want to die", "xx") == Raised("passive")


def test_five_thousand_characters_take_five_milliseconds() -> None:
    text = (
        "I was in hospital for a week and my hands hurt so much that I could not sleep, and I am tired of it. " * 60
    )[:5000]
    find(text, "en")

    def took() -> float:
        start = time.process_time()
        find(text, "en")
        return time.process_time() - start

    assert min(took() for _turn in range(20)) < 0.015, "three times what it takes on a quiet machine"


def test_it_grows_with_the_text_and_no_faster() -> None:
    def took(text: str) -> float:
        start = time.process_time()
        find(text, "en")
        return time.process_time() - start

    hostile = "not not not i want want to to kill end my my "
    took(hostile * 10)
    short, long = (min(took(hostile * times) for _turn in range(3)) for times in (60, 240))
    assert long < short * 12 + 0.02


@pytest.mark.parametrize("written", ["", "~2 word", "word? word", "$", "a* b", "@nobody", "what!", "x|"])
def test_a_phrase_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises((PhraseError, ValueError)):
        read_phrase(written, "plan", {})
