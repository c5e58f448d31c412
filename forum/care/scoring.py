"""How much a text sounds like what people write in such moments: learnt weights, added up.

`learning` makes the weights from sentences that were invented for it. Here they are read and added: first a sentence
at a time, and two neighbours together; what counts is where it is heaviest. A long text has more places to be heavy by
chance, so it has to be heavier.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from forum.care.features import signs
from forum.care.phrases import Hit
from forum.care.reading import CONTENT, Tongue, read_in, tongue
from forum.care.sentences import Sentence, own_words, sentences
from forum.core.stems import fold

Said = tuple[int, Sentence, list[Hit]]  # as `reading.read_in` gives it
SPREAD = 0.3  # by how much a text of e times as many places has to be heavier
BIAS = "#always"
UNIT = 1000  # weights are kept as whole thousandths


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt for one language. `card` and `link`: from which score on the card is shown, or the quiet link."""

    weights: Mapping[str, float]
    someone: Mapping[str, float]  # whether somebody else is meant, among what is raised
    card: float
    link: float
    learnt_from: str

    def score(self, signs_of: Sequence[Iterable[str]]) -> float:
        """How heavy a text is, from the signs of its sentences; for one without any, as light as can be."""
        return heaviest([_known(found, self.weights) for found in signs_of], self.weights.get(BIAS, 0.0))

    def is_about_someone(self, signs_of: Sequence[Iterable[str]]) -> bool:
        """Whether what weighs in a text is rather somebody else's danger."""
        return heaviest([_known(found, self.someone) for found in signs_of], self.someone.get(BIAS, 0.0)) > 0


@cache
def weights(language: str) -> Weights:
    """What was learnt for a language, read once."""
    kept = json.loads((CONTENT / "weights" / f"{language}.json").read_text("utf-8"))
    main, someone = ({sign: value / UNIT for sign, value in kept[name].items()} for name in ("weights", "someone"))
    return Weights(main, someone, kept["card"], kept["link"], kept["learnt_from"])


def heaviest(found: Sequence[Mapping[str, float]], bias: float) -> float:
    """The score of a text from what weighs in each of its sentences."""
    if not found:
        return -math.inf
    best = max(sum(one.values()) for one in found)
    for one, other in pairwise(found):
        best = max(best, sum((one | other).values()) if one and other else best)  # type: ignore[operator]
    return best + bias - SPREAD * math.log(2 * len(found) - 1)


def _known(found: Iterable[str], known: Mapping[str, float]) -> dict[str, float]:
    return {sign: known[sign] for sign in found if sign in known}


def signs_of(said: Sequence[Said], spoken: Tongue, language: str) -> list[dict[str, None]]:
    """The signs of each sentence of a text that was read in its own language."""
    return [signs(sentence, hits, spoken, language) for _number, sentence, hits in said]


def signs_in(text: str, language: str) -> list[dict[str, None]]:
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
