"""The doors: headers on every kind of answer, other origins, other hosts, where signing in leads, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import assets
from forum.core.db import db
from forum.core.headers import POLICY
from forum.core.unit_of_work import write
from forum.photos import making, media_views
from tests.cast import Browser, Cast
from tests.conftest import MakeApp
from tests.house.forms_of_the_site import address_of
from tests.house.test_routes import make_world, routes

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PRIVATE, PUBLIC = "private, no-store", "public, no-cache"


def missing(answer: Any) -> list[str]:
    """Which headers an answer lacks. A picture of a photo has a policy of its own, which allows it nothing."""
    is_picture = answer.mimetype in making.TYPES.values()
    expected = ALWAYS | ({"Content-Security-Policy": media_views.POLICY} if is_picture else {})
    return [name for name, value in expected.items() if answer.headers.get(name) != value]


@pytest.mark.sqlite
def test_every_kind_of_answer_carries_the_headers(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    stylesheet = assets.Assets.address(app.extensions["assets"], "site.css")
    drafts = f"/en/threads/{world.thread}/drafts"
    visitor, bob = cast.visitor.browser, cast.bob.browser
    answers = {
        "page": (visitor.get("/en/"), 200, PUBLIC),
        "page of a member": (bob.get("/en/"), 200, PRIVATE),
        "nobody's": (visitor.get("/en/nowhere"), 404, PRIVATE),
        "no language": (visitor.get("/nowhere"), 404, PRIVATE),
        "not open": (bob.get("/en/moderation"), 403, PRIVATE),
        "foreign": (visitor.post("/en/sign-in", headers={"Sec-Fetch-Site": "cross-site"}), 403, PRIVATE),
        "wrong method": (visitor.delete("/en/"), 405, PRIVATE),
        "bad form": (visitor.post("/en/sign-up", data={}), 422, PRIVATE),
        "file": (visitor.get(stylesheet), 200, "public, max-age=31536000, immutable"),
        "no file": (visitor.get("/static/none.css"), 404, PRIVATE),
        "JSON": (bob.post(drafts, data={"source": "So."}), 200, PRIVATE),
        "redirect": (visitor.get("/stories"), 302, "no-store"),
        "redirect of a form": (bob.post(f"/en/threads/{world.thread}/replies", data={"source": "So."}), 303, PRIVATE),
        "sitemap": (visitor.get("/sitemap.xml"), 200, PUBLIC),
        "robots": (visitor.get("/robots.txt"), 200, PUBLIC),
        "health": (visitor.get("/health"), 200, PRIVATE),
        "options": (visitor.options("/en/"), 200, PRIVATE),
    }
    wrong = [
        f"{kind}: {answer.status_code} {answer.headers.get('Cache-Control')} without {missing(answer)}"
        for kind, (answer, status, kept) in answers.items()
        if answer.status_code != status or answer.headers.get("Cache-Control") != kept or missing(answer)
    ]
    assert wrong == []


@pytest.mark.sqlite
def test_what_breaks_carries_them_too(make_app: MakeApp) -> None:
    app = make_app()

    @app.get("/en/broken")
    def broken() -> str:
        raise ZeroDivisionError

    answer = Browser(app, app.response_class).get("/en/broken")
    assert answer.status_code == 500
    assert missing(answer) == []
    assert answer.headers["Cache-Control"] == PRIVATE
    assert "Traceback" not in answer.text
    assert "Something broke on our side" in answer.text


@pytest.mark.sqlite
def test_no_page_gives_a_visitor_a_cookie_and_none_of_a_member_is_kept(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    wrong = []
    for rule in routes(app):
        if "GET" not in rule.methods:
            continue
        endpoint, address = str(rule.endpoint), address_of(app, rule, world)
        for_visitor, for_member = cast.visitor.browser.get(address), cast.ada.browser.get(address)
        if "Set-Cookie" in for_visitor.headers or missing(for_visitor):
            wrong.append(f"{address} {for_visitor.headers}")
        # A photo that everybody may see is the same for her: asked for anew each time, and nothing of hers.
        kept = ("no-cache",) if endpoint == "media.photo_file" else (PRIVATE, "no-store")
        if "static" not in address and for_member.headers["Cache-Control"] not in kept:
            wrong.append(f"{address} {for_member.headers['Cache-Control']} {for_member.status_code}")
    assert wrong == []


@pytest.mark.sqlite
def test_every_address_answers_head_and_options_and_no_other_method(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    wrong = []
    for rule in routes(app):
        address = address_of(app, rule, world)
        for who in ("visitor", "ada"):
            for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "post", "X" * 200):
                answer = cast[who].browser.open(address, method=method)
                if answer.status_code >= 500 or missing(answer):
                    wrong.append(f"{method} {address} as {who}: {answer.status_code} without {missing(answer)}")
                if method == "HEAD" and answer.data:
                    wrong.append(f"HEAD {address}: a body")
                if method == "PUT" and answer.status_code not in (401, 403, 404, 405, 303):
                    wrong.append(f"PUT {address} as {who}: {answer.status_code}")
    assert wrong == []


@pytest.mark.sqlite
def test_a_method_can_not_be_spoken_over(app: Flask, cast: Cast) -> None:
    address = f"/en/stories/{make_world(cast).story}/withdrawal"
    for override in ("POST", "DELETE"):
        cast.alice.browser.get(f"{address}?_method={override}", headers={"X-HTTP-Method-Override": override})
        cast.alice.browser.get(address, headers={"X-Method-Override": override, "X-HTTP-Method": override})
    assert cast.visitor.browser.get(address.removesuffix("/withdrawal")).status_code == 200


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": ""},
    {},
]
OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://127.0.0.1:8000"},
]


def raw_post(browser: Browser, address: str, headers: dict[str, str]) -> int:
    """Send a form with exactly these headers: the browser of the tests adds its own to an address alone."""
    builder = {"path": address, "base_url": "http://127.0.0.1:8000", "method": "POST", "headers": headers}
    return browser.open(**builder, data={"value": "1", "email": "eve@example.org"}).status_code


@pytest.mark.sqlite
def test_forms_of_other_pages_are_refused(app: Flask, cast: Cast) -> None:
    address = f"/en/threads/{make_world(cast).thread}/pin"
    assert [raw_post(cast.mona.browser, address, headers) for headers in FOREIGN] == [403] * len(FOREIGN)
    assert [raw_post(cast.mona.browser, address, headers) for headers in OWN] == [303] * len(OWN)
    # Nobody is signed in by somebody else's page either; programs without a session and without these headers may ask.
    at_sign_in = [raw_post(cast.visitor.browser, "/en/sign-in", headers) for headers in FOREIGN]
    assert at_sign_in == [403] * (len(FOREIGN) - 1) + [303]


ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
    "https://evil.example", "http:/evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    "\t//evil.example", " //evil.example", "/en//evil.example/..//\n", "en/me", "//en/me",
    "/en\\..\\..", "/%2fevil.example",
    "/.//evil.example",
    "http://127.0.0.1:8000@evil.example/en/me", "/en/me\r\nSet-Cookie: a=b", "/\u2028/en",
    "／／evil.example",     "/en/me" + "a" * 600, "/static/../en", "//[", "/xx/me", "/",
]  # fmt: skip


@pytest.mark.sqlite
def test_signing_in_leads_nowhere_else(app: Flask, cast: Cast) -> None:
    wrong = []
    for path in ELSEWHERE:
        for page in ("/en/sign-in", "/en/sign-up", "/en/sign-in/password"):
            answer = cast.alice.browser.get(page, query_string={"next": path})
            if answer.headers.get("Location") != "/en/me":
                wrong.append(f"{page} {path!r}: {answer.status_code} {answer.headers.get('Location')}")
        form = cast.visitor.browser.get("/en/sign-in", query_string={"next": path})
        if 'name="next"' in form.text:
            wrong.append(f"{path!r} stays in the form")
    assert wrong == []
    kept = cast.alice.browser.get("/en/sign-in", query_string={"next": "/en/me/stories?a=b"})
    assert kept.headers["Location"] == "/en/me/stories?a=b"


STRANGE_HOSTS = [
    "evil.example", "127.0.0.1:8000@evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1:80", "", "a b", "[::1",
    "évil", "evil.example/x?y#", "<script>", "127.0.0.1:99999999", "a" * 5000, "..", "127.0.0.1:8000, evil.example",
]  # fmt: skip
FORWARDED = {
    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "10.0.0.1", "Forwarded": "host=evil.example;proto=https", "X-Original-URL": "/en/admin",
    "X-Rewrite-URL": "/en/admin", "X-Host": "evil.example", "X-Forwarded-Server": "evil.example",
}  # fmt: skip


@pytest.mark.sqlite
def test_no_host_and_no_proxy_is_believed(app: Flask, cast: Cast) -> None:
    wrong = []
    visitor = cast.visitor.browser
    clean = visitor.get("/en/").text
    for path in ("/", "/en/", "/en/me", "/stories", "/sitemap.xml", "/robots.txt", "/en/demo/mailbox"):
        for headers in (*({"Host": host} for host in STRANGE_HOSTS), FORWARDED):
            answer = visitor.get(path, headers=headers)
            said = answer.text + str(answer.headers)
            if answer.status_code >= 500 or "evil" in said or "<script>" in answer.headers.get("Location", ""):
                wrong.append(f"{path} {str(headers)[:60]}: {answer.status_code}")
            if path == "/en/demo/mailbox" and answer.status_code == 200:
                wrong.append(f"The mailbox is open to {str(headers)[:60]}")
    assert wrong == []
    assert visitor.get("/en/").text == clean


# What is kept for visitors


def kept_of(app: Flask) -> Any:
    """The cache in front of an application."""
    return app.wsgi_app


def entries(app: Flask, path: str) -> list[Any]:
    return [entry for key, entry in kept_of(app).entries.items() if key[0] == path]


@pytest.mark.sqlite
def test_a_conditional_request_leaves_no_empty_page(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    address = f"/en/stories/{world.story}"
    etag = cast.visitor.browser.get(address).headers["ETag"]
    for condition in ({"If-None-Match": etag}, {"If-Match": '"another"'}, {"If-None-Match": "*"}):
        kept_of(app).entries.clear()
        assert cast.visitor.browser.get(address, headers=condition).status_code in (304, 412)
        answer = cast.visitor.browser.get(address)
        assert (answer.status_code, "plum jam" in answer.text) == (200, True), condition


@pytest.mark.sqlite
def test_only_visitors_whole_pages_are_kept(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    address, visitor = f"/en/stories/{world.story}", cast.visitor.browser
    bare = Browser(app, app.response_class, use_cookies=False)  # sends the cookies it is told to
    cast.bob.browser.get(address)
    visitor.head(address)
    visitor.get(address, headers={"Range": "bytes=0-10"})
    visitor.get(address, headers={"Host": "evil.example"})
    bare.get(address, headers={"Cookie": "session=nonsense"})
    bare.get(address, headers={"Cookie": "session =session-of-bob"})
    bare.get(address, headers={"Cookie": 'a="b; session=session-of-bob"'})
    assert entries(app, address) == []
    visitor.get("/en/nowhere")
    visitor.get("/en/stories/987654")
    visitor.get("/en/moderation")
    visitor.get("/stories")
    visitor.get("/health")
    visitor.get("/en/sign-in?next=/en/me")
    visitor.get(f"/en/report?contribution={world.story}")
    assert list(kept_of(app).entries) == []
    flashed = "flash=eyJfZmxhc2hlcyI6W119.aR.x"
    for headers in ({}, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "br"}, {"Cookie": f"sessions=1; {flashed}"}):
        bare.get(address, headers=headers)
    assert len(entries(app, address)) == 3
    assert all("Set-Cookie" not in dict(entry.headers) for entry in kept_of(app).entries.values())
    assert all(b"Bob" not in entry.body for entry in entries(app, address))


@pytest.mark.sqlite
def test_each_reader_gets_the_encoding_and_the_page_she_asked_for(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    visitor = cast.visitor.browser
    address = f"/en/stories/{world.story}"
    for accept, encoding in (
        ("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("gzip;q=0", None), ("GZIP;q=0.000, br;q=0", None),
        ("*", None),
    ):  # fmt: skip
        for _ in range(2):
            answer = visitor.get(address, headers={"Accept-Encoding": accept})
            assert answer.headers.get("Content-Encoding") == encoding, accept
            assert "Accept-Encoding" in answer.headers["Vary"]
    one, other = (
        visitor.get("/en/stories?order=updated&language=en"),
        visitor.get("/en/stories?language=es&order=updated"),
    )
    assert ("jar lid" in one.text, "jar lid" in other.text) == (True, False)
    part = visitor.get(f"/en/posts/{world.post}/answer", headers={"HX-Request": "true"})
    assert part.status_code == 303


def test_what_is_taken_back_is_gone_at_once(app: Flask, cast: Cast) -> None:
    world = make_world(cast)
    visitor = cast.visitor.browser
    address = f"/en/stories/{world.story}"
    pages = ("/en/", "/en/stories", address, "/en/search?q=plum", "/sitemap.xml")
    for page in pages:
        assert [visitor.get(page).status_code for _ in range(2)] == [200, 200]
    assert "plum jam" in visitor.get(address).text
    assert cast.alice.browser.post(f"{address}/withdrawal").status_code == 303
    assert visitor.get(address).status_code == 410
    assert all(
        "plum jam" not in visitor.get(page).text and f"stories/{world.story}<" not in visitor.get(page).text
        for page in pages
    )
    assert cast.alice.browser.post(f"{address}/return").status_code == 303
    assert "plum jam" in visitor.get(address).text
    with write():  # another process, or the worker
        contributions.hide(db.session.get_one(Contribution, world.story))
    assert visitor.get(address).status_code == 404
