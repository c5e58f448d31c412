"""Hostile texts, sent through the real forms and read in a real browser wherever they appear.

Nothing runs, nothing leaves the site, no box breaks, no page is wider than a telephone. Many texts share a page.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from forum.core.db import db
from forum.core.worker import work_all
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case
from tests.cast import Cast, Person
from tests.core.payloads import payloads
from tests.house.forms_of_the_site import BOARD, GUIDE, LINE, PUBLICATION, STORY
from tests.house.test_routes import World, make_world
from tests.services.browser import Tabs

pytestmark = pytest.mark.sqlite
NARROW = 320
LONG_WORD, RIGHT_TO_LEFT, TOWER = "a" * 10_000, "\u202eevil\u2067" + "שלום עולם " * 8, "Z" + "\u0316\u0301\u0489" * 40
UGLY = [
    LONG_WORD,
    RIGHT_TO_LEFT,
    TOWER,
    "https://long.example/" + "b" * 500,
    "_" * 300,
    "👩🏽‍🦽" * 60,
    "ﷺ﷽" * 30,
    "`" + "c" * 400 + "`",
]
# What only the site's own templates may put on a page, and what nobody may. The site itself writes what a story says
# to machines, as JSON that can't end its script, and photos by their addresses alone.
STRANGE = """() => {
const isFact = one => {
    if (one.type !== 'application/ld+json' || one.parentElement !== document.head || /[<>]/.test(one.textContent)
        || [...one.attributes].length > 1) return false;
    try { return JSON.parse(one.textContent)['@context'] === 'https://schema.org'; } catch { return false; }
};
const PHOTO = /^\\/media\\/photos\\/\\d+\\/\\d+\\.(avif|webp)\\?v=[\\w-]+$/;
const isPhoto = one => one.parentElement.localName === 'picture' && (one.localName === 'img'
    ? PHOTO.test(one.getAttribute('src')) && !one.hasAttribute('srcset')
    : !one.hasAttribute('src')
      && (one.getAttribute('srcset') || '').split(', ').every(part => PHOTO.test(part.replace(/ \\d+w$/, ''))));
return [...document.querySelectorAll(
    'script:not([src^="/static/"]), link:not([href^="/"]):not([href^="http://127.0.0.1:"]), style, iframe, frame,'
    + 'object, embed, applet, base, math, meta[http-equiv], img, video, audio, source, marquee, svg a, svg script,'
    + 'foreignObject, form:not([action^="/en"])')]
    .filter(one => !(one.localName === 'script' && isFact(one)))
    .filter(one => !(['img', 'source'].includes(one.localName) && isPhoto(one)))
    .map(element => element.outerHTML.slice(0, 120))
    .concat([...document.querySelectorAll('*')].filter(element => [...element.attributes].some(
        one => one.name.startsWith('on') || one.name === 'style' || one.name === 'srcdoc'))
        .map(element => element.outerHTML.slice(0, 120)))
    .concat([...document.links].filter(link => !['http:', 'https:', 'mailto:', 'tel:', 'sms:'].includes(link.protocol))
        .map(link => link.outerHTML.slice(0, 120)));
}"""
MEANT = re.compile(r'name="meant" value="([^"]+)"')
WHOLE = """() => ({
    wide: document.documentElement.scrollWidth,
    widest: [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(one => one.outerHTML.slice(0, 90)),
    headings: document.querySelectorAll('h1').length,
    footer: document.querySelector('body > footer') !== null,
    language: document.documentElement.lang,
})"""


def corpus() -> list[str]:
    """The ugly texts and the payloads as a browser sends them: it has no lone surrogates."""
    return [*UGLY, *(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for text in payloads())]


def packed(limit: int, texts: list[str], between: str = " ") -> list[str]:
    """The texts, as many as fit in each line of at most `limit` characters."""
    lines, line = [], ""
    for text in texts:
        more = f"{line}{between}{text}" if line else text
        if len(more) > limit and line:
            lines.append(line)
            more = text
        line = more[:limit]
    return [*lines, line]


def one_line(limit: int) -> list[str]:
    """Every text of the corpus and the ugly ones, for fields of one line."""
    return packed(limit, [" ".join(text.split()) for text in corpus()])


def many_lines(limit: int) -> list[str]:
    """The same for fields of many lines."""
    return packed(limit, corpus(), "\n\n")


class Sender:
    """Fills in forms as one of the cast, and is never slowed down."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        app.extensions["throttle"].hit("its table is made", limit=1, seconds=1)
        self.cast = cast
        self.counts = sqlite3.connect(app.extensions["settings"].data_dir / "throttle.sqlite", isolation_level=None)

    def __call__(self, who: Person, address: str, *, refused: tuple[int, ...] = (), **fields: Any) -> str:
        """Send a form; where it led. What looks like a personal detail is sent all the same, as a person would."""
        self.counts.execute("DELETE FROM windows")
        answer = who.browser.post(address, data=fields)
        if answer.status_code == 422 and (meant := MEANT.findall(answer.text)):
            answer = who.browser.post(address, data=fields | {"meant": meant})
        assert answer.status_code in (200, 303, *refused), f"{address}: {answer.status_code}\n{answer.text[:3000]}"
        return answer.headers.get("Location", "")


class Reader:
    """Opens pages in a telephone's width and notes what is wrong with them."""

    def __init__(self, tabs: Tabs) -> None:
        self.tabs = tabs
        self.wrong: list[str] = []
        self.pages: dict[str, Page] = {}

    def _page(self, who: Person) -> Page:
        if who.name not in self.pages:
            page = self.pages[who.name] = self.tabs.open(token=who.token, width=NARROW)
            page.on("dialog", lambda dialog: (self.wrong.append(f"it spoke: {dialog.message}"), dialog.dismiss()))
            page.on("popup", lambda _: self.wrong.append("a window opened"))
        return self.pages[who.name]

    def read(self, who: Person, address: str, *, status: int = 200) -> Page:
        """Look at a page as somebody."""
        page = self._page(who)
        answer = page.goto(address)
        assert answer is not None
        whole, strange = page.evaluate(WHOLE), page.evaluate(STRANGE)
        if answer.status != status:
            self.wrong.append(f"{address}: {answer.status}")
        if strange:
            self.wrong.append(f"{address}: {strange[:3]}")
        if whole["wide"] > NARROW:
            self.wrong.append(f"{address}: {whole['wide']} wide: {whole['widest']}")
        if (whole["headings"], whole["footer"], whole["language"]) != (1, True, "en"):
            self.wrong.append(f"{address}: broken: {whole}")
        return page

    def judge(self) -> None:
        """Fail with all that was noted."""
        assert self.wrong == [], "\n" + "\n".join(dict.fromkeys(self.wrong))
        assert self.tabs.problems == []


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.fixture
def send(app: Flask, cast: Cast) -> Iterator[Sender]:
    sender = Sender(app, cast)
    yield sender
    sender.counts.close()


@pytest.fixture
def reader(world: World, tabs: Tabs) -> Reader:
    return Reader(tabs)


def case_of(story_id: int) -> tuple[int, int]:
    """The newest case about a contribution and its version."""
    db.session.rollback()
    row = db.session.execute(
        select(Case.id, Case.version).where(Case.contribution_id == story_id).order_by(Case.id.desc()).limit(1)
    ).one()
    return row.id, row.version


def rule() -> str:
    return str(db.session.scalar(select(Guideline.id).order_by(Guideline.id).limit(1)))


def decide(send: Sender, key: int, decision: str, letter: str = "", note: str = "") -> int:
    """Decide a case by its form; the case."""
    case, version = case_of(key)
    fields = {"version": str(version), "decision": decision, "guideline": rule(), "letter": letter, "note": note}
    send(send.cast.mona, f"/en/moderation/cases/{case}/decisions", **fields)
    return case


def write_story(send: Sender, **fields: str) -> int:
    """Begin, fill in, check and send a story of Alice's."""
    alice = send.cast.alice
    key = int(re.findall(r"/stories/(\d+)", send(alice, "/en/stories"))[0])
    page = alice.browser.get(f"/en/stories/{key}/edit").text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', page) or re.findall(
        r'value="(\d+)"[^>]*name="version"', page
    )
    send(alice, f"/en/stories/{key}/draft", **(STORY | fields | {"version": version[0]}))
    send(alice, f"/en/stories/{key}/sending", consent="site")
    return key


def test_stories_reports_letters_and_mails(send: Sender, reader: Reader, cast: Cast, app: Flask) -> None:
    texts, lines, words = many_lines(1500), one_line(110), iter(many_lines(3900) * 3)
    letters = iter(many_lines(4900))
    each = max(len(lines) // len(texts) // 3, 1)
    keys = []
    for number, text in enumerate(texts):
        at = number * 3 * each
        key = write_story(
            send, source=text, title=lines[at], teaser=lines[at + 1], condition_words=lines[at + 2],
            region=lines[at + 1], attribution="pseudonym", byline=lines[at][:60] or "x",
        )  # fmt: skip
        keys.append(key)
    reader.read(cast.alice, f"/en/stories/{keys[0]}/sent")
    reader.read(cast.mona, "/en/moderation")
    for key in keys[:2]:
        reader.read(cast.mona, f"/en/moderation/cases/{case_of(key)[0]}")
    turned_down = keys.pop()
    decide(send, turned_down, "ask_for_changes", next(letters), next(words)[:1900])
    reader.read(cast.alice, f"/en/stories/{turned_down}/edit")
    reader.read(cast.alice, f"/en/stories/{turned_down}/check")
    for key in keys:
        decide(send, key, "approve", next(letters, "Thank you."), next(words)[:1900])
        reader.read(cast.visitor, f"/en/stories/{key}")
    for key in keys[:4]:
        receipt = send(cast.visitor, "/en/report", contribution=key, reason="other", words=next(words))
        reader.read(cast.visitor, receipt)
        reader.read(cast.mona, f"/en/moderation/cases/{case_of(key)[0]}")
    decide(send, keys[0], "hide", next(letters, UGLY[0][:4000]))
    work_all()
    for who, address in (
        (cast.visitor, "/en/"), (cast.visitor, "/en/stories"), (cast.visitor, "/en/search?q=alert"),
        (cast.visitor, "/en/search?q=evil+script"), (cast.alice, "/en/me/stories"), (cast.alice, "/en/me/letters"),
        (cast.alice, "/en/me/contributions"), (cast.mona, "/en/moderation"), (cast.mona, "/en/moderation/log"),
        (cast.visitor, "/en/demo/mailbox"), (cast.visitor, f"/en/report?contribution={keys[1]}"),
        (cast.alice, f"/en/stories/{keys[1]}/withdrawal"),
    ):  # fmt: skip
        reader.read(who, address)
    assert app.extensions["settings"].can_mail
    reader.judge()


def test_threads_replies_and_members(send: Sender, reader: Reader, cast: Cast, world: World) -> None:
    for title in one_line(139):
        send(
            cast.bob, "/en/boards/hands/threads", title=title, source="Look above.", language="en", attribution="member"
        )
    thread = ""
    for text in (LONG_WORD, *many_lines(600)):
        thread = send(cast.bob, f"/en/threads/{world.thread}/replies", source=text, attribution="member")
    newest = re.findall(r"at=(\d+)", thread)[0]
    abouts = many_lines(990)
    names = one_line(60)
    for number, about in enumerate(abouts):
        fields = {
            "display_name": names[number % len(names)] or "x",
            "about": about,
            "is_page_public": "y",
            "language": "en",
        }
        send(cast.bob, "/en/me/settings", refused=(422,), **fields)
        if number % 3 == 0:
            reader.read(cast.visitor, f"/en/members/{cast.bob.id}")
    for who, name in zip(
        (cast.alice, cast.bob, cast.mona), ("w" * 60, '"><img src=x onerror=alert(1)>x', "ש\u202e" * 20), strict=True
    ):
        send(who, "/en/me/settings", display_name=name, about="", is_page_public="y", language="en")
    reader.read(cast.bob, "/en/me/settings")
    assert follow(reader, cast.visitor, f"/en/threads/{world.thread}", "after") > 1
    assert follow(reader, cast.visitor, "/en/boards/hands", "before") > 3
    for who, address in (
        (cast.bob, f"/en/posts/{newest}/answer?quote=1"), (cast.bob, f"/en/posts/{newest}/edit"),
        (cast.visitor, "/en/discussions"), (cast.visitor, "/en/"), (cast.alice, f"/en/stories/{world.story}"),
        (cast.ada, "/en/admin/members"),
        (cast.ada, f"/en/admin/members/{cast.bob.id}"), (cast.bob, "/en/me"),
        (cast.mona, f"/en/moderation/cases/{world.case}"),
        (cast.visitor, f"/en/report?contribution={newest}"), (cast.visitor, "/en/search?q=onerror"),
    ):  # fmt: skip
        reader.read(who, address)
    send(cast.bob, f"/en/posts/{newest}/revisions", source=UGLY[0] + "\n\n" + UGLY[1], refused=(422,))
    reader.read(cast.visitor, f"/en/posts/{newest}/revisions")
    reader.judge()


def follow(reader: Reader, who: Person, address: str, way: str) -> int:
    """Read a list page by page; how many there were."""
    seen = 0
    while address and seen < 40:
        page = reader.read(who, address)
        links = page.evaluate(f"[...document.links].map(a => a.getAttribute('href')).filter(a => a.includes('{way}='))")
        path = address.partition("?")[0]
        address = next((path + link.removeprefix(path) for link in reversed(links) if link.startswith(("?", path))), "")
        seen += 1
    return seen


def test_what_the_house_itself_writes(send: Sender, reader: Reader, cast: Cast, world: World) -> None:
    lines, text = one_line(78), many_lines(90_000)[0]
    half = many_lines(30_000)[0]
    board = BOARD | {"slug": "hands", "is_archived": "", "is_reviewed_first": ""}
    rules = many_lines(3900)
    for number in range(min(len(rules), 6)):
        fields = {"name_en": lines[number], "description_en": one_line(290)[number], "rules_en": rules[number]}
        send(cast.ada, "/en/admin/boards/1", **(board | fields))
        reader.read(cast.visitor, "/en/boards/hands")
    version = "1"
    for slug in ("about", "privacy", "just-told"):
        page = cast.ada.browser.get(f"/en/admin/pages/{slug}/en").text
        version = (
            re.findall(r'value="(\d+)"[^>]*name="version"', page)
            or re.findall(r'name="version"[^>]*value="(\d+)"', page)
        )[0]
        send(cast.ada, f"/en/admin/pages/{slug}/en", title=lines[7], source=text, version=version)
        reader.read(cast.visitor, f"/en/{slug}")
    reader.read(cast.ada, "/en/admin/pages/about/en")
    guide = GUIDE | {
        "in_short": many_lines(1900)[0],
        "author": lines[8],
        "reviewer": lines[9],
        "section_about": half,
        "section_research": half,
    }
    send(cast.cora, "/en/topics/calcinosis/texts", **guide)
    reference = PUBLICATION | {"title": one_line(490)[0], "source": one_line(290)[1], "says_en": many_lines(990)[0]}
    send(cast.cora, "/en/topics/calcinosis/references", **reference, refused=(409, 422))
    line = {
        "name_en": lines[10],
        "audience_en": one_line(190)[3],
        "note_en": one_line(490)[2],
        "operator": one_line(190)[4],
    }
    send(cast.cora, "/en/help/lines", **(LINE | line))
    for who, address in (
        (cast.visitor, "/en/topics/calcinosis"), (cast.cora, "/en/topics/calcinosis/edit"),
        (cast.visitor, "/en/topics"),
        (cast.visitor, "/en/help?country=IT"), (cast.cora, "/en/help/lines"), (cast.visitor, "/en/discussions"),
        (cast.visitor, "/en/search?q=alert&kind="), (cast.ada, "/en/admin/boards"), (cast.ada, "/en/admin/boards/1"),
        (cast.mona, "/en/moderation/log"), (cast.bob, "/en/boards/hands/threads/new"), (cast.visitor, "/en/"),
    ):  # fmt: skip
        reader.read(who, address)
    reader.judge()


def test_questions_and_forms_that_come_back(send: Sender, reader: Reader, cast: Cast, world: World) -> None:
    for question in one_line(290)[::3]:
        reader.read(cast.visitor, f"/en/search?q={quote(question, safe='')}")
    for question in one_line(80)[::20]:
        reader.read(cast.ada, f"/en/admin/members?q={quote(question, safe='')}")
        reader.read(
            cast.visitor,
            f"/en/stories?topic={quote(question, safe='')}&country=%22%3E&order={quote(question, safe='')}",
        )
    spoil: Callable[[Page, str, str], None] = lambda page, field, text: page.fill(f"[name={field}]", text)  # noqa: E731
    page = reader.read(cast.visitor, "/en/sign-up")
    for text in one_line(200)[:6]:
        spoil(page, "email", text)
        spoil(page, "display_name", text)
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.click("main form button[type=submit], main form button:not([type])")
        assert page.evaluate(STRANGE) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    reader.judge()


@pytest.mark.parametrize(
    ("element", "is_strange"),
    [
        ('<script type="application/ld+json">{"@context": "https://schema.org", "name": "\\u003c"}</script>', False),
        ('<script type="application/ld+json">{"@context": "https://schema.org", "name": "<"}</script>', True),
        ('<script type="application/ld+json">{"@context": "https://schema.org"</script>', True),
        ('<script type="application/ld+json" src="/x">{"@context": "https://schema.org"}</script>', True),
        ("<script>{}</script>", True),
        ('<picture><source srcset="/media/photos/1/4.avif?v=a 4w, /media/photos/1/9.avif?v=a 9w"></picture>', False),
        ('<picture><source srcset="/media/photos/1/480.avif?v=a1 480w, https://evil.example/x 960w"></picture>', True),
        ('<picture><source srcset="//media/photos/1/480.avif?v=a1 480w"></picture>', True),
        ("<picture><source></picture>", True),
        ('<picture><img src="/media/photos/1/480.webp?v=a1"></picture>', False),
        ('<picture><img src="/media/photos/1/480.webp?v=a1" onerror="alert(1)"></picture>', True),
        ('<img src="/media/photos/1/480.webp?v=a1">', True),
        ('<picture><img src="x"></picture>', True),
    ],
)  # fmt: skip
def test_what_the_site_writes_is_told_from_what_nobody_may(chromium: Chromium, element: str, is_strange: bool) -> None:
    page = chromium.new_page()
    page.route("**/*", lambda route: route.abort())
    # A script that stands before the body is in the head, a picture in the body.
    page.set_content(f"<!doctype html>{element}")
    assert bool(page.evaluate(STRANGE)) == is_strange
    page.close()
