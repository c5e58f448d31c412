"""What moderators decide about the place of a post and its discussion: lock, slow, move, split, merge, topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import contribution_topics
from forum.contributions.queries import topics_of
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.kinds import Act, Asked
from forum.core.languages import current_language
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import closing, regrouping, threads
from forum.discussions.models import Board, Post, Thread
from forum.discussions.statements import board_name
from forum.discussions.words import PAUSE_WORDS
from forum.moderation.models import Decision
from forum.moderation.policy import CHANGED_SINCE, TAKEN
from forum.topics.models import Topic

LONGEST = timedelta(days=365)
UNTILS = ("morning", "day", "open")
NO_END = _l("Say until when: the morning, a day, or until somebody opens it.")
NO_DAY = _l("Choose a day after today, within a year.")
NO_PAUSE = _l("Choose a pause other than the one it has now.")
NO_BOARD = _l("Choose another board.")
NO_TITLE = _l("Give the new discussion a title.")
NO_THREAD = _l("Write the number or the address of the discussion it goes into.")
NOT_THERE = _l("That discussion isn’t here, or it is this one. Look at its address again.")
NO_TOPICS = _l("Choose topics other than those it has now.")
ONLY_BOARDS = _l("Only discussions on a board can be put together.")


def possible_on(post: Post) -> Mapping[str, Act]:
    """What can be decided about the place of a post as it stands. One query."""
    thread = db.session.get(Thread, post.thread_id)
    if thread is None:
        return {}
    words = ["unlock" if thread.is_locked else "lock", "slow"]
    if thread.board_id is not None:
        words += ["move", "merge", "topics"] if thread.opening_id == post.id else ["split"]
    return {word: ACTS[word] for word in words}


def thread_of(post: Post, *, lock: bool = False) -> Thread:
    """The discussion of a post, held until the end if it is to be changed."""
    if lock:
        return db.session.get_one(Thread, post.thread_id, with_for_update=True, populate_existing=True)
    return db.session.get_one(Thread, post.thread_id)


def hold(*thread_ids: int) -> dict[int, Thread] | None:
    """Discussions that are changed together, held until the end: those that are still there. None: somebody has hold of
    one of them. Nobody waits for it, since two who did would wait for each other."""
    must_be_writing()
    query = select(Thread).where(Thread.id.in_(thread_ids)).order_by(Thread.id).with_for_update(nowait=True)
    try:
        with db.session.begin_nested():
            return {one.id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}
    except OperationalError:
        return None


# Lock, unlock, slow


def _end_of(fields: Mapping[str, Any]) -> datetime | None:
    if fields.get("until") == "morning":
        return closing.next_morning()
    day: date | None = fields.get("day") if fields.get("until") == "day" else None
    return datetime.combine(day, time(), UTC) if day is not None else None


def _judge_lock(asked: Asked) -> Verdict:
    if asked.fields.get("until") not in UNTILS:
        return no(NO_END, 422)
    day = asked.fields.get("day")
    if asked.fields["until"] == "day" and (day is None or not clock.today() < day <= clock.today() + LONGEST):
        return no(NO_DAY, 422)
    return YES


def _lock(asked: Asked) -> dict[str, Any]:
    thread, until = thread_of(asked.contribution, lock=True), _end_of(asked.fields)
    asked.decision.until = until
    closing.close(thread, until)
    return {"thread": thread.id}


def _unlock_again(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    thread = thread_of(post, lock=True)
    if thread.id != decision.data["thread"] or not thread.is_locked or thread.locked_until != decision.until:
        return no(CHANGED_SINCE, 409)
    closing.open_again(thread)
    return YES


def _unlock(asked: Asked) -> dict[str, Any]:
    thread = thread_of(asked.contribution, lock=True)
    until = thread.locked_until
    closing.open_again(thread)
    return {"thread": thread.id, "until": until.isoformat() if until else None}


def _lock_again(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    thread = thread_of(post, lock=True)
    until = datetime.fromisoformat(decision.data["until"]) if decision.data["until"] else None
    if thread.id != decision.data["thread"] or thread.is_locked or (until is not None and until <= clock.now()):
        return no(CHANGED_SINCE, 409)
    closing.close(thread, until)
    return YES


def _judge_slow(asked: Asked) -> Verdict:
    seconds = asked.fields.get("seconds")
    is_other = seconds in PAUSE_WORDS and seconds != thread_of(asked.contribution).slow_seconds
    return YES if is_other else no(NO_PAUSE, 422)


def _slow(asked: Asked) -> dict[str, Any]:
    thread = thread_of(asked.contribution, lock=True)
    before, thread.slow_seconds = thread.slow_seconds, asked.fields["seconds"]
    return {"thread": thread.id, "before": before, "after": thread.slow_seconds}


def _as_fast(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    thread = thread_of(post, lock=True)
    if thread.id != decision.data["thread"] or thread.slow_seconds != decision.data["after"]:
        return no(CHANGED_SINCE, 409)
    thread.slow_seconds = decision.data["before"]
    return YES


def _paces(_viewer: Viewer, _post: Post) -> dict[str, Any]:
    return {"seconds": PAUSE_WORDS}


# Move, topics


def _judge_move(asked: Asked) -> Verdict:
    thread = thread_of(asked.contribution)
    board = db.session.get(Board, asked.fields.get("board") or 0)
    return YES if board is not None and board.id != thread.board_id else no(NO_BOARD, 422)


def _board_narrows(asked: Asked) -> bool:
    board = db.session.get(Board, asked.fields.get("board") or 0)
    return board is not None and asked.contribution.audience == "everyone" != board.audience


def _move(asked: Asked) -> dict[str, Any]:
    thread = thread_of(asked.contribution, lock=True)
    before = {"from": thread.board_id, "is_pinned": thread.is_pinned}
    move_to(thread, asked.fields["board"])
    return before | {"thread": thread.id, "to": thread.board_id}


def move_to(thread: Thread, board_id: int) -> None:
    """Put a discussion on another board; who may read it follows the board, in it and wherever it is found."""
    must_be_writing()
    board = db.session.get_one(Board, board_id)
    thread.board_id, thread.is_pinned = board.id, False
    db.session.flush()
    regrouping.settle_audience(thread.id, board.audience)


def _move_back(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    thread = thread_of(post, lock=True)
    is_there = db.session.get(Board, decision.data["from"]) is not None
    if thread.id != decision.data["thread"] or thread.board_id != decision.data["to"] or not is_there:
        return no(CHANGED_SINCE, 409)
    move_to(thread, decision.data["from"])
    thread.is_pinned = decision.data["is_pinned"]
    return YES


def _boards(_viewer: Viewer, post: Post) -> dict[str, Any]:
    thread = thread_of(post)
    names = (
        select(Board.id, board_name(current_language()).correlate(Thread), Board.audience)
        .select_from(Board)
        .where(Board.id != thread.board_id)
        .order_by(Board.is_archived, Board.position, Board.id)
    )
    boards = [(key, name or "", audience) for key, name, audience in db.session.execute(names)]
    return {"boards": boards, "is_open": post.audience == "everyone"}


def _topic_ids(post: Post) -> list[int]:
    ids = select(contribution_topics.c.topic_id).where(contribution_topics.c.contribution_id == post.id)
    return sorted(db.session.scalars(ids))


def _judge_topics(asked: Asked) -> Verdict:
    wanted = set(asked.fields.get("topics", ()))
    known = set(db.session.scalars(select(Topic.id).where(Topic.id.in_(wanted))))
    return YES if known == wanted and sorted(wanted) != _topic_ids(asked.contribution) else no(NO_TOPICS, 422)


def _topics(asked: Asked) -> dict[str, Any]:
    before = _topic_ids(asked.contribution)
    _set_topics(asked.contribution, asked.fields["topics"])
    return {"before": before, "after": _topic_ids(asked.contribution)}


def _set_topics(post: Post, ids: Any) -> None:
    db.session.refresh(post, ["topics"])
    post.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(list(ids)))))
    db.session.flush()
    if post.status == "published":
        contributions.reindex(post)


def _topics_back(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    if _topic_ids(post) != decision.data["after"]:
        return no(CHANGED_SINCE, 409)
    _set_topics(post, decision.data["before"])
    return YES


def _topics_now(_viewer: Viewer, post: Post) -> dict[str, Any]:
    return {"topics": [topic.name for topic in topics_of(post.id, current_language())]}


# Split, merge


def _title(asked: Asked) -> str:
    return richtext.clean_text(str(asked.fields.get("title", "")), single_line=True)[:150].strip()


def _judge_split(asked: Asked) -> Verdict:
    return YES if _title(asked) else no(NO_TITLE, 422)


def _split(asked: Asked) -> dict[str, Any]:
    post = asked.contribution
    thread, answered = thread_of(post, lock=True), post.answers_id
    made = regrouping.split(thread, post, _title(asked))
    return {"from": thread.id, "thread": made.id, "answers": answered}


def _unsplit(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    held = hold(post.thread_id, decision.data["from"])
    if held is None:
        return no(TAKEN, 409)
    thread, target = held[post.thread_id], held.get(decision.data["from"])
    is_as_made = thread.id == decision.data["thread"] and thread.opening_id == post.id
    if not is_as_made or target is None or target.board_id is None:
        return no(CHANGED_SINCE, 409)
    answered = db.session.get(Post, decision.data["answers"]) if decision.data["answers"] else None
    below = answered if answered is not None and answered.thread_id == target.id else None
    regrouping.merge(thread, target, below=below, is_titled=False)
    return YES


def _judge_merge(asked: Asked) -> Verdict:
    key = asked.fields.get("into")
    if key is None:
        return no(NO_THREAD, 422)
    thread = thread_of(asked.contribution)
    key = regrouping.merged_into(key) or key
    held = hold(thread.id, key)  # until the end: nobody puts it elsewhere meanwhile
    if held is None:
        return no(TAKEN, 409)
    target = held.get(key)
    if target is None or target.id == thread.id:
        return no(NOT_THERE, 422)
    return YES if target.board_id is not None else no(ONLY_BOARDS, 422)


def _target_narrows(asked: Asked) -> bool:
    key = asked.fields.get("into") or 0
    target = db.session.get(Thread, regrouping.merged_into(key) or key)
    return target is not None and _board_narrows(replace(asked, fields={"board": target.board_id}))


def _merge(asked: Asked) -> dict[str, Any]:
    thread, key = thread_of(asked.contribution), asked.fields["into"]
    target = db.session.get_one(Thread, regrouping.merged_into(key) or key)
    kept = {
        "thread": thread.id, "into": target.id, "board": thread.board_id, "slow": thread.slow_seconds,
        "is_locked": thread.is_locked, "started": thread.started_at.isoformat(),
        "locked_until": thread.locked_until.isoformat() if thread.locked_until else None,
    }  # fmt: skip
    regrouping.merge(thread, target)
    return kept


def _unmerge(_actor: Viewer | None, post: Post, decision: Decision) -> Verdict:
    target, data = thread_of(post, lock=True), decision.data
    board = db.session.get(Board, data["board"])
    if target.id != data["into"] or target.opening_id == post.id or board is None:
        return no(CHANGED_SINCE, 409)
    made = regrouping.split(target, post, post.title, board=board, thread_id=data["thread"])
    made.slow_seconds = data["slow"]
    until = datetime.fromisoformat(data["locked_until"]) if data.get("locked_until") else None
    if data["is_locked"] and (until is None or until > clock.now()):
        closing.close(made, until)
    made.started_at = datetime.fromisoformat(data["started"])
    threads.recount(made.id)
    return YES


ACTS: dict[str, Act] = {
    "lock": Act(_lock, _unlock_again, _judge_lock),
    "unlock": Act(_unlock, _lock_again),
    "slow": Act(_slow, _as_fast, _judge_slow, _paces),
    "move": Act(_move, _move_back, _judge_move, _boards, _board_narrows),
    "split": Act(_split, _unsplit, _judge_split),
    "merge": Act(_merge, _unmerge, _judge_merge, restricts=_target_narrows),
    "topics": Act(_topics, _topics_back, _judge_topics, _topics_now),
}
