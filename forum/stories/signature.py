"""A story's name on what belongs to it: later chapters and translations go by the name that the story goes by."""

from __future__ import annotations

from sqlalchemy import delete, select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Seal
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.stories.models import Story, StoryUpdate


def sign_as(contribution: Contribution, story: Story, member_id: int | None) -> None:
    """Sign something as a story is signed; `member_id` is who wrote the story, None where nobody here did."""
    must_be_writing()
    if member_id is None:
        contribution.attribution, contribution.byline, contribution.author_id = story.attribution, story.byline, None
        db.session.add(contribution)
        db.session.flush()
        return
    if contribution.id is not None:
        db.session.execute(delete(Seal).where(Seal.contribution_id == contribution.id, Seal.member_id != member_id))
    contributions.sign(contribution, member_id, story.attribution, story.byline)


def hand_on(story: Story, member_id: int | None) -> None:
    """Let a story's chapters and translations follow it to another name, or to another member."""
    must_be_writing()
    for chapter in db.session.scalars(
        select(StoryUpdate).where(
            StoryUpdate.story_id == story.id, StoryUpdate.part == "chapter", StoryUpdate.status != "erased"
        )
    ):
        sign_as(chapter, story, member_id)
    for translation in db.session.scalars(
        select(Story).where(Story.translation_of_id == story.id, Story.status != "erased")
    ):
        sign_as(translation, story, member_id)
        hand_on(translation, member_id)
