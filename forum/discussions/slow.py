"""Slow mode: how long a member waits between two posts of hers in a discussion, and between two that she starts."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import owned_by
from forum.core import clock
from forum.core.db import db
from forum.core.verdict import YES, Verdict, no
from forum.discussions.models import Board, Post, Thread


def may_reply(actor: Viewer, thread_id: int) -> Verdict:
    """Whether it is time for another post of `actor`'s in a discussion: the longer of its pause and its board's.

    What she signed and what she sealed count alike, and what she took back. The caller holds the discussion.
    """
    pauses = (
        select(Thread.slow_seconds, func.coalesce(Board.slow_seconds, 0))
        .outerjoin(Board, Board.id == Thread.board_id)
        .where(Thread.id == thread_id)
    )
    seconds = max(db.session.execute(pauses).one())
    return _judge(actor, seconds, Post.thread_id == thread_id)


def may_start(actor: Viewer, board_id: int) -> Verdict:
    """Whether it is time for another discussion of `actor`'s on a board. The caller holds the board."""
    seconds = db.session.scalar(select(Board.slow_seconds).where(Board.id == board_id)) or 0
    return _judge(actor, seconds, Post.id.in_(select(Thread.opening_id).where(Thread.board_id == board_id)))


def _judge(actor: Viewer, seconds: int, there: Any) -> Verdict:
    if not seconds or actor.is_moderator:
        return YES
    since = clock.now() - timedelta(seconds=seconds)
    last = db.session.scalar(
        select(Contribution.created_at)
        .where(
            Contribution.id.in_(select(Post.__table__.c.id).where(there)),
            Contribution.created_at > since,
            owned_by(actor),
        )
        .order_by(Contribution.created_at.desc())
        .limit(1)
    )
    return can_post_again(last, seconds, clock.now())


def can_post_again(last: datetime | None, seconds: int, now: datetime) -> Verdict:
    """Whether the pause after the post of `last` is over; the refusal says how long it still is."""
    left = (last + timedelta(seconds=seconds) - now).total_seconds() if last else 0
    return no(_sentence(left), 429) if left > 0 else YES


def _sentence(left: float) -> Any:
    """How long it still is, in the largest unit that fits, never too short."""
    if left <= 90:
        return ngettext(
            "It goes slowly here, so that everybody has time to read. You can send this in %(num)d second.",
            "It goes slowly here, so that everybody has time to read. You can send this in %(num)d seconds.",
            math.ceil(left),
        )
    if left <= 5400:
        return ngettext(
            "It goes slowly here, so that everybody has time to read. You can send this in %(num)d minute.",
            "It goes slowly here, so that everybody has time to read. You can send this in %(num)d minutes.",
            math.ceil(left / 60),
        )
    return ngettext(
        "It goes slowly here, so that everybody has time to read. You can send this in %(num)d hour.",
        "It goes slowly here, so that everybody has time to read. You can send this in %(num)d hours.",
        math.ceil(left / 3600),
    )
