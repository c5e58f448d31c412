"""The desk on a phone of 320 by 640, without scripts: what comes first, and in how few taps one is done."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from forum.moderation import replies
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, do, report, thing
from tests.moderation.test_replies import reply
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


def test_a_canned_reply_is_found_in_a_few_taps(cast: Cast, tabs: Tabs, make_post: Make) -> None:
    do(replies.load_defaults)
    page = phone(tabs, cast, "/en/moderation/replies")
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * HEIGHT
    page.locator("summary", has_text="Hidden 7").click()
    page.get_by_role("link", name="Private details", exact=True).click()
    expect(page).to_have_url(re.compile(f"/{reply('hide_details').id}$"))
    page.go_back()
    page.get_by_label("A word of its name").fill("private details")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="replies say “private details”")).to_be_visible()
    key = make_post()
    report(cast.bob, key)
    page.goto(f"{tabs.site}/en/moderation/cases/{case_of(key).id}#replies")
    page.get_by_text("Begin the letter with a canned reply").click()
    page.locator("#replies summary", has_text="Hide it").click()
    page.get_by_role("button", name="Private details", exact=True).click()
    expect(page.get_by_label("In your words, to the author")).to_have_value(re.compile("^It shows details"))
    expect(page.locator("input[name=decision][value=hide]")).to_be_checked()


def test_what_was_found_goes_in_three_taps(cast: Cast, tabs: Tabs, make_post: Make) -> None:
    key = make_post(source="Ring +39 333 456 7890 before noon.")
    report(cast.bob, key)
    page = phone(tabs, cast, f"/en/moderation/cases/{case_of(key).id}#case")
    page.get_by_role("link", name="Take personal data out, for good: 3.").click()
    expect(page.get_by_label("+39 333 456 7890")).to_be_checked()
    expect(page.get_by_label("+39 333 456 7890")).to_be_in_viewport()
    page.get_by_role("button", name="Decide and send").click()
    expect(page.get_by_text("Decided: personal data taken out.")).to_be_visible()
    assert thing(key).source == "Ring (private details taken out) before noon."
    # What is spam is gone through at the end of its list, and the buttons of the queue lead to its heading.
    for n in range(2):
        make_post(cast.alice, source=f"Warm gloves, number {n}.", review_first=True)
    page.goto(f"{tabs.site}/en/moderation?show=review")
    for box in page.get_by_label("Spam").all():
        box.check()
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("heading", name="Taken as spam")).to_be_in_viewport()
    page.get_by_role("link", name="To the end of the list").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What each author reads")).to_be_in_viewport()
