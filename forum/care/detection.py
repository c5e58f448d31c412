"""Whether what somebody wrote may speak of harming herself: `find(text, language)`, pure and quick.

What is looked for stands in `content/<language>.yaml` as phrases. It is tuned to miss little; what tempers a phrase
(a negation, a figure of speech, a past long gone, somebody else's words) stands there too. Every text is read in all
three languages: people write in their own, whatever the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from forum.care.phrases import Finder, Hit, read_phrase
from forum.care.sentences import Sentence, own_words, sentences
from forum.care.spelling import Spelling
from forum.core.settings import LANGUAGES
from forum.core.stems import fold

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
_CLASS_OF = {NEEDS_ME: "intent", ATTEMPTED: "intent", WANTED: "passive"}
_BACK = 5  # words before a phrase in which a negation of it may stand
_SUBJECT = 7  # words before a phrase in which whose it is may stand
_SAID = 3  # words after "she said" that she said, where no quotation marks say so
_TOGETHER = 3  # sentences within which two weak signs count as one


@dataclass(frozen=True, slots=True)
class Raised:
    """What a text raised: one of CLASSES. `is_gentle`: it speaks of the past or of grief; a quiet link is enough."""

    what: str
    is_gentle: bool = False

    @property
    def gravity(self) -> int:
        """Less is graver."""
        return CLASSES.index(self.what) + (len(CLASSES) if self.is_gentle else 0)


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


def find(text: str, language: str) -> Raised | None:
    """What a text raises, the gravest first; None for nothing. `language`: of the text, as far as it is known."""
    written = sentences(fold(own_words(text)))
    likely = _likely(written, language)
    found = [raised for code in LANGUAGES for raised in _in_tongue(written, tongue(code), is_whole=code == likely)]
    return min(found, key=lambda raised: raised.gravity, default=None)


def _likely(written: list[Sentence], language: str) -> str:
    """The language that a text is in, by its little words; where they don't say, the one it is said to be in."""
    words = [word for sentence in written for word in sentence.words]
    known = {code: tongue(code).mine | tongue(code).transparent | tongue(code).negations for code in LANGUAGES}
    return max(LANGUAGES, key=lambda code: (sum(word in known[code] for word in words), code == language))


def _in_tongue(written: list[Sentence], spoken: Tongue, *, is_whole: bool) -> Iterable[Raised]:
    """What a text raises in one language. `is_whole`: it is the text's own, in which even a word alone can count."""
    found = list(_hits(written, spoken))
    long_ago = {number for number, _sentence, hits in found if any(hit.says == LONG_AGO for hit in hits)}
    weak: list[tuple[int, str]] = []
    for number, sentence, hits in found:
        ago = [hit for hit in hits if hit.says == LONG_AGO]
        is_lately = any(hit.says == LATELY and not any(map(hit.meets, ago)) for hit in hits)
        # A sentence goes on with what the one before it tells, and the one after it may say when that was.
        is_long_ago = not long_ago.isdisjoint((number - 1, number, number + 1))
        for hit in hits:
            if hit.says in TEMPERS or (hit.says in (NEEDS_ME, WEAK) and not is_whole):
                continue
            if _is_tempered(hit, sentence, hits, spoken):
                continue
            if hit.says == WEAK:
                weak.append((number, hit.written))
            else:
                yield _raised(hit, is_lately=is_lately, is_long_ago=is_long_ago)
    if any(one != other and abs(there - here) <= _TOGETHER for here, one in weak for there, other in weak):
        yield Raised("passive")


def _hits(written: list[Sentence], spoken: Tongue) -> Iterator[tuple[int, Sentence, list[Hit]]]:
    """The sentences that hold any phrase, as this language spells them."""
    spelt = {word: spoken.spelling.words_of(word) for sentence in written for word in sentence.words}
    vocabulary = {plain for words in spelt.values() for plain in words}
    among = spoken.finder.among(vocabulary.union(spoken.spelling.joined.values()))
    begins = {word for word, words in spelt.items() if any(plain in among for plain in words)}
    for number, sentence in enumerate(written):
        if not begins.isdisjoint(sentence.words):
            plain_sentence = sentence.spelt(spelt, spoken.spelling.joined)
            if hits := spoken.finder.hits(plain_sentence, among):
                yield number, plain_sentence, hits


def _raised(hit: Hit, *, is_lately: bool, is_long_ago: bool) -> Raised:
    if hit.says == GRIEF:
        return Raised("passive", is_gentle=True)
    if hit.says == WANTED:
        is_past = is_long_ago or not is_lately
    else:
        is_past = hit.says in (ATTEMPTED, "self_harm") and is_long_ago and not is_lately
    return Raised(_CLASS_OF.get(hit.says, hit.says), is_gentle=is_past)


def _is_tempered(hit: Hit, sentence: Sentence, hits: list[Hit], spoken: Tongue) -> bool:
    for one in hits:
        if one.says == FIGURE and one.meets(hit):
            return True
        if one.says in (ATTEMPTED, WANTED) and one.start < hit.start and hit.end <= one.end:
            return True  # "tried to kill myself" holds "kill myself"
    if _is_denied(hit, sentence, spoken):
        return True
    return hit.says not in ("someone", GRIEF, WEAK) and _is_somebody_elses(hit, sentence, hits, spoken)


def _is_denied(hit: Hit, sentence: Sentence, spoken: Tongue) -> bool:
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
