"""Learning what weighs, from sentences that were invented for it: the same sentences give the same weights.

A straight line between what is to be raised and what isn't: each sign (`features`) has one weight, and those of a text
are added up. It is found by dual coordinate descent (a support vector machine without a kernel, squared losses), in
plain Python. All languages are learnt at once: words and pairs each have weights of their own, what words are about
and what phrases say has one weight in all of them.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from forum.care.reading import CLASSES, CONTENT
from forum.care.scoring import BIAS, UNIT, heaviest, signs_in
from forum.core.settings import LANGUAGES

KEPT_IN = CONTENT / "weights"
NONE, GENTLE = "none", "gentle"
QUIET = (NONE, GENTLE)  # labels of what is not to be raised
ORDINARY = "ordinary"  # whole posts and pages in which nothing is to be raised
TURNS = 30
COST = 0.04  # of a sentence on the wrong side of the line: the more, the closer the weights follow the sentences
RAREST = 2  # a sign that fewer texts show says nothing yet
MOST, MOST_SOMEONE = 7000, 400  # signs that are kept for a language
CARD_FALSE, LINK_FALSE = 0.005, 0.04  # the part of ordinary texts in which the card, or the link, may come by mistake


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence to learn from, and who invented it (`hand`; ORDINARY: a whole post or page)."""

    language: str
    label: str
    text: str
    hand: str

    @property
    def is_raised(self) -> bool:
        """Whether something is to be raised."""
        return self.label not in QUIET


@dataclass(slots=True)
class Learnt:
    """One weight for each sign. A sign of words is that of its language; the others are shared."""

    weights: dict[str, float] = field(default_factory=dict)

    def of(self, language: str) -> dict[str, float]:
        """The weights that a language uses, under the signs as its sentences show them."""
        own = f"{language}:"
        return {
            sign.removeprefix(own): weight
            for sign, weight in self.weights.items()
            if sign.startswith(own) or sign[0] in "#@"
        }


def examples(folder: Path = CONTENT / "sentences") -> Iterator[Example]:
    """The sentences to learn from; a line `# name` begins those of another hand."""
    for language in LANGUAGES:
        hand = ""
        if not (folder / f"{language}.tsv").exists():
            continue
        for line in (folder / f"{language}.tsv").read_text("utf-8").splitlines():
            label, _tab, text = line.partition("\t")
            if line.startswith("# "):
                hand = line[2:]
            elif label in (*CLASSES, *QUIET) and text:
                yield Example(language, label, text, hand)
            else:
                raise ValueError(f"{language}.tsv: no label and text: {line}")


def fingerprint(folder: Path = CONTENT / "sentences") -> str:
    """What the weights name, so that it shows when sentences or matters changed after they were learnt."""
    files = [*(folder / f"{language}.tsv" for language in LANGUAGES), CONTENT / "matters.yaml"]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def shared_name(sign: str, language: str) -> str:
    """A sign as all languages know it: with its language, unless it is shared. Each language has its own bias."""
    return sign if sign[0] in "#@" and sign != BIAS else f"{language}:{sign}"


class Shown:
    """The signs that examples show, read once for each."""

    def __init__(self) -> None:
        self._shown: dict[Example, list[tuple[str, ...]]] = {}

    def of(self, example: Example) -> list[tuple[str, ...]]:
        """The signs of each of its sentences."""
        if example not in self._shown:
            language = example.language
            self._shown[example] = [
                tuple(shared_name(sign, language) for sign in signs) for signs in signs_in(example.text, language)
            ]
        return self._shown[example]

    def rows(self, example: Example) -> list[set[str]]:
        """What is learnt from it: a sentence or two whole; of ordinary texts every place, for each could be heavy."""
        shown = self.of(example)
        bias = shared_name(BIAS, example.language)
        if example.hand != ORDINARY:
            return [{bias}.union(*shown)]
        return [{bias, *one} for one in shown] + [{bias, *one, *other} for one, other in pairwise(shown)]


def learn(chosen: Sequence[tuple[Example, bool]], shown: Shown) -> Learnt:
    """The weights that part examples that are meant from those that aren't."""
    rows = [(row, is_meant) for example, is_meant in chosen for row in shown.rows(example)]
    often = Counter(sign for row, _is_meant in rows for sign in row)
    names = sorted(sign for sign, times in often.items() if times >= RAREST)
    number = {sign: at for at, sign in enumerate(names)}
    numbered = [(sorted(number[sign] for sign in row if sign in number), is_meant) for row, is_meant in rows]
    return Learnt(dict(zip(names, line_between(numbered, len(names)), strict=True)))


def line_between(rows: Sequence[tuple[Sequence[int], bool]], size: int, *, turns: int = TURNS) -> list[float]:
    """The weight of each number, from rows of numbers that are meant or not: each turn looks at every row once."""
    weight = [0.0] * size
    pull = [0.0] * len(rows)
    give = 1 / (2 * COST)
    order = list(range(len(rows)))
    chance = random.Random(len(rows))  # the same order each time
    for _turn in range(turns):
        chance.shuffle(order)
        for at in order:
            row, is_meant = rows[at]
            side = 1.0 if is_meant else -1.0
            short = side * sum(map(weight.__getitem__, row)) - 1 + pull[at] * give
            if short >= 0 and not pull[at]:
                continue
            now = max(pull[at] - short / (len(row) + give), 0.0)
            change = (now - pull[at]) * side
            pull[at] = now
            for one in row:
                weight[one] += change
    return weight


def score(example: Example, weights: Mapping[str, float], shown: Shown) -> float:
    """How heavy an example is by weights under shared names."""
    found = [{sign: weights[sign] for sign in signs if sign in weights} for signs in shown.of(example)]
    return heaviest(found, weights.get(shared_name(BIAS, example.language), 0.0))


def kept(weights: Mapping[str, float], most: int) -> dict[str, int]:
    """The weights that are kept: the heaviest, in whole thousandths, in the order of their signs."""
    heavy = sorted(weights, key=lambda sign: (sign != BIAS, -abs(weights[sign]), sign))[:most]
    return {sign: value for sign in sorted(heavy) if (value := round(weights[sign] * UNIT))}


def halves(all_examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """Two parts that no hand has sentences in both of, and every other ordinary text in each."""
    parts: tuple[list[Example], list[Example]] = ([], [])
    hands: dict[str, list[str]] = {}
    ordinary = 0
    for example in all_examples:
        if example.hand == ORDINARY:
            ordinary += 1
            parts[ordinary // 8 % 2].append(example)  # what stands together is of one conversation
        else:
            known = hands.setdefault(example.language, [])
            if example.hand not in known:
                known.append(example.hand)
            parts[known.index(example.hand) % 2].append(example)
    return parts


def crosswise(parts: tuple[list[Example], list[Example]], shown: Shown) -> list[tuple[Example, float]]:
    """Each example with its score by what was learnt from the other part."""
    found = []
    for learnt_from, tried_on in (parts, parts[::-1]):
        weights = learn([(one, one.is_raised) for one in learnt_from], shown).weights
        found += [(one, score(one, weights, shown)) for one in tried_on]
    return found


def threshold(scored: Iterable[tuple[Example, float]], part: float) -> float:
    """The score that at most a part of the ordinary texts reach."""
    heavy = sorted((score for example, score in scored if example.hand == ORDINARY), reverse=True)
    return math.ceil(heavy[int(part * len(heavy))] * UNIT + 1) / UNIT if heavy else 0.0


def write() -> list[tuple[Example, float]]:
    """Learn, and keep the weights of each language. Returns every example with its score by the other part."""
    shown = Shown()
    every = list(examples())
    scored = crosswise(halves(every), shown)
    main = learn([(one, one.is_raised) for one in every], shown)
    someone = learn([(one, one.label == "someone") for one in every if one.is_raised], shown)
    for language in LANGUAGES:
        found = {
            "learnt_from": fingerprint(),
            "card": threshold(scored, CARD_FALSE),
            "link": threshold(scored, LINK_FALSE),
            "weights": kept(main.of(language), MOST),
            "someone": kept(someone.of(language), MOST_SOMEONE),
        }
        (KEPT_IN / f"{language}.json").write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", "utf-8")
    return scored


def report(scored: Sequence[tuple[Example, float]]) -> Iterator[str]:
    """What the learnt does on sentences of other hands, as lines: for each language, from the card and the link on."""
    yield "Tried on the sentences of the hands that it was not learnt from, without the phrases:"
    for name, part in (("card", CARD_FALSE), ("link", LINK_FALSE)):
        least = threshold(scored, part)
        false = sum(score >= least for example, score in scored if example.hand == ORDINARY)
        yield f"from the {name} on ({least:.2f}): {false} of the ordinary texts"
        for language in LANGUAGES:
            tried = [(one, score) for one, score in scored if one.language == language and one.hand != ORDINARY]
            raised = [one.is_raised for one, score in tried if score >= least]
            meant = sum(one.is_raised for one, _score in tried)
            yield (
                f"  {language}  precision {sum(raised) / max(len(raised), 1):.2f}  "
                f"recall {sum(raised) / max(meant, 1):.2f}  of {len(tried)}"
            )
