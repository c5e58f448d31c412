"""What changed between two texts: paragraphs matched first, then word by word inside those that changed.

The time is bounded: beyond a number of steps a paragraph is shown as replaced whole instead of compared further.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

Mark = Literal["same", "added", "removed"]
Pair = tuple[int, int]

STEPS = 250_000  # of one comparison, all paragraphs together
STEPS_OF_PARAGRAPH = 80_000
MOST_PAIRS = 8_000  # changed paragraphs that are tried on each other, before times after
ALIKE = 0.3  # the share of words that two paragraphs must have in common to be one, changed

_BREAK = re.compile(r"\n[ \t]*\n\s*")
_WORD = re.compile(r"(?:\w|[\u0300-\u036f])+|\s+|[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, came or went."""

    kind: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it was and as it is: in order, what stayed, went and came. It ends with its line breaks."""

    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether no word of it changed."""
        return all(piece.kind == "same" or not piece.text.strip() for piece in self.pieces)

    @property
    def words(self) -> tuple[Piece, ...]:
        """The pieces a page shows: without the breaks at the end."""
        last = len(self.pieces) - 1
        shown = (Piece(p.kind, p.text.rstrip()) if at == last else p for at, p in enumerate(self.pieces))
        return tuple(piece for piece in shown if piece.text)

    @property
    def before(self) -> str:
        """How it read before; empty for a new one."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "added")

    @property
    def after(self) -> str:
        """How it reads now; empty for one that is gone."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "removed")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring paragraphs that all changed or all stayed, so that a page can fold the latter."""

    is_same: bool
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A paragraph's words and the line breaks after it."""

    words: str
    breaks: str


class _Budget:
    def __init__(self, steps: int) -> None:
        self.left = steps


def differences(before: str, after: str) -> list[Paragraph]:
    """The paragraphs of two texts with what changed. Joined, `before` and `after` of them are the two texts."""
    old, new = chunks(before), chunks(after)
    budget = _Budget(STEPS)
    found: list[Paragraph] = []
    for kind, is_, js in _blocks(old, new, budget):
        if kind == "same":
            found += (_unchanged(old[i], new[j]) for i, j in zip(is_, js, strict=True))
        else:
            found += _changed([old[i] for i in is_], [new[j] for j in js], budget)
    return found


def chunks(text: str) -> list[Chunk]:
    """A text cut into paragraphs; joined again, words and breaks are the text."""
    found, start = [], 0
    for gap in _BREAK.finditer(text):
        found.append(Chunk(text[start : gap.start()], gap.group()))
        start = gap.end()
    if start < len(text):
        found.append(Chunk(text[start:], ""))
    return found


def stretches(paragraphs: Sequence[Paragraph]) -> list[Stretch]:
    """Paragraphs gathered into stretches that changed and stretches that stayed."""
    return [Stretch(is_same, tuple(run)) for is_same, run in groupby(paragraphs, key=attrgetter("is_same"))]


def _blocks(
    old: Sequence[Chunk], new: Sequence[Chunk], budget: _Budget
) -> Iterator[tuple[Literal["same", "changed"], range, range]]:
    """Runs of paragraphs with the same words, and between them what has to be looked at closely."""
    i = j = 0
    for one, other in [*_matched([c.words for c in old], [c.words for c in new], budget), (len(old), len(new))]:
        if one > i or other > j:
            yield "changed", range(i, one), range(j, other)
        if one < len(old):
            yield "same", range(one, one + 1), range(other, other + 1)
        i, j = one + 1, other + 1


def _matched(old: Sequence[Hashable], new: Sequence[Hashable], budget: _Budget) -> list[Pair]:
    """Pairs of places with equal things, rising on both sides: first by what occurs once, then between those."""
    found: list[Pair] = []
    i = j = 0
    for one, other in [*_anchors(old, new), (len(old), len(new))]:
        between = _common(old[i:one], new[j:other], budget)
        found += ((i + x, j + y) for x, y in between or ())
        if one < len(old):
            found.append((one, other))
        i, j = one + 1, other + 1
    return found


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The longest rising row of things that occur exactly once on both sides."""
    counts_old, counts_new = Counter(old), Counter(new)
    place = {thing: j for j, thing in enumerate(new) if counts_new[thing] == 1}
    pairs = [(i, place[thing]) for i, thing in enumerate(old) if counts_old[thing] == 1 and thing in place]
    ends: list[int] = []  # of the best row of each length: its last place on the new side
    rows: list[int] = []  # and which pair that is
    came_from: list[int | None] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        came_from.append(rows[length - 1] if length else None)
        if length == len(ends):
            ends.append(j)
            rows.append(index)
        else:
            ends[length], rows[length] = j, index
    found: list[Pair] = []
    last = rows[-1] if rows else None
    while last is not None:
        found.append(pairs[last])
        last = came_from[last]
    return found[::-1]


def _common(old: Sequence[Hashable], new: Sequence[Hashable], budget: _Budget) -> list[Pair] | None:
    """Pairs of places with equal things, as many as there are; None when finding them takes too many steps."""
    start = 0
    while start < len(old) and start < len(new) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    numbers: dict[Hashable, int] = {}
    a = [numbers.setdefault(thing, len(numbers)) for thing in old[start : len(old) - end]]
    b = [numbers.setdefault(thing, len(numbers)) for thing in new[start : len(new) - end]]
    middle = _shortest_script(a, b, budget) if a and b else []
    if middle is None and not start and not end:
        return None
    head = [(x, x) for x in range(start)]
    tail = [(len(old) - x, len(new) - x) for x in range(end, 0, -1)]
    return head + [(start + x, start + y) for x, y in middle or ()] + tail


def _shortest_script(a: Sequence[int], b: Sequence[int], budget: _Budget) -> list[Pair] | None:
    """Equal pairs by Myers' algorithm, within the budget; None beyond it."""
    allowed = steps = max(0, min(budget.left, STEPS_OF_PARAGRAPH))
    furthest = {1: 0}
    history: list[dict[int, int]] = []
    for distance in range(len(a) + len(b) + 1):
        history.append(furthest.copy())
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = start = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            steps -= 1 + x - start
            if x >= len(a) and y >= len(b):
                budget.left -= allowed - steps
                return _walked_back(history, len(a), len(b))
        if steps < 0:
            break
    budget.left -= allowed - steps
    return None


def _walked_back(history: Sequence[dict[int, int]], x: int, y: int) -> list[Pair]:
    found: list[Pair] = []
    for distance in range(len(history) - 1, -1, -1):
        furthest, diagonal = history[distance], x - y
        down = diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = furthest[before]
        from_y = from_x - before
        while x > from_x and y > from_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = from_x, from_y
    return found[::-1]


def _unchanged(old: Chunk, new: Chunk) -> Paragraph:
    if old.breaks == new.breaks:
        return Paragraph((Piece("same", old.words + old.breaks),))
    stayed = (Piece("same", old.words),) if old.words else ()  # a text may begin with breaks
    return Paragraph((*stayed, *_replaced(old.breaks, new.breaks)))


def _replaced(old: str, new: str) -> tuple[Piece, ...]:
    return (*((Piece("removed", old),) if old else ()), *((Piece("added", new),) if new else ()))


def _changed(old: Sequence[Chunk], new: Sequence[Chunk], budget: _Budget) -> Iterator[Paragraph]:
    """Paragraphs between unchanged ones: those that are alike compared by words, others shown as gone and come."""
    if len(old) * len(new) > MOST_PAIRS:
        yield Paragraph(_replaced(_joined(old), _joined(new)))
        return
    i = j = 0
    for one, other in [*_alike(old, new), (len(old), len(new))]:
        yield from (Paragraph(_replaced(_joined([gone]), "")) for gone in old[i:one])
        yield from (Paragraph(_replaced("", _joined([come]))) for come in new[j:other])
        if one < len(old):
            yield _by_words(_joined([old[one]]), _joined([new[other]]), budget)
        i, j = one + 1, other + 1


def _joined(some: Sequence[Chunk]) -> str:
    return "".join(chunk.words + chunk.breaks for chunk in some)


def _alike(old: Sequence[Chunk], new: Sequence[Chunk]) -> list[Pair]:
    """Which paragraphs are the same one, changed: pairs rising on both sides, the most alike in sum."""
    was, is_ = [_bag(chunk) for chunk in old], [_bag(chunk) for chunk in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    takes: set[Pair] = set()
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            alike = _likeness(was[i], is_[j])
            paired = alike + best[i + 1][j + 1] if alike >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
            if paired and paired == best[i][j]:
                takes.add((i, j))
    found: list[Pair] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if (i, j) in takes:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _bag(chunk: Chunk) -> Counter[str]:
    return Counter(word for word in _WORD.findall(chunk.words) if not word.isspace())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    common = sum(min(count, more[word]) for word, count in fewer.items() if word in more)
    return 2 * common / max(1, one.total() + other.total())


def _by_words(old: str, new: str, budget: _Budget) -> Paragraph:
    """One paragraph compared word by word; what is nearly all different is shown as replaced."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    pairs = _common(a, b, budget)
    if pairs is None:
        pairs = _matched(a, b, budget)
    pieces: list[Piece] = []
    i = j = 0
    for one, other in [*pairs, (len(a), len(b))]:
        pieces += _replaced("".join(a[i:one]), "".join(b[j:other]))
        if one < len(a):
            pieces.append(Piece("same", a[one]))
        i, j = one + 1, other + 1
    pieces = _gathered(pieces)
    stays = sum(len(piece.text.strip()) for piece in pieces if piece.kind == "same")
    if stays < ALIKE / 2 * max(len(old), len(new)):
        return Paragraph(_replaced(old, new))
    return Paragraph(tuple(pieces))


def _gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind joined; a lone space between two changes belongs to both, so that they read as one."""
    found: list[Piece] = []
    for is_same, run in groupby(_with_spaces_changed(pieces), key=lambda piece: piece.kind == "same"):
        some = list(run)
        if is_same:
            found.append(Piece("same", "".join(piece.text for piece in some)))
        else:
            gone = "".join(piece.text for piece in some if piece.kind == "removed")
            come = "".join(piece.text for piece in some if piece.kind == "added")
            found += _replaced(gone, come)
    return found


def _with_spaces_changed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for index, piece in enumerate(pieces):
        is_between = 0 < index < len(pieces) - 1 and "same" not in (pieces[index - 1].kind, pieces[index + 1].kind)
        if piece.kind == "same" and piece.text.isspace() and is_between:
            yield Piece("removed", piece.text)
            yield Piece("added", piece.text)
        else:
            yield piece
