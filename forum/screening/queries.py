"""What screening asks the tables: the words in force, what a member sent lately, texts and links that came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Seal
from forum.contributions.queries import owned_by
from forum.core import clock
from forum.core.db import db
from forum.screening import fingerprints
from forum.screening.models import BANDS, Fingerprint, FingerprintBand, LinkSeen, WatchedWord

LOOKED_BACK = timedelta(days=30)
MOST_ALIKE = 200  # texts that share a part of a fingerprint and are compared
PAGE = 50

_STATE = select(func.max(WatchedWord.id), func.count(WatchedWord.retired_at))
_IN_FORCE = (
    select(WatchedWord.id, WatchedWord.folded, WatchedWord.language, WatchedWord.act, WatchedWord.is_prefix)
    .where(WatchedWord.retired_at.is_(None))
    .order_by(WatchedWord.id)
)
# Made once: to put a statement together costs more than to run it.
_SHARING = or_(
    *(
        and_(FingerprintBand.band == band, FingerprintBand.value == bindparam(f"value_{band}", type_=Integer))
        for band in range(BANDS)
    )
)
_ALIKE = (
    select(Fingerprint.contribution_id, Fingerprint.bits, Contribution.author_id)
    .join(Contribution, Contribution.id == Fingerprint.contribution_id)
    .where(
        Fingerprint.contribution_id.in_(select(FingerprintBand.contribution_id).where(_SHARING)),
        Fingerprint.contribution_id < bindparam("before"),
        Fingerprint.made_at > bindparam("since"),
    )
    .order_by(Fingerprint.contribution_id.desc())
    .limit(MOST_ALIKE)
)
_REPEATED = (
    select(func.count(), func.count(func.coalesce(Contribution.author_id, Seal.member_id).distinct()))
    .select_from(LinkSeen)
    .join(Contribution, Contribution.id == LinkSeen.contribution_id)
    .outerjoin(Seal, Seal.contribution_id == LinkSeen.contribution_id)
    .where(
        LinkSeen.link.in_(bindparam("links", expanding=True)),
        LinkSeen.seen_at > bindparam("since"),
        LinkSeen.contribution_id != bindparam("but"),
    )
    .group_by(LinkSeen.link)
    .order_by(func.count().desc())
    .limit(1)
)


def state_of_words() -> tuple[int, ...]:
    """What changes whenever a word is added or retired: words are never changed, and never deleted."""
    newest, retired = db.session.execute(_STATE).one()
    return (newest or 0, retired)


def words_in_force() -> Sequence[Any]:
    """The words that are watched: id, folded, language, act, is_prefix."""
    return db.session.execute(_IN_FORCE).all()


def sent_since(viewer: Viewer, since: datetime, but: int) -> int:
    """How many contributions a member sent since a moment, signed or sealed, one aside. For rules: a number."""
    there = Contribution.status.not_in(("draft", "erased"))
    found = select(func.count()).where(owned_by(viewer), Contribution.created_at > since, there, Contribution.id != but)
    return db.session.scalar(found) or 0


def has_published(viewer: Viewer) -> bool:
    """Whether anything of a member's, signed or sealed, has been published."""
    found = select(Contribution.id).where(owned_by(viewer), Contribution.published_at.is_not(None))
    return db.session.scalar(found.limit(1)) is not None


def nearly_the_same(bits: int, before: int) -> list[tuple[int, int | None]]:
    """The contributions of the last 30 days that said nearly the same, newest first, each with whoever signed it.

    Only earlier ones: whoever changes a word of her own isn't held for those who copied it.
    """
    bands = {f"value_{band}": value for band, value in enumerate(fingerprints.bands_of(bits))}
    rows = db.session.execute(_ALIKE, {**bands, "before": before, "since": clock.now() - LOOKED_BACK})
    return [(key, author) for key, other, author in rows if fingerprints.distance(bits, other) <= fingerprints.NEAR]


def alike(contribution_id: int) -> set[int]:
    """The contributions of the last 30 days, earlier or later, that say nearly the same as this one, have a link in
    common with it, or lead to its host, where nothing that was ever published leads there. Three queries at most."""
    since = clock.now() - LOOKED_BACK
    other, good = aliased(LinkSeen), aliased(LinkSeen)
    is_known = (
        select(good.contribution_id)
        .join(Contribution, Contribution.id == good.contribution_id)
        .where(good.host == LinkSeen.host, good.contribution_id != contribution_id)
        .where(Contribution.published_at.is_not(None))
        .exists()
    )
    linked = (
        select(other.contribution_id)
        .join(LinkSeen, or_(LinkSeen.link == other.link, and_(LinkSeen.host == other.host, ~is_known)))
        .where(LinkSeen.contribution_id == contribution_id, other.seen_at > since)
        .order_by(other.contribution_id.desc())
        .limit(MOST_ALIKE)
    )
    found = set(db.session.scalars(linked))
    row = db.session.get(Fingerprint, contribution_id)
    if row is not None:
        found |= {key for key, _author in nearly_the_same(row.bits, 2**31 - 1)}
    return found - {contribution_id}


def repeated(links: Sequence[str], but: int) -> tuple[int, int]:
    """Of the link seen most in the last 30 days: in how many contributions, and by how many writers. Two numbers."""
    row = db.session.execute(_REPEATED, {"links": links, "but": but, "since": clock.now() - LOOKED_BACK}).first()
    return (row[0], row[1]) if row else (0, 0)


def word_by_id(word_id: int) -> WatchedWord | None:
    """A watched word, retired or not."""
    return db.session.get(WatchedWord, word_id)


def same_words(folded: Sequence[str], language: str) -> set[str]:
    """Which of several folded phrases are watched already in a language."""
    found = select(WatchedWord.folded).where(WatchedWord.retired_at.is_(None), WatchedWord.language == language)
    watched = set(db.session.scalars(found))
    return watched & set(folded)
