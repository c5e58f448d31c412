"""Posts that change their discussion: a branch becomes one of its own, a whole one becomes a branch of another.

Paths are made anew from who answers whom. What members have read, follow and mute goes along, so that nothing seen is
called new and nothing unseen is called read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Follow, Revision
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions import aliases, threads
from forum.discussions.models import Alias, Board, MergedThread, Post, Thread, ThreadRead, tier_of
from forum.discussions.sending import path_below
from forum.notifications.models import Mute, Notification
from forum.photos.audience import settle_on_all

POSTS: Any = Post.__table__.c


def split(
    thread: Thread, root: Post, title: str, *, board: Board | None = None, thread_id: int | None = None
) -> Thread:
    """Make a discussion of a post and of all that answers it, on the same board or on `board`.

    The caller holds `thread`. `thread_id`: the id it had before it was put into this one.
    """
    must_be_writing()
    ids = _branch(thread.id, root.id)
    started = db.session.scalar(select(Contribution.created_at).where(Contribution.id == root.id)) or clock.now()
    if thread_id is not None:
        db.session.execute(delete(MergedThread).where(MergedThread.id == thread_id))
    made = Thread(
        id=thread_id, board_id=board.id if board else thread.board_id, opening_id=root.id,
        started_at=started, bumped_at=started,
    )  # fmt: skip
    _retitle(root, title)
    db.session.add(made)
    db.session.flush()
    _carry(ids, thread.id, made.id)
    answers = (POSTS.thread_id == made.id) & (POSTS.answers_id == root.id)
    _write(answers | (POSTS.id == root.id), answers_id=None)
    _order(made.id)
    _copy_marks(thread.id, made.id)
    audience = db.session.scalar(select(Board.audience).where(Board.id == made.board_id)) or "everyone"
    settle_audience(made.id, audience)
    for key in (thread.id, made.id):
        threads.recount(key)
    return made


def merge(thread: Thread, target: Thread, *, below: Post | None = None, is_titled: bool = True) -> None:
    """Put a discussion into another, as an answer to it or to `below`; its address leads there from now on.

    The caller holds both. `is_titled`: its opening post keeps its title.
    """
    must_be_writing()
    root_id, old_id = thread.opening_id, thread.id
    root = db.session.get_one(Post, root_id)
    ids = list(db.session.scalars(select(POSTS.id).where(POSTS.thread_id == old_id)))
    top = (POSTS.thread_id == old_id) & POSTS.answers_id.is_(None) & (POSTS.id != root_id)
    _write(top, answers_id=root_id)
    _write(POSTS.id == root_id, answers_id=below.id if below else None)
    _carry(ids, old_id, target.id)
    _order(target.id)
    _join_marks(old_id, target.id)
    if not is_titled:
        _retitle(root, "")
    db.session.execute(update(MergedThread).where(MergedThread.thread_id == old_id).values(thread_id=target.id))
    db.session.delete(thread)
    db.session.flush()
    db.session.add(MergedThread(id=old_id, thread_id=target.id, merged_at=clock.now()))
    audience = db.session.scalar(select(Board.audience).where(Board.id == target.board_id)) or "everyone"
    settle_audience(target.id, audience)
    threads.recount(target.id)


def merged_into(thread_id: int) -> int | None:
    """The discussion that one became part of, or None."""
    return db.session.scalar(select(MergedThread.thread_id).where(MergedThread.id == thread_id))


def settle_audience(thread_id: int, audience: str) -> None:
    """Let all posts of a discussion, and the photos on them, be read by whom its board is for."""
    posts = select(Post.id).where(Post.thread_id == thread_id)
    contributions.set_audience(posts, audience)
    settle_on_all(posts, audience)


def _branch(thread_id: int, root_id: int) -> list[int]:
    """A post and all that answers it, however deep."""
    answers: dict[int | None, list[int]] = {}
    rows = db.session.execute(select(POSTS.id, POSTS.answers_id).where(POSTS.thread_id == thread_id))
    for key, answers_id in rows:
        answers.setdefault(answers_id, []).append(key)
    found, waiting = [], [root_id]
    while waiting:
        found.append(waiting.pop())
        waiting += answers.get(found[-1], [])
    return found


def _write(where: Any, **values: Any) -> None:
    """Change posts past the session: their words are the same, so no version rises. Kept pages are thrown away."""
    db.session.flush()
    table: Any = Post.__table__
    db.session.connection().execute(update(table).where(where).values(values))
    _read_again()


def _carry(ids: Sequence[int], old_id: int, new_id: int) -> None:
    """Hang posts, what is told of them, and the names under which they are signed on another discussion."""
    _carry_names(ids, old_id, new_id)
    for first in range(0, len(ids), 500):
        lot = ids[first : first + 500]
        _write(POSTS.id.in_(lot), thread_id=new_id)
        told = (Notification.thread_id == old_id) & Notification.contribution_id.in_(lot)
        db.session.execute(update(Notification).where(told).values(thread_id=new_id))
    db.session.flush()


def _carry_names(ids: Sequence[int], old_id: int, new_id: int) -> None:
    """Who wrote without her name keeps the one she was given there, unless somebody is called so here.

    That two names are one person's is told by no discussion: where she wrote in both, she keeps both.
    """
    chosen = set(ids)
    rows = db.session.execute(
        select(POSTS.id, POSTS.alias_id)
        .where(POSTS.thread_id == old_id, POSTS.alias_id.is_not(None))
        .order_by(POSTS.id)
    )
    used: dict[int, list[int]] = {}
    for post_id, alias_id in rows:
        if post_id in chosen:
            used.setdefault(alias_id, []).append(post_id)
    for alias_id, posts in used.items():
        old = db.session.get_one(Alias, alias_id)
        name = aliases.free_name(new_id, old.name)
        made = Alias(thread_id=new_id, name=name)
        db.session.add(made)
        db.session.flush()
        _write(POSTS.id.in_(posts), alias_id=made.id)
        if name != old.name:
            signed = Contribution.id.in_(posts) & (Contribution.attribution == "pseudonym")
            db.session.execute(update(Contribution).where(signed).values(byline=name))
        is_used = select(POSTS.id).where(POSTS.alias_id == alias_id).limit(1)
        if db.session.scalar(is_used) is None:
            db.session.delete(old)
    db.session.flush()


def _order(thread_id: int) -> None:
    """Make the paths of a discussion anew, from who answers whom."""
    rows = db.session.execute(
        select(POSTS.id, POSTS.answers_id, POSTS.path).where(POSTS.thread_id == thread_id).order_by(POSTS.id)
    ).all()
    paths: dict[int, str] = {}
    for key, answers_id, _path in rows:  # an answer is younger than what it answers
        paths[key] = path_below(paths.get(answers_id, ""), key)
    changed = [
        {"key": key, "made": paths[key], "pages": tier_of(paths[key])} for key, _a, path in rows if paths[key] != path
    ]
    if changed:
        table: Any = Post.__table__
        statement = update(table).where(table.c.id == bindparam("key"))
        db.session.connection().execute(statement.values(path=bindparam("made"), tier=bindparam("pages")), changed)
    _read_again()


def _read_again() -> None:
    """What was written past the session is seen in it, and kept pages are thrown away."""
    db.session.info["public_changed"] = True
    for known in list(db.session.identity_map.values()):
        if isinstance(known, Post):
            db.session.expire(known)


def _retitle(post: Post, title: str) -> None:
    """A discussion's title belongs to the post that opens it, in what is shown of it and in its index."""
    post.title = title
    db.session.flush()
    db.session.execute(update(Revision).where(Revision.id == post.shown_revision_id).values(title=title))
    if post.status == "published":
        db.session.refresh(post, ["topics"])
        contributions.reindex(post)


def _copy_marks(old_id: int, new_id: int) -> None:
    """Who follows, mutes or has read a discussion does so with the one that was made of a part of it."""
    now = clock.now()
    for read in db.session.scalars(select(ThreadRead).where(ThreadRead.thread_id == old_id)).all():
        _read(read.member_id, new_id, read.read_until)
    for follow in db.session.scalars(select(Follow).where(Follow.thread_id == old_id)).all():
        _follow(follow.member_id, new_id, follow.ended_at)
    for member_id in db.session.scalars(select(Mute.member_id).where(Mute.thread_id == old_id)).all():
        known = select(Mute.id).where(Mute.thread_id == new_id, Mute.member_id == member_id)
        if db.session.scalar(known) is None:
            db.session.add(Mute(member_id=member_id, thread_id=new_id, made_at=now))
    db.session.flush()


def _join_marks(old_id: int, target_id: int) -> None:
    """Who follows or has read the one follows and has read the other. A mute doesn't spread: the other isn't muted."""
    for read in db.session.scalars(select(ThreadRead).where(ThreadRead.thread_id == old_id)).all():
        _read(read.member_id, target_id, read.read_until)
    for follow in db.session.scalars(select(Follow).where(Follow.thread_id == old_id, Follow.ended_at.is_(None))).all():
        _follow(follow.member_id, target_id, None)
    for table in (ThreadRead, Follow, Mute):
        db.session.execute(delete(table).where(table.thread_id == old_id))
    told = update(Notification).where(Notification.thread_id == old_id).values(thread_id=target_id)
    db.session.execute(told)
    db.session.flush()


def _read(member_id: int, thread_id: int, until: datetime) -> None:
    known = db.session.get(ThreadRead, (member_id, thread_id))
    if known is None:
        db.session.add(ThreadRead(member_id=member_id, thread_id=thread_id, read_until=until))
    else:
        known.read_until = min(known.read_until, until)


def _follow(member_id: int, thread_id: int, ended_at: datetime | None) -> None:
    known = select(func.count()).select_from(Follow).where(Follow.thread_id == thread_id, Follow.member_id == member_id)
    if not db.session.scalar(known):
        db.session.add(
            Follow(
                member_id=member_id,
                thread_id=thread_id,
                nonce=tokens.new_nonce(),
                made_at=clock.now(),
                ended_at=ended_at,
            )
        )
