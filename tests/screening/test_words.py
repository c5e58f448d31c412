"""Finding watched words in a text, whatever they are written with."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.screening import words
from forum.screening.catching import around
from forum.screening.folding import folded
from forum.screening.matching import Matcher, Watched
from forum.screening.words import Phrase, can_be_watched, lines_of


def matcher(*phrases: tuple[str, str, bool]) -> Matcher:
    return Matcher(
        Watched(number, folded(phrase), language, "hold", is_prefix)
        for number, (phrase, language, is_prefix) in enumerate(phrases)
    )


MATCHER = matcher(
    ("miracle cure", "und", False),  # 0
    ("Viagra", "und", False),  # 1
    ("guarigione", "it", False),  # 2
    ("investi", "und", True),  # 3
    (".*(a|b)+", "und", False),  # 4: taken as the letters a and b
    ("cure", "en", False),  # 5
    ("curación", "es", False),  # 6
)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("A miracle cure!", "en", [0, 5]),
        ("A MIRACLE\n cure", "it", [0]),
        ("miracles cured", "en", []),
        ("miracle-cure", "en", [0, 5]),
        ("Vìágra", "en", [1]),
        ("vіagrа", "en", [1]),  # two letters are Cyrillic
        ("Ｖｉａｇｒａ and 𝐯𝐢𝐚𝐠𝐫𝐚", "en", [1]),
        ("v1agra, vi4gr4", "en", [1]),
        ("v i a g r a now", "en", [1]),
        ("vi\u200bag\u00adra", "en", [1]),
        ("via**gra**, *via*gra", "en", [1]),  # shown as one word
        ("miracle&nbsp;cu&#114;e", "en", [0, 5]),
        ("ᴠɪᴀɢʀᴀ", "en", [1]),
        ("viagr", "en", []),
        ("La guarigione", "it", [2]),
        ("La guarigione", "es", []),
        ("curacion", "es", [6]),
        ("investimento sicuro", "it", [3]),
        ("reinvesti", "it", []),
        ("aaaa bbbb", "en", []),
        ("a b", "en", [4]),
        ("", "en", []),
        ("\u202e\u0000", "en", []),
    ],
)
def test_what_is_found(text: str, language: str, found: list[int]) -> None:
    assert [word.id for word in MATCHER.found_in(text, language)] == found


def test_an_empty_list_finds_nothing() -> None:
    assert matcher().found_in("anything", "en") == []


def test_overlapping_phrases_are_all_found() -> None:
    both = matcher(("a b c", "und", False), ("b c d", "und", False), ("c", "und", False))
    assert [word.id for word in both.found_in("a b c d", "en")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        (Phrase("a", "en", "hold"), words.TOO_SHORT),
        (Phrase("…?!", "en", "hold"), words.TOO_SHORT),
        (Phrase("ab", "en", "hold", is_prefix=True), words.TOO_SHORT_A_BEGINNING),
        (Phrase("word " * 2_000, "en", "hold"), words.TOO_LONG),
    ],
)
def test_what_cannot_be_watched_is_refused_with_a_sentence(phrase: Phrase, sentence: object) -> None:
    verdict = can_be_watched(phrase)
    assert not verdict
    assert str(verdict.reason) == str(sentence)


def test_a_list_leaves_out_what_cannot_be_watched() -> None:
    lines = lines_of("# a list\nmiracle cure\n\nx\nMiracle  Cure\nspell\tcaster\n", language="en", act="hold")
    assert [one.phrase for one in lines.phrases] == ["miracle cure", "spell caster"]
    assert lines.refused == [4]


def test_where_it_stands_in_a_text(app: Flask) -> None:
    word = Watched(1, "miracle cure", "und", "hold", False)
    assert around("We sell a Miracle\nCURE here", word) == ("We sell a ", "Miracle\nCURE", " here")
    assert around("Nothing", word) == ("", "", "Nothing")
