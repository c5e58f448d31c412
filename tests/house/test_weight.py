"""What a first visit weighs on the wire, and a second one; everything, from this site alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.cast import Browser
from tests.services.browser import Tabs
from tests.services.demo import DemoSite

KILOBYTE = 1000


@dataclass
class Traffic:
    """What a browser fetched: bytes on the wire by address, headers included."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda e: self.addresses.update({e["requestId"]: e["request"]["url"]}))
        session.on("Network.loadingFinished", lambda e: self.sizes.update({e["requestId"]: e["encodedDataLength"]}))

    @property
    def total(self) -> float:
        return sum(self.sizes.values())

    def of(self, ending: str) -> float:
        return sum(size for key, size in self.sizes.items() if re.search(ending, self.addresses.get(key, "")))


def thread_of(demo_site: DemoSite) -> str:
    """A thread of many posts."""
    browser = Browser(demo_site.app, demo_site.app.response_class, use_cookies=True)
    found = re.search(r'href="(/en/threads/\d+)', browser.get("/en/boards/newly-diagnosed").text)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["thread", "home", "story", "guide", "help"])
def test_a_first_visit_is_light_and_a_second_lighter(demo_site: DemoSite, demo_tabs: Tabs, kind: str) -> None:
    path = {
        "thread": thread_of(demo_site),
        "home": "/en/",
        "story": "/en/stories/1",
        "guide": "/en/topics/calcinosis",
        "help": "/en/help?country=IT",
    }[kind]
    page = demo_tabs.open(width=360)
    first = Traffic()
    first.watch(page)
    page.goto(path, wait_until="networkidle")
    # A story carries the face of its text as well.
    most = {"thread": 100, "story": 190, "home": 170, "guide": 170, "help": 170}[kind]
    assert first.total <= most * KILOBYTE, first.addresses.values()
    assert len(first.sizes) <= 12
    assert first.of(r"\.js$") <= 30 * KILOBYTE
    second = Traffic()
    second.watch(page)
    page.goto(path, wait_until="networkidle")
    assert second.total <= 20 * KILOBYTE


def test_a_visitor_is_given_no_cookie(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    page = demo_tabs.open("/en/")
    for path in ("/en/stories", "/en/help", "/en/discussions", "/en/search?q=hands"):
        page.goto(path)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
