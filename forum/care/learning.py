"""Learning what weighs, from sentences that were invented for it: the same sentences give the same weights.

A straight line between what is to be raised and what isn't: each sign (`features`) has one weight, and those of a few
sentences are added up. It is found by dual coordinate descent (a support vector machine without a kernel, squared
losses), in plain Python. All languages are learnt at once: words and pairs each have weights of their own, what words
are about and what phrases say has one weight in all of them.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forum.care.features import SHARED
from forum.care.reading import CLASSES, CONTENT
from forum.care.scoring import BIAS, SHARED_BY_ALL, UNIT, counts, heaviest, places, signs_in
from forum.core.settings import LANGUAGES

KEPT_IN = CONTENT / "weights"
NONE, GENTLE = "none", "gentle"
QUIET = (NONE, GENTLE)  # labels of what is not to be raised
ORDINARY = "ordinary"  # whole posts and pages in which nothing is to be raised
TURNS = 8
COST = 0.25  # of a sentence on the wrong side of the line: the more, the closer the weights follow the sentences
ORDINARY_COST = 8  # times as much of an ordinary text: there are few of them, and members write little else
LETTERS, HALF = "~", 0.5  # letters in a row count half: there are many of them
LEAST = 0.5  # how much a sign counts that is as frequent in what is meant as in what isn't
LEAST_SOMEONE, COST_SOMEONE = 3, 0.1  # the same, and the cost, where it is asked whether somebody else is meant
ONE_TALK = 6  # ordinary texts that stand together are of one conversation
RAREST = 2  # a sign that fewer texts show says nothing yet
MOST, MOST_SOMEONE = 8000, 400  # signs that are kept of a language, and of those that all share
CARD_FALSE, LINK_FALSE = 0.08, 0.20  # the part of ordinary texts in which the card, or the link, may come by mistake


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
    """What the weights name, so that it shows when sentences, phrases or matters changed after they were learnt."""
    told = [CONTENT / f"{language}.yaml" for language in LANGUAGES]
    files = [*(folder / f"{language}.tsv" for language in LANGUAGES), *told, CONTENT / "matters.yaml"]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def shared_name(sign: str, language: str) -> str:
    """A sign as all languages know it: with its language, unless it is shared. Each language has its own bias."""
    return sign if sign[0] in SHARED and sign != BIAS else f"{language}:{sign}"


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
        """What is learnt from it: each of its places, most often the whole of it."""
        return places(self.of(example))


@dataclass(frozen=True, slots=True)
class Row:
    """What is learnt from at once. `counts`: by what each sign is multiplied, so that long ones don't weigh more."""

    signs: Sequence[str]
    bias: str
    counts: float
    is_meant: bool
    cost: float = COST


def learn(
    chosen: Sequence[tuple[Example, bool]], shown: Shown, *, least: float = LEAST, cost: float = COST
) -> dict[str, float]:
    """The weights, under shared names, that part examples that are meant from those that aren't."""
    rows = [
        Row(
            signs=sorted(signs),
            bias=shared_name(BIAS, example.language),
            counts=counts(signs),
            is_meant=is_meant,
            cost=cost * ORDINARY_COST if example.hand == ORDINARY else cost,
        )
        for example, is_meant in chosen
        for signs in shown.rows(example)
    ]
    return line_between(rows, telling(rows, least))


def telling(rows: Sequence[Row], least: float = LEAST) -> dict[str, float]:
    """How much each sign counts: the rarer it is, and the more it leans to one side, the more."""
    meant, quiet = (
        Counter(sign for row in rows if row.is_meant == is_meant for sign in row.signs) for is_meant in (True, False)
    )
    often = meant + quiet
    even = math.log((quiet.total() + len(often)) / (meant.total() + len(often))) if often else 0.0

    def leans(sign: str) -> float:
        return abs(math.log((meant[sign] + 1) / (quiet[sign] + 1)) + even)

    return {
        sign: _rareness(sign, times, len(rows)) * (least + leans(sign))
        for sign, times in often.items()
        if times >= RAREST
    }


def _rareness(sign: str, times: int, rows: int) -> float:
    """The rarer a sign is, the more; of letters in a row half."""
    return math.sqrt(1 + math.log(rows / times)) * (HALF if sign[0] == LETTERS else 1)


def line_between(rows: Sequence[Row], tells: Mapping[str, float]) -> dict[str, float]:
    """The weight of each sign that tells, and of each bias: what parts rows that are meant from others.

    A weight already holds how much its sign counts, so that a row's signs are simply added.
    """
    names = sorted(tells)
    number = {sign: at for at, sign in enumerate(names)}
    step = [tells[sign] ** 2 for sign in names]
    numbers = [[number[sign] for sign in row.signs if sign in number] for row in rows]
    weight, bias = [0.0] * len(names), dict.fromkeys((row.bias for row in rows), 0.0)
    give = [1 / (2 * row.cost) for row in rows]
    steep = [
        row.counts**2 * sum(step[one] for one in ones) + 1 + slack
        for row, ones, slack in zip(rows, numbers, give, strict=True)
    ]
    pull = [0.0] * len(rows)
    order = list(range(len(rows)))
    chance = random.Random(len(rows))  # the same order each time
    for _turn in range(TURNS):
        chance.shuffle(order)
        for at in order:
            row, ones = rows[at], numbers[at]
            side = 1.0 if row.is_meant else -1.0
            heavy = row.counts * sum(map(weight.__getitem__, ones)) + bias[row.bias]
            short = side * heavy - 1 + pull[at] * give[at]
            if short >= 0 and not pull[at]:
                continue
            now = max(pull[at] - short / steep[at], 0.0)
            change = (now - pull[at]) * side
            pull[at] = now
            bias[row.bias] += change
            change *= row.counts
            for one in ones:
                weight[one] += change * step[one]
    return dict(zip(names, weight, strict=True)) | bias


def score(example: Example, weights: Mapping[str, float], shown: Shown) -> float:
    """How heavy an example is by weights under shared names."""
    return heaviest(shown.of(example), weights, weights.get(shared_name(BIAS, example.language), 0.0))


def kept(weights: Mapping[str, float], most: int) -> dict[str, int]:
    """The weights that are kept: the heaviest, in whole hundredths, in the order of their signs."""
    heavy = sorted(weights, key=lambda sign: (sign != BIAS, -abs(weights[sign]), sign))[:most]
    return {sign: value for sign in sorted(heavy) if (value := round(weights[sign] * UNIT))}


def of(weights: Mapping[str, float], language: str) -> dict[str, float]:
    """The weights of a language's own signs as its sentences show them; of SHARED those that all share."""
    if language == SHARED_BY_ALL:
        return {sign: weight for sign, weight in weights.items() if sign[0] in SHARED}
    own = f"{language}:"
    return {sign.removeprefix(own): weight for sign, weight in weights.items() if sign.startswith(own)}


def by_hand(all_examples: Iterable[Example]) -> list[list[Example]]:
    """Parts of which each holds one hand of every language, and its share of the ordinary texts."""
    every = list(all_examples)
    hands: dict[str, list[str]] = {}
    for example in every:
        known = hands.setdefault(example.language, [])
        if example.hand not in (ORDINARY, *known):
            known.append(example.hand)
    parts: list[list[Example]] = [[] for _hand in max(hands.values(), key=len, default=[])]
    ordinary = 0
    for example in every:
        if example.hand == ORDINARY:
            parts[ordinary // ONE_TALK % len(parts)].append(example)
            ordinary += 1
        else:
            parts[hands[example.language].index(example.hand)].append(example)
    return parts


def crosswise(parts: Sequence[Sequence[Example]], shown: Shown) -> list[tuple[Example, float]]:
    """Each example with its score by what was learnt from all the other parts."""
    found = []
    for at, tried_on in enumerate(parts):
        others = [one for other, part in enumerate(parts) if other != at for one in part]
        weights = learn([(one, one.is_raised) for one in others], shown)
        found += [(one, score(one, weights, shown)) for one in tried_on]
    return found


def threshold(scored: Iterable[tuple[Example, float]], part: float) -> float:
    """The score that at most a part of the ordinary texts reach."""
    heavy = sorted((score for example, score in scored if example.hand == ORDINARY), reverse=True)
    return math.ceil(heavy[int(part * len(heavy))] * UNIT + 1) / UNIT if heavy else 0.0


def about_someone(every: Iterable[Example], shown: Shown) -> dict[str, float]:
    """The weights that tell, of what is raised, whether somebody else is meant; little words tell it too."""
    chosen = [(one, one.label == "someone") for one in every if one.is_raised]
    return learn(chosen, shown, least=LEAST_SOMEONE, cost=COST_SOMEONE)


def write() -> list[tuple[Example, float]]:
    """Learn, and keep the weights. Returns every example with its score by what was learnt from other hands."""
    shown = Shown()
    every = list(examples())
    scored = crosswise(by_hand(every), shown)
    main = learn([(one, one.is_raised) for one in every], shown)
    someone = about_someone(every, shown)
    for name in (*LANGUAGES, SHARED_BY_ALL):
        found: dict[str, Any] = {
            "weights": kept(of(main, name), MOST),
            "someone": kept(of(someone, name), MOST_SOMEONE),
        }
        if name == SHARED_BY_ALL:
            found = {
                "learnt_from": fingerprint(),
                "card": threshold(scored, CARD_FALSE),
                "link": threshold(scored, LINK_FALSE),
                **found,
            }
        (KEPT_IN / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", "utf-8")
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
