"""What an author sees of her unsent change: words of others in it that were taken back aren't shown to her either."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.contributions.models import Revision
from forum.core import richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories import actions
from tests.cast import Cast
from tests.stories.below import approve, keep, number_in, version_of, written_chapter
from tests.stories.conftest import MakeStory

SECRET, GONE = "aubergine", "words withdrawn"


@pytest.fixture
def quoted(cast: Cast, make_story: MakeStory) -> int:
    return make_story(cast.bob, source=f"It was an {SECRET}.")


def quoting(story_id: int) -> str:
    return richtext.quote(SECRET, "Bob", f"/stories/{story_id}") + "And I say this."


def take_back(cast: Cast, story_id: int) -> None:
    with write():
        assert actions.withdraw(actor=cast.bob.viewer, story_id=story_id).verdict
    db.session.rollback()


def test_the_check_of_a_story(cast: Cast, make_story: MakeStory, quoted: int) -> None:
    key, alice = make_story(), cast.alice.browser
    fields = {"title": "The jar lid", "source": quoting(quoted), "version": "0", "check": "1"}
    assert alice.post(f"/en/stories/{key}/draft", data=fields).status_code == 303
    assert SECRET in alice.get(f"/en/stories/{key}/check").text
    take_back(cast, quoted)
    page = alice.get(f"/en/stories/{key}/check").text
    assert SECRET not in page
    assert GONE in page


def test_the_check_of_a_chapter_and_its_line(cast: Cast, make_story: MakeStory, quoted: int) -> None:
    key, alice = written_chapter(cast.alice, make_story()), cast.alice.browser
    approve(cast, key)
    assert keep(cast.alice, key, source=quoting(quoted), version="0").status_code == 303
    assert SECRET in alice.get(f"/en/chapters/{key}/check").text
    take_back(cast, quoted)
    page = alice.get(f"/en/chapters/{key}/check").text
    assert SECRET not in page
    assert GONE in page
    assert alice.post(f"/en/chapters/{key}/sending", data={}).status_code == 303
    db.session.rollback()
    newest = select(Revision).where(Revision.contribution_id == key).order_by(Revision.number.desc()).limit(1)
    assert SECRET not in db.session.scalars(newest).one().teaser


def test_the_check_of_a_translation(cast: Cast, make_story: MakeStory, quoted: int) -> None:
    story_id, bob = make_story(), cast.bob.browser
    key = number_in(bob.post(f"/en/stories/{story_id}/translations", data={"into": "it"}).headers["Location"])
    words = {"title": "Il coperchio", "source": "Era marmellata.", "credit": "own"}
    bob.post(f"/en/translations/{key}/draft", data=words | {"version": version_of(key)})
    bob.post(f"/en/translations/{key}/sending", data={"consent": "site"})
    approve(cast, key)
    bob.post(f"/en/translations/{key}/draft", data=words | {"source": quoting(quoted), "version": "0"})
    assert SECRET in bob.get(f"/en/translations/{key}/check").text
    take_back(cast, quoted)
    page = bob.get(f"/en/translations/{key}/check").text
    assert SECRET not in page
    assert "parole ritirate" in page or GONE in page
