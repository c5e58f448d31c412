"""A text as its sentences, without what its writer quotes. One pass; nothing here looks back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST = 20_000  # characters of a text that are read, and of its end: what matters is said before, or last
TAIL = 2_000
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ*@$][^\W_]+)*|[\"“”„«»‹›]|\n[ \t]*\n|[.!?;…]|[,:()—–\n]")
_QUOTED_LINES = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
_LINKS = re.compile(r"https?://\S+")
_STRONG = frozenset(".!?;…")
_SOFT = frozenset(",:()—–\n")
_EITHER = '"'  # begins or ends what is quoted
_QUOTES = {"“": True, "„": True, "«": True, "‹": True, "”": False, "»": False, "›": False}


@dataclass(slots=True)
class Sentence:
    """The words of a sentence. `breaks`: places before which a clause ends; `quoted`: those in quotation marks."""

    words: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    quoted: set[int] = field(default_factory=set)

    def spelt(self, spelling: Mapping[str, tuple[str, ...]], joined: Mapping[str, str]) -> Sentence:
        """The sentence with each of its words as the plain words it stands for. `joined`: two that are one."""
        made = Sentence()
        for place, word in enumerate(self.words):
            if place in self.breaks:
                made.breaks.add(len(made.words))
            plain = spelling[word]
            if place in self.quoted:
                made.quoted.update(range(len(made.words), len(made.words) + len(plain)))
            if made.words and plain and (one := joined.get(f"{made.words[-1]} {plain[0]}")):
                made.words[-1] = one
                plain = plain[1:]
            made.words += plain
        return made


def own_words(text: str) -> str:
    """A text without the lines that it quotes and without addresses; of a very long one its two ends."""
    if len(text) > LONGEST + TAIL:
        text = f"{text[:LONGEST]}\n\n{text[-TAIL:]}"
    return _LINKS.sub(" ", _QUOTED_LINES.sub("", text))


def sentences(folded: str) -> list[Sentence]:
    """The sentences of a folded text, as they are written."""
    found: list[Sentence] = []
    sentence, is_quoted = Sentence(), False
    for token in _TOKEN.findall(folded):
        if token in _SOFT:
            sentence.breaks.add(len(sentence.words))
        elif token in _STRONG or token[0] == "\n":
            if sentence.words:
                found.append(sentence)
                sentence = Sentence()
            is_quoted = is_quoted and token[0] != "\n"
        elif token in _QUOTES or token == _EITHER:
            is_quoted = _QUOTES.get(token, not is_quoted)
            sentence.breaks.add(len(sentence.words))
        else:
            if is_quoted:
                sentence.quoted.add(len(sentence.words))
            sentence.words.append(token)
    if sentence.words:
        found.append(sentence)
    return found
