"""A thread with everything in it, in a real browser, with script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from forum.discussions import actions
from forum.discussions.rows import BoardRow, ThreadRow
from tests.cast import Cast
from tests.discussions.conftest import do, replied, started
from tests.services.browser import Tabs, axe_violations
from tests.services.nu import NuChecker

pytestmark = pytest.mark.sqlite  # what a browser sees doesn't depend on the database


@pytest.fixture
def rich_thread(cast: Cast, make_board: Callable[..., BoardRow]) -> ThreadRow:
    """Nine levels deep, with a place where something stood, a held answer, notes, an edit, nobody's name."""
    alice, bob, nia = cast.alice.viewer, cast.bob.viewer, cast.nia.viewer
    thread = started(alice, make_board("hands", allows_anonymous=True), content_notes=["surgery"])
    last = None
    for number in range(9):
        last = replied(bob if number % 2 else alice, thread, f"Level {number}", last)
    folded = replied(bob, thread, "Folded words", content_notes=["self_harm", "loss"])
    replied(alice, thread, "Nobody's", folded, attribution="anonymous")
    gone = replied(bob, thread, "Gone words")
    replied(alice, thread, "Below", gone)
    do(actions.withdraw, actor=bob, post_id=gone)
    do(actions.edit, actor=bob, post_id=folded, source="Folded words, edited")
    replied(nia, thread, "Held")
    return thread


@pytest.mark.parametrize("who", ["visitor", "bob", "nia", "mona"])
def test_it_is_valid_and_accessible(
    cast: Cast, rich_thread: ThreadRow, tabs: Tabs, html_checker: NuChecker, who: str
) -> None:
    for query in ("", "?view=flat"):
        path = f"/en/threads/{rich_thread.id}{query}"
        assert html_checker.errors(cast[who].browser.get(path).data) == []
    page = tabs.open(path, token=cast[who].token, width=320)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("text=Read it")
    expect(page.get_by_text("Folded words, edited")).to_be_visible()


def test_answering_keeps_the_place(cast: Cast, rich_thread: ThreadRow, tabs: Tabs) -> None:
    page = tabs.open(f"/en/threads/{rich_thread.id}", token=cast.bob.token)
    page.locator(".post", has_text="Level 4").get_by_role("link", name="Answer Alice").click()
    box = page.locator("form.reply--here")
    box.locator("textarea").fill("Right here")
    assert page.url.endswith(f"/threads/{rich_thread.id}")
    assert axe_violations(page) == []
    box.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/threads/*?at=*")
    assert page.locator(".post:target").inner_text().count("Right here") == 1
    assert page.locator(".post:target .post-answering").inner_text() == "answering Alice"


def test_everything_works_without_script(cast: Cast, rich_thread: ThreadRow, tabs: Tabs) -> None:
    page = tabs.open(f"/en/threads/{rich_thread.id}", token=cast.bob.token, scripts="off", width=320)
    page.locator(".post", has_text="Level 4").get_by_role("link", name="Answer Alice").click()
    page.fill("textarea[name=source]", "Without a script")
    page.get_by_role("button", name="Answer").click()
    post = page.locator(".post", has_text="Without a script").last
    post.locator("summary").click()
    post.get_by_role("link", name="Edit").click()
    page.fill("textarea[name=source]", "Still without one")
    page.get_by_role("button", name="Save the change").click()
    post = page.locator(".post", has_text="Still without one").last
    post.locator("summary").click()
    post.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It’s gone from the site.").first).to_be_visible()
    assert "Still without one" not in page.content()
    page.locator(".post:target").get_by_role("button", name="Undo").click()
    expect(page.locator(".post", has_text="Still without one")).not_to_have_count(0)


def test_locking_by_hand(cast: Cast, rich_thread: ThreadRow, tabs: Tabs) -> None:
    page = tabs.open(f"/en/threads/{rich_thread.id}", token=cast.mona.token)
    page.get_by_role("button", name="Lock it", exact=True).click()
    expect(page.get_by_role("button", name="Unlock it")).to_be_visible()
    page = tabs.open(f"/en/threads/{rich_thread.id}", token=cast.bob.token)
    expect(page.get_by_text("This discussion is locked. You can read it, not answer.")).to_be_visible()
    assert page.get_by_role("link", name="Answer Alice").count() == 0
