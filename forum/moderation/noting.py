"""Content notes put before a contribution, or taken away, by a moderator."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions.models import CONTENT_NOTES, Contribution
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.verdict import YES, Verdict, no
from forum.moderation.models import Decision
from forum.moderation.policy import CHANGED_SINCE

UNKNOWN = _l("Choose from the content notes on the list.")
SAME = _l("These content notes are there already. Change one first.")


def _chosen(asked: Asked) -> str:
    wanted = set(asked.fields.get("notes", ()))
    return " ".join(note for note in CONTENT_NOTES if note in wanted)


def _judge(asked: Asked) -> Verdict:
    if set(asked.fields.get("notes", ())) - set(CONTENT_NOTES):
        return no(UNKNOWN, 422)
    return no(SAME, 422) if _chosen(asked) == asked.contribution.content_notes else YES


def _perform(asked: Asked) -> dict[str, Any]:
    before, asked.contribution.content_notes = asked.contribution.content_notes, _chosen(asked)
    db.session.flush()
    return {"before": before, "after": asked.contribution.content_notes}


def _undo(_actor: Viewer | None, contribution: Contribution, decision: Decision) -> Verdict:
    if contribution.content_notes != decision.data["after"]:
        return no(CHANGED_SINCE, 409)
    contribution.content_notes = decision.data["before"]
    db.session.flush()
    return YES


def _offers(_viewer: Viewer, contribution: Contribution) -> dict[str, Any]:
    return {"notes": contribution.notes}


ACT = Act(_perform, _undo, _judge, _offers)
