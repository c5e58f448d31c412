"""Atom feeds by the rules of RFC 4287, and the map of the site: only what everyone may read, gone when it goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask
from sqlalchemy import insert, select

from forum.contributions.models import Contribution, contribution_topics
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.site import sitemap
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Browser, Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory, make_story

__all__ = ["make_story"]

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:\S+")  # RFC 4151


def read(browser: Browser, address: str) -> Element:
    """A document at an address, parsed by a strict parser."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return fromstring(answer.data)


def only(element: Element, name: str) -> Element:
    """The one child of a name that there must be."""
    found = element.findall(ATOM + name)
    assert len(found) == 1, name
    return found[0]


def check(feed: Element) -> None:
    """What RFC 4287 requires of a feed and of each entry (4.1.1, 4.1.2, 3.1 to 3.3, 4.2.7)."""
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert TAG.fullmatch(only(element, "id").text or "")
        assert (only(element, "title").text or "").strip()
        assert MOMENT.fullmatch(only(element, "updated").text or "")
        links = element.findall(f"{ATOM}link")
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links]
        assert len(kinds) == len(set(kinds))
        assert any(link.get("rel") == "alternate" for link in links)
        assert all(urlsplit(link.get("href") or "").netloc for link in links)
    for entry in feed.findall(f"{ATOM}entry"):
        assert (only(only(entry, "author"), "name").text or "").strip()
        assert MOMENT.fullmatch(only(entry, "published").text or "")
        assert len(entry.findall(f"{ATOM}summary")) <= 1
    ids = [only(entry, "id").text for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    assert any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link"))


def titles(feed: Element) -> list[str | None]:
    return [only(entry, "title").text for entry in feed.findall(f"{ATOM}entry")]


def tag_story(story_id: int, slug: str) -> None:
    with write():
        topic = db.session.scalars(select(Topic.id).where(Topic.slug == slug)).one()
        db.session.execute(insert(contribution_topics).values(contribution_id=story_id, topic_id=topic))


@pytest.fixture(autouse=True)
def vocabulary(app: Flask) -> None:
    with write():
        load_topics()


def test_a_feed_is_by_the_rules(cast: Cast, make_story: MakeStory) -> None:
    make_story(title="Jam & <lids> “open”", teaser="Eleven days. ]]> &amp;", content_notes="loss")
    make_story(title="", attribution="anonymous", source="No teaser here. " * 60)
    make_story(title="\u202etxet", attribution="pseudonym", byline="Rosa M. <b>")
    make_story(title="Il coperchio", language="it")
    feed = read(cast.visitor.browser, "/en/stories/feed")
    check(feed)
    assert feed.get(LANG) == "en"
    assert sorted(map(str, titles(feed)))[-2:] == ["Untitled", "\u202etxet"]
    by_name = {only(only(entry, "author"), "name").text: entry for entry in feed.findall(f"{ATOM}entry")}
    assert set(by_name) == {"Alice", "Without a name", "Rosa M. <b>"}
    assert only(by_name["Alice"], "summary").text == "Eleven days. ]]> &amp;"
    assert only(by_name["Alice"], "category").get("term") == "loss"
    assert str(only(by_name["Without a name"], "summary").text).endswith("…")
    assert all(entry.get(LANG) == "en" for entry in feed.findall(f"{ATOM}entry"))
    assert titles(read(cast.visitor.browser, "/it/stories/feed")) == ["Il coperchio"]


def test_an_empty_feed_is_by_the_rules_too(client: Browser) -> None:
    for address in ("/en/stories/feed", "/es/topics/raynaud/feed"):
        feed = read(client, address)
        check(feed)
        assert titles(feed) == []


def test_a_topic_has_a_feed_with_what_is_narrower(cast: Cast, make_story: MakeStory) -> None:
    about, narrower, other = (make_story(title=word) for word in ("About", "Narrower", "Other"))
    tag_story(about, "systemic-sclerosis")
    tag_story(narrower, "limited-systemic-sclerosis")
    tag_story(other, "lupus")
    feed = read(cast.visitor.browser, "/en/topics/systemic-sclerosis/feed")
    check(feed)
    assert sorted(map(str, titles(feed))) == ["About", "Narrower"]
    assert cast.visitor.browser.get("/en/topics/nothing/feed").status_code == 404
    assert 'href="/en/topics/systemic-sclerosis/feed"' in cast.visitor.browser.get("/en/topics/systemic-sclerosis").text


def test_a_story_that_was_updated_comes_first(cast: Cast, make_story: MakeStory) -> None:
    old = make_story(title="Old")
    for number in range(31):
        make_story(title=f"New {number}")
    assert "Old" not in titles(read(cast.visitor.browser, "/en/stories/feed"))
    with write():
        db.session.get_one(Contribution, old).updated_at = clock.now()
    feed = read(cast.visitor.browser, "/en/stories/feed")
    assert titles(feed)[0] == "Old"
    assert only(feed, "updated").text == only(feed.findall(f"{ATOM}entry")[0], "updated").text


def test_what_is_folded_on_the_page_is_not_said_in_a_feed(cast: Cast, make_story: MakeStory) -> None:
    make_story(content_notes="self_harm", teaser="What I did.", source="What I did, at length.")
    assert "What I did" not in cast.visitor.browser.get("/en/stories/feed").text


def test_a_feed_holds_what_everyone_may_read_even_for_a_member(cast: Cast, make_story: MakeStory) -> None:
    hers = make_story(title="For members")
    unlisted = make_story(title="Unlisted")
    make_story(title="Waiting", status="pending")
    make_story(title="For everyone")
    with write():
        db.session.get_one(Contribution, hers).audience = "members"
        db.session.get_one(Contribution, unlisted).is_listed = False
    for browser in (cast.visitor.browser, cast.alice.browser):
        assert titles(read(browser, "/en/stories/feed")) == ["For everyone"]


def test_a_feed_answers_304_until_it_changes_and_forgets_at_once(cast: Cast, make_story: MakeStory) -> None:
    make_story(title="Stays")
    story = make_story(title="Goes")
    browser = cast.visitor.browser
    first = browser.get("/en/stories/feed")
    etag = first.headers["ETag"]
    assert first.headers["Content-Type"].startswith("application/atom+xml")
    assert browser.get("/en/stories/feed", headers={"If-None-Match": etag}).status_code == 304
    cast.alice.browser.post(f"/en/stories/{story}/withdrawal")
    again = browser.get("/en/stories/feed", headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert titles(fromstring(again.data)) == ["Stays"]
    cast.alice.browser.post(f"/en/stories/{story}/return")
    back = read(browser, "/en/stories/feed")
    assert "Goes" in titles(back)
    ids = {
        title: only(entry, "id").text for title, entry in zip(titles(back), back.findall(f"{ATOM}entry"), strict=True)
    }
    before = fromstring(first.data)
    assert ids == {
        title: only(entry, "id").text
        for title, entry in zip(titles(before), before.findall(f"{ATOM}entry"), strict=True)
    }


def test_pages_say_where_their_feed_is(client: Browser) -> None:
    for page in ("/en/", "/en/stories"):
        assert 'type="application/atom+xml"' in client.get(page).text.split("</head>")[0]


def test_a_feed_asks_little(cast: Cast, make_story: MakeStory) -> None:
    for number in range(5):
        make_story(title=f"Story {number}", attribution="anonymous" if number % 2 else "member")
    with recorded() as statements:
        cast.visitor.browser.get("/en/stories/feed")
    assert len(statements) <= 5


# The map


def places(document: Element) -> dict[str, dict[str, str]]:
    """The addresses of a map, each with its alternates."""
    return {
        str(url.findtext(f"{MAP}loc")): {
            str(link.get("hreflang")): str(link.get("href")) for link in url.findall(f"{XHTML}link")
        }
        for url in document.findall(f"{MAP}url")
    }


def test_the_map_names_translations_both_ways_and_when_they_changed(cast: Cast, make_story: MakeStory) -> None:
    original = make_story(updated_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC))
    translation = make_story(title="Il coperchio", language="it", translation_of_id=original)
    alone = make_story(title="Alone")
    document = read(cast.visitor.browser, "/sitemap.xml")
    found = {urlsplit(address).path: others for address, others in places(document).items()}
    both = {"en": f"/en/stories/{original}", "it": f"/it/stories/{translation}"}
    for path in both.values():
        assert {language: urlsplit(address).path for language, address in found[path].items()} == both
    assert found[f"/en/stories/{alone}"] == {}
    assert "2026-02-03T04:05:06Z" in [one.text for one in document.iter(f"{MAP}lastmod")]
    with write():
        db.session.get_one(Contribution, translation).audience = "members"
    document = read(cast.visitor.browser, "/sitemap.xml")
    found = {urlsplit(address).path: others for address, others in places(document).items()}
    assert both["it"] not in found
    assert found[both["en"]] == {}


def test_a_large_site_has_its_map_in_parts(cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [make_story(title=f"Story {number}") for number in range(5)]
    browser = cast.visitor.browser
    whole = set(places(read(browser, "/sitemap.xml")))
    monkeypatch.setattr(sitemap, "PART", 2)
    with write():
        db.session.get_one(Contribution, keys[0]).teaser = "changed, so that no kept page is served"
    index = read(browser, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    parts = [urlsplit(str(one.text)).path for one in index.iter(f"{MAP}loc")]
    found = [address for part in parts for address in places(read(browser, part))]
    assert len(found) == len(set(found))
    assert set(found) == whole
    assert browser.get("/sitemap/99.xml").status_code == 404
    assert browser.get("/sitemap/x.xml").status_code == 404
