"""The threads and boards that a member follows or has muted, for her own list of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core.db import db
from forum.core.languages import current_language
from forum.discussions import queries
from forum.discussions.models import Thread
from forum.topics.queries import names

LONGEST = 500  # lines of one list


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is followed or muted: its name, in which language, and its address without the page's language."""

    id: int
    name: str
    language: str
    address: str


def thread_lines(viewer: Viewer, ids: Collection[int]) -> list[Line]:
    """Those of some threads that `viewer` may read, the newest first; comments under the name of what they are about.
    One query."""
    if not ids:
        return []
    rows = db.session.execute(
        select(Thread.id, Contribution.title, Contribution.teaser, Contribution.language)
        .join(Contribution, Contribution.id == func.coalesce(Thread.opening_id, Thread.about_id))
        .where(Thread.id.in_(ids), visible_to(viewer))
        .order_by(Thread.bumped_at.desc(), Thread.id.desc())
        .limit(LONGEST)
    )
    return [Line(row.id, row.title or row.teaser, row.language, f"/threads/{row.id}") for row in rows]


def board_lines(viewer: Viewer, ids: Collection[int]) -> list[Line]:
    """Those of some boards that `viewer` may read, in their order. Two queries at most."""
    if not ids:
        return []
    boards = (board for board in queries.boards_for(viewer) if board.id in ids)
    return [Line(board.id, board.name or board.slug, board.language, f"/boards/{board.slug}") for board in boards]


def topic_lines(ids: Collection[int]) -> list[Line]:
    """Some topics by name. One query."""
    if not ids:
        return []
    found = sorted(names(ids, current_language()).values(), key=lambda topic: topic.name)
    return [Line(topic.id, topic.name, "", f"/topics/{topic.slug}") for topic in found]
