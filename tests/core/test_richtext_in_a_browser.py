"""The gate's output as a real browser reads it, with no policy to catch what would come through."""

from __future__ import annotations

from markupsafe import Markup
from playwright.sync_api import Browser

from forum.core.richtext import render
from tests.core.payloads import payloads
from tests.core.policy import HEADINGS, TAGS

FRAME = (
    "<!doctype html><html lang=en><title>Texts</title><base href=https://site.example/en/>"
    "<body><main id=m style='width:320px;overflow-wrap:anywhere'>"
)
# What the page holds, and whether text of a contribution got out of its own box or changed its neighbours.
LOOK = """() => ({
    tags: [...new Set([...document.querySelectorAll('.body *')].map(element => element.localName))],
    names: [...new Set([...document.querySelectorAll('.body *')].flatMap(element => element.getAttributeNames()))],
    boxes: document.querySelectorAll('#m > article > .body').length,
    strays: document.querySelectorAll('#m > :not(article)').length,
    after: document.querySelector('#after').textContent,
    hosts: [...new Set([...document.querySelectorAll('.body a[href^="/"]')].map(link => link.host))],
    schemes: [...new Set([...document.querySelectorAll('.body a')].map(link => link.protocol))],
})"""


def shown(bodies: list[Markup]) -> str:
    articles = "".join(f"<article><div class=body>{body}</div></article>" for body in bodies)
    return f"{FRAME}{articles}</main><p id=after>after</p>"


def test_nothing_runs_leaves_or_breaks_out(chromium: Browser) -> None:
    bodies = [render(source, headings=headings) for source in payloads() for headings in (False, True)]
    context = chromium.new_context()
    met: list[str] = []
    context.on("dialog", lambda dialog: (met.append(f"dialog {dialog.message}"), dialog.dismiss()))
    context.on("request", lambda request: met.append(f"request {request.url}"))
    context.on("weberror", lambda error: met.append(f"script error {error.error}"))
    page = context.new_page()
    page.set_content(shown(bodies), wait_until="load")
    page.evaluate("document.querySelectorAll('.body *').forEach(element => {"
                  " for (const kind of ['mouseover', 'focus', 'animationstart', 'error', 'load', 'toggle'])"
                  " element.dispatchEvent(new Event(kind)); })")  # fmt: skip
    page.wait_for_timeout(300)
    found = page.evaluate(LOOK)
    context.close()
    assert met == []
    assert set(found["tags"]) <= TAGS | HEADINGS
    assert set(found["names"]) <= {"href", "rel", "start"}
    assert set(found["schemes"]) <= {"http:", "https:", "mailto:"}
    assert set(found["hosts"]) <= {"site.example"}
    assert (found["boxes"], found["strays"], found["after"]) == (len(bodies), 0, "after")


def test_the_test_would_notice(chromium: Browser) -> None:
    page = chromium.new_page()
    met: list[str] = []
    page.on("dialog", lambda dialog: (met.append(dialog.message), dialog.dismiss()))
    page.set_content(shown([Markup("<img src=x onerror=alert(1)>")]), wait_until="load")
    page.wait_for_timeout(300)
    page.close()
    assert met == ["1"]
