"""What is kept of a text to know it again: its fingerprint and digests of its links. For 60 days at most, and never
longer than the text itself may be read here."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from forum.core import clock, membertext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.screening import fingerprints, links
from forum.screening.models import Fingerprint, FingerprintBand, LinkSeen

KEPT = timedelta(days=60)
TABLES = (FingerprintBand, Fingerprint, LinkSeen)

for _table in TABLES:
    membertext.register_derived(_table, "contribution_id")


def remember(contribution_id: int, source: str) -> None:
    """Keep what a contribution is known again by, in place of what was kept of it."""
    must_be_writing()
    forget(contribution_id)
    now = clock.now()
    bits = fingerprints.bits_of(source)
    if bits is not None:
        db.session.add(Fingerprint(contribution_id=contribution_id, bits=bits, made_at=now))
        for band, value in enumerate(fingerprints.bands_of(bits)):
            db.session.add(FingerprintBand(contribution_id=contribution_id, band=band, value=value))
    for address, host in {link.address: link.host for link in links.links_in(source)}.items():
        digests = {"link": links.digest(address), "host": links.digest(host)}
        db.session.add(LinkSeen(contribution_id=contribution_id, seen_at=now, **digests))
    db.session.flush()


def forget(contribution_id: int) -> None:
    """Forget what a contribution is known again by."""
    must_be_writing()
    for table in TABLES:
        db.session.execute(delete(table).where(table.contribution_id == contribution_id))


def sweep() -> None:
    """Forget what is older than 60 days."""
    must_be_writing()
    past = clock.now() - KEPT
    old = Fingerprint.made_at < past
    of_old = FingerprintBand.contribution_id.in_(select(Fingerprint.contribution_id).where(old))
    db.session.execute(delete(FingerprintBand).where(of_old), execution_options={"synchronize_session": False})
    db.session.execute(delete(Fingerprint).where(old))
    db.session.execute(delete(LinkSeen).where(LinkSeen.seen_at < past))
