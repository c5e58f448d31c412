"""What a member does not want to hear of: another member, a thread, a board, a topic; and whom she has blocked.

To mute a member folds what she signed with her name and keeps quiet about it; a block, besides, keeps her from writing
to the one who blocked. Neither is ever told to her. What is written without a name has no author here: only
`contributions.author_id` is compared, so that a mute says nothing about who is behind an alias.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.notifications.models import Mute

MOST = 500  # of one member
SIGN_IN = _l("Sign in to do this.")
YOURSELF = _l("This is you.")
NOBODY = _l("This isn’t here any more.")
TOO_MANY = _l("You have muted as much as this site can keep. End one of them first.")
COLUMNS = {"member": Mute.muted_id, "thread": Mute.thread_id, "board": Mute.board_id, "topic": Mute.topic_id}


@dataclass(frozen=True, slots=True)
class Mutes:
    """All that one member has muted, by id. `blocked` are among the `members`."""

    members: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()
    boards: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()


NOTHING = Mutes()


def of(viewer: Viewer) -> Mutes:
    """What `viewer` has muted. One query; none for a visitor."""
    if not viewer.is_authenticated:
        return NOTHING
    rows = db.session.execute(
        select(Mute.muted_id, Mute.thread_id, Mute.board_id, Mute.topic_id, Mute.is_block).where(
            Mute.member_id == viewer.id
        )
    ).all()
    if not rows:
        return NOTHING
    members, threads, boards, topics, _ = (
        frozenset(value for value in column if value) for column in zip(*rows, strict=True)
    )
    return Mutes(members, threads, boards, topics, frozenset(row.muted_id for row in rows if row.is_block))


def criterion(
    member_id: Any,
    *,
    author_id: int | None = None,
    thread_id: int | None = None,
    board_id: int | None = None,
    topic_ids: Collection[int] = (),
) -> ColumnElement[bool]:
    """Whether the member of a row (a column, or an id) has muted any of these: for a list of whom to tell."""
    any_of = [
        Mute.muted_id == author_id if author_id is not None else None,
        Mute.thread_id == thread_id if thread_id is not None else None,
        Mute.board_id == board_id if board_id is not None else None,
        Mute.topic_id.in_(topic_ids) if topic_ids else None,
    ]
    return exists().where(Mute.member_id == member_id, or_(False, *(one for one in any_of if one is not None)))


def is_muted(
    member_id: int,
    *,
    author_id: int | None = None,
    thread_id: int | None = None,
    board_id: int | None = None,
    topic_ids: Collection[int] = (),
) -> bool:
    """Whether a member wants to hear nothing of any of these. `author_id` is None for what has no signed author."""
    found = criterion(member_id, author_id=author_id, thread_id=thread_id, board_id=board_id, topic_ids=topic_ids)
    return bool(db.session.scalar(select(found)))


def has_blocked(member_id: int, other_id: int) -> bool:
    """Whether a member keeps another from writing to her."""
    found = select(Mute.id).where(Mute.member_id == member_id, Mute.muted_id == other_id, Mute.is_block)
    return db.session.scalar(found) is not None


def can_mute(actor: Viewer, what: str, key: int) -> Verdict:
    """Whether `actor` may mute something: anything but herself, with an account, restricted or not."""
    if not actor.is_authenticated:
        return no(SIGN_IN, 401)
    return no(YOURSELF, 409) if what == "member" and key == actor.id else YES


def mute(*, actor: Viewer, what: str, key: int, is_on: bool, is_block: bool = False) -> Verdict:
    """Mute a member, thread, board or topic (`what` and its id), or end it; for a member, also block her.

    Twice is once. To mute whom one has blocked ends the block and keeps the mute. Rooms above see to it that the actor
    may see a thread or a board.
    """
    must_be_writing()
    verdict = can_mute(actor, what, key)
    if not verdict:
        return verdict
    # Two presses at once: the second waits here for the first, and finds its row.
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))
    mine = (Mute.member_id == actor.id, COLUMNS[what] == key)
    if not is_on:
        db.session.execute(delete(Mute).where(*mine))
        return YES
    row = db.session.scalar(select(Mute).where(*mine))
    if row is None:
        verdict = _room_for(actor, what, key)
        if not verdict:
            return verdict
        row = Mute(member_id=actor.id, made_at=clock.now(), **{COLUMNS[what].key: key})
        db.session.add(row)
    row.is_block = is_block and what == "member"
    db.session.flush()
    return YES


def _room_for(actor: Viewer, what: str, key: int) -> Verdict:
    if what == "member":
        found = select(Member.id).where(Member.id == key, Member.erased_at.is_(None))
        if db.session.scalar(found) is None:
            return no(NOBODY, 404)
    count = db.session.scalar(select(func.count()).select_from(Mute).where(Mute.member_id == actor.id))
    return YES if (count or 0) < MOST else no(TOO_MANY, 409)


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member has muted, for her own export: the ids, and since when."""
    rows = db.session.scalars(select(Mute).where(Mute.member_id == member_id).order_by(Mute.id))
    return [
        {
            "muted": next(what for what, column in COLUMNS.items() if getattr(row, column.key) is not None),
            "id": next(getattr(row, column.key) for column in COLUMNS.values() if getattr(row, column.key) is not None),
            "is_block": row.is_block,
            "at": row.made_at.isoformat(),
        }
        for row in rows
    ]


def erase_for(member_id: int) -> None:
    """Forget what a member who leaves has muted; that she was muted goes too."""
    must_be_writing()
    db.session.execute(delete(Mute).where(or_(Mute.member_id == member_id, Mute.muted_id == member_id)))
