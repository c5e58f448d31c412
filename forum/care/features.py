"""What is weighed in a sentence: its words by their stems, words beside each other, what they are about, and phrases.

A sign is a short text of its own: `die`, `wake up` (side by side), `to _ die` (one word between), `|die` (behind a
comma), `@sleep` (a matter), `@!sleep` (denied), `#plan` (a phrase of that class), `~mor` (letters in a row: slips leave
most of a word whole, and languages share many). What begins with `#`, `@` or `~` says the same in every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import yaml

from forum.care.phrases import Hit
from forum.care.reading import CONTENT, TEMPERS, Tongue, is_denied, is_tempered
from forum.care.sentences import Sentence
from forum.core.stems import stem

START, END = "^", "$"
_DENIED_BEFORE = 3  # words after a negation that it may deny
_LENGTHS, _LENGTH = 8, 3  # lengths that are told apart, of so many words each
_REMEMBERED = 16_384
_RUNS = (3, 4)  # letters in a row, with `<` before the first of a word
SHARED = frozenset("#@~")


class Matters:
    """What words are about, in one language."""

    def __init__(self, language: str) -> None:
        content: dict[str, dict[str, Any]] = yaml.safe_load((CONTENT / "matters.yaml").read_text("utf-8"))
        self._words: dict[str, tuple[str, ...]] = {}
        self._beginnings: dict[str, tuple[str, ...]] = {}
        for matter, words in content.items():
            for word in str(words[language]).split():
                into = self._beginnings if word.endswith("*") else self._words
                key = word.rstrip("*")
                into[key] = (*into.get(key, ()), matter)
        self._longest = max(map(len, self._beginnings))
        self.of = lru_cache(_REMEMBERED)(self._of)

    def _of(self, word: str) -> tuple[str, ...]:
        """The matters that a word is about, each once."""
        found = [*self._words.get(word, ())]
        for length in range(2, min(len(word), self._longest) + 1):
            found += self._beginnings.get(word[:length], ())
        return tuple(dict.fromkeys(found))


@lru_cache(_REMEMBERED)
def letters(word: str) -> tuple[str, ...]:
    """The runs of letters of a stem, each once."""
    begun = f"<{word}"
    runs = (begun[at : at + length] for length in _RUNS for at in range(len(begun) - length + 1))
    return tuple(dict.fromkeys(f"~{run}" for run in runs))


@cache
def matters(language: str) -> Matters:
    """The matters of a language, read once."""
    return Matters(language)


def signs(sentence: Sentence, hits: Sequence[Hit], spoken: Tongue, language: str) -> set[str]:
    """The signs of a sentence."""
    found = _said(sentence, hits, spoken)
    about = matters(language).of
    before, before_that, denied = START, "", 0
    for place, plain in enumerate(sentence.words):
        word = stem(plain, language)
        found += letters(word)
        found += (word, f"{before} {word}")
        if before_that:
            found.append(f"{before_that} _ {word}")
        if place in sentence.breaks:
            found.append(f"|{word}")
        denied = _DENIED_BEFORE + 1 if plain in spoken.negations else denied - 1
        if matter := about(plain):
            found += (f"@{one}" for one in matter)
            if 0 < denied <= _DENIED_BEFORE:
                found += (f"@!{one}" for one in matter)
        before_that, before = before, word
    found += (f"{before} {END}", f"{before_that} _ {END}")
    return set(found)


def _said(sentence: Sentence, hits: Sequence[Hit], spoken: Tongue) -> list[str]:
    """What is known of a whole sentence: the phrases in it, whom it speaks of, how long it is."""
    found = [f"#length {min(len(sentence.words) // _LENGTH, _LENGTHS)}"]
    for hit in hits:
        if hit.says in TEMPERS:
            found.append(f"#{hit.says}")
        elif is_denied(hit, sentence, spoken):
            found.append(f"#not {hit.says}")
        elif is_tempered(hit, sentence, list(hits), spoken):
            found.append(f"#hardly {hit.says}")
        else:
            found.append(f"#{hit.says}")
    if not spoken.mine.isdisjoint(sentence.words):
        found.append("#me")
    if not spoken.others.isdisjoint(sentence.words):
        found.append("#others")
    return found
