"""The desk in a real browser: keyboard, the letter while it is written, the checkers of pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, edit, report, rule, thing
from tests.services import browser as pages
from tests.services.nu import NuChecker

pytestmark = pytest.mark.sqlite  # what a browser shows doesn't hang on the database


@pytest.fixture
def tabs(app: Flask, cast: Cast, chromium: Browser) -> Iterator[pages.Tabs]:
    """A browser on the running site; at the end nothing may have gone wrong in it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opened = pages.Tabs(chromium, f"http://127.0.0.1:{server.port}")
    yield opened
    opened.close()
    server.shutdown()
    assert opened.problems == []


@pytest.fixture
def addresses(cast: Cast, make_post: Make, make_story: Make) -> dict[str, tuple[str, str]]:
    """Every page of the room with something on it, and whose session sees it."""
    post, story = make_post(), make_story()
    token = report(cast.bob, post, "worried")
    assert decide(cast.mona, story, "approve", letter="Thank you.")
    edit(cast.alice, story, "It was quince jam.")
    make_post(cast.nia, content_notes=("self_harm",))
    desk = cast.mona.token
    return {
        "queue": ("/en/moderation", desk),
        "case of a report": (f"/en/moderation/cases/{case_of(post).id}?decision=hide&guideline={rule(3)}", desk),
        "case of a change": (f"/en/moderation/cases/{case_of(story).id}", desk),
        "log": ("/en/moderation/log", desk),
        "report": (f"/en/report?contribution={post}", ""),
        "receipt": (f"/en/report/{token}", ""),
        "guidelines": ("/en/guidelines", ""),
        "letters": ("/en/me/letters", cast.alice.token),
    }


def test_every_page_passes_the_checkers(
    tabs: pages.Tabs, addresses: dict[str, tuple[str, str]], html_checker: NuChecker
) -> None:
    for name, (path, token) in addresses.items():
        for width, theme in ((320, "dark"), (1440, "light")):
            page = tabs.open(path, token=token, width=width, theme=theme)  # type: ignore[arg-type]
            assert pages.axe_violations(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        answer = page.request.get(path)
        assert html_checker.errors(answer.body()) == [], name


def test_the_letter_is_read_while_it_is_written(cast: Cast, tabs: pages.Tabs, make_story: Make) -> None:
    key = make_story()
    page = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.mona.token)
    letter = page.locator(".letter")
    page.get_by_label("Don’t publish it yet").check()
    page.get_by_label("In your words, to the author").fill("Would you take the number out?")
    expect(letter).to_contain_text("We haven’t published this yet")
    expect(letter).to_contain_text("Would you take the number out?")
    expect(page.locator("[data-letter-rule-line]")).to_be_hidden()
    page.get_by_label("The guideline it rests on").select_option(str(rule(3)))
    expect(letter).to_contain_text("This rests on guideline 3. Keep private details private.")
    page.get_by_role("button", name="Decide and send").click()
    expect(page.get_by_text("Decided: not published.")).to_be_visible()
    assert thing(key).status == "declined"


def test_a_case_is_decided_without_scripts_by_keyboard_alone(cast: Cast, tabs: pages.Tabs, make_story: Make) -> None:
    key = make_story()
    page = tabs.open("/en/moderation", token=cast.mona.token, scripts="off")
    page.get_by_role("link", name="To be read first: The jar lid").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Don’t publish it yet").focus()
    page.keyboard.press("Space")
    page.get_by_label("The guideline it rests on").select_option(str(rule(1)))
    page.get_by_role("button", name="Put its words into the letter").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".letter")).to_contain_text("Some lines in your text are aimed at a person")
    expect(page.locator(".letter")).to_contain_text("1. Be kind")
    page.get_by_role("button", name="Decide and send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Decided: not published.")).to_be_visible()
    assert thing(key).status == "declined"
