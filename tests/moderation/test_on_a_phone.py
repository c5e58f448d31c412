"""The desk on a phone of 320 by 640, without scripts: what comes first, and in how few taps one is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, report
from tests.services.browser import Tabs

pytestmark = pytest.mark.sqlite  # what a browser shows doesn't hang on the database
HEIGHT = 640


def phone(tabs: Tabs, cast: Cast, path: str) -> Page:
    """A page of the desk as Mona holds it in her hand."""
    return tabs.open(path, token=cast.mona.token, width=320, height=HEIGHT, scripts="off")


def test_the_text_of_a_case_is_on_the_first_screen(cast: Cast, tabs: Tabs, make_post: Make) -> None:
    key = make_post(source="I was told on a Thursday.")
    report(cast.bob, key)
    page = phone(tabs, cast, "/en/moderation")
    page.get_by_role("link", name="Reported: Buttons").click()
    text = page.get_by_text("I was told on a Thursday.").first
    expect(text).to_be_in_viewport(ratio=1)
    # Again from its top, as a link in the log leads there: nothing can be pressed before the text.
    page.goto(page.url.partition("#")[0])
    below = text.bounding_box()
    assert below
    assert below["y"] + below["height"] < HEIGHT
    below_it = page.get_by_role("button", name="On to the next", exact=True).bounding_box()
    assert below_it
    assert below_it["y"] > below["y"]
    page.get_by_role("link", name="To the decision").last.click()
    expect(page.get_by_role("button", name="Leave it as it is, and on to the next")).to_be_in_viewport()
    assert f"/cases/{case_of(key).id}" in page.url
