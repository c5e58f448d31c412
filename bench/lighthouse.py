"""`python -m bench.lighthouse`: five pages as Lighthouse sees them on a middling phone, each as often as asked for."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

from sqlalchemy import update

from bench import site
from forum import create_app
from forum.core.db import db
from forum.core.public_state import set_has_examples
from forum.core.settings import ROOT, Settings
from forum.core.unit_of_work import write
from forum.guides.models import GuideText

PINNED = "lighthouse@12.8.2"  # the last that runs on Debian's own Node
NODE = 18
POSTS, RUNS, TRIES = 2_000, 3, 3
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class NotMeasuredError(Exception):
    """A program is missing or has failed; the words say which, and how it is had."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One that isn't full. `weight`: what it counts for in its category; with none it is advice."""

    category: str
    key: str
    title: str
    score: float
    weight: float
    said: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run saw of a page."""

    scores: dict[str, float]
    audits: list[Audit]


def measure(runs: int = RUNS, pages: Sequence[str] = ()) -> str:
    """The report's part; where a program is missing, the sentence that says so: the rest of the bench goes on."""
    try:
        program, chromium, load = lighthouse(), browser(), os.getloadavg()[0]
        return markdown(_seen(program, chromium, runs, pages), load)
    except NotMeasuredError as reason:
        return f"## Lighthouse\n\nNot measured: {reason}\n"


def _seen(program: str, chromium: str, runs: int, pages: Sequence[str]) -> dict[str, list[Seen]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        settings = site.settings_for(Path(name) / "data", "", site.free_port())
        site.make(settings, POSTS)
        unmark(settings)
        every = addresses(settings)
        seen: dict[str, list[Seen]] = {}
        with site.served(settings):
            for page in pages or every:
                print(f"  {page}, {every[page]}", file=sys.stderr, flush=True)
                seen[page] = [run(program, chromium, settings.origin + every[page]) for _ in range(runs)]
    return seen


def browser() -> str:
    """Chromium, as Debian has it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise NotMeasuredError("it needs Chromium (on Debian: apt-get install chromium).")
    return found


def lighthouse() -> str:
    """The pinned version, installed once for this person, beside no checkout."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = home / "common-thread" / PINNED.replace("@", "-")
    program = place / "node_modules" / ".bin" / "lighthouse"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or (npm is None and not program.exists()):
        raise NotMeasuredError(f"it needs Node {NODE} or later, and npm (on Debian: apt-get install nodejs npm).")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(said.removeprefix("v").partition(".")[0]) < NODE:
        raise NotMeasuredError(f"it needs Node {NODE} or later; here is {said}.")
    if npm and not program.exists():
        print(f"Installing {PINNED} in {place}", file=sys.stderr, flush=True)
        place.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--prefix", ".", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", PINNED],
            cwd=place, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotMeasuredError(f"npm could not install {PINNED}: {done.stderr.strip()[-500:]}")
    return str(program)


def unmark(settings: Settings) -> None:
    """Let the site be no example any more: search engines are told to leave those alone."""
    app = create_app(settings)
    with app.app_context():
        with write():
            set_has_examples(False)
            db.session.execute(update(GuideText).values(is_demo=False))
        db.session.remove()
        db.engine.dispose()


def addresses(settings: Settings) -> dict[str, str]:
    """The pages by their names: the story is the one on which most hangs, the thread one of twenty posts."""
    ground = site.look(settings)
    return {
        "home": "/en/",
        "story": f"/en/stories/{ground.full_story}",
        "thread": f"/en/threads/{ground.short_threads[0]}",
        "guide": "/en/topics/calcinosis",
        "help": "/en/help",
    }


def run(program: str, chromium: str, address: str) -> Seen:
    """Lighthouse as it is by default, a middling phone on a slow net, for one page in a new browser."""
    flags = f"--chrome-flags={' '.join(CHROMIUM)}"
    for _ in range(TRIES):  # a browser on a busy machine loses a trace now and then
        done = subprocess.run(
            [program, address, "--quiet", "--output=json", "--no-enable-error-reporting", flags],
            cwd=ROOT, env=os.environ | {"CHROME_PATH": chromium}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return read(json.loads(done.stdout))
    raise NotMeasuredError(f"it ended at {address}: {done.stderr[-2000:]}")


def read(result: dict[str, Any]) -> Seen:
    """The scores of a result, of a hundred each, and what isn't full."""
    scores: dict[str, float] = {}
    audits = []
    for name in CATEGORIES:
        category = result["categories"][name]
        scores[name] = 100 * (category["score"] or 0)
        for one in category["auditRefs"]:
            audit = result["audits"][one["id"]]
            if audit["score"] is not None and audit["score"] < 1:
                said = audit.get("displayValue") or "; ".join(_places(audit))
                audits.append(Audit(name, one["id"], audit["title"], audit["score"], one["weight"], said))
    return Seen(scores, audits)


def _places(audit: dict[str, Any]) -> list[str]:
    """The first elements that an audit speaks of."""
    items = audit.get("details", {}).get("items", [])
    nodes = [item["node"]["selector"] for item in items if isinstance(item, dict) and "node" in item]
    return nodes[:4]


def markdown(seen: dict[str, list[Seen]], load: float) -> str:
    """The table of the middle scores, and below it every audit that wasn't full, with its middle score."""
    runs = max(len(each) for each in seen.values())
    lines = [
        "## Lighthouse", "",
        f"Mobile, {PINNED.replace('@', ' ')}; the middle of {runs}; load {load:.1f} before it began.", "",
        f"| | {' | '.join(CATEGORIES.values())} |", f"|---|{'---:|' * len(CATEGORIES)}",
    ]  # fmt: skip
    for page, each in seen.items():
        scores = (f"{median_low(one.scores[name] for one in each):.0f}" for name in CATEGORIES)
        lines.append(f"| {page} | {' | '.join(scores)} |")
    lines += ["", *(line for page, each in seen.items() for line in counted(page, each)), *advice(seen), ""]
    return "\n".join(lines)


def counted(page: str, runs: Sequence[Seen]) -> list[str]:
    """A line for each audit that took something from a page's scores, by its middle score."""
    lines = []
    for one, middle in _not_full(runs):
        if one.weight:
            lines.append(f"- {page}, {CATEGORIES[one.category]}: {one.title}, {middle:.2f} ({one.said or one.key})")
    return lines


def advice(seen: dict[str, list[Seen]]) -> list[str]:
    """What isn't full and counts for nothing, with the pages it is said of."""
    pages: dict[str, list[str]] = {}
    for page, runs in seen.items():
        for one, _middle in _not_full(runs):
            if not one.weight:
                pages.setdefault(one.key, []).append(f"{page}{f' ({one.said})' if one.said else ''}")
    return [f"- advice: {key}: {', '.join(said)}" for key, said in pages.items()]


def _not_full(runs: Sequence[Seen]) -> list[tuple[Audit, float]]:
    found: dict[str, list[Audit]] = {}
    for audit in (audit for one in runs for audit in one.audits):
        found.setdefault(audit.key, []).append(audit)
    middles = {
        key: median_low([one.score for one in of_it] + [1.0] * (len(runs) - len(of_it))) for key, of_it in found.items()
    }
    return [(found[key][-1], middle) for key, middle in middles.items() if middle < 1]


def main() -> None:
    """What was asked for, alone."""
    parser = argparse.ArgumentParser(prog="bench.lighthouse", description="Five pages as Lighthouse sees them.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--pages", nargs="+", choices=["home", "story", "thread", "guide", "help"], default=())
    asked = parser.parse_args()
    print(measure(asked.runs, asked.pages), flush=True)


if __name__ == "__main__":
    main()
