"""What a reader's own device does with a story: reads it aloud, copies its address, changes its letters, prints it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.services.browser import Tabs
from tests.services.demo import DemoSite

STORY = "/en/stories/1"
SECOND_TAP = 750  # milliseconds after which a second tap on the same button counts
# A device's voices, as the browser tells of them; what is said is written down and ends when asked.
VOICES = """
window.said = [];
const voices = VOICES;
const speech = {
  getVoices: () => voices,
  addEventListener() {},
  cancel() { window.queue = []; },
  speak(one) { window.said.push([one.voice.name, one.text]); window.queue.push(one); },
};
window.queue = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.finish = () => { for (const one of window.queue.splice(0)) one.onend?.(); };
"""
OWN = '{name: "Own", lang: "en-GB", localService: true}'
FAR = '{name: "Far", lang: "en-US", localService: false}'
ITALIAN = '{name: "Alice", lang: "it_IT", localService: true}'


def with_voices(tabs: Tabs, *voices: str) -> Page:
    page = tabs.open()
    page.add_init_script(VOICES.replace("VOICES", f"[{', '.join(voices)}]", 1))
    page.goto(STORY)
    return page


def test_a_story_is_read_aloud_by_a_voice_of_the_device(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = with_voices(demo_tabs, FAR, ITALIAN, OWN)
    play, stop = page.locator("[data-aloud-play]"), page.locator("[data-aloud-stop]")
    assert play.inner_text() == "Read it aloud"
    assert stop.is_hidden()
    play.click()
    paragraphs = page.locator(".story-words p")
    first, second = (paragraphs.nth(number).inner_text() for number in (0, 1))
    said = page.evaluate("said")
    assert {name for name, _ in said} == {"Own"}
    assert "".join(text for _, text in said).split() == first.split()
    assert page.locator(".is-aloud").inner_text() == first
    assert (play.inner_text(), play.get_attribute("aria-pressed")) == ("Pause", "true")
    page.evaluate("finish()")
    assert page.locator(".is-aloud").inner_text() == second
    page.wait_for_timeout(SECOND_TAP)
    play.click()
    assert play.inner_text() == "Go on"
    page.evaluate("said.length = 0")
    page.wait_for_timeout(SECOND_TAP)
    play.click()
    assert page.evaluate("said")[0][1].strip() in second
    stop.click()
    assert page.locator(".is-aloud").count() == 0
    assert (play.inner_text(), stop.is_hidden()) == ("Read it aloud", True)


def test_no_story_is_sent_to_a_voice_elsewhere(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    assert with_voices(demo_tabs, FAR, ITALIAN).locator("[data-read-aloud]").is_hidden()
    assert with_voices(demo_tabs).locator("[data-read-aloud]").is_hidden()
    assert demo_tabs.open(STORY, scripts="off").locator("[data-read-aloud]").is_hidden()


def test_reading_ends_with_the_story(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = with_voices(demo_tabs, OWN)
    page.locator("[data-aloud-play]").click()
    for _ in range(page.locator("[data-aloud] p").count()):
        page.evaluate("finish()")
    assert page.locator("[data-aloud-play]").inner_text() == "Read it aloud"
    assert page.locator(".is-aloud").count() == 0


def test_the_short_address_is_copied(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = demo_tabs.open(permissions=["clipboard-read", "clipboard-write"])
    page.goto(STORY)
    page.get_by_role("button", name="Copy it").click()
    page.get_by_text("Copied.").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith("/s/1")
    page.goto("/s/1")
    assert page.url.endswith(STORY)


def test_letters_change_in_place_and_stay(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = demo_tabs.open(STORY)
    page.get_by_text("Size and typeface").click()
    page.get_by_label("Larger").check()
    assert page.evaluate("document.documentElement.dataset.size") == "larger"
    page.goto("/en/stories")
    assert page.evaluate("document.documentElement.dataset.size") == "larger"


def test_without_script_the_settings_page_is_a_link_away(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = demo_tabs.open(STORY, scripts="off")
    assert page.get_by_role("button", name="Print").is_hidden()
    page.get_by_text("Size and typeface").click()
    assert page.get_by_label("Larger").is_hidden()
    page.get_by_role("link", name="All reading settings").click()
    expect(page).to_have_url(re.compile("/en/reading$"))


def test_a_story_prints_with_its_chapters_and_nothing_to_press(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = demo_tabs.open("/en/stories?order=updated")
    page.locator(".entry-title a").first.click()
    page.wait_for_url("**/en/stories/*")
    page.emulate_media(media="print")
    expect(page.locator(".address")).to_be_visible()
    expect(page.locator(".words--story").first).to_be_visible()
    for away in (".story-tools", ".story-short", ".neighbours", ".header", ".more"):
        assert page.locator(away).first.is_hidden(), away
