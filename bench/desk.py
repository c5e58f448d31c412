"""`python -m bench.desk`: a hundred mixed cases worked in a real browser by keyboard alone, and what each takes.

With scripts, without, and by two moderators at once on one queue. Counted are keys pressed (letters of a letter that
somebody types apart), pages loaded, and the seconds from the first key of a case until the next one is there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.async_api import Browser, Page, Request, async_playwright
from sqlalchemy import select

from bench import desk_cases, site
from bench.desk_cases import Desk, Plan
from forum import create_app
from forum.accounts import actions as accounts
from forum.accounts.login import session_cookie
from forum.core.db import db
from forum.core.settings import Settings
from forum.core.unit_of_work import write
from forum.moderation.models import Case

MODES = ("keys", "without scripts", "two at once")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
UNREADABLE = 450  # ms: a page takes no key before anybody can have read it
KEYS = {"decline": "n", "hide": "h", "ask_for_changes": "q", "redact": "r", "false_alarm": "f", "no_action": "l"}


@dataclass(frozen=True, slots=True)
class Took:
    """What one case took."""

    sort: str
    keys: int
    loads: int
    seconds: float


@dataclass
class Hands:
    """A moderator at a page, who has nothing but a keyboard; what she has done since the last case."""

    page: Page
    keys: int = 0
    loads: int = 0
    since: float = 0.0
    refused: int = 0
    opened: list[int] = field(default_factory=list)

    def listen(self) -> None:
        """Count the pages that load from now on; a redirect belongs to the page that it leads to."""
        self.page.on("request", self._count)

    def _count(self, request: Request) -> None:
        if request.is_navigation_request() and request.redirected_from is None:
            self.loads += 1

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.since = self.since or time.perf_counter()
            self.keys += 1
            await self.page.keyboard.press(key)

    async def lead(self, *keys: str) -> None:
        """Press keys, of which the last leads to another page; wait for that."""
        await self.press(*keys[:-1])
        async with self.page.expect_navigation(wait_until="load"):
            await self.press(keys[-1])

    async def tab_to(self, selector: str, most: int = 120) -> None:
        """Press Tab until the focus is there."""
        for _ in range(most):
            if await self.page.evaluate("one => document.activeElement?.matches(one) ?? false", selector):
                return
            await self.press("Tab")
        raise RuntimeError(f"{self.page.url}: Tab never comes to {selector}")

    def done(self, sort: str) -> Took:
        """What it took since the last time."""
        took = Took(sort, self.keys, self.loads, time.perf_counter() - self.since)
        self.keys = self.loads = 0
        self.since = 0.0
        return took

    async def case(self) -> int | None:
        """The case whose page is open, read; None on the queue."""
        await self.page.wait_for_timeout(UNREADABLE)
        part = self.page.url.partition("/cases/")[2].partition("?")[0].partition("#")[0]
        if part.isdigit():
            self.opened.append(int(part))
            return int(part)
        return None


class WithKeys:
    """The desk's own keys."""

    has_scripts = True

    async def begin(self, hands: Hands) -> None:
        """From the queue to the first case."""
        await hands.lead("n")

    async def decide(self, hands: Hands, plan: Plan) -> None:
        """One case, until the page after it."""
        quick = await hands.page.locator(f"button[name=quick][value={plan.decision}]").count()
        if quick:
            await hands.lead("a" if plan.decision == "approve" else "l")
            return
        await hands.press(KEYS[plan.decision])
        chosen = await hands.page.locator("#guideline option:checked").inner_text()
        if plan.rule is not None and not chosen.startswith(f"{plan.rule}. "):
            await hands.press(str(plan.rule % 10))
        if plan.words:
            await hands.press("w")
            await hands.page.keyboard.insert_text(f"{plan.words}\n\n")
            await hands.lead("Control+Enter")
        else:
            await hands.lead("d")

    async def spam(self, hands: Hands) -> None:
        """From one case: what is like it and waits, and all of it away."""
        await hands.lead("s")
        await hands.page.wait_for_timeout(UNREADABLE)
        await hands.lead("d")


class WithoutScripts:
    """Tab, Enter, Space and the arrows: what a browser does by itself."""

    has_scripts = False

    async def begin(self, hands: Hands) -> None:
        """From the queue to the first case."""
        await hands.tab_to('form[action$="/turns"] button')
        await hands.lead("Enter")

    async def decide(self, hands: Hands, plan: Plan) -> None:
        """One case, until the page after it."""
        page = hands.page
        await hands.tab_to(".case-jump a")
        await hands.press("Enter")
        if await page.locator(f"button[name=quick][value={plan.decision}]").count():
            await hands.tab_to(f"button[name=quick][value={plan.decision}]")
            await hands.lead("Enter")
            return
        suggested = page.locator(f'[data-suggests][href*="decision={plan.decision}&"]')
        names = await suggested.all_inner_texts()
        if plan.rule is not None and any(f": {plan.rule}. " in name for name in names):
            at = next(at for at, name in enumerate(names) if f": {plan.rule}. " in name)
            await hands.tab_to(f'[href="{await suggested.nth(at).get_attribute("href")}"]')
            await hands.lead("Enter")
        else:
            await self._choose(hands, plan)
        await self._write(hands, plan)

    async def _choose(self, hands: Hands, plan: Plan) -> None:
        page, box = hands.page, f"input[name=decision][value={plan.decision}]"
        await hands.tab_to("input[name=decision]")
        await hands.press("Space")
        while not await page.locator(box).is_checked():
            await hands.press("ArrowDown")
        if plan.rule is not None:
            await hands.tab_to("#guideline")
            await hands.press(*(str(plan.rule)))
            await hands.tab_to('button[formaction*="/letter"]')
            await hands.lead("Enter")

    async def _write(self, hands: Hands, plan: Plan) -> None:
        if plan.words:
            await hands.tab_to("#letter")
            await hands.page.keyboard.insert_text(f"{plan.words}\n\n")
        await hands.tab_to("#decide .form-send .button--main")
        await hands.lead("Enter")

    async def spam(self, hands: Hands) -> None:
        """From one case: what is like it and waits, and all of it away."""
        await hands.tab_to('form[action*="/spam"] button')
        await hands.lead("Enter")
        if await hands.page.locator(".case-jump a").count():
            await hands.tab_to(".case-jump a")
            await hands.press("Enter")
        await hands.tab_to(".form-send .button--main", 200)
        await hands.lead("Enter")


async def work(hands: Hands, way: WithKeys | WithoutScripts, plans: dict[int, Plan]) -> list[Took]:
    """Work until nothing is free, one case after another; of a run of spam the first takes the others along."""
    took: list[Took] = []
    await hands.page.goto("/en/moderation#queue")
    await hands.page.wait_for_timeout(UNREADABLE)
    hands.done("")
    await way.begin(hands)
    took.append(hands.done("from the queue to the first case"))
    seen: set[int] = set()
    while (key := await hands.case()) is not None and key not in seen:
        seen.add(key)
        plan = plans[key]
        hands.done("")
        await (way.spam(hands) if plan.decision == "spam" else way.decide(hands, plan))
        hands.refused += await hands.page.locator(".notice--stop").count()
        took.append(hands.done(plan.sort))
    return took


async def beside(hands: Hands) -> list[Took]:
    """What waits beside the queue: appeals to be heard, and what a second person is asked for."""
    took = []
    for path, opened, sort in (
        ("/en/moderation/seconds#main", None, "a second person's answer"),
        ("/en/moderation/appeals#main", ".queue-title a", "appeal"),
    ):
        while True:
            await hands.page.goto(path)
            await hands.page.wait_for_timeout(UNREADABLE)
            hands.done("")
            if opened is None:
                if not await hands.page.locator("button[name=answer]").count():
                    break
                await hands.lead("a", "d")
            elif not await hands.page.locator(opened).count():
                break
            else:
                await hands.press("j")
                await hands.lead("Enter")
                await hands.page.wait_for_timeout(UNREADABLE)
                await hands.press("1", "w")
                await hands.page.keyboard.insert_text("We read it again. It is aimed at somebody.")
                await hands.lead("Control+Enter")
            took.append(hands.done(sort))
    return took


def make_site(directory: Path) -> tuple[Settings, Desk, dict[int, Plan], list[str]]:
    """A site with the desk on it: its settings, the plans by case, and the cookies of two moderators."""
    settings = site.settings_for(directory, "", site.free_port())
    site.prepare(settings)
    app = create_app(settings)
    with app.app_context():
        desk = desk_cases.make()
        with write():
            tokens = [accounts.start_session(key) for key in desk.moderators]
        rows = db.session.execute(select(Case.contribution_id, Case.id).where(Case.closed_at.is_(None))).all()
        plans = {case: desk.plans[about] for about, case in rows if about in desk.plans}
        db.session.remove()
        db.engine.dispose()
    return settings, desk, plans, tokens


async def sit_down(browser: Browser, settings: Settings, token: str, *, has_scripts: bool) -> Hands:
    """A browser of her own for a moderator who is signed in."""
    context = await browser.new_context(
        base_url=settings.origin, viewport={"width": 1280, "height": 800}, java_script_enabled=has_scripts
    )
    context.set_default_timeout(15_000)
    await context.add_cookies([{"name": session_cookie(settings), "value": token, "url": settings.origin}])
    hands = Hands(await context.new_page())
    hands.listen()
    return hands


async def run(mode: str, directory: Path) -> str:
    """One way of working, on a site of its own; what it took, as a part of the report."""
    settings, desk, plans, tokens = make_site(directory)
    way: WithKeys | WithoutScripts = WithoutScripts() if mode == MODES[1] else WithKeys()
    people = tokens if mode == MODES[2] else tokens[:1]
    with site.served(settings):
        async with async_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            hands = [await sit_down(browser, settings, one, has_scripts=way.has_scripts) for one in people]
            begun = time.perf_counter()
            first = [await beside(hands[0])] if mode == MODES[0] else []
            done = first + list(await asyncio.gather(*(work(one, way, plans) for one in hands)))
            spent = time.perf_counter() - begun
            await browser.close()
    left = still_open(settings, plans)
    took = [one for part in done for one in part]
    heading = (
        f"## {mode}\n\n{len(plans) + desk.appeals} cases, {left} still open at the end, "
        f"{spent:.0f} s of pressing keys and waiting.\n"
    )
    return "\n".join([heading, table(took), *(together(*hands) if len(hands) > 1 else ()), ""])


def still_open(settings: Settings, plans: dict[int, Plan]) -> int:
    """How many of the cases are open still."""
    app = create_app(settings)
    with app.app_context():
        found = db.session.scalars(select(Case.id).where(Case.closed_at.is_(None), Case.id.in_(plans))).all()
        db.session.remove()
        db.engine.dispose()
    return len(found)


def table(took: Sequence[Took]) -> str:
    """What each sort of case took."""
    lines = [
        "| case | how many | keys, median | keys, p90 | pages | seconds, median | seconds, p90 |",
        "|---|---|---|---|---|---|---|",
    ]
    sorts = dict.fromkeys(one.sort for one in took)
    for sort in [*sorts, "all"]:
        of_it = [one for one in took if sort in (one.sort, "all")]
        keys, seconds = [one.keys for one in of_it], [one.seconds for one in of_it]
        loads = sum(one.loads for one in of_it) / len(of_it)
        lines.append(
            f"| {sort} | {len(of_it)} | {median(keys):g} | {high(keys):g} | {loads:.1f} "
            f"| {median(seconds):.2f} | {high(seconds):.2f} |"
        )
    return "\n".join([*lines, ""])


def together(one: Hands, other: Hands) -> list[str]:
    """Whether two worked on the same."""
    first, second = set(one.opened), set(other.opened)
    both, refused = len(first & second), one.refused + other.refused
    return [
        f"Opened by the one: {len(first)}, by the other: {len(second)}, by both: {both}.",
        f"Refused because somebody else had decided: {refused}.",
    ]


def high(values: Sequence[float]) -> float:
    """What nine in ten stay below."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def main() -> None:
    """Every way that was asked for, one after another."""
    parser = argparse.ArgumentParser(prog="bench.desk", description="Works a hundred cases by keyboard.")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for at, mode in enumerate(asked.modes):
            print(f"The desk, {mode}", file=sys.stderr, flush=True)
            print(asyncio.run(run(mode, Path(name) / str(at))), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
