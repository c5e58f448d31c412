"""What is learnt from sentences: that it is the newest, the same each time, and weighs in the right direction."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from flask import Flask

from forum.care import learning, scoring
from forum.care.detection import RAISED, find
from forum.care.features import matters, signs
from forum.care.reading import CONTENT, read_in, tongue
from forum.care.sentences import sentences
from forum.care.wording import RAISED as WORDS
from forum.core.settings import LANGUAGES

LONGEST_FILE = 150 * 1024


def test_the_weights_are_those_of_the_sentences() -> None:
    known = scoring.weights("en")
    assert known.learnt_from == learning.fingerprint(), "sentences, phrases or matters changed: flask care learn"
    assert known.link < known.card
    files = [CONTENT / "weights" / f"{name}.json" for name in (*LANGUAGES, "shared")]
    assert max(file.stat().st_size for file in files) <= LONGEST_FILE


def test_every_sentence_is_there_once_and_has_a_label() -> None:
    every = list(learning.examples())
    assert len({(one.language, one.text) for one in every}) == len(every)
    for language in LANGUAGES:
        hands = {one.hand for one in every if one.language == language}
        assert learning.ORDINARY in hands
        assert len(hands) >= 3, "two hands besides, so that what is learnt from one is tried on the other"


def test_nothing_of_the_exam_is_learnt() -> None:
    from forum.care import quality

    learnt = {one.text.casefold() for one in learning.examples()}
    for name in quality.EXAMS:
        assert learnt.isdisjoint(one.text.casefold() for one in quality.exam(name))


def few() -> list[learning.Example]:
    """Every sixtieth sentence."""
    return list(learning.examples())[::60]


def test_the_same_sentences_give_the_same_weights() -> None:
    once, again = (learning.learn([(one, one.is_raised) for one in few()], learning.Shown()) for _turn in range(2))
    assert once == again
    assert once["@life"] > once["@clinic"]


def test_what_is_learnt_from_some_hands_holds_for_another() -> None:
    """With one in twenty-five of the sentences already; `flask care learn` prints what all of them do."""
    some = [one for at, one in enumerate(learning.examples()) if at % 25 == 0]
    scored = learning.crosswise(learning.by_hand(some), learning.Shown())
    assert len(scored) == len(some)
    raised, quiet = ([score for one, score in scored if one.is_raised == is_raised] for is_raised in (True, False))
    heavier = sum(score > other for score in raised for other in quiet)
    assert heavier / (len(raised) * len(quiet)) >= 0.65, "how often what is to be raised is heavier than what isn't"


def row(signs: str, *, is_meant: bool) -> learning.Row:
    return learning.Row(signs.split(), "en:#always", 1 / math.sqrt(2), is_meant)


def test_the_line_parts_what_can_be_parted() -> None:
    rows = [row("both heavy", is_meant=True), row("both light", is_meant=False)]
    weights = learning.line_between(rows, dict.fromkeys(("both", "heavy", "light"), 1.0))
    assert weights["heavy"] > 0 > weights["light"]
    assert abs(weights["both"]) < 0.05
    assert learning.line_between([], {}) == {}


def test_what_leans_to_one_side_counts_more() -> None:
    rows = [row("both heavy", is_meant=True), row("both heavy", is_meant=True)]
    rows += [row(signs, is_meant=False) for signs in ("both seldom", "both light ~lig", "light ~lig")]
    tells = learning.telling(rows)
    assert tells["heavy"] > tells["both"]
    assert tells["light"] == 2 * tells["~lig"], "of letters in a row half"
    assert "seldom" not in tells
    assert learning.telling([]) == {}


def test_only_the_heaviest_are_kept_in_hundredths() -> None:
    weights = {"@die": 0.5, "en:#always": 0.012, "en:tea": -0.4, "en:a": 0.0001, "it:tè": -0.3}
    assert learning.kept(learning.of(weights, "en"), 2) == {"#always": 1, "tea": -40}
    assert learning.kept(learning.of(weights, "shared"), 2) == {"@die": 50}


def test_what_a_sentence_shows() -> None:
    spoken = tongue("en")
    [(_number, sentence, hits)] = read_in(sentences("i will never wake, not one morning"), spoken, is_whole=True)
    shown = signs(sentence, hits, spoken, "en")
    for sign in ("wake", "never wake", "will _ wake", "|not", "^ i", "morn $", "@wake", "@!wake", "#me", "~<wa"):
        assert sign in shown
    assert matters("it").of("vita") == ("life",)


def test_it_is_told_why_and_a_long_text_has_to_be_heavier() -> None:
    text = "Nobody would miss me. They would all be better off."
    found = scoring.why(text, "en", most=5)
    assert len(found) == 5
    assert [abs(weight) for _sign, weight in found] == sorted((abs(weight) for _sign, weight in found), reverse=True)
    plain = "We had soup for lunch. "
    assert scoring.score(text + " " + plain * 40, "en") < scoring.score(text, "en")
    assert scoring.score("", "en") == -math.inf


def test_what_no_phrase_says_sounds_like_it() -> None:
    assert RAISED[-1] == "sounds"
    assert set(WORDS) == set(RAISED)


@pytest.mark.parametrize(
    "text", ["\x00", "🫠" * 500, "\u202e" * 9, "a" * 5000, ". " * 2000, "no " * 3000, "\n\n" * 999]
)
def test_nothing_can_be_heavy_without_words(text: str) -> None:
    for language in (*LANGUAGES, "xx"):
        raised = find(text, language)
        assert raised is None or raised.is_gentle


def test_a_line_that_is_no_sentence_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text("# somebody\nnone\tTea?\nsad\tOh.\n", "utf-8")
    with pytest.raises(ValueError, match="sad"):
        list(learning.examples(tmp_path))


def test_the_commands(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    told = runner.invoke(args=["care", "why", "--language", "it"], input="Vorrei dormire e non svegliarmi più.")
    assert told.exit_code == 0
    assert "altogether" in told.output
    some = few()
    monkeypatch.setattr(learning, "examples", lambda: some)
    monkeypatch.setattr(learning, "KEPT_IN", tmp_path)
    told = runner.invoke(args=["care", "learn"])
    assert told.exit_code == 0, told.output
    assert "recall" in told.output
    kept = json.loads((tmp_path / "es.json").read_text("utf-8"))
    assert kept["weights"]
