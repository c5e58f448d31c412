"""Personal data taken out of a contribution, everywhere and for good. What stays is a commitment nobody can open."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from forum.accounts.viewer import Viewer
from forum.contributions import details, forgetting
from forum.contributions.details import Detail
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import revisions_of
from forum.core import clock, membertext, richtext
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.languages import in_language
from forum.core.outbox import enqueue
from forum.core.settings import LANGUAGES
from forum.core.verdict import YES, Verdict, no
from forum.helplines.queries import published_numbers
from forum.moderation import sweeping
from forum.moderation.models import Decision, Redaction

SHORTEST, LONGEST, MOST = 4, 200, 40  # letters of one part, and how many parts at once
# What hardly anybody means to show: it is offered ready ticked. A doctor's or a hospital's name may well be meant.
TICKED = ("email", "profile", "record_number", "postal_address", "birth_date", "phone")
NOTHING = _l("Mark what is to go: tick it, or copy it into the box.")
TOO_SHORT = _l("A part needs at least 4 letters or digits, or other words would go with it.")
TOO_MANY = _l("Take out 40 parts at most, of 200 letters at most each.")
GONE_FOR_GOOD = _l("What was taken out can’t be brought back. Nobody has it any more.")


def mark_in(language: str) -> str:
    """What stands where words were taken out."""
    with in_language(language if language in LANGUAGES else LANGUAGES[0]):
        return str(_("(private details taken out)"))


def details_of(contribution: Contribution) -> list[Detail]:
    """What our own check finds in a contribution's words: it is offered, a person chooses."""
    text = f"{contribution.title}\n\n{contribution.teaser}\n\n{contribution.source}"
    found = details.found_in(text, contribution.language)
    if any(one.kind == "phone" for one in found):
        found = details.found_in(text, contribution.language, public_numbers=published_numbers())
    return found


def _can_go(part: str) -> bool:
    return len(part) <= LONGEST and sum(sign.isalnum() for sign in part) >= SHORTEST


def _parts(asked: Asked) -> list[str]:
    cleaned = (richtext.clean_text(str(part), single_line=True).strip() for part in asked.fields.get("parts", ()))
    return list(dict.fromkeys(part for part in cleaned if part))


def _judge(asked: Asked) -> Verdict:
    parts = _parts(asked)
    if not parts:
        return no(NOTHING, 422)
    if len(parts) > MOST or any(len(part) > LONGEST for part in parts):
        return no(TOO_MANY, 422)
    if not all(map(_can_go, parts)):
        return no(TOO_SHORT, 422)
    texts = _texts(asked.contribution)
    missing = next(
        (part for part in parts if not any(sweeping.pattern_of([part]).search(text) for text in texts)), None
    )
    return no(_l("“%(part)s” isn’t in it. Copy it as it stands there.", part=missing), 422) if missing else YES


def _texts(contribution: Contribution) -> Sequence[str]:
    """All that a contribution says or said, and its photos with it."""
    rows: list[Any] = [contribution, *revisions_of(contribution)]
    written = [text for row in rows for text in (row.title, row.teaser, row.source, richtext.plain(row.html))]
    hanging = (db.session.get_one(Contribution, key) for key in membertext.hanging_on(contribution.id))
    return [*written, *(text for row in (contribution, *hanging) for text in membertext.words_of(row))]


def words_without(asked: Asked, words: str) -> str:
    """A letter or a note about it, in which what is taken out doesn't stand either."""
    return sweeping.pattern_of(_parts(asked)).sub(mark_in(asked.contribution.language), words)


def may_return(contribution: Contribution, revision: Revision) -> bool:
    """Whether an edit may bring back what was taken out: its author's page was opened before, or her copy is older.

    What it was nobody knows any more. So it waits if our own check finds details in it, or if a mark that stands where
    words were is gone.
    """
    was_done = exists().where(Redaction.contribution_id == contribution.id)
    if not db.session.scalar(select(was_done)):
        return False
    mark = mark_in(contribution.language)
    before, after = (f"{row.title}\n{row.teaser}\n{row.source}" for row in (contribution, revision))
    return after.count(mark) < before.count(mark) or bool(
        details.found_in(after, contribution.language, public_numbers=published_numbers())
    )


def _perform(asked: Asked) -> dict[str, Any]:
    contribution, parts = asked.contribution, _parts(asked)
    sweeping.take_out(contribution, parts, mark_in(contribution.language))
    row = Redaction(
        contribution_id=contribution.id,
        decision_id=asked.decision.id if asked.decision is not None else None,
        commitment=_commitment(parts),
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    key = f"redaction:{row.id}"
    enqueue("moderation.sweep_redaction", {"redaction_id": row.id}, run_at=forgetting.soon(), dedupe_key=key)
    return {"redaction": row.id, "commitment": row.commitment, "parts": len(parts)}


def _commitment(parts: Sequence[str]) -> str:
    """SHA-256 over a key and the words. The key is thrown away here, so that no guess at the words can be tried."""
    return hashlib.sha256(secrets.token_bytes(32) + "\n".join(parts).encode()).hexdigest()


def _undo(_actor: Viewer | None, _contribution: Contribution, _decision: Decision) -> Verdict:
    return no(GONE_FOR_GOOD, 409)


def _offers(_viewer: Viewer, contribution: Contribution) -> dict[str, Any]:
    found = {one.text: one for one in details_of(contribution) if _can_go(one.text)}
    ticked = [text for text, one in found.items() if one.kind in TICKED]
    return {"found": list(found.values()), "ticked": ticked[:MOST]}


ACT = Act(_perform, _undo, _judge, _offers)
