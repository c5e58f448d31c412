"""Care while a story, a chapter or a change is written: the card on the next page, a link at once, nothing kept."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from forum.care.models import CareCard
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board
from forum.moderation.models import Case, Signal
from forum.notifications.models import Notification
from tests.care.conftest import HEAVY, LIGHT, PLAN
from tests.cast import Cast, Person
from tests.services.browser import Tabs
from tests.stories.below import begin_chapter, version_of
from tests.stories.conftest import MakeStory, make_story  # noqa: F401 - a fixture

HEADING = "In case today is heavy"


def count(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def cards() -> list[tuple[int | None, int | None, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(CareCard).order_by(CareCard.id)).all()
    return [(row.member_id, row.contribution_id, row.place) for row in rows]


def the_case() -> Case:
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


def keep(who: Person, address: str, source: str, version: int) -> Any:
    """What the script sends while somebody types."""
    fields = {"title": "Today", "source": source, "version": str(version)}
    return who.browser.post(address, data=fields, headers={"Accept": "application/json"})


def next_page(who: Person) -> str:
    return who.browser.get("/en/me").get_data(as_text=True)


@pytest.mark.parametrize("attribution", ["member", "anonymous"])
def test_a_story_while_it_is_written(cast: Cast, make_story: MakeStory, attribution: str) -> None:  # noqa: F811
    key = make_story(status="draft", attribution=attribution)
    light = keep(cast.alice, f"/en/stories/{key}/draft", LIGHT, version_of(key))
    assert (light.status_code, light.headers.get("Care")) == (200, None)
    heavy = keep(cast.alice, f"/en/stories/{key}/draft", HEAVY, version_of(key))
    assert (heavy.status_code, heavy.headers["Care"]) == (200, "1")
    assert cards() == [(cast.alice.id, None, "draft")], "the day, and nothing of what or where"
    assert (count(Case), count(Signal), count(Notification)) == (0, 0, 0)
    assert HEADING in next_page(cast.alice)
    assert HEADING not in next_page(cast.alice), "once"
    again = keep(cast.alice, f"/en/stories/{key}/draft", f"{HEAVY} And on.", version_of(key))
    assert again.headers["Care"] == "1"
    assert len(cards()) == 1
    assert HEADING not in next_page(cast.mona)


def test_a_story_that_is_sent_and_one_that_rests(cast: Cast, make_story: MakeStory) -> None:  # noqa: F811
    rests = make_story(cast.bob, status="draft", source=PLAN, attribution="anonymous")
    answer = cast.bob.browser.post(f"/en/stories/{rests}/sending", data={"consent": ["site"], "wait": "24"})
    assert HEADING in cast.bob.browser.get(answer.location).get_data(as_text=True)
    assert cards() == [(None, rests, "contribution")], "through the seal"
    assert count(Case) == 0, "nobody reads it yet"
    sent = make_story(status="draft", source=PLAN)
    answer = cast.alice.browser.post(f"/en/stories/{sent}/sending", data={"consent": ["site"]})
    assert HEADING in cast.alice.browser.get(answer.location).get_data(as_text=True)
    case = the_case()
    assert (case.contribution_id, case.opened_for, case.urgency) == (sent, "care", 0)


def test_a_chapter_and_changes_of_what_is_published(cast: Cast, make_story: MakeStory) -> None:  # noqa: F811
    story = make_story()
    chapter = begin_chapter(cast.alice, story)
    assert keep(cast.alice, f"/en/chapters/{chapter}/draft", LIGHT, version_of(chapter)).headers.get("Care") is None
    assert keep(cast.alice, f"/en/chapters/{chapter}/draft", HEAVY, version_of(chapter)).headers["Care"] == "1"
    assert HEADING in next_page(cast.alice)
    change = make_story(cast.bob)
    assert keep(cast.bob, f"/en/stories/{change}/draft", HEAVY, 0).headers["Care"] == "1"
    assert HEADING in next_page(cast.bob)
    assert [place for _who, _what, place in cards()] == ["draft", "draft"]
    assert (count(Case), count(Signal), count(Notification)) == (0, 0, 0)
    assert cast.alice.browser.post(f"/en/chapters/{chapter}/sending").status_code == 303
    assert HEADING in next_page(cast.alice), "once more with what she sends the same day"
    case = the_case()
    assert (case.contribution_id, case.opened_for) == (chapter, "care")


@pytest.mark.sqlite
def test_with_script_the_link_stands_below_what_she_writes(cast: Cast, tabs: Tabs) -> None:
    with write():
        db.session.add(Board(slug="talk"))
    page = tabs.open("/en/boards/talk/threads/new", token=cast.alice.token)
    link = page.locator("form .care-link a")
    page.fill("[name=source]", LIGHT)
    expect(page.locator("[data-autosave-status]")).to_contain_text("Kept at", timeout=15_000)
    expect(link).to_have_count(0)
    page.fill("[name=source]", HEAVY)
    expect(link).to_be_visible(timeout=15_000)
    page.fill("[name=source]", f"{HEAVY} And on.")
    page.wait_for_timeout(4500)
    expect(link).to_have_count(1)
    expect(page.locator("[name=source]")).to_be_focused()
