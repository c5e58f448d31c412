"""The personal details that an author is asked about, and those she means to share and isn't asked about again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from forum.contributions.details import Detail, digest_of, found_in
from forum.contributions.models import Contribution, KeptDetail
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.helplines import queries as helplines

FIELDS = ("title", "teaser", "source")


@dataclass(frozen=True, slots=True)
class PointedOut:
    """A detail, the field of the contribution in which it stands first, and the word by which it is kept."""

    detail: Detail
    field: str
    digest: str


def details_in(contribution_id: int, texts: Iterable[tuple[str, str]], language: str) -> list[PointedOut]:
    """The personal details in some fields' texts, each once, whether kept or not. One query."""
    public = helplines.published_numbers()
    found: dict[str, PointedOut] = {}
    for field, text in texts:
        for detail in found_in(text, language, public_numbers=public):
            digest = digest_of(contribution_id, detail)
            found.setdefault(digest, PointedOut(detail, field, digest))
    return list(found.values())


def details_to_show(contribution: Contribution, words: Any = None) -> list[PointedOut]:
    """The details in a contribution's words (or in a draft's or revision's, given as `words`) that its author has
    not yet said she means to share. Two queries."""
    words = words or contribution
    texts = [(field, getattr(words, field)) for field in FIELDS]
    kept = set(db.session.scalars(select(KeptDetail.digest).where(KeptDetail.contribution_id == contribution.id)))
    return [one for one in details_in(contribution.id, texts, contribution.language) if one.digest not in kept]


def keep(contribution: Contribution, digest: str, words: Any = None) -> bool:
    """The author means to share a detail. Only one that stands in the words is noted; says whether there was one."""
    must_be_writing()
    known = {one.digest for one in details_to_show(contribution, words)}
    if digest in known:
        db.session.add(KeptDetail(contribution_id=contribution.id, digest=digest))
        db.session.flush()
    return digest in known
