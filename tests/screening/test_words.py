"""Finding watched words in a text, whatever they are written with."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.rows import BoardRow
from forum.moderation.models import Signal
from forum.screening import catching, looking, words
from forum.screening.catching import around
from forum.screening.folding import folded
from forum.screening.matching import Matcher, Watched
from forum.screening.words import Phrase, can_be_watched, lines_of
from tests.cast import Cast
from tests.discussions.conftest import board, make_board, started

__all__ = ["board", "make_board"]  # fixtures: found by their names


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


def test_ten_thousand_hostile_words_are_a_list_like_any_other() -> None:
    """Overlapping, very long, accented, from right to left, signs alone, expressions: each is letters, or left out."""
    plain = [f"salve{number:04}x" for number in range(9_991)]
    hostile = [
        "salve0001x salve0002x", "salve0002x salve0003x", "ﷺ" * 90, "ñandú " * 16, "\u202eبيع الدواء\u202c",
        "(a+)+$", "[a-z]{1,9999}", "%_%'; DROP TABLE watched_words; --", "ｆｕｌｌ ｗｉｄｔｈ", "na\u0000il",
        "!!! ??? …", "💊💊", "\u200b\u200d\ufeff", "*" * 100, "x" * 101,
    ]  # fmt: skip
    each = {"language": "und", "act": "hold"}
    lists = [lines_of("\n".join(part), **each) for part in (plain[:5_000], plain[5_000:] + hostile)]
    assert lists[0].refused == []
    assert lists[1].refused == [4_991 + number for number in (6, 11, 12, 14, 15)], "a letter, signs alone, too long"
    watched = [phrase.folded for part in lists for phrase in part.phrases]
    assert len(watched) == 10_000
    many = Matcher(Watched(key, word, "und", "hold", False) for key, word in enumerate(watched))

    def found(text: str) -> list[str]:
        return [word.folded for word in many.found_in(text, "en")]

    assert found("Salve0001x, SALVE0002X salve0003x.") == [
        "salve0001x", "salve0002x", "salve0003x", "salve0001x salve0002x", "salve0002x salve0003x",
    ]  # fmt: skip
    assert found(f"so {'ﷺ' * 90} so") == [folded("ﷺ" * 90)]
    assert found("ÑANDÚ " * 16) == [folded("ñandú " * 16)]
    assert found("nun بيع الدواء nun") == [folded("بيع الدواء")]
    assert found("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa z 1 9999 1 9999") == []
    assert found("full width; drop table watched words: nail") == [
        "drop table watched words", "full width", "nail",
    ]  # fmt: skip


def test_a_text_of_nothing_but_watched_words_leaves_few_signals(app: Flask, cast: Cast, board: BoardRow) -> None:
    """A moderator reads a few of them, those that ask for most; sending it doesn't write thousands of rows."""
    many = [Phrase(f"note{number:04}x", "und", "note") for number in range(1_500)]
    asks = [Phrase("salve", "und", "hold"), Phrase("bridge", "und", "care")]
    with write():
        words.watch(actor=None, phrases=[*many, *asks])
    sent = started(cast.alice.viewer, board, "All of it", f"{' '.join(one.phrase for one in many)} salve, bridge")
    db.session.rollback()
    rows = db.session.scalars(select(Signal).where(Signal.contribution_id == sent.opening_id)).all()
    assert len(rows) == looking.MOST_NAMED
    assert [row.signal for row in rows].count("crisis") == 1
    assert sum(row.is_hold for row in rows) == 1


def test_a_look_back_is_bounded_and_says_so(
    app: Flask, cast: Cast, board: BoardRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        started(cast.alice.viewer, board, f"Buttons {number}", f"All seven buttons, {number}.")
    mona = cast.mona.viewer

    def look(phrase: str) -> tuple[int, int, bool, bool]:
        db.session.rollback()
        caught = catching.would_catch(mona, [Phrase(phrase, "und", "hold")], "en")
        return caught.looked, caught.found, caught.is_cut, caught.is_more

    assert look("buttons") == (4, 4, False, False)
    monkeypatch.setattr(catching, "MOST", 4)
    assert look("buttons") == (4, 4, False, False), "that was all"
    monkeypatch.setattr(catching, "MOST", 3)
    assert look("buttons 0") == (3, 0, False, True)
    page = cast.mona.browser.post(
        "/en/moderation/words", data={"phrase": "buttons 0", "language": "und", "act": "hold", "note": "", "seen": ""}
    ).text
    assert "It would have caught none of the newest texts." in page
    assert "We looked through the newest 3 texts of the last 30 days. There are more." in page
    monkeypatch.setattr(catching, "PATIENCE", -1)
    assert look("buttons") == (1, 1, True, True), "each text may be the one that takes long"


def test_where_it_stands_in_a_text(app: Flask) -> None:
    word = Watched(1, "miracle cure", "und", "hold", False)
    assert around("We sell a Miracle\nCURE here", word) == ("We sell a ", "Miracle\nCURE", " here")
    assert around("Nothing", word) == ("", "", "Nothing")
