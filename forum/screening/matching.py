"""Which watched words stand in a text: however many there are, one pass over it (Aho and Corasick, 1975).

The automaton is made when the words have changed since, and kept by the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick
from flask import current_app

from forum.screening import queries
from forum.screening.folding import ways_to_read

EVERY_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched word as a text is looked through for it."""

    id: int
    folded: str
    language: str
    act: str
    is_prefix: bool


class Matcher:
    """Finds any of many words and phrases in a text, at the boundaries of words."""

    def __init__(self, words: Iterable[Watched]) -> None:
        by_key: dict[str, list[Watched]] = {}
        for word in words:
            key = f" {word.folded}" if word.is_prefix else f" {word.folded} "
            by_key.setdefault(key, []).append(word)
        self._automaton = ahocorasick.Automaton()
        for key, group in by_key.items():
            self._automaton.add_word(key, tuple(group))
        self._automaton.make_automaton()
        self._is_empty = not by_key

    def found_in(self, text: str, language: str) -> list[Watched]:
        """The words that stand in a text of a language, each once, the oldest first."""
        if self._is_empty:
            return []
        found: dict[int, Watched] = {}
        for reading in ways_to_read(text):
            for _end, group in self._automaton.iter(reading):
                for word in group:
                    if word.language in (EVERY_LANGUAGE, language):
                        found[word.id] = word
        return [found[key] for key in sorted(found)]


def the_matcher() -> Matcher:
    """The words that are watched now. One small query, and one more when they have changed."""
    state = queries.state_of_words()
    kept: tuple[Sequence[int], Matcher] | None = current_app.extensions.get("watched_words")
    if kept is not None and kept[0] == state:
        return kept[1]
    matcher = Matcher(Watched(*row) for row in queries.words_in_force())
    current_app.extensions["watched_words"] = (state, matcher)
    return matcher
