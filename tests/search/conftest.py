"""Contributions of any kind, published, so that there is something to find."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.contributions import actions as contributions
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories.models import Story
from tests.cast import Cast, Person

Publish = Callable[..., int]


@pytest.fixture
def publish(cast: Cast) -> Publish:
    """Publishes a story of Alice's (or `by`); returns its id."""

    def make(
        source: str,
        *,
        title: str = "Without a hat",
        by: Person | None = None,
        language: str = "en",
        attribution: str = "member",
        byline: str | None = None,
        **columns: object,
    ) -> int:
        with write():
            story = Story(language=language, created_at=clock.now(), status="sent", **columns)
            contributions.set_words(story, title=title, source=source)
            contributions.sign(story, (by or cast.alice).id, attribution, byline)
            contributions.publish(story)
            key = story.id
        db.session.rollback()
        return key

    return make
