"""What a word would have caught in the last thirty days: counted before it is watched, and shown while it is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import clock, kinds
from forum.core.db import db
from forum.screening.folding import folded
from forum.screening.matching import Matcher, Watched
from forum.screening.queries import LOOKED_BACK
from forum.screening.words import Phrase

MOST = 5_000  # contributions, the newest
AT_ONCE = 250
SHOWN, CANDIDATES = 20, 60
PATIENCE = 4.0  # seconds
AROUND = 60  # characters on each side of what was found
READ = ("pending", "changes_asked", "published", "hidden", "declined")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a watched phrase stands in something that can be read."""

    address: str
    title: str
    language: str
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Caught:
    """What would have been caught. looked: through how many texts. published: of those found, how many can be read now.
    is_cut: there was no time for more. is_more: there are older ones of these thirty days, for whichever reason."""

    looked: int
    found: int
    published: int
    excerpts: Sequence[Excerpt]
    is_cut: bool
    is_more: bool


def would_catch(viewer: Viewer, phrases: Iterable[Phrase], language: str) -> Caught:
    """What phrases would have caught, with excerpts of what `viewer` may read, newest first. Two queries.

    `language`: of the addresses.
    """
    matcher = Matcher(
        Watched(number, phrase.folded, phrase.language, phrase.act, phrase.is_prefix)
        for number, phrase in enumerate(phrases)
    )
    begun, looked, is_cut, is_more = time.monotonic(), 0, False, False
    found: dict[int, Watched] = {}
    published: list[int] = []
    for key, spoken, status, *words in _texts():
        is_cut = looked > 0 and time.monotonic() - begun > PATIENCE
        if is_more := is_cut or looked == MOST:
            break
        looked += 1
        hits = matcher.found_in("\n".join(part for part in words if part), spoken)
        if hits:
            found[key] = hits[0]
            published += [key] if status == "published" else []
    excerpts = _excerpts(viewer, published[:CANDIDATES], found, language)
    return Caught(looked, len(found), len(published), excerpts, is_cut, is_more)


def _texts() -> Iterable[Any]:
    columns = (
        Contribution.id, Contribution.language, Contribution.status,
        Contribution.byline, Contribution.title, Contribution.teaser, Contribution.source,
    )  # fmt: skip
    return db.session.execute(
        select(*columns)
        .where(
            Contribution.created_at > clock.now() - LOOKED_BACK,
            Contribution.status.in_(READ),
            Contribution.audience != "participants",
        )
        .order_by(Contribution.id.desc())
        .limit(MOST + 1)
        .execution_options(yield_per=AT_ONCE)
    )


def _excerpts(viewer: Viewer, keys: Sequence[int], found: dict[int, Watched], language: str) -> list[Excerpt]:
    if not keys:
        return []
    models = [kind.model for kind in kinds.all_kinds().values()]
    rows = db.session.scalars(
        select(Contribution)
        .where(Contribution.id.in_(keys), visible_to(viewer))
        .options(selectin_polymorphic(Contribution, models))
        .order_by(Contribution.id.desc())
    )
    shown: list[Excerpt] = []
    for row in rows:
        kind = kinds.kind_of(row)
        if kind.can_see(viewer, row) and len(shown) < SHOWN:
            title = row.title or str(kind.label)
            shown.append(Excerpt(kind.address(row, language), title, row.language, *around(_words(row), found[row.id])))
    return shown


def _words(row: Contribution) -> str:
    return "\n".join(part for part in (row.byline, row.title, row.teaser, row.source) if part)


def around(text: str, word: Watched) -> tuple[str, str, str]:
    """What stands before a watched word in a text, the word as it is written there, and what stands after."""
    tokens = [(token.start(), token.end(), folded(token[0])) for token in _TOKEN.finditer(text)]
    wanted = word.folded.split()
    for at in range(len(tokens) - len(wanted) + 1):
        here = [token[2] for token in tokens[at : at + len(wanted)]]
        is_here = here == wanted or (word.is_prefix and here[:-1] == wanted[:-1] and here[-1].startswith(wanted[-1]))
        if is_here:
            start, end = tokens[at][0], tokens[at + len(wanted) - 1][1]
            return _flat(text[max(0, start - AROUND) : start]), text[start:end], _flat(text[end : end + AROUND])
    return "", "", _flat(text[: 2 * AROUND])  # written with other letters, or set apart


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
