"""A text read for what may speak of a crisis: its sentences, the phrases that they hold, and what tempers these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from forum.care.phrases import Finder, Hit, read_phrase
from forum.care.sentences import Sentence
from forum.care.spelling import Spelling
from forum.core.settings import LANGUAGES

CONTENT = Path(__file__).parent / "content"
# What is raised, the gravest first. `someone`: somebody she knows.
CLASSES = ("plan", "intent", "self_harm", "farewell", "passive", "someone")
# What is found besides: things that say little alone, things of the past, and what tempers them.
NEEDS_ME = "about"  # a word of the matter: it counts in a sentence about herself
ATTEMPTED, WANTED = "attempted", "wanted"  # past: counts unless long ago; counts only if lately
WEAK, GRIEF = "weak", "grief"
FIGURE, CONTEXT, LONG_AGO, LATELY, QUOTES = "figure", "context", "long_ago", "lately", "quotes"
FOUND = (*CLASSES, NEEDS_ME, ATTEMPTED, WANTED, WEAK, GRIEF, FIGURE, CONTEXT, LONG_AGO, LATELY, QUOTES)
SETS = ("negations", "transparent", "mine", "others", "asked_whose")
TEMPERS = (FIGURE, CONTEXT, LONG_AGO, LATELY, QUOTES)
_BACK = 5  # words before a phrase in which a negation of it may stand
_SUBJECT = 7  # words before a phrase in which whose it is may stand
_SAID = 3  # words after "she said" that she said, where no quotation marks say so


@dataclass(frozen=True, slots=True)
class Tongue:
    """The phrases of one language and how it says no, me and others."""

    finder: Finder
    spelling: Spelling
    negations: frozenset[str]
    transparent: frozenset[str]
    mine: frozenset[str]
    others: frozenset[str]
    asked_whose: frozenset[str]  # what is found of which it is asked whose it is; elsewhere the verb says it


@cache
def tongue(language: str) -> Tongue:
    """The phrases of a language, read once."""
    content: dict[str, Any] = yaml.safe_load((CONTENT / f"{language}.yaml").read_text("utf-8"))
    lists = {name: str(words).split() for name, words in content["lists"].items()}
    phrases = [
        read_phrase(written, says, lists)
        for says in FOUND
        for line in str(content.get(says) or "").splitlines()
        if (written := line.partition("#")[0].strip())
    ]
    sets = {name: frozenset(str(content[name]).split()) for name in SETS}
    spelling = Spelling(content["same"], str(content["mended"]).split(), content["joined"])
    return Tongue(Finder(phrases, sets["negations"]), spelling, **sets)


def likely(written: list[Sentence], language: str) -> str:
    """The language that a text is in, by its little words; where they don't say, the one it is said to be in."""
    words = [word for sentence in written for word in sentence.words]
    known = {code: tongue(code).mine | tongue(code).transparent | tongue(code).negations for code in LANGUAGES}
    return max(LANGUAGES, key=lambda code: (sum(word in known[code] for word in words), code == language))


def read_in(written: list[Sentence], spoken: Tongue, *, is_whole: bool) -> list[tuple[int, Sentence, list[Hit]]]:
    """The sentences that hold any phrase, as this language spells them, and the phrases. `is_whole`: all of them."""
    spelt = {word: spoken.spelling.words_of(word) for sentence in written for word in sentence.words}
    vocabulary = {plain for words in spelt.values() for plain in words}
    among = spoken.finder.among(vocabulary.union(spoken.spelling.joined.values()))
    begins = {word for word, words in spelt.items() if any(plain in among for plain in words)}
    found = []
    for number, sentence in enumerate(written):
        may_hold = not begins.isdisjoint(sentence.words)
        if not (may_hold or is_whole):
            continue
        plain_sentence = sentence.spelt(spelt, spoken.spelling.joined)
        hits = spoken.finder.hits(plain_sentence, among) if may_hold else []
        if hits or is_whole:
            found.append((number, plain_sentence, hits))
    return found


def is_tempered(hit: Hit, sentence: Sentence, hits: list[Hit], spoken: Tongue) -> bool:
    for one in hits:
        if one.says == FIGURE and one.meets(hit):
            return True
        if one.says in (ATTEMPTED, WANTED) and one.start < hit.start and hit.end <= one.end:
            return True  # "tried to kill myself" holds "kill myself"
    if is_denied(hit, sentence, spoken):
        return True
    return hit.says not in ("someone", GRIEF, WEAK) and _is_somebody_elses(hit, sentence, hits, spoken)


def is_denied(hit: Hit, sentence: Sentence, spoken: Tongue) -> bool:
    """Whether a negation stands before a phrase with nothing between that would end its reach."""
    for place in range(hit.start - 1, max(hit.start - 1 - _BACK, -1), -1):
        if place + 1 in sentence.breaks:
            return False
        word = sentence.words[place]
        if word in spoken.negations:
            return True
        if word not in spoken.transparent:
            return False
    return False


def _is_somebody_elses(hit: Hit, sentence: Sentence, hits: list[Hit], spoken: Tongue) -> bool:
    """Whether a phrase is what somebody else says, or about others, or about the matter and not about her."""
    is_quoted = hit.start in sentence.quoted
    has_me = not spoken.mine.isdisjoint(sentence.words)
    if (hit.says == NEEDS_ME or is_quoted or not has_me) and any(one.says == CONTEXT for one in hits):
        return True
    reach = len(sentence.words) if is_quoted else _SAID
    if any(one.says == QUOTES and one.end <= hit.start <= one.end + reach for one in hits):
        return True
    if hit.says not in spoken.asked_whose:
        return False
    for place in range(hit.start - 1, max(hit.start - 1 - _SUBJECT, -1), -1):
        word = sentence.words[place]
        if word in spoken.mine:
            return False
        if word in spoken.others:
            return True
        if place in sentence.breaks:
            break
    return hit.says == NEEDS_ME and not has_me and not any(one.says == LATELY for one in hits)
