"""The single changes in a suggested edit, and putting those that were taken into a text as it stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, Protocol

from forum.core.differences import Chunk, Paragraph, chunks, differences

Part = Literal["title", "teaser", "text"]


class Worded(Protocol):
    """Anything with a contribution's words: itself, a revision, a draft."""

    title: str
    teaser: str
    source: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a contribution says."""

    title: str = ""
    teaser: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change: where it is, how it reads before and after. `start` to `end`: the paragraphs it replaces."""

    number: int
    part: Part
    paragraph: Paragraph
    start: int = 0
    end: int = 0

    @property
    def before(self) -> str:
        """The words as they were; empty for a new paragraph."""
        return self.paragraph.before.rstrip()

    @property
    def after(self) -> str:
        """The words as suggested; empty for a paragraph that goes."""
        return self.paragraph.after.rstrip()


@dataclass(frozen=True, slots=True)
class Result:
    """A text with changes in it, and the numbers of those that found their place."""

    words: Words
    applied: frozenset[int]


def words_of(one: Worded) -> Words:
    """The words of a contribution, a revision or a draft."""
    return Words(one.title, one.teaser, one.source)


def hunks_of(base: Words, suggested: Words) -> list[Hunk]:
    """The changes that lead from one text to the other, numbered in reading order."""
    found: list[tuple[Part, Paragraph, int, int]] = []
    parts: tuple[tuple[Part, str, str], ...] = (
        ("title", base.title, suggested.title), ("teaser", base.teaser, suggested.teaser),
    )  # fmt: skip
    for part, old, new in parts:
        if old != new:
            found.append((part, _line(old, new), 0, 0))
    at = 0
    for paragraph in differences(base.source, suggested.source):
        length = len(chunks(paragraph.before))
        if not paragraph.is_same:
            found.append(("text", paragraph, at, at + length))
        at += length
    return [Hunk(number, *one) for number, one in enumerate(found)]


def _line(old: str, new: str) -> Paragraph:
    return Paragraph(tuple(piece for paragraph in differences(old, new) for piece in paragraph.pieces))


def applied(current: Words, base: Words, hunks: Sequence[Hunk], taken: AbstractSet[int]) -> Result:
    """`current` with the taken changes in it. One whose place reads differently by now is left out."""
    done: set[int] = set()
    lines = {"title": current.title, "teaser": current.teaser}
    of_base = {"title": base.title, "teaser": base.teaser}
    for hunk in hunks:
        if hunk.number in taken and hunk.part != "text" and lines[hunk.part] == of_base[hunk.part]:
            lines[hunk.part] = hunk.after
            done.add(hunk.number)
    now, places = chunks(current.source), _places(base.source, current.source)
    is_empty = not now
    for hunk in reversed(hunks):  # from the end, so that earlier places stay where they are
        place = _place_of(hunk, places, is_empty) if hunk.part == "text" and hunk.number in taken else None
        if place is not None:
            now[place[0] : place[1]] = chunks(hunk.after)
            done.add(hunk.number)
    source = _joined(now) if any(hunk.number in done and hunk.part == "text" for hunk in hunks) else current.source
    return Result(Words(lines["title"], lines["teaser"], source), frozenset(done))


def _places(base: str, current: str) -> dict[int, int]:
    """Which paragraph of the base is which of the current text, for those whose words stayed."""
    found: dict[int, int] = {}
    i = j = 0
    for paragraph in differences(base, current):
        before, after = len(chunks(paragraph.before)), len(chunks(paragraph.after))
        if paragraph.is_same and before == after:
            found |= {i + step: j + step for step in range(before)}
        i, j = i + before, j + after
    return found


def _place_of(hunk: Hunk, places: dict[int, int], is_empty: bool) -> tuple[int, int] | None:
    """Where in the current text a change belongs, or None when that place has changed."""
    if hunk.start < hunk.end:
        spots = [places.get(index) for index in range(hunk.start, hunk.end)]
        first = spots[0]
        if first is None or spots != list(range(first, first + len(spots))):
            return None
        return first, first + len(spots)
    if hunk.start in places:
        return places[hunk.start], places[hunk.start]
    if hunk.start - 1 in places:
        return places[hunk.start - 1] + 1, places[hunk.start - 1] + 1
    return (0, 0) if is_empty else None


def _joined(some: Sequence[Chunk]) -> str:
    last = len(some) - 1
    return "".join(
        chunk.words + ((chunk.breaks or "\n\n") if at < last else "") for at, chunk in enumerate(some)
    ).strip("\n")
