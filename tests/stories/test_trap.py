"""The field that nobody sees, on the page from which a story or a chapter is sent: a note for who reads it, no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.contributions.models import Contribution
from forum.core.db import db
from forum.moderation.models import Case, Signal
from tests.cast import Cast
from tests.stories.below import begin_chapter, keep
from tests.stories.conftest import MakeStory

TRAP = "https://mine.example"


def noted(contribution_id: int) -> list[tuple[str, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(Signal).where(Signal.contribution_id == contribution_id)).all()
    return [(row.signal, row.is_hold) for row in rows if row.signal == "honeypot"]


def status(contribution_id: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Contribution.status).where(Contribution.id == contribution_id))


@pytest.mark.parametrize(("wait", "after"), [("0", "pending"), ("24", "sent")])
def test_a_story_is_sent_all_the_same(cast: Cast, make_story: MakeStory, wait: str, after: str) -> None:
    key = make_story(status="draft", attribution="anonymous")
    assert 'name="website"' in cast.alice.browser.get(f"/en/stories/{key}/check").text
    fields = {"consent": ["site"], "wait": wait, "website": TRAP}
    assert cast.alice.browser.post(f"/en/stories/{key}/sending", data=fields).status_code == 303
    assert status(key) == after
    assert noted(key) == [("honeypot", False)]
    if after == "pending":
        case = db.session.scalar(select(Case.id).where(Case.contribution_id == key))
        page = cast.mona.browser.get(f"/en/moderation/cases/{case}").text
        assert "a field was filled in that people don" in page
    assert "field was filled in that" not in cast.alice.browser.get(f"/en/contributions/{key}/review").text


def test_so_is_a_chapter_and_an_empty_field_says_nothing(cast: Cast, make_story: MakeStory) -> None:
    story = make_story(status="published")
    for value, found in ((TRAP, [("honeypot", False)]), ("", [])):
        key = begin_chapter(cast.alice, story)
        keep(cast.alice, key)
        assert 'name="website"' in cast.alice.browser.get(f"/en/chapters/{key}/check").text
        answer = cast.alice.browser.post(f"/en/chapters/{key}/sending", data={"website": value})
        assert answer.status_code == 303, answer.text
        assert status(key) == "pending"
        assert noted(key) == found
