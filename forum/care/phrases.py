"""Phrases as data: words, alternatives, beginnings and gaps, matched word by word in time linear in the text.

A phrase is written `want ~2 kill|hurt|harm myself`: words one after another; `a|b` either; `suicid*` a beginning;
`@self` a list by its name; `word?` may be missing; `~2` up to two words between, none of them a negation; `$` the
end of a clause. No regular expression is made of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forum.care.sentences import Sentence

_SHORTEST_BEGINNING = 3


class PhraseError(ValueError):
    """A phrase that can't be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase. `gap`: how many other words may stand before it."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    gap: int = 0
    is_optional: bool = False
    is_end: bool = False

    def takes(self, word: str) -> bool:
        """Whether a word may stand here."""
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))

    def first_words(self, vocabulary: set[str]) -> set[str]:
        """The words among some that may stand here."""
        found = vocabulary & self.words
        return found | {word for word in vocabulary if word.startswith(self.beginnings)} if self.beginnings else found


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A phrase and what it says when it is found."""

    parts: tuple[Part, ...]
    says: str
    written: str
    needed: tuple[Part, ...]  # the parts that a word has to take

    @property
    def rarest(self) -> Part:
        """The part that the longest words take: it is seldom found by chance."""
        return max(self.needed, key=lambda part: min(map(len, part.words), default=0))


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a sentence, from the word `start` to before `end`."""

    says: str
    start: int
    end: int
    written: str

    def meets(self, other: Hit) -> bool:
        """Whether the two have a word in common."""
        return self.start < other.end and other.start < self.end


def read_phrase(written: str, says: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """A phrase from how it is written. Raises PhraseError."""
    parts: list[Part] = []
    gap = 0
    for piece in written.split():
        if piece.startswith("~"):
            gap = int(piece[1:])
            continue
        is_optional, is_end = piece.endswith("?"), "$" in piece.split("|")
        told = "|".join(one for one in piece.rstrip("?").split("|") if one != "$")
        words, beginnings = _alternatives(told, lists, written) if told else (set(), set())
        parts.append(Part(frozenset(words), tuple(beginnings), gap, is_optional, is_end))
        gap = gap if is_optional else 0  # what may stand before a word that is missing may stand before the next
    if not parts or parts[0].is_optional or not (parts[0].words or parts[0].beginnings) or parts[0].gap:
        raise PhraseError(f"A phrase begins with a word: {written}")
    needed = tuple(part for part in parts if not (part.is_optional or part.is_end))
    return Phrase(tuple(parts), says, written, needed)


def _alternatives(piece: str, lists: Mapping[str, Sequence[str]], written: str) -> tuple[set[str], set[str]]:
    words: set[str] = set()
    beginnings: set[str] = set()
    for one in piece.split("|"):
        if one.startswith("@"):
            if one[1:] not in lists:
                raise PhraseError(f"No list is called {one}: {written}")
            more = _alternatives("|".join(lists[one[1:]]), lists, written)
            words |= more[0]
            beginnings |= more[1]
        elif one.endswith("*"):
            if len(one) <= _SHORTEST_BEGINNING:
                raise PhraseError(f"{one} is too short: {written}")
            beginnings.add(one[:-1])
        elif one.isalnum():
            words.add(one)
        else:
            raise PhraseError(f"{one} is no word: {written}")
    return words, beginnings


class Finder:
    """Finds any of many phrases in the sentences of a text.

    Few phrases can stand in a given text: those whose every part takes some word of it. They are looked up by their
    rarest part, and tried only where their first word stands.
    """

    def __init__(self, phrases: Iterable[Phrase], stops: frozenset[str]) -> None:
        self._stops = stops
        self._by_word: dict[str, list[Phrase]] = defaultdict(list)
        self._by_beginning: dict[str, list[Phrase]] = defaultdict(list)
        phrases = list(phrases)
        often = Counter(word for phrase in phrases for part in phrase.parts for word in part.words)
        for phrase in phrases:
            key = min(phrase.needed, key=lambda part: sum(often[word] for word in part.words) + len(part.beginnings))
            for word in key.words:
                self._by_word[word].append(phrase)
            for beginning in {one[:_SHORTEST_BEGINNING] for one in key.beginnings}:
                self._by_beginning[beginning].append(phrase)

    def among(self, vocabulary: set[str]) -> dict[str, list[Phrase]]:
        """The phrases that may stand in a text of these words, by the word they begin with."""
        starts = {word[:_SHORTEST_BEGINNING] for word in vocabulary}
        near = [phrase for word in sorted(vocabulary & self._by_word.keys()) for phrase in self._by_word[word]]
        near += [phrase for start in sorted(starts & self._by_beginning.keys()) for phrase in self._by_beginning[start]]
        found: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in dict.fromkeys(near):
            if all(_may_stand(part, vocabulary, starts) for part in phrase.needed):
                for word in phrase.parts[0].first_words(vocabulary):
                    found[word].append(phrase)
        return found

    def hits(self, sentence: Sentence, among: Mapping[str, Sequence[Phrase]]) -> list[Hit]:
        """The phrases, of those that may stand in the text, that a sentence holds."""
        return [
            Hit(phrase.says, start, end, phrase.written)
            for start, word in enumerate(sentence.words)
            if word in among
            for phrase in among[word]
            if (end := self._end(phrase.parts, 1, sentence, start + 1)) is not None
        ]

    def _end(self, parts: tuple[Part, ...], number: int, sentence: Sentence, at: int) -> int | None:
        """Where the rest of a phrase ends when it goes on at a word; None when it doesn't."""
        if number == len(parts):
            return at
        part, words = parts[number], sentence.words
        if part.is_end and (at >= len(words) or at in sentence.breaks):
            return self._end(parts, number + 1, sentence, at)
        for place in range(at, min(at + part.gap + 1, len(words))):
            if part.takes(words[place]):
                end = self._end(parts, number + 1, sentence, place + 1)
                if end is not None:
                    return end
            if words[place] in self._stops:
                break
        return self._end(parts, number + 1, sentence, at) if part.is_optional else None


def _may_stand(part: Part, vocabulary: set[str], starts: set[str]) -> bool:
    """Whether a part can be found among some words at all; cheaply, so it may say yes too often."""
    return not part.words.isdisjoint(vocabulary) or any(one[:_SHORTEST_BEGINNING] in starts for one in part.beginnings)
