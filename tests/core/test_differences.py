"""Differences: nothing is lost or invented, what stayed is seen to stay, and no text makes them slow."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask, render_template_string
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.core.differences import Paragraph, Piece, chunks, differences, stretches

LONG = 30_000
BOUND = 0.3

_bits = st.sampled_from(
    ["a", "b", "the", "Tuesday", " ", ". ", ", ", "\n", "\n\n", "\n \n", "e\u0301", "\u202e", "🧵", "\t"]
)
_texts = st.one_of(st.lists(_bits, max_size=60).map("".join), st.text(max_size=200))


def _before(found: list[Paragraph]) -> str:
    return "".join(piece.text for paragraph in found for piece in paragraph.pieces if piece.kind != "added")


def _after(found: list[Paragraph]) -> str:
    return "".join(piece.text for paragraph in found for piece in paragraph.pieces if piece.kind != "removed")


@given(_texts, _texts)
@example("\n\n", "\n \n")
@example("\n\nIt began.", "\n \nIt began.")
@settings(max_examples=400, deadline=None)
def test_joining_what_stayed_and_went_gives_the_text_before_and_what_stayed_and_came_the_text_after(
    before: str, after: str
) -> None:
    found = differences(before, after)
    assert (_before(found), _after(found)) == (before, after)
    assert "".join(p.before for p in found) == before
    assert "".join(p.after for p in found) == after
    assert all(piece.text for paragraph in found for piece in paragraph.pieces)
    for paragraph in found:
        kinds = [piece.kind for piece in paragraph.pieces]
        assert all(one != other for one, other in pairwise(kinds)), "neighbours of one kind are one piece"


@given(_texts)
@settings(deadline=None)
def test_a_text_and_itself_differ_in_nothing(text: str) -> None:
    assert all(piece.kind == "same" for paragraph in differences(text, text) for piece in paragraph.pieces)
    assert "".join(chunk.words + chunk.breaks for chunk in chunks(text)) == text


@given(st.lists(st.sampled_from(["One here.", "Two there.", "Three, too.", "Four."]), max_size=8), st.integers(0, 8))
@settings(deadline=None)
def test_a_new_paragraph_changes_no_other(paragraphs: list[str], at: int) -> None:
    before, after = "\n\n".join(paragraphs), "\n\n".join([*paragraphs[:at], "Quite new words.", *paragraphs[at:]])
    changed = [paragraph for paragraph in differences(before, after) if not paragraph.is_same]
    assert [paragraph.after.strip() for paragraph in changed] == ["Quite new words."]


def test_one_word_is_marked_as_one_word() -> None:
    found = differences(
        "It began in May.\n\nThen my hands hurt a lot.", "It began in May.\n\nThen my knees hurt a lot."
    )
    assert [paragraph.is_same for paragraph in found] == [True, False]
    assert found[1].pieces == (
        Piece("same", "Then my "),
        Piece("removed", "hands"),
        Piece("added", "knees"),
        Piece("same", " hurt a lot."),
    )


def test_neighbouring_changed_words_read_as_one_change() -> None:
    (paragraph,) = differences("I saw the old doctor again on Monday", "I saw a new nurse again on Monday")
    assert [(p.kind, p.text) for p in paragraph.pieces] == [
        ("same", "I saw "),
        ("removed", "the old doctor"),
        ("added", "a new nurse"),
        ("same", " again on Monday"),
    ]


def test_a_paragraph_with_hardly_a_word_in_common_is_shown_as_replaced() -> None:
    found = differences("The garden was wet and I slept.", "My insurer paid, and nobody there asked a question.")
    assert {len(paragraph.pieces) for paragraph in found} == {1}
    assert [paragraph.pieces[0].kind for paragraph in found] == ["removed", "added"]


def test_moved_paragraphs_are_taken_out_in_one_place_and_put_in_another() -> None:
    found = differences("First words.\n\nSecond ones.\n\nThird, last.", "Second ones.\n\nThird, last.\n\nFirst words.")
    assert [(p.before.strip(), p.after.strip()) for p in found if not p.is_same] == [
        ("First words.", ""),
        ("", "First words."),
    ]


def _random(words: list[str], between: str = " ", seed: int = 1) -> str:
    return between.join(random.Random(seed).choices(words, k=LONG))[:LONG]


def _counted(last: int, between: str, step: int = 1) -> str:
    return between.join([f"p{number}" for number in range(last)][::step])


_vocabulary = [f"w{number}" for number in range(500)]
_stories = [" ".join(random.Random(n).choices(_vocabulary, k=75)) for n in range(160)]
HOSTILE: dict[str, Callable[[], tuple[str, str]]] = {
    "other words": lambda: (_random(_vocabulary), _random(_vocabulary, seed=2)),
    "two words at random": lambda: (_random(["a", "b"]), _random(["a", "b"], seed=2)),
    "two paragraphs at random": lambda: (_random(["a", "b"], "\n\n"), _random(["a", "b"], "\n\n", seed=2)),
    "one word against another": lambda: ("a " * (LONG // 2), "b " * (LONG // 2)),
    "shifted": lambda: ("a a b " * (LONG // 6), "a b a " * (LONG // 6)),
    "turned round": lambda: (_counted(5000, " "), _counted(5000, " ", -1)),
    "paragraphs turned round": lambda: (_counted(4000, "\n\n"), _counted(4000, "\n\n", -1)),
    "every paragraph other": lambda: (
        "\n\n".join(f"p{n}" for n in range(4000)),
        "\n\n".join(f"q{n}" for n in range(4000)),
    ),
    "every paragraph edited": lambda: ("\n\n".join(_stories[:80]), "\n\n".join(_stories[:80]).replace("w1", "x")),
    "eighty other paragraphs": lambda: ("\n\n".join(_stories[:80]), "\n\n".join(_stories[80:])),
    "sorted": lambda: (" ".join(sorted(_random(_vocabulary).split())), _random(_vocabulary)),
    "no space": lambda: ("a" * LONG, "b" * LONG),
    "marks": lambda: ("!?" * (LONG // 2), "? !" * (LONG // 3)),
    "only breaks": lambda: ("\n" * LONG, "\n " * (LONG // 2)),
    "nothing against much": lambda: ("", _random(_vocabulary)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow_to_compare(name: str) -> None:
    before, after = HOSTILE[name]()
    fastest = BOUND
    for _attempt in range(3):  # the machine may be busy with something else
        start = time.process_time()
        found = differences(before, after)
        fastest = min(fastest, time.process_time() - start)
    assert (_before(found), _after(found)) == (before, after)
    assert fastest < BOUND


def test_the_page_says_what_came_and_went_and_folds_what_stayed(app: Flask) -> None:
    same = "\n\n".join(f"This paragraph, number {number}, stays." for number in range(12))
    page = "{% from '_differences.html' import differences %}{{ differences(found) }}"
    with app.test_request_context("/en/"):
        html = render_template_string(
            page, found=differences(f"{same}\n\nMy <b>hands</b> hurt", f"{same}\n\nMy knees hurt")
        )
    assert "… 12 paragraphs unchanged</summary>" in html
    assert '<del class="differences-out"><span class="unseen">removed: </span>&lt;b&gt;hands&lt;/b&gt;</del>' in html
    assert '<ins class="differences-in"><span class="unseen">added: </span>knees</ins>' in html


def test_stretches_lose_no_paragraph() -> None:
    found = differences("a b c\n\nd\n\ne", "a b x\n\nd\n\ne")
    assert [paragraph for stretch in stretches(found) for paragraph in stretch.paragraphs] == found
    assert [stretch.is_same for stretch in stretches(found)] == [False, True]
