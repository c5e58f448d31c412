"""What joins the demo's stories later: a chapter that waits, an afterword in memory, translations at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions.queries import owner_id
from forum.core import clock
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.demo.content import FOLDER, STORY_HOUR
from forum.demo.stories import consent
from forum.demo.writing import publish_on, put_down
from forum.moderation import actions as moderation
from forum.stories import standing
from forum.stories.models import Story, StoryUpdate

Entry = dict[str, Any]


def content() -> dict[str, Any]:
    """All of it, as its file says."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "below.yaml").read_text("utf-8"))
    return found


def members() -> list[dict[str, Any]]:
    """The people who only write here."""
    return list(content()["members"])


def add(people: Mapping[str, Member], told: Mapping[str, Story]) -> None:
    """Add what the content says to the stories, by their keys."""
    must_be_writing()
    entries = content()
    _changed(entries["changed"], told)
    _afterword(entries["afterword"], people, told)
    _waiting_chapter(entries["waiting_chapter"], people, told)
    _translation_begun(entries["translation_begun"], people, told)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + STORY_HOUR


def _update(entry: Entry, story: Story, part: str, moment: datetime) -> StoryUpdate:
    dated = PartialDate.parse(entry["dated"])
    return StoryUpdate(story_id=story.id, part=part, dated=dated, language=story.language, created_at=moment, topics=[])


def _afterword(entry: Entry, people: Mapping[str, Member], told: Mapping[str, Story]) -> None:
    story, moment = told[entry["story"]], _day(entry["published"])
    afterword = _update(entry, story, "afterword", moment - timedelta(days=4))
    afterword.relation, afterword.is_memorial = entry["relation"], True
    afterword.died = PartialDate.parse(entry["died"])
    writer = people[entry["author"]].id
    revision = put_down(afterword, member_id=writer, source=entry["text"].strip(), title=entry["title"])
    _agree(afterword, afterword.created_at)
    publish_on(afterword, revision, moment)
    standing.mark(story)


def _agree(words: Story | StoryUpdate, given_at: datetime) -> None:
    """Whoever wrote these words lets the site show them."""
    version, language = wording.VERSION, words.language
    ledger.give(words, "site", version=version, language=language, how="site", given_at=given_at)


def _waiting_chapter(entry: Entry, people: Mapping[str, Member], told: Mapping[str, Story]) -> None:
    story, moment = told[entry["story"]], clock.now() - timedelta(hours=entry["hours"])
    chapter = _update(entry, story, "chapter", moment)
    put_down(
        chapter, member_id=people[entry["author"]].id, attribution=story.attribution, byline=story.byline,
        source=entry["text"].strip(), title=entry["title"],
    )  # fmt: skip
    chapter.status = "pending"
    moderation.open_case(chapter, "review").opened_at = moment
    db.session.flush()


def _translation_begun(entry: Entry, people: Mapping[str, Member], told: Mapping[str, Story]) -> None:
    original, translator = told[entry["story"]], people[entry["translator"]]
    consent(original, [("translation", entry["language"])], original.created_at)
    story = Story(
        language=entry["language"],
        created_at=_day(entry["begun"]),
        translation_of_id=original.id,
        translated_from_revision_id=original.shown_revision_id,
        translator_id=translator.id,
        translator=translator.display_name,
        condition_words=entry["condition_words"],
        relation=original.relation,
        country=original.country,
        region=original.region,
        topics=[],
        is_demo=True,
    )
    contributions.set_words(story, source=entry["text"].strip(), title=entry["title"], teaser=entry["teaser"])
    author = owner_id(original)
    assert author is not None  # every story of the demo has one
    contributions.sign(story, author, original.attribution, original.byline)


def _changed(entry: Entry, told: Mapping[str, Story]) -> None:
    """Readers see other words of an original since that day; its translation is of those before."""
    story, moment = told[entry["story"]], _day(entry["since"])
    if entry["was"] not in story.source:
        raise LookupError(f"{entry['story']} no longer says: {entry['was']}")
    revision = contributions.add_revision(story, source=story.source.replace(entry["was"], entry["is"]))
    revision.made_at = revision.shown_at = moment
    contributions.show(story, revision)
    story.updated_at = moment
    db.session.flush()
    contributions.reindex(story)
