"""What a published chapter changes about its story: the day it was last updated, and whether it is in memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select

from forum.contributions import actions as contributions
from forum.contributions.models import Revision
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.stories import queries
from forum.stories.models import Story, StoryUpdate

NEWS = timedelta(days=1)  # what was first read longer ago is no news when it comes back


def appeared(chapter: StoryUpdate) -> None:
    """A chapter or afterword can be read: as its story can; the story is marked, its followers are told once."""
    must_be_writing()
    story = queries.story_by_id(chapter.story_id)
    if story is None:
        return
    audience = story.audience if story.status == "published" else "participants"
    contributions.set_audience(select(StoryUpdate.id).where(StoryUpdate.id == chapter.id), audience)
    mark(story)
    if chapter.published_at is not None and chapter.published_at > clock.now() - NEWS:
        enqueue("stories.tell_followers", {"chapter_id": chapter.id}, dedupe_key=f"chapter:{chapter.id}")


def vanished(chapter: StoryUpdate) -> None:
    """A chapter or afterword is no longer read: the story says of itself only what still stands."""
    must_be_writing()
    story = queries.story_by_id(chapter.story_id)
    if story is not None:
        mark(story)


def mark(story: Story) -> None:
    """Set when a story was last updated, and whether it and its translations are in memory, from what stands."""
    db.session.flush()
    standing = (StoryUpdate.story_id == story.id, StoryUpdate.status == "published")
    last, is_in_memory = db.session.execute(
        select(
            func.max(func.coalesce(StoryUpdate.updated_at, StoryUpdate.published_at)),
            func.count().filter(StoryUpdate.is_memorial, StoryUpdate.part == "afterword"),
        ).where(*standing)
    ).one()
    moments = [moment for moment in (_changed_at(story), last) if moment is not None]
    story.updated_at = max(moments, default=None)
    for one in db.session.scalars(select(Story).where(or_(Story.id == story.id, Story.translation_of_id == story.id))):
        if one.is_in_memory != bool(is_in_memory):
            one.is_in_memory = bool(is_in_memory)
    db.session.flush()


def _changed_at(story: Story) -> datetime | None:
    """When readers first saw the words that stand now, where they had read others before."""
    had_others = exists().where(
        Revision.contribution_id == story.id, Revision.shown_at.is_not(None), Revision.id != story.shown_revision_id
    )
    return db.session.scalar(select(Revision.shown_at).where(Revision.id == story.shown_revision_id, had_others))
