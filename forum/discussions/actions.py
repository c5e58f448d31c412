"""The verbs of discussion: start a thread, reply, comment, edit, take back, bring back, recount, lock, pin, follow.

A refusal is returned, not raised, and what was refused stays as a draft. A text that is sent twice is one post.
Boards are made and changed in `boards`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions.models import CONTENT_NOTES, Contribution, Draft
from forum.contributions.queries import draft_for, is_owner, latest_revision, owned_by
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import policy, queries
from forum.discussions.boards import change_board, make_board, set_audience
from forum.discussions.models import DEEPEST, SEGMENT, VIEWS, Board, Post, ReadingView, Thread
from forum.discussions.places import board_place, comment_place, reply_place
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation import actions as moderation
from forum.moderation import log
from forum.topics.models import Topic

__all__ = [
    "Written", "bring_back", "change_board", "choose_view", "comment", "edit", "follow", "keep_draft", "lock",
    "make_board", "path_below", "pin", "recount", "reply", "segment", "start_thread", "withdraw",
]  # fmt: skip

SAME_PRESS = timedelta(minutes=5)  # the same words in the same place within this time are the same press of the button
LOOKED_BACK = 50  # posts; more than come between two presses
TEASER = 160  # characters of a post's first words, for lists
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
NOWHERE = no(_l("This isn't here any more. Your words are kept."), 404)
EMPTY = no(_l("This is empty. Write something here first."), 422)
NOT_THE_NEWEST = no(_l("This was changed while you were writing. Both versions are below; yours is not sent yet."), 409)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody sends: her words, how she signs them, what they touch on, their language (None: the thread's)."""

    source: str
    attribution: str
    content_notes: Iterable[str]
    language: str | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of something sent: the post, whether readers see it now, or the refusal."""

    verdict: Verdict
    post_id: int = 0
    thread_id: int = 0
    is_shown: bool = False


def segment(post_id: int) -> str:
    """A post's part of a path: its id in base 36, of fixed width, so that paths sort like ids."""
    digits = ""
    while post_id:
        post_id, digit = divmod(post_id, 36)
        digits = DIGITS[digit] + digits
    return digits.rjust(SEGMENT, "0")


def path_below(parent_path: str, post_id: int) -> str:
    """The path of a post under another ("" for the thread itself); below the deepest level it joins that level."""
    return parent_path[: (DEEPEST - 1) * SEGMENT] + segment(post_id)


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
) -> Written:
    """Start a thread on a board with its opening post. `topics` are ids of the vocabulary."""
    must_be_writing()
    words = Words(_text(source), attribution, content_notes, language, _line(title))
    # One at a time on a board, so that the second of two presses meets the first's post.
    db.session.execute(select(Board.id).where(Board.id == board_id).with_for_update(key_share=True))
    board = queries.board_by_id(actor, board_id)
    if board is None:
        return Written(NOWHERE)
    verdict = _may_send(policy.can_start(actor, board), board, words)
    place = board_place(board.id)
    if not verdict or not words.title:
        return _refused(actor, verdict and EMPTY, place, words)
    openings = select(Thread.opening_id).where(Thread.board_id == board.id).order_by(Thread.id.desc())
    twin = _twin(actor, openings, words, Contribution.title == words.title)
    if twin is not None:
        return _written(twin)
    post = _post(actor, words, audience=board.audience, topics=topics)
    thread = Thread(board_id=board.id, opening_id=post.id, started_at=post.created_at, bumped_at=post.created_at)
    db.session.add(thread)
    db.session.flush()
    post.thread_id, post.path = thread.id, path_below("", post.id)
    return _send(actor, post, place, board.is_reviewed_first)


def reply(
    *,
    actor: Viewer,
    thread_id: int,
    source: str,
    answers_id: int | None = None,
    attribution: str = "member",
    content_notes: Iterable[str] = (),
    language: str | None = None,
) -> Written:
    """Answer in a thread: the thread itself, or one of its posts. The language is the thread's unless said."""
    must_be_writing()
    words = Words(_text(source), attribution, content_notes, language)
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
) -> Written:
    """Comment on a contribution that can be read; the first comment makes the thread."""
    must_be_writing()
    words = Words(_text(source), attribution, content_notes, language)
    # Until this ends nobody hides what is being commented on, nor makes its thread.
    commented = select(Contribution.id).where(Contribution.id == contribution_id)
    db.session.execute(commented.with_for_update(key_share=True))
    about = queries.about_for(actor, contribution_id)
    if about is None:
        return Written(NOWHERE)
    thread = queries.comments_thread_for(actor, about.id)
    if thread is None:
        verdict = _may_send(contributions_policy.can_write(actor), None, words)
        if not verdict:
            return _refused(actor, verdict, comment_place(about.id), words)
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
    verdict = _may_send(policy.can_reply(actor, thread), thread, words)
    answered = db.session.get(Post, answers_id) if answers_id is not None else None
    if verdict and answers_id is not None:
        verdict = policy.can_answer(
            thread.id, answered.thread_id if answered else None, answered.status if answered else None
        )
    if not verdict:
        return _refused(actor, verdict, place, words)
    posts = select(Post.id).where(Post.thread_id == thread.id).order_by(Post.id.desc())
    twin = _twin(actor, posts, words, Post.answers_id == answers_id)
    if twin is not None:
        return _written(twin)
    words = replace(words, language=words.language or thread.language)
    post = _post(actor, words, audience=thread.audience, thread_id=thread.id, answers_id=answers_id)
    post.path = path_below(answered.path if answered else "", post.id)
    return _send(actor, post, place, thread.is_reviewed_first)


def _text(source: str) -> str:
    return richtext.clean_text(source).strip()


def _line(title: str) -> str:
    return richtext.clean_text(title, single_line=True)


def _may_send(verdict: Verdict, place: BoardRow | ThreadRow | None, words: Words) -> Verdict:
    if verdict and place is not None:
        verdict = policy.can_sign(place, words.attribution)
    return EMPTY if verdict and not words.source else verdict


def _refused(actor: Viewer, verdict: Verdict, place: str, words: Words) -> Written:
    if actor.is_authenticated and words.source:
        keep_draft(actor=actor, place=place, source=words.source, title=words.title)
    return Written(verdict)


def _twin(actor: Viewer, recent: Any, words: Words, is_same: Any) -> Post | None:
    """The post that `actor` has just sent with the same words in the same place, signed or sealed."""
    return db.session.scalar(
        select(Post)
        .where(
            Post.id.in_(recent.limit(LOOKED_BACK)),
            Contribution.source == words.source,
            Contribution.created_at > clock.now() - SAME_PRESS,
            Contribution.status.in_(("sent", "pending", "published")),
            is_same,
            owned_by(actor),
        )
        .limit(1)
    )


def _post(
    actor: Viewer,
    words: Words,
    *,
    audience: str,
    topics: Iterable[int] = (),
    thread_id: int = 0,
    answers_id: int | None = None,
) -> Post:
    assert actor.id is not None  # policies have asked
    post = Post(
        language=words.language,
        audience=audience,
        status="sent",
        content_notes=" ".join(note for note in CONTENT_NOTES if note in set(words.content_notes)),
        created_at=clock.now(),
        thread_id=thread_id,
        answers_id=answers_id,
        topics=list(db.session.scalars(select(Topic).where(Topic.id.in_(set(topics))))) if topics else [],
    )
    _set_words(post, words.source, words.title)
    contributions.sign(post, actor.id, words.attribution)
    return post


def _set_words(post: Post, source: str, title: str) -> None:
    contributions.set_words(post, source=source, title=title)
    post.teaser = richtext.excerpt(post.html, TEASER)


def _send(actor: Viewer, post: Post, place: str, review_first: bool) -> Written:
    contributions.drop_draft(actor=actor, place=place)
    contributions.add_revision(post)
    moderation.admit(actor=actor, contribution=post, review_first=review_first)
    return _written(post)


def _written(post: Post) -> Written:
    return Written(YES, post.id, post.thread_id, post.status == "published")


# Unsent words


def keep_draft(*, actor: Viewer, place: str, source: str, title: str = "") -> Draft:
    """Keep words that were refused as the unsent text of their place; they are the newest there are."""
    kept = draft_for(actor, place)
    version = kept.version if kept else 0
    return contributions.save_draft(actor=actor, place=place, source=source, title=title, version=version)[0]


# Changing what stands there


def edit(*, actor: Viewer, post_id: int, source: str, title: str = "", revision_id: int | None = None) -> Written:
    """Change the words of one's own post. `revision_id` is the revision the writer had before her: a newer one is
    never written over. Until a held edit is approved, readers keep what they have."""
    must_be_writing()
    title, source = _line(title), _text(source)
    post = _own_post(post_id)
    thread = queries.thread_for(actor, post.thread_id) if post else None
    if post is None or thread is None:
        return Written(NOWHERE)
    title = title if thread.opening_id == post.id else ""
    verdict = policy.can_edit(actor, post, is_owner(actor, post), thread)
    if verdict and (not source or (thread.opening_id == post.id and not title)):
        verdict = EMPTY
    newest = latest_revision(post.id)
    if verdict and newest and (newest.source, newest.title) == (source, title):
        return _written(post)
    if verdict and revision_id is not None and newest and newest.id != revision_id:
        verdict = NOT_THE_NEWEST
    if not verdict:
        return Written(verdict, post.id, post.thread_id)
    if post.status != "published":  # nobody has seen it yet: the words themselves change
        _set_words(post, source, title)
        contributions.add_revision(post)
        moderation.admit(actor=actor, contribution=post, review_first=thread.is_reviewed_first)
        return _written(post)
    revision = contributions.add_revision(post, source=source, title=title, teaser="")
    revision.teaser = richtext.excerpt(revision.html, TEASER)
    is_shown = moderation.admit(
        actor=actor, contribution=post, revision=revision, review_first=thread.is_reviewed_first
    )
    return Written(YES, post.id, post.thread_id, is_shown)


def withdraw(*, actor: Viewer, post_id: int) -> Written:
    """Take one's own post back: at once everywhere. What answers it stays, under a line that says so."""
    must_be_writing()
    post = _own_post(post_id)
    if post is None:
        return Written(NOWHERE)
    verdict = contributions_policy.can_withdraw(actor, post, is_owner(actor, post))
    if verdict:
        moderation.withdraw_cases(post)
        contributions.withdraw(post)
    return Written(verdict, post.id, post.thread_id)


def bring_back(*, actor: Viewer, post_id: int) -> Written:
    """Bring one's own post back within 30 days; it passes like a new one."""
    must_be_writing()
    post = _own_post(post_id)
    if post is None:
        return Written(NOWHERE)
    verdict = contributions_policy.can_bring_back(actor, post, is_owner(actor, post))
    if not verdict:
        return Written(verdict, post.id, post.thread_id)
    contributions.bring_back(post)
    thread = queries.thread_for(actor, post.thread_id)
    moderation.admit(actor=actor, contribution=post, review_first=bool(thread and thread.is_reviewed_first))
    return _written(post)


def _own_post(post_id: int) -> Post | None:
    """The post to be changed, alone until this ends; whose it is, policies ask."""
    return db.session.scalar(select(Post).where(Post.id == post_id).with_for_update(key_share=True, of=Contribution))


# Threads


def recount(thread_id: int) -> None:
    """Count a thread's posts and find its newest, from the rows. The only writer of both columns."""
    must_be_writing()
    db.session.flush()
    thread = db.session.scalar(
        select(Thread)
        .where(Thread.id == thread_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if thread is None:
        return
    count, newest = db.session.execute(
        select(func.count(), func.max(Contribution.published_at))
        .select_from(Post)
        .where(Post.thread_id == thread_id, Contribution.status == "published")
    ).one()
    thread.post_count, thread.bumped_at = count, newest or thread.started_at
    db.session.flush()


def lock(*, actor: Viewer, thread_id: int, is_locked: bool) -> Verdict:
    """Lock a thread against answers, or open it again; noted in the log."""
    return _mark(actor, thread_id, "is_locked", is_locked, "lock" if is_locked else "unlock")


def pin(*, actor: Viewer, thread_id: int, is_pinned: bool) -> Verdict:
    """Keep a thread at the top of its board, or let it go; noted in the log."""
    return _mark(actor, thread_id, "is_pinned", is_pinned, "pin" if is_pinned else "unpin")


def _mark(actor: Viewer, thread_id: int, column: str, value: bool, act: str) -> Verdict:
    must_be_writing()
    verdict = policy.can_moderate(actor)
    if not verdict:
        return verdict
    thread = db.session.scalar(select(Thread).where(Thread.id == thread_id).with_for_update(key_share=True))
    if thread is None or queries.thread_for(actor, thread_id) is None:
        return NOWHERE
    if getattr(thread, column) != value:
        setattr(thread, column, value)
        log.append(actor, act, "thread", thread_id)
    return YES


def follow(about: Contribution) -> None:
    """Let the comments on a contribution be read exactly when it can be, by whom it can be. Its room calls this
    whenever it appears, goes, or changes its audience."""
    must_be_writing()
    db.session.flush()
    audience = about.audience if about.status == "published" else "participants"
    posts = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Thread.about_id == about.id)
    set_audience(posts, audience)


def choose_view(*, actor: Viewer, view: str) -> Verdict:
    """Remember how a member reads threads."""
    must_be_writing()
    if not actor.is_authenticated:
        return contributions_policy.can_write(actor)
    if view not in VIEWS:
        return no(_l("Choose one of the two."), 422)
    db.session.merge(ReadingView(member_id=actor.id, view=view))
    return YES
