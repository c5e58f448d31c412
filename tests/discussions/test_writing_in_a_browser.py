"""Writing in a browser: marks, names, preview, drafts, by the keyboard alone, and two people at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.contributions import mentions
from forum.contributions.models import Draft
from forum.core.db import db
from forum.core.unit_of_work import end_reading
from forum.discussions.rows import ThreadRow
from tests.cast import Cast
from tests.discussions.conftest import replied
from tests.services.browser import Tabs, axe_violations

pytestmark = pytest.mark.sqlite  # what a browser does with a page does not depend on the database
BOX = "#reply-source"


def test_marks_are_put_and_taken_away(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    page = tabs.open(f"/en/threads/{thread.id}", token=cast.bob.token, width=320)
    box, bar = page.locator(BOX), page.locator("form#answer [data-toolbar]")
    for button in bar.get_by_role("button").all():
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= 48
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    def press(words: str, start: int, end: int, button: str) -> str:
        box.fill(words)
        box.evaluate("(box, [start, end]) => box.setSelectionRange(start, end)", [start, end])
        bar.get_by_role("button", name=button).click()
        return box.input_value()

    assert press("a word here", 2, 7, "Bold") == "a **word** here"  # the space of a double click stays outside
    page.keyboard.type("deed")  # what was selected still is
    assert box.input_value() == "a **deed** here"
    assert press("a word", 2, 6, "Italic") == "a *word*"
    assert press("one\ntwo", 0, 7, "List") == "- one\n- two"
    page.wait_for_timeout(750)  # a second tap on the same button within 700 ms is ignored
    assert press("a **word** here", 4, 8, "Bold") == "a word here"
    assert press("- one\n- two", 0, 11, "List") == "one\ntwo"
    assert press("said", 1, 1, "Quote") == "> said"
    assert press("a page", 2, 6, "Link") == "a [page](https://)"
    page.keyboard.type("https://example.org")
    assert box.input_value() == "a [page](https://example.org)"
    box.fill("strong")
    box.press("Control+a")
    box.press("Control+b")
    assert box.input_value() == "**strong**"
    box.press("Control+z")
    assert box.input_value() == "strong"
    assert axe_violations(page) == []


def test_by_the_keyboard_alone(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    replied(cast.mona.viewer, thread, "I am here")
    page = tabs.open(f"/en/threads/{thread.id}", token=cast.bob.token)
    page.locator(BOX).focus()
    page.keyboard.type("Thank you, @m")
    names = page.get_by_role("option")
    names.first.wait_for()
    assert names.all_inner_texts() == ["Mona (in this discussion)"]
    assert page.locator(BOX).get_attribute("aria-activedescendant") == names.first.get_attribute("id")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    assert page.get_by_role("listbox").count() == 0
    page.keyboard.type("o")
    names.first.wait_for()
    page.keyboard.press("Enter")
    form = mentions.form("Mona", cast.mona.id)
    assert page.locator(BOX).input_value() == f"Thank you, {form} "
    page.keyboard.type("for this.")
    send = page.locator("form#answer").get_by_role("button", name="Answer", exact=True)
    preview = page.locator("form#answer").get_by_role("button", name="Preview")
    for _ in range(30):
        page.keyboard.press("Tab")
        if preview.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    shown = page.locator(".preview")
    shown.wait_for()
    assert "Thank you, @Mona for this." in shown.inner_text()
    assert page.url.endswith(f"/threads/{thread.id}")
    assert axe_violations(page) == []
    page.keyboard.press("Shift+Tab")
    assert send.evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/threads/*?at=*")
    sent = page.locator(".post:target")
    assert sent.get_by_role("link", name="@Mona").get_attribute("href") == f"/members/{cast.mona.id}"


def test_without_script_the_preview_is_a_page_and_details_are_asked(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    page = tabs.open(f"/en/threads/{thread.id}", token=cast.bob.token, scripts="off", width=320)
    assert not page.is_visible("[data-toolbar]")
    page.fill(BOX, "*Words* to rosa@example.org")
    page.get_by_role("button", name="Preview").click()
    assert page.locator(".preview em").inner_text() == "Words"
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Did you mean to share this?")
    assert page.input_value(BOX) == "*Words* to rosa@example.org"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Answer", exact=True).click()
    assert page.locator(".post:target").inner_text().count("rosa@example.org") == 1


def test_two_people_write_and_two_windows_keep(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    address = f"/en/threads/{thread.id}"
    bob, mona = (tabs.open(address, token=cast[who].token) for who in ("bob", "mona"))
    bob.fill(BOX, "Bob is writing")
    mona.fill(BOX, "Mona is writing")
    mona.locator("form#answer").get_by_role("button", name="Answer", exact=True).click()
    mona.wait_for_url("**/threads/*?at=*")
    assert bob.input_value(BOX) == "Bob is writing"  # nothing moved what he types
    bob.locator("form#answer [data-autosave-status]", has_text="Kept at").wait_for()
    other = tabs.open(address, token=cast.bob.token)  # the same words in another window
    assert other.input_value(BOX) == "Bob is writing"
    other.fill(BOX, "Bob goes on there")
    other.locator("form#answer [data-autosave-status]", has_text="Kept at").wait_for()
    bob.fill(BOX, "Bob goes on here")
    bob.locator("form#answer [data-autosave-conflict]").wait_for()
    assert "Bob goes on there" in bob.inner_text("form#answer [data-version-there]")
    end_reading()
    assert db.session.scalars(select(Draft.source)).one() == "Bob goes on there"  # not written over unseen
    bob.locator("form#answer [data-keep=here]").click()
    bob.locator("form#answer").get_by_role("button", name="Answer", exact=True).click()
    bob.wait_for_url("**/threads/*?at=*")
    said = bob.locator(".post-words").all_inner_texts()
    assert [words for words in said if "ona is" in words or "Bob goes" in words] == [
        "Mona is writing",
        "Bob goes on here",
    ]
    assert bob.input_value(BOX) == ""
