"""Thank you, me too, with you: one tap each on what somebody wrote.

Readers see how many there are and nobody sees whose, not even who wrote it: *me too* is a diagnosis. A row holds the
member only so that the same tap twice is one, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import Integer, String, bindparam, case, cast, delete, func, literal, select, union_all
from sqlalchemy.orm import selectin_polymorphic, with_polymorphic

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import policy
from forum.contributions.models import REACTIONS, Bookmark, Contribution, Reaction
from forum.contributions.queries import is_owner, owned_by, recipient_of, visible_to
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.notifications import actions as notifications
from forum.notifications.models import Notification
from forum.notifications.notices import Notice, Told

WORDS = {"thanks": _l("Thank you"), "me_too": _l("Me too"), "with_you": _l("With you")}
NOT_HERE = no(_l("This isn’t here any more."), 404)
OWN = _l("This is yours. Others can say it to you.")
UNKNOWN = _l("Choose one of the three: thank you, me too or with you.")
IDS: Any = bindparam("ids", expanding=True)
ASKS: Any = bindparam("viewer_id", type_=Integer)
KEPT = "bookmark"  # beside the reactions, in the one query that reads both


@dataclass(frozen=True, slots=True)
class Taps:
    """What stands below one contribution: how often each reaction, which of them the reader gave, whether she kept
    it."""

    counts: Mapping[str, int] = field(default_factory=dict)
    mine: frozenset[str] = frozenset()
    is_kept: bool = False


NONE = Taps()


def asked(is_member: bool) -> list[Any]:
    """The parts of the query by which a page reads what stands below its contributions: an id, a word, how many, and
    whether the reader's is among them. Values: ids, of a member viewer_id. The caller has seen to it that the reader
    may see them."""
    is_mine: Any = literal(0, Integer)
    if is_member:
        is_mine = func.max(case((Reaction.member_id == ASKS, 1), else_=0))
    rows = (
        select(Reaction.contribution_id, Reaction.reaction, func.count(), is_mine)
        .where(Reaction.contribution_id.in_(IDS))
        .group_by(Reaction.contribution_id, Reaction.reaction)
    )
    if not is_member:
        return [rows]
    kept = select(Bookmark.contribution_id, cast(literal(KEPT), String), literal(0, Integer), literal(1, Integer))
    return [rows, kept.where(Bookmark.member_id == ASKS, Bookmark.contribution_id.in_(IDS))]


def together(parts: Sequence[Any]) -> Any:
    """One query of several parts."""
    return union_all(*parts) if len(parts) > 1 else parts[0]


@cache  # to put it together costs more than to run it
def _taps(is_member: bool) -> Any:
    return together(asked(is_member))


def gathered(rows: Iterable[Any]) -> dict[int, Taps]:
    """What stands below each contribution, by its id, of the rows that `asked` finds; nothing for one without."""
    counts: dict[int, dict[str, int]] = {}
    mine: dict[int, set[str]] = {}
    for key, word, count, is_hers in rows:
        counts.setdefault(key, {})
        if word != KEPT:
            counts[key][word] = count
        if is_hers:
            mine.setdefault(key, set()).add(word)
    return {
        key: Taps(found, frozenset(mine.get(key, ())) - {KEPT}, KEPT in mine.get(key, ()))
        for key, found in counts.items()
    }


def taps_on(viewer: Viewer, ids: Collection[int]) -> dict[int, Taps]:
    """What stands below each of a page's contributions. One query, however many they are."""
    if not ids:
        return {}
    values = {"ids": ids, "viewer_id": viewer.id} if viewer.is_authenticated else {"ids": ids}
    return gathered(db.session.execute(_taps(viewer.is_authenticated), values))


def taps_of(viewer: Viewer, contribution_id: int) -> Taps:
    """What stands below one contribution. One query."""
    return taps_on(viewer, [contribution_id]).get(contribution_id, NONE)


def contribution_for(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """Something that `viewer` may read, of any kind; None for anything else."""
    found = db.session.scalar(
        select(Contribution)
        .where(Contribution.id == contribution_id, visible_to(viewer))
        .options(selectin_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()]))
    )
    return found if found is not None and kinds.kind_of(found).can_see(viewer, found) else None


def may_tap(viewer: Viewer) -> bool:
    """Whether the three taps are offered to `viewer` below what others wrote."""
    return bool(policy.can_write(viewer))


def can_react(viewer: Viewer, contribution: Contribution | None, is_own: bool, reaction: str) -> Verdict:
    """Whether `viewer` may say this to what she reads: who may write, to what isn't her own."""
    verdict = policy.can_write(viewer)
    if not verdict:
        return verdict
    if contribution is None:
        return NOT_HERE
    if reaction not in REACTIONS:
        return no(UNKNOWN, 422)
    return no(OWN, 409) if is_own else YES


def react(*, actor: Viewer, contribution_id: int, reaction: str, is_on: bool) -> Verdict:
    """Say one of the three, or take it back. Twice is once, and so are two at once."""
    must_be_writing()
    # The second of two taps waits here for the first, and finds its row.
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))
    contribution = contribution_for(actor, contribution_id)
    is_own = contribution is not None and is_owner(actor, contribution)
    verdict = can_react(actor, contribution, is_own, reaction)
    if not verdict or contribution is None:
        return verdict
    mine = {"contribution_id": contribution_id, "member_id": actor.id, "reaction": reaction}
    row = db.session.get(Reaction, mine)
    if is_on == (row is not None):
        return YES
    recipient, key = recipient_of(contribution), f"reaction:{contribution_id}"
    if row is None:
        db.session.add(Reaction(**mine, made_at=clock.now()))
        db.session.flush()
        if recipient is not None:
            notifications.notify(recipient, "reaction", key=key, contribution_id=contribution_id)
    else:
        db.session.delete(row)
        db.session.flush()
        if recipient is not None:
            notifications.take_back(recipient, key=key)
    return YES


# How its author hears of it


def _tell(viewer: Viewer, rows: Sequence[Notification], language: str) -> dict[int, Told]:
    # Of every kind by one query: the list of what is new holds many.
    whole = with_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()])
    keys = [row.contribution_id for row in rows]
    found = db.session.scalars(select(whole).where(Contribution.id.in_(keys), visible_to(viewer), owned_by(viewer)))
    there = {one.id: one for one in found}
    return {
        row.id: _told(there[row.contribution_id], row.count, language) for row in rows if row.contribution_id in there
    }


def _told(contribution: Contribution, count: int, language: str) -> Told:
    kind = kinds.kind_of(contribution)
    return Told(
        line=ngettext(
            "Somebody said thank you, me too or with you.",
            "%(num)d times somebody said thank you, me too or with you.",
            count,
        ),
        address=kind.address(contribution, language),
        place=kind.title(contribution),
        language=contribution.language,
    )


NOTICE = Notice(
    kind="reaction",
    label=_l("Somebody says thank you, me too or with you"),
    subject=_l("Somebody answered what you wrote with one tap"),
    tell=_tell,
)


# A member's own


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member said to others by a tap, for her own export."""
    rows = db.session.scalars(
        select(Reaction).where(Reaction.member_id == member_id).order_by(Reaction.contribution_id, Reaction.reaction)
    )
    return [
        {"contribution": row.contribution_id, "reaction": row.reaction, "at": row.made_at.isoformat()} for row in rows
    ]


def erase_for(member_id: int) -> None:
    """Take back what a member who leaves has said by a tap."""
    must_be_writing()
    db.session.execute(delete(Reaction).where(Reaction.member_id == member_id))
