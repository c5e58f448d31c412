"""The verbs of discussion: start a thread, reply, comment, edit, take back, bring back, recount, lock, pin, follow.

A refusal is returned, not raised, and what was refused stays as a draft. A text that is sent twice is one post.
Boards are made and changed in `boards`, whole threads in `threads`, words in `editing`; how a post is sent stands in
`sending`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions.models import Contribution
from forum.contributions.queries import is_owner
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions import marks, policy, queries, slow
from forum.discussions.boards import change_board, make_board
from forum.discussions.editing import NOT_THE_NEWEST, edit, own_post
from forum.discussions.models import Board, Post, Thread
from forum.discussions.places import board_place, comment_place, reply_place
from forum.discussions.resting import NOTHING, Basis
from forum.discussions.rows import ThreadRow
from forum.discussions.sending import (
    EMPTY,
    NOWHERE,
    Words,
    Written,
    clean_title,
    clean_words,
    keep_draft,
    may_go,
    may_send,
    new_post,
    path_below,
    refused,
    segment,
    send,
    twin_of,
    written,
)  # fmt: skip
from forum.discussions.threads import choose_view, follow, lock, pin, recount
from forum.moderation import actions as moderation
from forum.moderation import cases
from forum.screening.sending import UNKNOWN, Sent

__all__ = [
    "NOT_THE_NEWEST", "Written", "bring_back", "change_board", "choose_view", "comment", "edit", "follow", "keep_draft",
    "lock", "make_board", "path_below", "pin", "recount", "reply", "segment", "start_thread", "withdraw",
]  # fmt: skip

# Writing


def start_thread(
    *,
    actor: Viewer,
    board_id: int,
    title: str,
    source: str,
    topics: Iterable[int] = (),
    content_notes: Iterable[str] = (),
    attribution: str = "member",
    language: str = "en",
    meant: Iterable[str] = (),
    rests_on: Basis = NOTHING,
    sent: Sent = UNKNOWN,
) -> Written:
    """Start a thread on a board with its opening post. `topics` are ids of the vocabulary."""
    must_be_writing()
    words = Words(
        clean_words(source), attribution, content_notes, language, clean_title(title), tuple(meant), rests_on, sent
    )
    # One at a time on a board, so that the second of two presses meets the first's post.
    db.session.execute(select(Board.id).where(Board.id == board_id).with_for_update(key_share=True))
    board = queries.board_by_id(actor, board_id)
    if board is None:
        return Written(NOWHERE)
    verdict = may_send(policy.can_start(actor, board), board, words)
    place = board_place(board.id)
    if not verdict or not words.title:
        return refused(actor, verdict and EMPTY, place, words)
    words = words.ready(actor, None)
    openings = select(Thread.opening_id).where(Thread.board_id == board.id).order_by(Thread.id.desc())
    twin = twin_of(actor, openings, words, Contribution.title == words.title)
    if twin is not None:
        return written(twin)
    if not (verdict := may_go(actor, words, slow.may_start(actor, board.id))):
        return refused(actor, verdict, place, words)
    post = new_post(actor, words, audience=board.audience, topics=topics)
    thread = Thread(board_id=board.id, opening_id=post.id, started_at=post.created_at, bumped_at=post.created_at)
    db.session.add(thread)
    db.session.flush()
    post.thread_id, post.path = thread.id, path_below("", post.id)
    return send(actor, post, place, board.is_reviewed_first, words)


def reply(
    *,
    actor: Viewer,
    thread_id: int,
    source: str,
    answers_id: int | None = None,
    attribution: str = "member",
    content_notes: Iterable[str] = (),
    language: str | None = None,
    meant: Iterable[str] = (),
    rests_on: Basis = NOTHING,
    sent: Sent = UNKNOWN,
) -> Written:
    """Answer in a thread: the thread itself, or one of its posts. The language is the thread's unless said."""
    must_be_writing()
    words = Words(clean_words(source), attribution, content_notes, language, "", tuple(meant), rests_on, sent)
    # One at a time in a thread: the second of two presses meets the first's post, and nobody locks it in between.
    db.session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update(key_share=True))
    thread = queries.thread_for(actor, thread_id)
    if thread is None:
        return Written(NOWHERE)
    return _reply_in(actor, thread, words, answers_id)


def comment(
    *,
    actor: Viewer,
    contribution_id: int,
    source: str,
    answers_id: int | None = None,
    attribution: str = "member",
    content_notes: Iterable[str] = (),
    language: str | None = None,
    meant: Iterable[str] = (),
    rests_on: Basis = NOTHING,
    sent: Sent = UNKNOWN,
) -> Written:
    """Comment on a contribution that can be read; the first comment makes the thread."""
    must_be_writing()
    words = Words(clean_words(source), attribution, content_notes, language, "", tuple(meant), rests_on, sent)
    # Until this ends nobody hides what is being commented on, nor makes its thread.
    commented = select(Contribution.id).where(Contribution.id == contribution_id)
    db.session.execute(commented.with_for_update(key_share=True))
    about = queries.about_for(actor, contribution_id)
    if about is None:
        return Written(NOWHERE)
    thread = queries.comments_thread_for(actor, about.id)
    if thread is None:
        verdict = may_send(contributions_policy.can_write(actor), None, words)
        if not verdict:
            return refused(actor, verdict, comment_place(about.id), words)
        now = clock.now()
        db.session.add(Thread(about_id=about.id, started_at=now, bumped_at=now))
        db.session.flush()
        thread = queries.comments_thread_for(actor, about.id)
        assert thread is not None  # it has just been made, about something that can be read
    return _reply_in(actor, thread, words, answers_id)


def _reply_in(actor: Viewer, thread: ThreadRow, words: Words, answers_id: int | None) -> Written:
    place = reply_place(thread, answers_id)
    if answers_id == thread.opening_id:
        answers_id = None  # to answer the opening post is to answer the thread
    verdict = may_send(policy.can_reply(actor, thread), thread, words)
    answered = db.session.get(Post, answers_id) if answers_id is not None else None
    if verdict and answers_id is not None:
        verdict = policy.can_answer(
            thread.id, answered.thread_id if answered else None, answered.status if answered else None
        )
    if not verdict:
        return refused(actor, verdict, place, words)
    words = words.ready(actor, thread.id)
    posts = select(Post.id).where(Post.thread_id == thread.id).order_by(Post.id.desc())
    twin = twin_of(actor, posts, words, Post.answers_id == answers_id)
    if twin is not None:
        return written(twin)
    if not (verdict := may_go(actor, words, slow.may_reply(actor, thread.id))):
        return refused(actor, verdict, place, words)
    words = replace(words, language=words.language or thread.language)
    post = new_post(actor, words, audience=thread.audience, thread_id=thread.id, answers_id=answers_id)
    post.path = path_below(answered.path if answered else "", post.id)
    became = send(actor, post, place, thread.is_reviewed_first, words)
    marks.mark_by_writing(actor=actor, post=post)
    return became


# Changing what stands there


def withdraw(*, actor: Viewer, post_id: int) -> Written:
    """Take one's own post back: at once everywhere. What answers it stays, under a line that says so."""
    must_be_writing()
    post = own_post(post_id)
    if post is None:
        return Written(NOWHERE)
    verdict = contributions_policy.can_withdraw(actor, post, is_owner(actor, post))
    if verdict:
        moderation.withdraw_cases(post)
        contributions.withdraw(post)
    return Written(verdict, post.id, post.thread_id)


def bring_back(*, actor: Viewer, post_id: int) -> Written:
    """Bring one's own post back within 30 days: what readers could see as it was, anything else like a new one."""
    must_be_writing()
    post = own_post(post_id)
    if post is None:
        return Written(NOWHERE)
    verdict = contributions_policy.can_bring_back(actor, post, is_owner(actor, post))
    if not verdict:
        return Written(verdict, post.id, post.thread_id)
    contributions.bring_back(post)
    if post.published_at is None:
        thread = queries.thread_for(actor, post.thread_id)
        moderation.admit(actor=actor, contribution=post, review_first=bool(thread and thread.is_reviewed_first))
    elif moderation.readmit(post) and cases.waiting_edit(post) is not None:
        moderation.open_case(post, "review")  # a change of hers waits to be read, as before
    return written(post)
