"""The demo's stories, their translations and later chapters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from forum.accounts.models import Member
from forum.contributions import ledger, wording
from forum.contributions.ledger import Use
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.content import StoryFile, UpdateFile
from forum.demo.writing import publish_on, put_down, topics_by_slug
from forum.stories.models import Story, StoryUpdate

WORDED_ANEW = datetime(2026, 1, 1, tzinfo=UTC)  # who chose before read the first wording
READING = timedelta(days=6)  # from the first word to publication


def make_stories(members: Mapping[str, Member]) -> dict[str, Story]:
    """Publish every story of the content; returns them by key."""
    must_be_writing()
    files = content.stories()
    translated = {(story.translation_of, story.language) for story in files}
    made: dict[str, Story] = {}
    for file in files:
        made[file.key] = _publish(
            file, members, made, into=[code for code in LANGUAGES if (file.key, code) in translated]
        )
    return made


def _publish(
    file: StoryFile, members: Mapping[str, Member], made: Mapping[str, Story], *, into: Collection[str]
) -> Story:
    story = Story(
        language=file.language,
        created_at=file.published_at - READING,
        content_notes=" ".join(file.content_notes),
        topics=topics_by_slug(file.topics),
        **file.facts,
    )
    if file.translation_of:
        original = made[file.translation_of]
        story.translation_of_id, story.translated_from_revision_id = original.id, original.shown_revision_id
        translator = members[file.translator] if file.translator else None
        story.translator, story.translator_id = (translator.display_name, translator.id) if translator else ("", None)
    author = members[file.author].id
    revision = put_down(
        story, member_id=author, attribution=file.attribution, byline=file.byline,
        source=file.source, title=file.title, teaser=file.teaser,
    )  # fmt: skip
    publish_on(story, revision, file.published_at)
    consent(story, [("site", None), *(("translation", code) for code in into)], story.created_at)
    for chapter in file.updates:
        _add(chapter, story, author)
    return story


def _add(file: UpdateFile, story: Story, author: int) -> None:
    chapter = StoryUpdate(
        story_id=story.id,
        dated=file.dated,
        language=story.language,
        created_at=file.published_at - timedelta(days=1),
        topics=[],
    )
    revision = put_down(
        chapter, member_id=author, attribution=story.attribution, byline=story.byline,
        source=file.source, title=file.title,
    )  # fmt: skip
    publish_on(chapter, revision, file.published_at)
    story.updated_at = file.published_at


def consent(story: Story, uses: Collection[Use], given_at: datetime) -> None:
    """Record that the author allowed these uses, on that day."""
    version = wording.VERSIONS[0] if given_at < WORDED_ANEW else wording.VERSION
    for use, for_language in sorted(uses, key=str):
        ledger.give(
            story, use, for_language=for_language, version=version, language=story.language, how="site",
            given_at=given_at,
        )  # fmt: skip
