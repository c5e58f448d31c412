"""How much a text sounds like what people write in such moments: learnt weights, added up.

`learning` makes the weights from sentences that were invented for it. Here they are read and added, over a few
sentences at a time; what counts is where a text is heaviest. A long text has more places to be heavy by chance, so it
has to be heavier.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from forum.care.features import signs
from forum.care.phrases import Hit
from forum.care.reading import CONTENT, Tongue, read_in, tongue
from forum.care.sentences import Sentence, own_words, sentences
from forum.core.stems import fold

Said = tuple[int, Sentence, list[Hit]]  # as `reading.read_in` gives it
TOGETHER, STEP = 6, 3  # sentences that are weighed at once, and after how many the next begin
FEWEST = 48  # signs: a place of fewer is weighed as if it had so many
EVENED = 0.6  # 0: each sign of a place weighs the same however many they are; 1: it is their mean that weighs
SPREAD = 0.3  # by how much a text of e times as many places has to be heavier
BIAS = "#always"
SHARED_BY_ALL = "shared"  # the file of the signs that say the same in every language
UNIT = 100  # weights are kept as whole hundredths


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt for one language. `card` and `link`: from which score on the card is shown, or the quiet link."""

    weights: Mapping[str, float]
    someone: Mapping[str, float]  # whether somebody else is meant, among what is raised
    card: float
    link: float
    learnt_from: str

    def score(self, shown: Sequence[Iterable[str]]) -> float:
        """How heavy a text is, from the signs of its sentences; for one without any, as light as can be."""
        return heaviest(shown, self.weights, self.weights.get(BIAS, 0.0))

    def is_about_someone(self, shown: Sequence[Iterable[str]]) -> bool:
        """Whether what weighs in a text is rather somebody else's danger."""
        return heaviest(shown, self.someone, self.someone.get(BIAS, 0.0)) > 0


@cache
def weights(language: str) -> Weights:
    """What was learnt for a language, read once."""
    shared, own = (_read(name) for name in (SHARED_BY_ALL, language))
    main, someone = (
        {sign: value / UNIT for sign, value in (shared[name] | own[name]).items()} for name in ("weights", "someone")
    )
    return Weights(main, someone, shared["card"], shared["link"], shared["learnt_from"])


def _read(name: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((CONTENT / "weights" / f"{name}.json").read_text("utf-8"))
    return kept


def places(shown: Sequence[Iterable[str]]) -> list[set[str]]:
    """The signs of a text, a few neighbouring sentences at a time: all of them where it has few."""
    starts = range(0, max(len(shown) - TOGETHER + STEP, 1), STEP)
    return [set().union(*shown[at : at + TOGETHER]) for at in starts] if shown else []


def counts(place: set[str]) -> float:
    """By what each sign of a place is multiplied, so that a long one isn't heavy for its length."""
    return math.pow(max(len(place), FEWEST), -EVENED)


def heaviest(shown: Sequence[Iterable[str]], weights: Mapping[str, float], bias: float) -> float:
    """The score of a text, from the signs of its sentences: that of its heaviest place."""
    found = places(shown)
    if not found:
        return -math.inf
    known = weights.keys()
    best = max(math.fsum(map(weights.__getitem__, known & place)) * counts(place) for place in found)
    return best + bias - SPREAD * math.log(len(found))


def signs_of(said: Sequence[Said], spoken: Tongue, language: str) -> list[set[str]]:
    """The signs of each sentence of a text that was read in its own language."""
    return [signs(sentence, hits, spoken, language) for _number, sentence, hits in said]


def signs_in(text: str, language: str) -> list[set[str]]:
    """The signs of each sentence of a text in a language."""
    spoken = tongue(language)
    return signs_of(read_in(sentences(fold(own_words(text))), spoken, is_whole=True), spoken, language)


def score(text: str, language: str) -> float:
    """How heavy a text is. From the `card` of its language on the card is shown, from the `link` on the quiet link."""
    return weights(language).score(signs_in(text, language))


def why(text: str, language: str, most: int = 20) -> list[tuple[str, float]]:
    """What weighed most in a text, for or against, the heaviest first: to tune by, and kept nowhere."""
    known = weights(language)
    found = {sign: known.weights[sign] for one in signs_in(text, language) for sign in one if sign in known.weights}
    return sorted(found.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:most]
