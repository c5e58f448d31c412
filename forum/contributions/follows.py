"""Following: a member is told of what is new about a contribution, in a thread, on a board, about a topic, or from
another member under that member's name, until she says otherwise, on the site or by mail.

What is written without a name has no author here: only `contributions.author_id` is compared, and whoever writes
without her name doesn't begin to follow by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import policy
from forum.contributions.models import Follow
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.notifications import mutes
from forum.notifications.models import Mute

PURPOSE = "follow"
MOST = 2000  # of one member
FOLLOWER = Follow.member_id  # the column of `followers` to which a criterion of theirs is said
TOO_MANY = _l("You follow as much as this site can keep for you. End one of them first.")
COLUMNS = {
    "contribution": Follow.contribution_id,
    "thread": Follow.thread_id,
    "board": Follow.board_id,
    "topic": Follow.topic_id,
    "member": Follow.followed_id,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands to something: whether she follows it, has muted it, has blocked her."""

    is_following: bool = False
    is_muted: bool = False
    is_blocked: bool = False


def standing(viewer: Viewer, what: str, key: int) -> Standing:
    """How `viewer` stands to a thread, board, topic or member. One query; none for a visitor."""
    if not viewer.is_authenticated:
        return Standing()
    follow = select(func.count()).select_from(Follow).where(_open(viewer.id), COLUMNS[what] == key)
    muted = select(Mute.is_block).where(Mute.member_id == viewer.id, mutes.COLUMNS[what] == key)
    count, is_block = db.session.execute(select(follow.scalar_subquery(), muted.scalar_subquery())).one()
    return Standing(bool(count), is_block is not None, bool(is_block))


def is_following(viewer: Viewer, what: str, key: int) -> bool:
    """Whether `viewer` is told of what is new about something."""
    found = select(Follow.id).where(_open(viewer.id), COLUMNS[what] == key)
    return viewer.is_authenticated and db.session.scalar(found) is not None


def _open(member_id: int | None) -> ColumnElement[bool]:
    return and_(Follow.member_id == member_id, Follow.ended_at.is_(None))


def followed_ids(viewer: Viewer) -> dict[str, list[int]]:
    """The ids of all that `viewer` follows, by the kind of thing, the last followed first. One query."""
    found: dict[str, list[int]] = {what: [] for what in COLUMNS}
    rows = db.session.execute(select(*COLUMNS.values()).where(_open(viewer.id)).order_by(Follow.id.desc()).limit(MOST))
    for row in rows:
        for what, key in zip(COLUMNS, row, strict=True):
            if key is not None:
                found[what].append(key)
    return found


def can_follow(viewer: Viewer, what: str = "", key: int = 0) -> Verdict:
    """Whether `viewer` may follow something: everybody with an account, also who may not write; not herself."""
    if not viewer.is_authenticated:
        return no(policy.SIGN_IN, 401)
    return no(mutes.YOURSELF, 409) if what == "member" and key == viewer.id else YES


def follow(*, actor: Viewer, what: str, key: int, is_on: bool) -> Verdict:
    """Begin to follow something, or end it. Twice is once. To follow what one has muted ends the mute.

    The room above sees to it that the actor may see what she begins to follow.
    """
    must_be_writing()
    verdict = can_follow(actor, what, key)
    if not verdict or actor.id is None:
        return verdict
    # Two presses at once: the second waits for the first here, and finds its row.
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))
    row = db.session.scalar(select(Follow).where(Follow.member_id == actor.id, COLUMNS[what] == key))
    if not is_on:
        _end(row)
        return YES
    if row is None:
        count = db.session.scalar(select(func.count()).select_from(Follow).where(_open(actor.id)))
        if (count or 0) >= MOST:
            return no(TOO_MANY, 409)
        _add(actor.id, what, key)
    else:
        row.ended_at = None
    if what in mutes.COLUMNS:
        mutes.mute(actor=actor, what=what, key=key, is_on=False)
    db.session.flush()
    return YES


def _add(member_id: int, what: str, key: int) -> None:
    row = Follow(member_id=member_id, nonce=tokens.new_nonce(), made_at=clock.now(), **{COLUMNS[what].key: key})
    db.session.add(row)
    db.session.flush()


def follow_by_writing(member_id: int, thread_id: int) -> None:
    """Let a member follow the thread in which she wrote under her name; once: what she ended isn't made again."""
    must_be_writing()
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    found = select(Follow.id).where(Follow.member_id == member_id, Follow.thread_id == thread_id)
    if db.session.scalar(found) is None and not mutes.is_muted(member_id, thread_id=thread_id):
        _add(member_id, "thread", thread_id)


def followers(
    after: int,
    limit: int,
    *,
    but: Collection[int] = (),
    threads: Collection[int] = (),
    boards: Collection[int] = (),
    topics: Collection[int] = (),
    contributions: Collection[int] = (),
    author_id: int | None = None,
    muted: ColumnElement[bool] | None = None,
) -> Sequence[int]:
    """The next members, by id, who follow any of these; never those of `but`, nor whom `muted` (see `mutes.criterion`)
    is true of. For telling only."""
    any_of = (
        Follow.thread_id.in_(threads), Follow.board_id.in_(boards), Follow.topic_id.in_(topics),
        Follow.contribution_id.in_(contributions), Follow.followed_id == (author_id if author_id is not None else 0),
    )  # fmt: skip
    return db.session.scalars(
        select(Follow.member_id)
        .join(Member, Member.id == Follow.member_id)
        .where(
            or_(*any_of), Follow.ended_at.is_(None), Follow.member_id > after, Follow.member_id.not_in(but),
            Member.erased_at.is_(None), ~muted if muted is not None else literal(True),
        )
        .distinct()
        .order_by(Follow.member_id)
        .limit(limit)
    ).all()  # fmt: skip


# One click from a mail


def token_of(row: Follow) -> str:
    """The part of the address that ends a follow with one click."""
    return tokens.token_for(PURPOSE, row.id, row.nonce)


@dataclass(frozen=True, slots=True)
class Ending:
    """What an address for ending leads to: the follow, or None where it is ended already, and the page's language."""

    row: Follow | None
    language: str | None


def ending_by(token: str) -> Ending | None:
    """What a token from a mail ends; None for one that was never given."""
    row_id = tokens.row_id_of(token)
    if row_id is None or row_id >= 2**31:
        return None
    found = db.session.execute(
        select(Follow, Member.language).join(Member, Member.id == Follow.member_id).where(Follow.id == row_id)
    ).first()
    if found is None:
        return Ending(None, None)
    row, language = found
    if not tokens.is_same(token_of(row), token):
        return None
    return Ending(None if row.ended_at is not None else row, language)


def end(token: str) -> bool:
    """End what a token from a mail is for; again is well too. False for one that was never given."""
    must_be_writing()
    ending = ending_by(token)
    if ending is not None:
        _end(ending.row)
    return ending is not None


def _end(row: Follow | None) -> None:
    if row is None:
        return
    if row.thread_id is not None:
        row.ended_at = row.ended_at or clock.now()  # remembered, so that writing there doesn't begin it again
    else:
        db.session.delete(row)
    db.session.flush()


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member follows, for her own export: the ids, and since when."""
    rows = db.session.scalars(select(Follow).where(_open(member_id)).order_by(Follow.id))
    return [{**_followed(row), "at": row.made_at.isoformat()} for row in rows]


def _followed(row: Follow) -> dict[str, Any]:
    values = {what: getattr(row, column.key) for what, column in COLUMNS.items()}
    return next({"follows": what, "id": value} for what, value in values.items() if value is not None)


def erase_for(member_id: int) -> None:
    """Forget what a member who leaves follows; that she was followed goes too."""
    must_be_writing()
    db.session.execute(delete(Follow).where(or_(Follow.member_id == member_id, Follow.followed_id == member_id)))
