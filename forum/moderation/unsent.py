"""Unsent words about a contribution: an author's answer or edit, a moderator's message or suggestion.

Of a sealed contribution an author's own hang on the contribution, so that no row names her beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.contributions.queries import is_owner
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation.hunks import Words, words_of
from forum.moderation.models import Case


def message_place(contribution_id: int) -> str:
    """The place of a moderator's unsent message to an author."""
    return f"message:{contribution_id}"


def letter_place(case_id: int) -> str:
    """The place of a moderator's unsent letter with a decision."""
    return f"case:{case_id}"


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What a moderator has begun to write on a case and not sent."""

    letter: str = ""
    message: str = ""


def at_desk(viewer: Viewer, case: Case) -> AtDesk:
    """What `viewer` has begun on a case. One query."""
    places = {letter_place(case.id): "letter", message_place(case.contribution_id or 0): "message"}
    rows = db.session.execute(
        select(Draft.place, Draft.source).where(Draft.member_id == viewer.id, Draft.place.in_(places))
    )
    return AtDesk(**{places[place]: source for place, source in rows})


def suggestion_place(contribution_id: int) -> str:
    """The place of a moderator's unsent suggestion."""
    return f"suggestion:{contribution_id}"


def draft_of(viewer: Viewer, contribution: Contribution, place: str) -> Draft | None:
    """The unsent words of `viewer` about a contribution, or None."""
    return db.session.scalar(select(Draft).where(_whose(viewer, contribution), Draft.place == place))


def keep(
    *,
    actor: Viewer,
    contribution: Contribution,
    place: str,
    words: Words,
    beside: dict[str, Any] | None = None,
    seen_version: int | None = None,
) -> tuple[Draft, Verdict]:
    """Keep unsent words. Newer ones of another window are not written over (409), unless `seen_version` is None.

    `beside`: what else is kept with the words; without it, what was kept there before stays.
    """
    must_be_writing()
    contributions.hold_drafts(actor)
    draft = draft_of(actor, contribution, place)
    if draft is None:
        sealed = _is_sealed_for(actor, contribution)
        draft = Draft(
            member_id=None if sealed else actor.id,
            contribution_id=contribution.id if sealed else None,
            place=place,
            source="",
            version=0,
            saved_at=clock.now(),
        )
        db.session.add(draft)
        seen_version = None
    facts = draft.facts if beside is None else beside
    if draft.version and (words_of(draft), draft.facts) == (words, facts):
        return draft, YES
    if seen_version not in (None, draft.version):
        return draft, no("", 409)
    draft.title, draft.teaser, draft.source = words.title, words.teaser, words.source
    draft.facts, draft.version, draft.saved_at = facts, draft.version + 1, clock.now()
    db.session.flush()
    return draft, YES


def drop(*, actor: Viewer, contribution: Contribution, place: str) -> None:
    """Forget unsent words: they were sent."""
    must_be_writing()
    db.session.execute(delete(Draft).where(_whose(actor, contribution), Draft.place == place))


def _is_sealed_for(viewer: Viewer, contribution: Contribution) -> bool:
    return contribution.author_id is None and is_owner(viewer, contribution)


def _whose(viewer: Viewer, contribution: Contribution) -> ColumnElement[bool]:
    if _is_sealed_for(viewer, contribution):
        return Draft.contribution_id == contribution.id
    return Draft.member_id == viewer.id
