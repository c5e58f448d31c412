"""A story on the way: written, sent, published."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.ledger import Use
from forum.core import clock
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import write
from forum.stories.models import Story
from tests.cast import Cast, Person

MakeStory = Callable[..., int]
ALL_TRANSLATIONS: tuple[Use, ...] = (("site", None), *(("translation", code) for code in LANGUAGES))


@pytest.fixture
def make_story(cast: Cast) -> MakeStory:
    """Makes a published story of Alice's (or `by`), signed as asked; returns its id.

    Unless `uses` says otherwise it may stand on the site and be translated.
    """

    def make(
        by: Person | None = None,
        *,
        title: str = "The jar lid",
        source: str = "It was plum jam, my mother’s.",
        attribution: str = "member",
        byline: str | None = None,
        status: str = "published",
        language: str = "en",
        uses: Collection[Use] | None = None,
        **columns: object,
    ) -> int:
        author = by or cast.alice
        with write():
            story = Story(language=language, created_at=clock.now(), status="sent", **columns)
            contributions.set_words(story, title=title, source=source, teaser=str(columns.get("teaser", "")))
            contributions.sign(story, author.id, attribution, byline)
            for use in ALL_TRANSLATIONS if uses is None else uses:
                if use[1] != language:
                    ledger.give(story, use[0], for_language=use[1], version=1, language="en", how="site")
            contributions.add_revision(story)
            if status == "published":
                contributions.publish(story)
            else:
                story.status = status
            key = story.id
        db.session.rollback()
        return key

    return make
