"""The personal details that an author is asked about, and those she means to share and isn't asked about again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from forum.contributions.details import Detail, digest_of, found_in
from forum.contributions.models import Contribution, KeptDetail
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.helplines import queries as helplines

FIELDS = ("title", "teaser", "source")
UNSENT = 0  # the id by which details of words are known that are no contribution yet


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
    kept = _kept(contribution.id)
    return [one for one in details_in(contribution.id, texts, contribution.language) if one.digest not in kept]


def not_meant(
    texts: Iterable[tuple[str, str]], language: str, meant: Collection[str], contribution: Contribution | None = None
) -> list[PointedOut]:
    """The details in words that are not sent yet, without those whose digests say that the writer means them, and
    without those she means to share in the contribution that the words change. Two queries at most."""
    found = [one for one in details_in(UNSENT, texts, language) if one.digest not in meant]
    kept = _kept(contribution.id) if found and contribution is not None else set()
    return [one for one in found if contribution is None or digest_of(contribution.id, one.detail) not in kept]


def _kept(contribution_id: int) -> set[str]:
    return set(db.session.scalars(select(KeptDetail.digest).where(KeptDetail.contribution_id == contribution_id)))


def keep_meant(contribution: Contribution, meant: Collection[str], words: Any = None) -> None:
    """The writer meant to share these details of words that are now a contribution's (or of its revision's, given as
    `words`): she isn't asked again."""
    must_be_writing()
    if not meant:
        return
    texts = [(field, getattr(words or contribution, field)) for field in FIELDS]
    found = [one for one in details_in(UNSENT, texts, contribution.language) if one.digest in meant]
    keys = {digest_of(contribution.id, one.detail) for one in found}
    keys -= _kept(contribution.id)
    db.session.add_all([KeptDetail(contribution_id=contribution.id, digest=key) for key in sorted(keys)])
    db.session.flush()


def keep(contribution: Contribution, digest: str, words: Any = None) -> bool:
    """The author means to share a detail. Only one that stands in the words is noted; says whether there was one."""
    must_be_writing()
    known = {one.digest for one in details_to_show(contribution, words)}
    if digest in known:
        db.session.add(KeptDetail(contribution_id=contribution.id, digest=digest))
        db.session.flush()
    return digest in known
