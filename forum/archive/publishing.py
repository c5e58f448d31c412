"""Attesting an archive's consents, and publishing what they allow, some at a time so that nobody else has to wait."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from forum.accounts.viewer import Viewer
from forum.archive import appearing, policy, queries
from forum.archive.models import Archive
from forum.archive.rows import consent_row
from forum.contributions import ledger
from forum.contributions.models import Consent, Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.moderation import log

AT_ONCE = 100  # published in one transaction
NO_NOTE = _l("Write how you know that the authors consented, and to what.")
NOTHING_WAITS = _l("Nothing of this archive waits for consent.")
NO_ARCHIVE = _l("There is no archive of this name.")


def attest(*, actor: Viewer, name: str, note: str) -> Verdict:
    """Vouch that the authors of all that waits in an archive consented to this site; it is published by a job."""
    must_be_writing()
    if not (verdict := policy.can_attest(actor)):
        return verdict
    archive = db.session.scalar(select(Archive).where(Archive.name == name).with_for_update())
    if archive is None:
        return no(NO_ARCHIVE, 404)
    if not note.strip():
        return no(NO_NOTE, 422)
    if queries.waiting_since(archive) is None:
        return no(NOTHING_WAITS, 409)
    archive.attested_at, archive.attested_by, archive.attested_note = clock.now(), actor.id, note
    log.append(actor, "attest", "archive", archive.id)
    enqueue("archive.publish", {"archive_id": archive.id})
    return verdict


def publish_some(archive_id: int) -> int:
    """Publish the next of an archive's stories whose authors consented; 0 when there is none left."""
    must_be_writing()
    archive = db.session.get(Archive, archive_id)
    if archive is None:
        return 0
    ids = queries.ready_to_publish(archive, AT_ONCE)
    _record(archive, ids)
    if ids:
        appearing.appear(queries.to_publish(ids))
        log.append(None, "publish_attested", "archive", archive.id, data={"contributions": list(ids)})
        enqueue("archive.publish", {"archive_id": archive_id})
    return len(ids)


def _record(archive: Archive, ids: Sequence[int]) -> None:
    """Write the attested consent into the ledger where none stands yet."""
    has = ledger.allowed_by_each(ids)
    languages = db.session.execute(select(Contribution.id, Contribution.language).where(Contribution.id.in_(ids)))
    now = clock.now()
    rows = [
        consent_row(key, ("site", None), language, note=archive.attested_note, now=now, by=archive.attested_by)
        for key, language in languages
        if ("site", None) not in has[key]
    ]
    if rows:
        db.session.execute(insert(Consent.__table__), rows)  # type: ignore[arg-type]
