"""Writing in a real browser while the line, the server, the session or a second window gets in the way.

No word is lost in any of it.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from forum.accounts.models import Member, MemberSession
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.settings import Settings
from forum.core.tokens import digest
from forum.core.unit_of_work import write
from forum.stories.models import Story
from forum.topics import actions as topics
from tests.cast import Cast, session_row
from tests.services import browser, shared, site

SAVED = re.compile(r"Kept at")
_numbers = itertools.count()
UNKNOWING = "Written without knowing that the session had ended. " * 3 + "And a last line."


class Server:
    """The site in processes of its own, which can be killed and started again at the same address."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = shared.free_port()
        self.up()

    def up(self) -> None:
        name = f"killed-{shared.worker()}-{next(_numbers)}"
        self._site = site.start(name, self._settings, port=self._port, more={})
        self.url = self._site.url

    def kill(self) -> None:
        """At once, as when the power goes."""
        self._site.stop()


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    running = Server(app.extensions["settings"])
    yield running
    running.kill()


@pytest.fixture
def opened(server: Server, chromium: Chromium) -> Iterator[browser.Tabs]:
    """A browser on that server. What the line's end does to a request is part of these tests."""
    tabs = browser.Tabs(chromium, server.url)
    yield tabs
    tabs.close()
    assert [
        problem for problem in tabs.problems if "net::ERR" not in problem and "Failed to fetch" not in problem
    ] == []


@pytest.fixture
def story_id(cast: Cast) -> int:
    with write():
        topics.load_defaults()
    db.session.rollback()
    return int(cast.alice.browser.post("/en/stories").headers["Location"].split("/")[-2])


Write = Callable[..., Page]


@pytest.fixture
def writing(opened: browser.Tabs, cast: Cast, story_id: int) -> Write:
    """Opens the writing page of Alice's draft in a browser of its own."""

    def open_page(**options: object) -> Page:
        page = opened.open(f"/en/stories/{story_id}/edit", token=cast.alice.token, **options)  # type: ignore[arg-type]
        for fold in page.locator("summary", has_text="Who tells it").all():
            fold.click()
        return page

    return open_page


def is_kept(page: Page, *, seconds: int = 15) -> None:
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED, timeout=seconds * 1000)


def words_of(story_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Contribution.source).where(Contribution.id == story_id)).one()


def has_arrived(story_id: int, words: str) -> None:
    """The words are on the server. On leaving a page the browser may have carried them there, or the next page does:
    only in the second case does that page say so."""
    until = time.monotonic() + 15
    while words_of(story_id) != words and time.monotonic() < until:
        time.sleep(0.1)
    assert words_of(story_id) == words


def test_the_line_is_cut_while_she_types_and_comes_back(writing: Write, story_id: int) -> None:
    page = writing()
    page.fill("[name=source]", "Before the line was cut.")
    is_kept(page)
    page.context.set_offline(True)
    page.fill("[name=source]", "Before the line was cut. And after.")
    page.check("[name=relation][value=patient]")
    expect(page.locator("[data-autosave-status]")).to_contain_text("kept on this device", timeout=15_000)
    assert words_of(story_id) == "Before the line was cut."
    page.context.set_offline(False)
    is_kept(page)
    assert words_of(story_id) == "Before the line was cut. And after."
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kept:')).length") == 0


def test_what_was_typed_without_a_line_is_there_when_the_page_is_opened_again(writing: Write, story_id: int) -> None:
    page = writing()
    page.context.set_offline(True)
    page.fill("[name=source]", "Typed in a tunnel.")
    page.fill("[name=condition_words]", "CREST")
    page.check("[name=about_whom][value=myself]")
    expect(page.locator("[data-autosave-status]")).to_contain_text("kept on this device", timeout=15_000)
    address = page.url
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("[name=source]")).to_have_value("Typed in a tunnel.")
    expect(page.locator("[name=condition_words]")).to_have_value("CREST")
    expect(page.locator("[name=about_whom][value=myself]")).to_be_checked()
    has_arrived(story_id, "Typed in a tunnel.")


@pytest.mark.sqlite
@pytest.mark.postgresql
def test_the_server_is_killed_midway_and_started_again(writing: Write, server: Server, story_id: int) -> None:
    page = writing()
    page.fill("[name=source]", "One.")
    is_kept(page)
    server.kill()
    page.fill("[name=source]", "One. Two.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("kept on this device", timeout=15_000)
    page.fill("[name=source]", "One. Two. Three.")
    server.up()
    is_kept(page, seconds=70)  # the page asks less often the longer nobody answers, a minute at most
    assert words_of(story_id) == "One. Two. Three."


def test_the_button_is_pressed_while_the_server_is_down(writing: Write, server: Server, story_id: int) -> None:
    page = writing()
    address = page.url
    server.kill()
    page.fill("[name=source]", "Pressed at the wrong moment.")
    page.get_by_role("button", name="Keep it now").click()
    page.wait_for_url(lambda url: True)
    server.up()
    page.goto(address)
    expect(page.locator("[name=source]")).to_have_value("Pressed at the wrong moment.")
    is_kept(page)
    assert words_of(story_id) == "Pressed at the wrong moment."


def test_two_windows_never_overwrite_each_other_unseen(writing: Write, story_id: int) -> None:
    first, second = writing(), writing()
    first.fill("[name=source]", "From the kitchen.")
    is_kept(first)
    second.fill("[name=source]", "From the garden.")
    second.check("[name=relation][value=parent]")
    notice = second.locator("[data-autosave-conflict]")
    expect(notice).to_be_visible(timeout=15_000)
    expect(notice.locator("[data-version-here]")).to_contain_text("From the garden.")
    expect(notice.locator("[data-version-here]")).to_contain_text("My child has it")
    expect(notice.locator("[data-version-there]")).to_contain_text("From the kitchen.")
    assert words_of(story_id) == "From the kitchen."
    notice.get_by_role("button", name="Carry on with the other one").click()
    expect(second.locator("[name=source]")).to_have_value("From the kitchen.")
    second.fill("[name=source]", "From the kitchen. And the garden.")
    is_kept(second)
    assert words_of(story_id) == "From the kitchen. And the garden."


def test_a_change_of_the_facts_alone_is_not_overwritten_either(writing: Write, story_id: int) -> None:
    first, second = writing(), writing()
    first.check("[name=relation][value=patient]")
    is_kept(first)
    second.check("[name=relation][value=partner]")
    expect(second.locator("[data-autosave-conflict]")).to_be_visible(timeout=15_000)
    db.session.rollback()
    assert db.session.get_one(Story, story_id).relation == "patient"


def test_signing_out_keeps_the_words_and_empties_the_browser(writing: Write, story_id: int) -> None:
    page = writing()
    page.context.set_offline(True)
    page.fill("[name=source]", "Last words of the evening.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("kept on this device", timeout=15_000)
    assert page.evaluate("JSON.stringify(localStorage)").count("Last words")
    page.context.set_offline(False)
    page.fill("[name=source]", "Last words of the evening. Good night.")
    page.get_by_role("contentinfo").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    assert "Last words" not in page.evaluate("JSON.stringify(localStorage)")
    assert words_of(story_id) == "Last words of the evening. Good night."


def test_the_session_ends_while_she_writes(writing: Write, story_id: int, cast: Cast) -> None:
    page = writing()
    with write():
        db.session.execute(delete(MemberSession).where(MemberSession.token_hash == digest(cast.alice.token)))
    page.fill("[name=source]", UNKNOWING)
    expect(page.locator("[data-autosave-status]")).to_contain_text("You were signed out", timeout=15_000)
    assert words_of(story_id) == ""
    page.get_by_role("button", name="Keep it now").click()
    expect(page).to_have_url(re.compile("/en/sign-in"))
    parked = page.locator("input[name=kept]").first.get_attribute("value")
    with write():
        signed_in_again(cast)
    page.context.add_cookies([{"name": "session", "value": "alice-again", "url": page.url}])
    page.goto(f"/en/me/kept/{parked}")
    expect(page.locator("[name=source]")).to_have_value(UNKNOWING)
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/edit")
    assert words_of(story_id) == UNKNOWING


def signed_in_again(cast: Cast) -> None:
    """Alice signs in again."""
    db.session.add(session_row(db.session.get_one(Member, cast.alice.id), "alice-again"))


def test_back_after_sending_loses_nothing_and_says_that_it_is_being_read(writing: Write, story_id: int) -> None:
    page = writing()
    page.fill("[name=title]", "The jar lid")
    page.fill("[name=source]", "It was plum jam.")
    page.get_by_role("button", name="See it as readers will").click()
    page.wait_for_url("**/check")
    page.locator("[name=consent][value=site]").check()
    page.get_by_role("button", name="Send it to be read").click()
    page.wait_for_url("**/sent")
    page.go_back()
    page.go_back()
    if page.locator("[name=source]").count():
        page.fill("[name=source]", "It was plum jam. One more line.")
        expect(page.locator("[data-autosave-status]")).to_contain_text("being read", timeout=15_000)
        expect(page.locator("[name=source]")).to_have_value("It was plum jam. One more line.")
    else:
        expect(page.locator("main")).to_contain_text("being read")
    assert words_of(story_id) == "It was plum jam."


def test_on_a_shared_phone_nothing_is_kept_in_the_browser(writing: Write, story_id: int) -> None:
    page = writing()
    page.get_by_text("More", exact=True).last.click()
    page.get_by_role("button", name="I share this phone").click()
    expect(page.locator("html[data-shared-phone]")).to_have_count(1)
    page.context.set_offline(True)
    page.fill("[name=source]", "Nobody else shall read this.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("nothing is kept in the browser", timeout=15_000)
    assert "Nobody else" not in page.evaluate("JSON.stringify(localStorage)")
    page.context.set_offline(False)
    is_kept(page)
    assert words_of(story_id) == "Nobody else shall read this."


def test_a_topic_is_chosen_by_typing_any_name_of_it(writing: Write, story_id: int) -> None:
    page = writing(width=320)
    box = page.get_by_role("combobox", name="Type a word for it")
    box.fill("crest")
    expect(page.locator(".topics-list [role=option]").first).to_contain_text("CREST")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", re.compile(r"-0$"))
    box.press("Enter")
    expect(page.locator("#topics [data-chosen] .choice-name")).to_have_text(["CREST syndrome"])
    box.fill("purple fingertips")
    box.press("Enter")
    expect(page.locator("#topics [data-chosen] .choice-name")).to_have_text(["CREST syndrome", "purple fingertips"])
    expect(page.locator("#topics [data-topics-status]")).to_contain_text("it stays in your own words")
    page.get_by_role("checkbox", name="CREST syndrome").uncheck()
    is_kept(page)
    db.session.rollback()
    assert db.session.get_one(Story, story_id).other_words == "purple fingertips"


def test_the_check_leads_back_to_the_very_words(writing: Write) -> None:
    page = writing(width=320)
    page.fill("[name=title]", "The jar lid")
    page.fill("[name=source]", "One line.\n\n" * 40 + "Call 020 7946 0123, they said.")
    page.get_by_role("button", name="See it as readers will").click()
    page.get_by_role("link", name="Change it 020 7946 0123").click()
    field = "document.activeElement"
    page.wait_for_function(f"{field}.value?.slice({field}.selectionStart, {field}.selectionEnd) === '020 7946 0123'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_script_everything_can_be_said_at_320_pixels(opened: browser.Tabs, cast: Cast, story_id: int) -> None:
    page = opened.open(f"/en/stories/{story_id}/edit", token=cast.alice.token, width=320, scripts="off", theme="dark")
    page.fill("[name=title]", "The jar lid")
    page.fill("[name=source]", "It was plum jam.")
    page.fill("#topic_words", "Sindrome CREST, goose fat")
    page.get_by_role("button", name="Add Type a word for it").click()
    expect(page).to_have_url(re.compile("/edit#topics$"))
    expect(page.get_by_role("checkbox", name="CREST syndrome")).to_be_checked()
    expect(page.get_by_role("checkbox", name="goose fat")).to_be_checked()
    page.locator("summary", has_text="Who tells it").click()
    page.check("[name=about_whom][value=child]")
    page.fill("[name=of_age_year]", "2031")
    page.get_by_role("checkbox", name="goose fat").uncheck()
    page.get_by_role("button", name="See it as readers will").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("As readers will see it")
    db.session.rollback()
    story = db.session.get_one(Story, story_id)
    assert (story.about_whom, story.of_age_year, story.other_words) == ("child", 2031, "")


def test_by_keyboard_alone_a_story_is_written_and_looked_at(writing: Write, story_id: int) -> None:
    page = writing()
    page.locator("[name=title]").focus()
    page.keyboard.type("The jar lid")
    page.keyboard.press("Tab")
    page.keyboard.type("It was plum jam.")
    box = page.get_by_role("combobox", name="Type a word for it")
    for _ in range(12):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type("lungs and")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("")
    page.keyboard.type("crest")
    expect(page.locator(".topics-list [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(page.locator("#topics [data-chosen] .choice-name")).to_have_text(["CREST syndrome"])
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("#topics [data-chosen] .choice-name")).to_have_count(0)
    page.get_by_role("button", name="See it as readers will").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")


def test_a_very_long_story_is_kept_on_leaving_too(writing: Write, story_id: int) -> None:
    """A browser sends 64 KB on for a page that is gone; the rest waits in it."""
    page = writing()
    words = " ".join(["It was plum jam, my mother’s."] * 2500)  # no space at its end, which is not kept
    page.fill("[name=source]", words)
    address = page.url
    page.goto("/en/stories")
    page.goto(address)
    expect(page.locator("[name=source]")).to_have_value(words)
    has_arrived(story_id, words)
