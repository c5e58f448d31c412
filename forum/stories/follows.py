"""Following: a member is told of what is new about a contribution until she says otherwise, on the site or by mail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import Viewer
from forum.contributions import follows as following
from forum.contributions import policy as contributions
from forum.contributions.models import Contribution, Follow
from forum.contributions.queries import owner_id, visible_to
from forum.core import kinds
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import Verdict, no
from forum.stories import queries
from forum.stories.models import Story, StoryUpdate


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


def tell_of(chapter_id: int) -> None:
    """Write one row of the outbox for each member who follows a chapter's story, in whichever language she reads it."""
    must_be_writing()
    chapter = db.session.get(StoryUpdate, chapter_id)
    story = db.session.get(Story, chapter.story_id) if chapter is not None else None
    if story is None:
        return
    root = story.translation_of_id or story.id
    same = select(Story.id).where(or_(Story.id == root, Story.translation_of_id == root))
    firsts = select(func.min(Follow.id)).where(Follow.contribution_id.in_(same)).group_by(Follow.member_id)
    for follow_id in db.session.scalars(firsts).all():
        enqueue(
            "stories.mail_chapter",
            {"chapter_id": chapter_id, "follow_id": follow_id},
            dedupe_key=f"chapter:{chapter_id}:{follow_id}",
        )


def to_mail(chapter_id: int, follow_id: int) -> tuple[StoryUpdate, Follow, Member] | None:
    """What a mail about a chapter is made of, or None: who follows no longer, or may not see it, isn't told."""
    row = db.session.get(Follow, follow_id)
    member = reachable(row.member_id) if row is not None else None
    if row is None or member is None:
        return None
    viewer = viewer_of(member)
    chapter = db.session.scalar(select(StoryUpdate).where(StoryUpdate.id == chapter_id, visible_to(viewer)))
    if chapter is None or not kinds.kind_of(chapter).can_see(viewer, chapter) or owner_id(chapter) == member.id:
        return None
    is_seen = select(Contribution.id).where(Contribution.id == chapter.story_id, visible_to(viewer))
    return (chapter, row, member) if db.session.scalar(is_seen) is not None else None


def reachable(member_id: int | None) -> Member | None:
    """A member who gets mail: with an address, not erased, not banned."""
    if member_id is None:
        return None
    member = db.session.scalar(select(Member).where(Member.id == member_id).options(joinedload(Member.roles)))
    if member is None or member.email is None or member.erased_at is not None or member.restriction == "banned":
        return None
    return member
