"""A story on the way: written, sent, published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.contributions import actions as contributions
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories.models import Story
from tests.cast import Cast, Person

MakeStory = Callable[..., int]


@pytest.fixture
def make_story(cast: Cast) -> MakeStory:
    """Makes a published story of Alice's (or `by`), signed as asked; returns its id."""

    def make(
        by: Person | None = None,
        *,
        title: str = "The jar lid",
        source: str = "It was plum jam, my mother’s.",
        attribution: str = "member",
        byline: str | None = None,
        status: str = "published",
        **columns: object,
    ) -> int:
        author = by or cast.alice
        with write():
            story = Story(language="en", created_at=clock.now(), status="sent", **columns)
            contributions.set_words(story, title=title, source=source, teaser=str(columns.get("teaser", "")))
            contributions.sign(story, author.id, attribution, byline)
            contributions.record_consent(story, ("site",), version=1, language="en", how="site")
            contributions.add_revision(story)
            if status == "published":
                contributions.publish(story)
            else:
                story.status = status
            key = story.id
        db.session.rollback()
        return key

    return make
