"""What happens to a whole thread: counted again, locked, pinned, its comments following what they are about."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import policy as contributions_policy
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import closing, policy, queries, telling
from forum.discussions.models import VIEWS, Post, ReadingView, Thread
from forum.discussions.sending import NOWHERE
from forum.discussions.statements import POSTS, ROW
from forum.discussions.words import PAUSE_WORDS
from forum.moderation import log
from forum.photos.audience import settle_on_all


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
        .select_from(Post.__table__)
        .join(Contribution, Contribution.id == ROW)
        .where(POSTS.thread_id == thread_id, Contribution.status == "published")
    ).one()
    thread.post_count, thread.bumped_at = count, newest or thread.started_at
    db.session.flush()


def appeared(post: Post) -> None:
    """Readers see a post: its thread is counted again, and the first time the moment is kept.

    The moment is taken while the thread is held, so that no later post of it has an earlier one.
    """
    recount(post.thread_id)
    if post.shown_at is None:
        post.shown_at = clock.now()
        db.session.flush()
        telling.first_seen(post)


def lock(*, actor: Viewer, thread_id: int, is_locked: bool, until: datetime | None = None) -> Verdict:
    """Lock a thread against answers, until a moment or until somebody opens it, or open it again; noted in the log."""
    verdict = _mark(actor, thread_id, "is_locked", is_locked, "lock" if is_locked else "unlock")
    if verdict and (thread := db.session.get(Thread, thread_id)) is not None:
        if is_locked:
            closing.close(thread, until)
        else:
            closing.open_again(thread)
    return verdict


def pin(*, actor: Viewer, thread_id: int, is_pinned: bool) -> Verdict:
    """Keep a thread at the top of its board, or let it go; noted in the log."""
    return _mark(actor, thread_id, "is_pinned", is_pinned, "pin" if is_pinned else "unpin")


def _mark(actor: Viewer, thread_id: int, column: str, value: bool | int, act: str) -> Verdict:
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


def pause(*, actor: Viewer, thread_id: int, seconds: int) -> Verdict:
    """Let a thread go slowly: so many seconds between two posts of one member, 0 for none; noted in the log."""
    verdict = policy.can_moderate(actor)
    if verdict and seconds not in PAUSE_WORDS:
        return no(_l("Choose one of the pauses."), 422)
    return _mark(actor, thread_id, "slow_seconds", seconds, "pause") if verdict else verdict


def follow(about: Contribution) -> None:
    """Let the comments on a contribution be read exactly when it can be, by whom it can be. Its room calls this
    whenever it appears, goes, or changes its audience."""
    must_be_writing()
    db.session.flush()
    audience = about.audience if about.status == "published" else "participants"
    posts = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Thread.about_id == about.id)
    contributions.set_audience(posts, audience)
    settle_on_all(posts, audience)


def choose_view(*, actor: Viewer, view: str) -> Verdict:
    """Remember how a member reads threads."""
    must_be_writing()
    if not actor.is_authenticated:
        return contributions_policy.can_write(actor)
    if view not in VIEWS:
        return no(_l("Choose one of the two."), 422)
    db.session.merge(ReadingView(member_id=actor.id, view=view))
    return YES
