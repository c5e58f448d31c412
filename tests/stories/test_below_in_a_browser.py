"""A chapter and a translation written in a real browser, with script and without, and looked at."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.services.browser import Tabs, axe_violations
from tests.stories.below import approve, begin_chapter, chapter, number_in, status_of, written_afterword
from tests.stories.conftest import MakeStory

pytestmark = pytest.mark.sqlite  # what a browser sees doesn't depend on the database


def test_alice_writes_a_later_chapter_and_no_word_is_lost(cast: Cast, make_story: MakeStory, tabs: Tabs) -> None:
    story_id = make_story()
    page = tabs.open(f"/en/stories/{story_id}", token=cast.alice.token, width=320)
    page.click("text=Add a later chapter")
    page.click("text=Begin")
    page.wait_for_url("**/edit")
    key = number_in(page.url)
    page.fill("#title", "Three years on")
    page.fill("#source", "The lid turns now.")
    page.wait_for_selector("[data-autosave-status]:has-text('Kept at')")
    assert chapter(key).source == "The lid turns now."
    assert axe_violations(page) == []
    # Left without pressing anything, the words are there again.
    page.goto(page.url.replace(f"/chapters/{key}/edit", f"/stories/{story_id}"))
    page.click("text=Three years on")
    page.click("text=Carry on writing")
    assert page.input_value("#source") == "The lid turns now."
    page.fill("#dated", "2024")
    page.click("text=See it as readers will")
    page.wait_for_url("**/check")
    assert page.is_visible("text=The lid turns now.")
    assert axe_violations(page) == []
    page.click("text=Send it to be read")
    page.wait_for_url(f"**/chapters/{key}")
    assert page.is_visible("text=Being read")
    assert status_of(key) == "pending"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_chapter_is_written_without_script(cast: Cast, make_story: MakeStory, tabs: Tabs) -> None:
    key = begin_chapter(cast.alice, make_story())
    page = tabs.open(f"/en/chapters/{key}/edit", token=cast.alice.token, width=320, scripts="blocked")
    page.fill("#source", "The lid turns now.")
    page.click("text=See it as readers will")
    page.wait_for_url("**/check")
    page.click("text=Send it to be read")
    page.wait_for_url(f"**/chapters/{key}")
    assert page.is_visible("text=Being read")
    assert status_of(key) == "pending"


def test_a_story_in_memory_is_undyed_and_accessible(cast: Cast, make_story: MakeStory, tabs: Tabs) -> None:
    story_id = make_story(attribution="pseudonym", byline="Rosa M.")
    approve(cast, written_afterword(cast.bob, story_id, is_memorial="y", died="2019"))
    for theme in ("light", "dark"):
        page = tabs.open(f"/en/stories/{story_id}", width=320, theme=theme)  # type: ignore[arg-type]
        assert page.is_visible("text=Rosa M. died in 2019.")
        assert axe_violations(page) == []


def test_bob_translates_beside_the_original(cast: Cast, make_story: MakeStory, tabs: Tabs) -> None:
    story_id = make_story()
    page = tabs.open(f"/en/stories/{story_id}/translations/new", token=cast.bob.token, width=1280)
    page.click("text=Translate it into Italiano")
    page.wait_for_url("**/edit")
    assert page.is_visible(".translating-beside >> text=It was plum jam")
    assert axe_violations(page) == []
    page.fill("#title", "Il coperchio")
    page.fill("#source", "Era marmellata di prugne.")
    page.click("text=See it as readers will")
    page.wait_for_url("**/check")
    page.check("input[name=consent]")
    page.click("text=Send it to be read")
    page.wait_for_selector("text=Being read")
    narrow = tabs.open(f"/en/stories/{story_id}", token=cast.bob.token, width=320)
    assert axe_violations(narrow) == []
