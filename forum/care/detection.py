"""Whether what somebody wrote may speak of harming herself: `find(text, language)`, pure and quick.

Two ways, beside each other. Phrases (`content/<language>.yaml`) say what they found and what tempers it; a text is read
for those of all three languages, for people write in their own, whatever the page says. Weights that were learnt from
sentences (`scoring`) find what no phrase foresaw, in the text's own language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forum.care import scoring
from forum.care.phrases import Hit
from forum.care.reading import (
    ATTEMPTED,
    CLASSES,
    GRIEF,
    LATELY,
    LONG_AGO,
    NEEDS_ME,
    TEMPERS,
    WANTED,
    WEAK,
    Tongue,
    is_tempered,
    likely,
    read_in,
    tongue,
)
from forum.care.scoring import Said
from forum.care.sentences import own_words, sentences
from forum.core.settings import LANGUAGES
from forum.core.stems import fold

_CLASS_OF = {NEEDS_ME: "intent", ATTEMPTED: "intent", WANTED: "passive"}
_TOGETHER = 3  # sentences within which two weak signs count as one
SOUNDS = "sounds"  # raised by its weights alone: no phrase says what it is
RAISED = (*CLASSES, SOUNDS)  # all that can be raised, the gravest first


@dataclass(frozen=True, slots=True)
class Raised:
    """What a text raised: one of RAISED. `is_gentle`: it speaks of the past or of grief, or sounds only somewhat like
    it; a quiet link is enough."""

    what: str
    is_gentle: bool = False

    @property
    def gravity(self) -> int:
        """Less is graver."""
        return RAISED.index(self.what) + (len(RAISED) if self.is_gentle else 0)


def find(text: str, language: str) -> Raised | None:
    """What a text raises, the gravest first; None for nothing. `language`: of the text, as far as it is known."""
    written = sentences(fold(own_words(text)))
    own = likely(written, language)
    said = {code: read_in(written, tongue(code), is_whole=code == own) for code in LANGUAGES}
    found = [one for code in LANGUAGES for one in _by_phrases(said[code], tongue(code), is_whole=code == own)]
    if found:  # where a phrase says something, be it gentle, it is believed
        return min(found, key=lambda raised: raised.gravity)
    return _by_weights(scoring.signs_of(said[own], tongue(own), own), scoring.weights(own))


def _by_weights(shown: list[set[str]], known: scoring.Weights) -> Raised | None:
    """What a text raises by how it sounds."""
    score = known.score(shown)
    if score < known.link:
        return None
    what = "someone" if known.is_about_someone(shown) else SOUNDS
    return Raised(what, is_gentle=score < known.card)


def _by_phrases(said: list[Said], spoken: Tongue, *, is_whole: bool) -> Iterable[Raised]:
    """What a text raises in one language. `is_whole`: it is the text's own, in which even a word alone can count."""
    found = [one for one in said if one[2]]
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
            if is_tempered(hit, sentence, hits, spoken):
                continue
            if hit.says == WEAK:
                weak.append((number, hit.written))
            else:
                yield _raised(hit, is_lately=is_lately, is_long_ago=is_long_ago)
    if any(one != other and abs(there - here) <= _TOGETHER for here, one in weak for there, other in weak):
        yield Raised("passive")


def _raised(hit: Hit, *, is_lately: bool, is_long_ago: bool) -> Raised:
    if hit.says == GRIEF:
        return Raised("passive", is_gentle=True)
    if hit.says == WANTED:
        is_past = is_long_ago or not is_lately
    else:
        is_past = hit.says in (ATTEMPTED, "self_harm") and is_long_ago and not is_lately
    return Raised(_CLASS_OF.get(hit.says, hit.says), is_gentle=is_past)
