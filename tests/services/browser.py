"""A real browser for the tests: the machine's Chromium, driven by Playwright, and what it must not meet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Scripts = Literal["on", "blocked", "off"]
PATIENCE = 30_000  # milliseconds; a machine may be busy with other tests
expect.set_options(timeout=PATIENCE)
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"


@contextmanager
def running() -> Iterator[Browser]:
    """Chromium, until the block ends."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Tabs:
    """Opens pages for one test and notes what no page may do: fail in a script, break the policy, leave the site."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser = browser
        self.site = site
        self.problems: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        path: str | None = None,
        *,
        width: int = 1280,
        height: int = 900,
        theme: Literal["light", "dark"] = "light",
        scripts: Scripts = "on",
        token: str = "",
        **options: Any,
    ) -> Page:
        """A page with its own cookies, at `path` of the site when one is given.

        token: the session of a member who is signed in, as in `cast.alice.token`.
        scripts: `blocked` keeps the site's script files away but lets axe-core run; `off` is a browser without any.
        """
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=scripts != "off",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("request", self._request)
        if token:
            context.add_cookies([{"name": "session", "value": token, "url": self.site}])
        if scripts == "blocked":
            context.route("**/*.js", lambda route: route.abort())
        self._contexts.append(context)
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        # A 4xx answer is part of many tests; Chromium reports each as a failed resource.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(self.site):
            self.problems.append(f"left the site: {request.url}")


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on a page with all its rules: one line for each, with the first elements.

    The page must be able to run scripts: open it with `scripts="blocked"` to see it as without the site's own.
    """
    # Evaluated by the debugger, so the page's own policy does not stand in the way.
    page.evaluate(AXE.read_text("utf-8") + "\n;undefined")
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
        for violation in result["violations"]
    ]
