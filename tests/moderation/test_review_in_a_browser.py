"""An author and a moderator write to each other in a real browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.core.db import db
from forum.core.unit_of_work import write
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, edit, thing
from tests.moderation.test_in_a_browser import tabs
from tests.moderation.test_review import answer, say
from tests.moderation.test_review_suggestions import suggest
from tests.services import browser as pages
from tests.services.nu import NuChecker

__all__ = ["tabs"]
pytestmark = pytest.mark.sqlite  # what a browser shows doesn't hang on the database

LONG = "It was plum jam.\n\nI could not open it.\n\nMy neighbour did."


def _long(key: int) -> None:
    with write():
        story = db.session.get_one(Contribution, key)
        contributions.set_words(story, title="The jar lid", source=LONG)
        contributions.add_revision(story)


def _press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_they_write_suggest_take_and_send_again(
    cast: Cast, tabs: pages.Tabs, make_story: Make, scripts: pages.Scripts
) -> None:
    key = make_story(attribution="anonymous")
    _long(key)
    desk = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.mona.token, scripts=scripts)
    desk.locator("#message").fill("Did your neighbour open it alone?")
    _press(desk, "Write to the author")
    expect(desk.get_by_text("Sent. The author gets a mail that says so.")).to_be_visible()
    hers = tabs.open("/en/me/stories", token=cast.alice.token, scripts=scripts, width=320)
    hers.get_by_role("link", name="You and the moderators").click()
    expect(hers.get_by_text("Did your neighbour open it alone?")).to_be_visible()
    hers.get_by_label("In your words").fill("With one hand.")
    _press(hers, "Send it to the moderators")
    expect(hers.get_by_text("With one hand.")).to_be_visible()
    desk.goto("/en/moderation")
    desk.get_by_role("link", name="The author answered").click()
    desk.get_by_role("link", name="To be read first: The jar lid").click()
    expect(desk.get_by_text("With one hand.")).to_be_visible()
    assert decide(cast.mona, key, "ask_for_changes", letter="Would you say so?")
    desk.goto(f"/en/moderation/cases/{case_of(key).id}/suggestions/new")
    desk.get_by_label("The text").fill(LONG.replace("did.", "did, with one hand.").replace("plum", "fig"))
    _press(desk, "Send the suggestion")
    expect(desk.get_by_text("Sent. The author takes what fits and leaves the rest.")).to_be_visible()
    hers.reload()
    expect(hers.get_by_text("A suggestion with 2 changes")).to_be_visible()
    hers.get_by_label("Take it: change 2").check()
    _press(hers, "Take the ticked ones and send again")
    expect(hers.get_by_text("1 change taken and sent.")).to_be_visible()
    assert thing(key).source == LONG.replace("did.", "did, with one hand.")
    assert thing(key).status in ("pending", "sent")


def test_an_answer_is_kept_while_it_is_typed(cast: Cast, tabs: pages.Tabs, make_story: Make) -> None:
    key = make_story(attribution="anonymous")
    page = tabs.open(f"/en/contributions/{key}/review", token=cast.alice.token)
    page.get_by_label("In your words").fill("I begin to answer")
    expect(page.get_by_text("Kept at")).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_label("In your words")).to_have_value("I begin to answer")
    db.session.rollback()
    assert db.session.scalars(select(Draft.member_id)).all() == [None]


@pytest.fixture
def addresses(cast: Cast, make_story: Make) -> Callable[[], dict[str, tuple[str, str]]]:
    """Every page of being read with something on it, and whose session sees it."""
    key = make_story()
    _long(key)
    decide(cast.mona, key, "ask_for_changes")
    say(cast.mona, key)
    answer(cast.alice, key)
    suggest(cast.mona, key, LONG.replace("plum", "fig") + "\n\nCall +44 20 7946 0958.")
    changed = make_story()
    decide(cast.mona, changed, "approve")
    edit(cast.alice, changed, "It was quince jam.")
    return lambda: {
        "her page": (f"/en/contributions/{key}/review", cast.alice.token),
        "her page of a change": (f"/en/contributions/{changed}/review", cast.alice.token),
        "a case talked about": (f"/en/moderation/cases/{case_of(key).id}?from=1&to=2", cast.mona.token),
        "a case of a change": (f"/en/moderation/cases/{case_of(changed).id}", cast.mona.token),
        "suggesting": (f"/en/moderation/cases/{case_of(key).id}/suggestions/new", cast.mona.token),
        "her stories": ("/en/me/stories", cast.alice.token),
    }


def test_every_page_passes_the_checkers(
    tabs: pages.Tabs, addresses: Callable[[], dict[str, tuple[str, str]]], html_checker: NuChecker
) -> None:
    for name, (path, token) in addresses().items():
        for width, theme in ((320, "dark"), (1440, "light")):
            page = tabs.open(path, token=token, width=width, theme=theme)  # type: ignore[arg-type]
            assert pages.axe_violations(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        answered = page.request.get(path)
        assert html_checker.errors(answered.body()) == [], name
