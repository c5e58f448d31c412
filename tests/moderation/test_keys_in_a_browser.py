"""The desk by keyboard alone, in a real browser: one key for what is good, few for a removal, none by mistake."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.core.db import db
from forum.moderation import seconds
from forum.moderation.member_models import SecondPerson
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, report, thing
from tests.services import browser as pages

pytestmark = pytest.mark.sqlite  # what a browser shows doesn't hang on the database


def can_be_read(page: Page) -> None:
    """Wait until the page takes keys: none in its first moment, when nobody can have read it."""
    page.evaluate("new Promise((done) => setTimeout(done, Math.max(0, 450 - performance.now())))")


def lead(page: Page, *keys: str) -> None:
    """Press keys, of which the last leads to another page, and wait until that can be read."""
    can_be_read(page)
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    can_be_read(page)


def test_one_key_for_a_good_post_and_one_that_takes_it_back(cast: Cast, tabs: pages.Tabs, make_post: Make) -> None:
    first, second, third = (make_post(cast.alice, review_first=True) for _ in range(3))
    page = tabs.open("/en/moderation", token=cast.mona.token)
    lead(page, "n")
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(first).id}:")
    page.keyboard.down("a")  # held down it is pressed once, and a second page doesn't take it
    page.wait_for_url("**before=**")
    for _ in range(5):
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(second).id}:")
    expect(page.get_by_role("status").filter(has_text="Decided: published.")).to_be_visible()
    assert [thing(key).status for key in (first, second, third)] == ["published", "pending", "pending"]
    lead(page, "z")
    expect(page.get_by_text("Taken back. It is as it was before.")).to_be_visible()
    assert thing(first).status == "pending"
    lead(page, "a")
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(third).id}:")
    lead(page, "j")
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(second).id}:")
    lead(page, "a")
    lead(page, "a")
    expect(page.get_by_text("Nothing is waiting. Good night.")).to_be_visible()
    assert {thing(key).status for key in (first, second, third)} == {"published"}


def test_a_removal_in_few_keys_with_its_reason(cast: Cast, tabs: pages.Tabs, make_post: Make) -> None:
    key, other = make_post(), make_post()
    report(cast.bob, key, "private_details")
    report(cast.bob, other)
    page = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.mona.token)
    can_be_read(page)
    letter = page.locator("textarea[name=letter]")
    page.keyboard.press("h")
    expect(page.get_by_label("Hide it")).to_be_focused()
    expect(page.locator("#guideline option:checked")).to_contain_text("3. ")
    expect(page.locator(".letter")).to_contain_text("This rests on guideline 3.")
    brought = letter.input_value()
    assert brought
    page.keyboard.press("1")
    expect(page.locator("#guideline option:checked")).to_contain_text("1. ")
    assert letter.input_value() not in ("", brought)
    page.keyboard.press("w")
    page.keyboard.type(" Not like this.")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    assert letter.input_value().endswith("again. Not like this."), "her own words stay, and no key among them"
    page.keyboard.press("?")
    expect(page.locator("#keys summary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_have_attribute("open", "")
    page.keyboard.press("w")
    lead(page, "Control+Enter")
    assert thing(key).status == "hidden"
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(other).id}:")
    lead(page, "Escape")
    expect(page).to_have_url("/en/moderation#queue")


def test_who_comes_second_hears_it_and_loses_no_word(cast: Cast, tabs: pages.Tabs, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    page = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.ada.token)
    can_be_read(page)
    page.keyboard.press("h")
    page.keyboard.press("w")
    page.keyboard.type("I had begun to write. ")
    assert decide(cast.mona, key, "no_action")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-looks]")).to_contain_text("left as it is, by Mona")
    lead(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Somebody decided this while you were reading")
    expect(page.get_by_text("I had begun to write. ").first).to_be_visible()
    assert thing(key).status == "published"


def test_without_keys_no_key_does_anything(cast: Cast, tabs: pages.Tabs, make_post: Make) -> None:
    key = make_post(cast.alice, review_first=True)
    page = tabs.open("/en/moderation", token=cast.mona.token)
    page.locator("#keys summary").click()
    page.get_by_role("button", name="Switch the keys off").click()
    page.goto(f"/en/moderation/cases/{case_of(key).id}")
    can_be_read(page)
    for pressed in ("a", "d", "s", "j", "1", "?", "Escape", "Control+Enter"):
        page.keyboard.press(pressed)
    expect(page.locator(".key")).to_have_count(0)
    expect(page.locator("h1")).to_contain_text("Case")
    assert thing(key).status == "pending"
    page.get_by_role("button", name="Publish it, and on to the next").click()
    expect(page.get_by_text("Decided: published.")).to_be_visible()


def test_a_second_person_answers_by_keys_and_none_sends_by_itself(
    cast: Cast, tabs: pages.Tabs, make_post: Make
) -> None:
    first, second, third = make_post(cast.alice), make_post(cast.alice), make_post(cast.alice)
    for key in (first, second, third):
        report(cast.bob, key)
        assert decide(cast.mona, key, "ban").reason == seconds.ASKED
    page = tabs.open("/en/moderation/seconds", token=cast.ada.token)
    can_be_read(page)
    page.keyboard.press("d")
    for key in "jj":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name=f"Case {case_of(second).id}", exact=True)).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("textarea").nth(1)).to_be_focused()
    page.keyboard.type("Not yet, I think.")
    lead(page, "Control+Enter")
    assert answers() == [None, "refused", None]
    page.keyboard.press("w")
    page.keyboard.type("a d")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert answers() == [None, "refused", None], "words alone choose nothing"
    lead(page, "a", "d")
    assert answers() == ["granted", "refused", None]
    expect(page.get_by_text("Agreed. It is done.")).to_be_visible()
    lead(page, "j", "Enter")
    expect(page.locator("h1")).to_contain_text(f"Case {case_of(third).id}:")


def answers() -> list[str | None]:
    """What second persons answered, in the order in which they were asked."""
    db.session.rollback()
    return list(db.session.scalars(select(SecondPerson.answer).order_by(SecondPerson.id)))
