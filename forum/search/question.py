"""What somebody typed into the search box, as terms: words that must all be found, and phrases in "quotation marks".

Everything here is made of letters and digits alone, so that nothing typed can be read as either database's own syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from forum.core import stems
from forum.core.richtext import clean_text

LONGEST = 300  # characters that are read
MOST_WORDS = 12

_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|„([^“”]*)[“”]')

Sequence = tuple[str, ...]  # terms that follow each other; mostly one


@dataclass(frozen=True, slots=True)
class Question:
    """What must be found: for each part, one of the sequences of terms it may stand as. `marked`: what to highlight."""

    parts: tuple[tuple[Sequence, ...], ...]
    marked: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.parts)

    def and_one_of(self, terms: Iterable[str]) -> Question:
        """The same question of documents that also hold one of these terms."""
        return Question((*self.parts, tuple((term,) for term in terms)), self.marked)

    @property
    def has_phrase(self) -> bool:
        """Whether any part is of more than one word."""
        return any(len(sequence) > 1 for part in self.parts for sequence in part)

    @property
    def words_of_phrases(self) -> str:
        """The question in PostgreSQL's words, but for phrases asking only that all their words are there."""
        return self._tsquery(" & ")

    @property
    def for_fts5(self) -> str:
        """The question in FTS5's words."""
        return " AND ".join(
            "(" + " OR ".join(f'"{" ".join(sequence)}"' for sequence in part) + ")" for part in self.parts
        )

    @property
    def for_tsquery(self) -> str:
        """The question in PostgreSQL's words."""
        return self._tsquery(" <-> ")

    def _tsquery(self, follows: str) -> str:
        return " & ".join(
            "(" + " | ".join("(" + follows.join(f"'{term}'" for term in sequence) + ")" for sequence in part) + ")"
            for part in self.parts
        )


def read(typed: str, language: str) -> Question:
    """The question in what was typed; false when it holds no word."""
    typed = clean_text(typed[: LONGEST * 4], single_line=True)[:LONGEST]
    phrases = [next(filter(None, found), "") for found in _QUOTED.findall(typed)]
    words = " ".join(stems.words(_QUOTED.sub(" ", typed))[:MOST_WORDS])
    parts: list[tuple[Sequence, ...]] = [
        tuple((form,) for form in forms) for forms in _telling(words, language, phrases)
    ]
    for phrase in phrases:
        short = " ".join(stems.words(phrase)[:MOST_WORDS])
        if short:
            parts.append(tuple(stems.phrase_terms(short)))
    parts = list(dict.fromkeys(parts))[:MOST_WORDS]
    typed_words = [word for word in stems.words(typed) if not stems.is_little(word)]
    return Question(tuple(parts), tuple(dict.fromkeys([*typed_words, *_single_terms(parts)])))


def _telling(words: str, language: str, phrases: list[str]) -> list[Sequence]:
    """The words' terms; beside a phrase, words that are all little ("the", "della") say nothing."""
    if any(stems.words(phrase) for phrase in phrases) and all(map(stems.is_little, words.split())):
        return []
    return stems.query_terms(words, language)


def _single_terms(parts: list[tuple[Sequence, ...]]) -> list[str]:
    return [term for part in parts for sequence in part for term in sequence if not stems.is_little(term)]
