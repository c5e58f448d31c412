"""Many stories at once are what stories told one by one would be."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution, Revision
from forum.core import richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.search.models import SearchDocument
from forum.stories.models import Story, StoryUpdate
from tests.cast import Browser
from tests.services import databases

COUNT = 120


@pytest.fixture
def content() -> databases.Content:
    return databases.Content(f"prepared-stories-{COUNT}", (("prepare",), ("demo", "--stories", str(COUNT))))


def texts() -> list[Contribution]:
    kinds = ("story", "story_update")
    return list(db.session.scalars(select(Contribution).where(Contribution.kind.in_(kinds)).order_by(Contribution.id)))


def test_there_are_as_many_as_asked_for_and_what_hangs_on_them(app: Flask) -> None:
    originals = select(func.count()).select_from(Story).where(Story.translation_of_id.is_(None))
    assert db.session.scalar(originals) == COUNT
    assert db.session.scalar(select(func.count()).select_from(StoryUpdate)) == COUNT // 10
    assert db.session.scalar(select(func.count()).select_from(Story)) == COUNT + COUNT // 20
    assert {story.language for story in texts()} == {"en", "it", "es"}
    assert {story.attribution for story in texts()} == {"member", "pseudonym", "anonymous"}
    assert all(
        ledger.allows(story.id, "site") for story in texts() if isinstance(story, Story) and not story.translation_of_id
    )


def test_they_are_what_telling_one_by_one_makes(app: Flask) -> None:
    documents = select(SearchDocument.__table__).where(SearchDocument.kind == "story")
    before = {row.object_id: row for row in db.session.execute(documents)}
    with write():
        for story in texts():
            assert story.html == richtext.render(story.source)
            revision = db.session.get_one(Revision, story.shown_revision_id)
            assert (revision.contribution_id, revision.html) == (story.id, story.html)
            db.session.refresh(story, ["topics"])
            contributions.reindex(story)
    for row in db.session.execute(documents):
        was = before[row.object_id]
        assert (row.title, row.text, row.title_terms, row.terms) == (was.title, was.text, was.title_terms, was.terms)
        assert set(row.synonym_terms.split()) == set(was.synonym_terms.split())


def test_the_archive_shows_them_and_they_can_be_removed(app: Flask) -> None:
    visitor = Browser(app, app.response_class, use_cookies=True)
    page = visitor.get("/en/stories?country=IT")
    assert page.status_code == 200
    assert page.text.count('class="entry') > 5
    result = app.test_cli_runner().invoke(args=["demo", "remove"])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Story)) == 0
