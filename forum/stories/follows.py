"""Following: a member is told of what is new about a contribution until she says otherwise, on the site or by mail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import follows as following
from forum.contributions import policy as contributions
from forum.contributions.models import Follow
from forum.contributions.queries import visible_to
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.stories import queries
from forum.stories.models import Story


def followed_by(viewer: Viewer) -> Sequence[Story]:
    """The stories that `viewer` follows and may still read, the last followed first."""
    return db.session.scalars(
        select(Story)
        .join(Follow, Follow.contribution_id == Story.id)
        .where(Follow.member_id == viewer.id, visible_to(viewer))
        .options(*queries.for_lists())
        .order_by(Follow.id.desc())
        .limit(200)
    ).all()


def follow(*, actor: Viewer, story_id: int, is_on: bool) -> Verdict:
    """Begin to follow a story, or end it. Twice is once."""
    must_be_writing()
    verdict = following.can_follow(actor)
    if verdict and is_on:
        story = queries.story_for(actor, story_id)
        if story is None or story.status != "published":
            return no(contributions.NOT_YOURS, 404)
    return verdict and following.follow(actor=actor, what="contribution", key=story_id, is_on=is_on)
