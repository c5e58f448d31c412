"""Markers in a guide's text: `[ref:12]` says that this stands in the reference with the id 12.

An id is what is stored; the page makes numbers of them, in the order in which they are first met.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from forum.core.richtext import CITATION
from forum.references.rows import Cited

_WITH_SPACE = re.compile(rf"\s*{CITATION.pattern}")


def ids_in(sources: Iterable[str]) -> list[int]:
    """The ids that texts cite, each once, in the order of the texts."""
    return list(dict.fromkeys(int(found) for source in sources for found in CITATION.findall(source)))


def unknown_in(sources: Iterable[str], known: Collection[int]) -> list[int]:
    """The cited ids that aren't known."""
    return [cited for cited in ids_in(sources) if cited not in known]


def from_numbers(source: str, ids: Mapping[int, int]) -> str:
    """The text with other numbers in its markers: those of `ids`. A number that isn't there stays."""
    return CITATION.sub(lambda found: f"[ref:{ids.get(int(found[1]), int(found[1]))}]", source)


def without(text: str) -> str:
    """The text without its markers, for search and descriptions."""
    return _WITH_SPACE.sub("", text)


def numbered(references: Sequence[Cited], sources: Iterable[str]) -> list[Cited]:
    """The references in the order of their numbers: those the text cites as it cites them, then the others."""
    by_id = {reference.id: reference for reference in references}
    order = [*ids_in(sources), *by_id]
    return [by_id[key] for key in dict.fromkeys(order) if key in by_id]
