"""Tables of screening: watched words, and what texts are compared by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Key, Model, one_of

ACTS = ("hold", "note", "care")  # waits for a moderator; is shown, with a note for moderators; raises care
BANDS = 4  # parts of a fingerprint: two texts that differ in few bits share one


class WatchedWord(Model):
    """A word or phrase that texts are looked through for, accents and case aside, at the boundaries of words."""

    __tablename__ = "watched_words"
    __table_args__ = (one_of("act", ACTS), Index("ix_watched_words_phrase", "phrase"))
    id: Mapped[int] = mapped_column(primary_key=True)
    phrase: Mapped[str]
    folded: Mapped[str] = mapped_column(Key)  # what is compared
    language: Mapped[str]  # of texts it is looked for in; und: all
    act: Mapped[str]
    is_prefix: Mapped[bool] = mapped_column(default=False)  # a word may go on after it
    note: Mapped[str] = mapped_column(default="")  # why, for moderators
    made_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Fingerprint(Model):
    """64 bits that are nearly the same for nearly the same text (Charikar's simhash), kept a short time."""

    __tablename__ = "fingerprints"
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bits: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(index=True)


class FingerprintBand(Model):
    """One part of a fingerprint, to find the others that share it."""

    __tablename__ = "fingerprint_bands"
    __table_args__ = (Index("ix_fingerprint_bands_value", "band", "value"),)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class LinkSeen(Model):
    """A contribution links to a host and an address, both as keyed digests: the same link again and again is found."""

    __tablename__ = "links_seen"
    __table_args__ = (Index("ix_links_seen_link", "link", "seen_at"), Index("ix_links_seen_host", "host", "seen_at"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    link: Mapped[str] = mapped_column(Key, primary_key=True)
    host: Mapped[str] = mapped_column(Key)
    seen_at: Mapped[datetime]
