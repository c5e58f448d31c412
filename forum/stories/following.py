"""All that a member follows and has muted, on one page: stories, threads, boards, topics and members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.follows import followed_ids
from forum.core.db import db
from forum.discussions.following import Line, board_lines, thread_lines, topic_lines
from forum.notifications import mutes
from forum.stories import follows
from forum.stories.models import Story

TITLES = {
    "thread": _l("Discussions"), "board": _l("Boards"), "topic": _l("Topics"), "member": _l("Members"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """What stands on the page: stories as in other lists; the rest, followed or muted, by the kind of thing. `blocked`
    are the ids of those among the muted members who can't write to her either."""

    stories: Sequence[Story]
    followed: dict[str, list[Line]]
    muted: dict[str, list[Line]]
    blocked: frozenset[int]


def all_of(viewer: Viewer) -> Followed:
    """All of it that `viewer` may still see. At most fourteen queries, however much it is."""
    ids, muted = followed_ids(viewer), mutes.of(viewer)
    return Followed(
        stories=follows.followed_by(viewer),
        followed=_lines(viewer, ids["thread"], ids["board"], ids["topic"], ids["member"]),
        muted=_lines(viewer, muted.threads, muted.boards, muted.topics, muted.members),
        blocked=muted.blocked,
    )


def _lines(
    viewer: Viewer,
    threads: Collection[int],
    boards: Collection[int],
    topics: Collection[int],
    members: Collection[int],
) -> dict[str, list[Line]]:
    found = {
        "member": _members(members),
        "thread": thread_lines(viewer, threads),
        "board": board_lines(viewer, boards),
        "topic": topic_lines(topics),
    }
    return {what: lines for what, lines in found.items() if lines}


def _members(ids: Collection[int]) -> list[Line]:
    if not ids:
        return []
    rows = db.session.execute(
        select(Member.id, Member.display_name)
        .where(Member.id.in_(ids), Member.erased_at.is_(None))
        .order_by(Member.display_name, Member.id)
    )
    return [Line(row.id, row.display_name, "", f"/members/{row.id}") for row in rows]
