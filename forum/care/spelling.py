"""How a word was meant: contractions opened, letters in a row and figures among letters set right, slips mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_APART = re.compile(r"['’ʼ]")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_AS_LETTERS = str.maketrans({"1": "i", "0": "o", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s", "*": ""})
_ENDINGS = {"m": "am", "ve": "have", "ll": "will", "re": "are", "s": ""}
_SHORTEST = 6  # letters of a word whose slips are mended: shorter ones are too near each other
_REMEMBERED = 32_768
A_YEAR = "0000"  # every year of the last or this century: long ago, or not


class Spelling:
    """The spelling of one language. `same`: a word and the words it stands for; `mended`: words whose slips are.
    `joined`: two words that are one."""

    def __init__(self, same: Mapping[str, str], mended: Iterable[str], joined: Mapping[str, str]) -> None:
        self.joined = dict(joined)
        self._same = {key: tuple(words.split()) for key, words in same.items()}
        self._mended = frozenset(mended)
        self._slips: dict[str, str] = {}
        for word in sorted(self._mended):
            for slip in _without_one(word):
                self._slips.setdefault(slip, word)
        self.words_of = lru_cache(_REMEMBERED)(self._words_of)

    def _words_of(self, token: str) -> tuple[str, ...]:
        """The plain words that a folded token is."""
        if token.isdigit():
            return (A_YEAR if len(token) == 4 and token[:2] in ("19", "20") else token,)
        token = token.replace("’", "'").replace("ʼ", "'")
        if token in self._same:
            return self._same[token]
        if not token.isalpha():
            token = token if token[:1].isdigit() else token.translate(_AS_LETTERS)
        token = _LONG_RUN.sub(r"\1", token)
        if token in self._same:
            return self._same[token]
        return tuple(self._mend(part) for part in _opened(token) if part)

    def _mend(self, word: str) -> str:
        if len(word) < _SHORTEST or word in self._mended:
            return word
        if word in self._slips:  # a letter is missing
            return self._slips[word]
        for slip in _without_one(word):
            if slip in self._mended:  # a letter too many
                return slip
            near = self._slips.get(slip)
            if near is not None and sorted(near) == sorted(word):  # two letters turned round
                return near
        return word


def _without_one(word: str) -> Iterable[str]:
    """A word with one letter left out, each in turn; never the first, which hands rarely miss."""
    return dict.fromkeys(word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _opened(token: str) -> list[str]:
    """A contraction as its words: "don't", "l'ho"."""
    if "'" not in token:
        return [token]
    if token.endswith("n't"):
        return [token[:-3], "not"]
    *parts, last = _APART.split(token)
    return [*parts, _ENDINGS.get(last, last)]
