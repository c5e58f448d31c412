"""What is erased with a story besides its own words: what was said of it, its chapters, its translations."""

from __future__ import annotations

from sqlalchemy import select, update

from forum.contributions import actions as contributions
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.stories import old_addresses
from forum.stories.models import Claim, Provenance, Story, StoryUpdate

NOTHING = {"contact": "", "told_on": None, "archive_key": None, "original_address": ""}


def erased(story: Story) -> None:
    """Erase with a story what else is of its author: facts, later chapters, translations, how to reach her.

    An afterword is somebody else's: it stays hers, out of sight with the story.
    """
    must_be_writing()
    story.relation = story.country = story.about_whom = story.subject_consent = None
    story.first_symptoms = story.diagnosed = story.of_age_year = None
    story.translator_id = story.translated_from_revision_id = None
    chapters = select(StoryUpdate).where(StoryUpdate.story_id == story.id, StoryUpdate.part == "chapter")
    translations = select(Story).where(Story.translation_of_id == story.id)
    for words in (*db.session.scalars(chapters), *db.session.scalars(translations)):
        if words.status != "erased":
            contributions.erase(words)
    db.session.execute(update(Provenance).where(Provenance.story_id == story.id).values(NOTHING))
    old_addresses.hide(story)
    said = {"words": "", "email": "", "answer": ""}
    db.session.execute(update(Claim).where(Claim.story_id == story.id).values(said))


def chapter_erased(chapter: StoryUpdate) -> None:
    """Erase who the writer of an afterword was to the author, and what she said of her death."""
    if chapter.part == "afterword":
        chapter.relation = chapter.died = None
