"""The page with the address for stories: valid, accessible in both themes, whole at 320 px, with and without script."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests.cast import Cast
from tests.conftest import Serve
from tests.incoming.conftest import DOMAIN
from tests.services.browser import Tabs, axe_violations
from tests.services.nu import NuChecker


@pytest.mark.sqlite
def test_she_makes_her_address(
    app: Flask, cast: Cast, serve: Serve, chromium: Chromium, html_checker: NuChecker
) -> None:
    tabs = Tabs(chromium, serve(MAIL_IN_DOMAIN=DOMAIN).url)
    narrow = tabs.open("/en/me/mail", token=cast.alice.token, theme="dark", width=320, scripts="blocked")
    assert html_checker.errors(narrow.content()) == []
    narrow.get_by_role("button", name="Make my address").click()
    address = narrow.locator("#story-address").inner_text()
    assert address.endswith(f"@{DOMAIN}")
    assert axe_violations(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = tabs.open("/en/me/mail", token=cast.alice.token, width=1280)
    assert wide.locator("#story-address").inner_text() == address
    wide.get_by_role("button", name="Make a new address").click()
    wide.get_by_text("One you had before takes no mail any more").wait_for()
    assert wide.locator("#story-address").inner_text() != address
    assert axe_violations(wide) == []
    assert html_checker.errors(wide.content()) == []
    tabs.close()
    assert tabs.problems == []
