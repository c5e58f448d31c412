"""Asking the index: one question, the criterion of what the reader may see, one page of what was found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil

from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from forum.core import richtext
from forum.core.db import db
from forum.search import question as questions
from forum.search.actions import kind_term
from forum.search.models import SearchDocument
from forum.search.newest import LIMIT, newest_matches


@dataclass(frozen=True)
class Found:
    """One document of a page of results; its title and words are marked where they answer, when asked for."""

    kind: str
    object_id: int
    contribution_id: int | None
    language: str
    title: str
    address: str
    text: str
    written_at: datetime | None
    marked: tuple[str, ...]

    @cached_property
    def title_marked(self) -> Markup:
        """The title with its matches in <mark>."""
        return self.marked_in(self.title)

    def marked_in(self, title: str) -> Markup:
        """Another title it goes by, marked likewise."""
        return richtext.highlight(title, self.marked, language=self.language, length=len(title) + 1)

    @cached_property
    def excerpt(self) -> Markup:
        """The words around the first match, marked."""
        words = self.text.removeprefix(self.title + "\n").lstrip() if self.title else self.text
        return richtext.highlight(words, self.marked, language=self.language)


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, best first, of at most LIMIT. `is_asked`: the question held a word at all."""

    found: tuple[Found, ...] = ()
    count: int = 0
    is_more: bool = False
    page: int = 1
    pages: int = 1
    is_asked: bool = True


def query(
    text: str,
    *,
    visible: ColumnElement[bool],
    language: str,
    kinds: Collection[str] | None = None,
    page: int = 1,
    limit: int = 20,
) -> Results:
    """The `page`th page of what answers `text` (words and "phrases") among what fulfils `visible`.

    visible: a criterion on `contributions`; what no member wrote is found when its audience is everyone. language: the
    reader's. kinds: only these. Of more than LIMIT answers the newest are ranked, and `is_more` is set. Takes any text.
    """
    asked = questions.read(text, language)
    if not asked:
        return Results(is_asked=False)
    narrowed = asked.and_one_of(kind_term(kind) for kind in kinds) if kinds else asked
    ranked, is_more = newest_matches(narrowed, visible, language)
    if len(ranked) > LIMIT:
        is_more = True
        ranked.remove(min(ranked))  # the oldest only told that there are more
    pages = max(ceil(len(ranked) / limit), 1)
    page = min(max(page, 1), pages)
    ids = ranked[(page - 1) * limit : page * limit]
    return Results(_documents(ids, asked.marked, language), len(ranked), is_more, page, pages)


def _documents(ids: list[int], marked: tuple[str, ...], language: str) -> tuple[Found, ...]:
    if not ids:
        return ()
    rows = {row.id: row for row in db.session.scalars(select(SearchDocument).where(SearchDocument.id.in_(ids)))}
    shown: dict[tuple[str, ...], Found] = {}
    for row in (rows[each] for each in ids if each in rows):
        # What the site itself says stands in the index once for each language: under one name it is shown once.
        is_own = row.contribution_id is None
        key = (row.kind, row.address, row.title) if is_own else (str(row.id),)
        if key not in shown or row.language == language:
            shown[key] = _found(row, marked)
    return tuple(shown.values())


def _found(row: SearchDocument, marked: tuple[str, ...]) -> Found:
    return Found(
        kind=row.kind,
        object_id=row.object_id,
        contribution_id=row.contribution_id,
        language=row.language,
        title=row.title,
        address=row.address,
        text=row.text,
        written_at=row.written_at,
        marked=marked,
    )
