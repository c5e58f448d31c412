"""A text as its sentences of plain words, without what its writer quotes. One pass; nothing here looks back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from forum.care.spelling import Spelling

LONGEST = 20_000  # characters of a text that are read, and of its end: what matters is said before, or last
TAIL = 2_000
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ*@$][^\W_]+)*|[\"“”„«»‹›]|\n[ \t]*\n|[.!?;…]|[,:()—–\n]")
_QUOTED_LINES = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
_LINKS = re.compile(r"https?://\S+")
_STRONG = frozenset(".!?;…")
_QUOTES = {"“": True, "„": True, "«": True, "‹": True, "”": False, "»": False, "›": False}


@dataclass(slots=True)
class Sentence:
    """The words of a sentence. `breaks`: places before which a clause ends; `quoted`: those in quotation marks."""

    words: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    quoted: set[int] = field(default_factory=set)


def own_words(text: str) -> str:
    """A text without the lines that it quotes and without addresses; of a very long one its two ends."""
    if len(text) > LONGEST + TAIL:
        text = f"{text[:LONGEST]}\n\n{text[-TAIL:]}"
    return _LINKS.sub(" ", _QUOTED_LINES.sub("", text))


def sentences(folded: str, spelling: Spelling) -> Iterator[Sentence]:
    """The sentences of a folded text, spelt plainly."""
    sentence, is_quoted = Sentence(), False
    for found in _TOKEN.finditer(folded):
        token = found[0]
        mark = token[0]
        if mark.isalnum():
            words = spelling.words_of(token)
            if is_quoted:
                sentence.quoted.update(range(len(sentence.words), len(sentence.words) + len(words)))
            sentence.words += words
        elif mark in _STRONG or token.count("\n") > 1:
            if sentence.words:
                yield sentence
            sentence = Sentence()
            is_quoted = is_quoted and mark != "\n"
        else:
            is_quoted = _QUOTES.get(mark, not is_quoted if mark == '"' else is_quoted)
            sentence.breaks.add(len(sentence.words))
    if sentence.words:
        yield sentence
