"""Words of an appeal, a verdict, a change: in the browser until they are sent, whatever becomes of the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.appeals.conftest import appealed, hidden, private_address
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, edit, report
from tests.services.browser import Tabs

pytestmark = pytest.mark.sqlite
LONG = "The number was the hospital's own.\n\nIt stands on its door."


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[localStorage, sessionStorage].flatMap((one) => Object.keys(one)).filter((key) => key.startsWith('kept:'))"
    )
    return found


def choose_edit(page: Page) -> None:
    page.locator("#decision-more > summary").click()
    page.locator("input[name=decision][value=edit]").check()


def test_an_appeal_and_its_verdict_come_back_until_they_are_sent(cast: Cast, make_post: Make, tabs: Tabs) -> None:
    _key, letter_id = hidden(cast, make_post)
    page = tabs.open(f"/en/me/letters/{letter_id}/appeal", token=cast.alice.token)
    page.fill("textarea[name=words]", LONG)
    page.goto(page.url.replace(f"/me/letters/{letter_id}/appeal", "/guidelines"))
    page.go_back()
    page.reload()
    expect(page.locator("textarea[name=words]")).to_have_value(LONG)
    assert len(kept(page)) == 1
    page.get_by_role("button", name="Ask for another look").click()
    page.get_by_text("We have it.").wait_for()
    assert kept(page) == []

    _other, second = hidden(cast, make_post)
    appeal_id = appealed(cast.alice, second)
    page = tabs.open(f"/en/moderation/appeals/{appeal_id}", token=cast.ada.token)
    page.fill("textarea[name=answer]", LONG)
    page.reload()
    expect(page.locator("textarea[name=answer]")).to_have_value(LONG)
    page.get_by_role("button", name="Decide and send").click()  # nothing was chosen
    page.get_by_role("alert").wait_for()
    expect(page.locator("textarea[name=answer]")).to_have_value(LONG)
    page.get_by_text("It stays as it was decided").first.click()
    page.get_by_role("button", name="Decide and send").click()
    page.get_by_text("Decided:").wait_for()
    assert kept(page) == []


def test_of_a_visitor_only_while_the_tab_is_open(cast: Cast, make_post: Make, tabs: Tabs) -> None:
    _key, letter_id = hidden(cast, make_post)
    page = tabs.open(private_address(letter_id))
    page.fill("textarea[name=words]", LONG)
    page.reload()
    expect(page.locator("textarea[name=words]")).to_have_value(LONG)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kept:'))") == []


def test_a_moderators_change_comes_back_unless_the_words_are_others_by_now(
    cast: Cast, make_post: Make, tabs: Tabs
) -> None:
    key = make_post(source="Seven buttons and a zip.")
    report(cast.bob, key)
    page = tabs.open(f"/en/moderation/cases/{case_of(key).id}", token=cast.mona.token)
    choose_edit(page)
    page.fill("[name=edit-source]", "Seven buttons.")
    page.fill("[name=edit-note]", "The zip is taken out.")
    page.reload()
    choose_edit(page)
    expect(page.locator("[name=edit-source]")).to_have_value("Seven buttons.")
    assert edit(cast.alice, key, "Eight."), "its author changes it meanwhile"
    page.reload()
    choose_edit(page)
    expect(page.locator("[name=edit-source]")).to_have_value("Eight.")
    expect(page.locator("[name=edit-note]")).to_have_value("The zip is taken out.")


def test_without_script_words_survive_a_mistake_and_a_session_that_ended(cast: Cast, make_post: Make) -> None:
    _key, letter_id = hidden(cast, make_post)
    appeal_id = appealed(cast.alice, letter_id)
    address, words = f"/en/moderation/appeals/{appeal_id}/verdicts", "The number is public."
    answer = cast.ada.browser.post(address, data={"answer": words})
    assert answer.status_code == 422
    assert words in answer.text
    _other, second = hidden(cast, make_post)
    for where, name in ((address, "answer"), (f"/en/me/letters/{second}/appeal", "words")):
        parked = cast.visitor.browser.post(where, data={name: words})
        assert parked.status_code == 303
        token = parked.location.rpartition("kept=")[2]
        assert words in cast.ada.browser.get(f"/en/me/kept/{token}").text
