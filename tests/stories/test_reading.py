"""Reading stories: the page, the archive, what is taken back, and who is never named."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from forum.contributions import actions as contributions
from forum.contributions.models import contribution_topics
from forum.core import clock
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.discussions.actions import comment
from forum.search.models import SearchDocument
from forum.stories.models import StoryUpdate
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Browser, Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory


def counted(browser: Browser, address: str) -> int:
    with recorded() as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


def add_chapter(story_id: int, author_id: int) -> int:
    with write():
        chapter = StoryUpdate(
            language="en", created_at=clock.now(), status="sent", story_id=story_id, dated=PartialDate("2025-11")
        )
        contributions.set_words(chapter, title="Three winters on", source="My neighbour has moved.")
        contributions.sign(chapter, author_id, "member")
        contributions.add_revision(chapter)
        contributions.publish(chapter)
        key = chapter.id
    db.session.rollback()
    return key


@pytest.mark.parametrize(
    ("attribution", "byline", "shown"),
    [("member", None, "Alice"), ("pseudonym", "Rosa M.", "Rosa M."), ("anonymous", None, "Without a name")],
)
def test_a_story_is_signed_as_its_author_asked(
    cast: Cast, make_story: MakeStory, attribution: str, byline: str | None, shown: str
) -> None:
    story_id = make_story(attribution=attribution, byline=byline)
    for address in (f"/en/stories/{story_id}", "/en/stories"):
        page = cast.visitor.browser.get(address).text
        assert shown in page
        assert ("Alice" in page) == (attribution == "member")


def test_a_later_chapter_is_read_with_its_story_and_goes_with_it(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    chapter_id = add_chapter(story_id, cast.alice.id)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "Three winters on" in page
    assert f'id="chapter-{chapter_id}"' in page
    assert "Updated" in cast.visitor.browser.get("/en/stories").text
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    db.session.rollback()
    assert db.session.get_one(StoryUpdate, chapter_id).audience == "participants"
    cast.alice.browser.post(f"/en/stories/{story_id}/return")
    assert "Three winters on" in cast.visitor.browser.get(f"/en/stories/{story_id}").text


def test_what_is_taken_back_is_gone_at_once_and_says_only_that(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(condition_words="limited, eleven years in", teaser="I stood there until the toast was cold.")
    visitor = cast.visitor.browser
    assert visitor.get(f"/en/stories/{story_id}").status_code == 200
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    page = visitor.get(f"/en/stories/{story_id}")
    assert page.status_code == 410
    for word in ("jar lid", "plum jam", "Alice", "eleven years", "toast"):
        assert word not in page.text
        assert word not in visitor.get("/en/stories").text
    assert "Bring it back" in cast.alice.browser.get(f"/en/stories/{story_id}").text
    assert "Bring it back" not in cast.bob.browser.get(f"/en/stories/{story_id}").text
    assert not db.session.scalars(select(SearchDocument)).all()


@pytest.mark.parametrize("status", ["pending", "draft", "changes_asked", "declined", "hidden"])
def test_what_is_not_published_is_not_found_by_others(cast: Cast, make_story: MakeStory, status: str) -> None:
    story_id = make_story(status=status)
    for who in ("visitor", "bob", "mona"):
        assert cast[who].browser.get(f"/en/stories/{story_id}").status_code == 404
        assert "jar lid" not in cast[who].browser.get("/en/stories").text
    assert cast.alice.browser.get(f"/en/stories/{story_id}").status_code == (404 if status == "draft" else 200)


def test_the_archive_walks_every_story_once_in_each_order(cast: Cast, make_story: MakeStory) -> None:
    made = {
        make_story(title=f"Story {number}", attribution="anonymous" if number % 3 else "member") for number in range(45)
    }
    for order in ("newest", "byline", "updated", "oldest"):
        seen: list[int] = []
        address: str | None = f"/en/stories?order={order}"
        pages = 0
        while address:
            text = cast.visitor.browser.get(address).text
            seen += [
                int(part.split('"')[0].split("?")[0]) for part in text.split('entry-title"><a href="/en/stories/')[1:]
            ]
            nexts = text.split('rel="next" href="')[1:]
            address = nexts[0].split('"')[0].replace("&amp;", "&") if nexts else None
            pages += 1
        assert pages == 3
        assert sorted(seen) == sorted(made)


def test_going_back_shows_the_page_before(cast: Cast, make_story: MakeStory) -> None:
    for number in range(45):
        make_story(title=f"Story {number}")
    first = cast.visitor.browser.get("/en/stories").text
    second_address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = cast.visitor.browser.get(second_address).text
    back_address = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    back = cast.visitor.browser.get(back_address).text
    titles = [part.split("<")[0] for part in first.split('">Story ')[1:]]
    assert titles == [part.split("<")[0] for part in back.split('">Story ')[1:]]


@pytest.mark.parametrize(
    "query",
    ["?topic=<script>", "?country='; drop table", "?relation=x", "?order=x", "?after=999999", "?before=-1",
     "?after=99999999999999999999", "?language=%00", "?topic=" + "x" * 5000],
)  # fmt: skip
def test_an_odd_filter_asks_for_everything(cast: Cast, make_story: MakeStory, query: str) -> None:
    make_story()
    page = cast.visitor.browser.get("/en/stories" + query)
    assert page.status_code == 200
    assert "<script>x" not in page.text


def test_filters_combine_and_count(cast: Cast, make_story: MakeStory) -> None:
    for number in range(3):
        make_story(title=f"From Italy {number}", country="IT", relation="partner")
        make_story(title=f"From Ireland {number}", country="IE", relation="partner")
        make_story(title=f"From Italy too {number}", country="IT", relation="patient")
    page = cast.visitor.browser.get("/en/stories?country=IT&relation=partner").text
    assert "From Italy 2<" in page
    assert "From Ireland" not in page
    assert "From Italy too" not in page
    assert "3 stories" in page
    assert 'Italy <span class="way-count">(3)' in page
    assert 'Ireland <span class="way-count">(3)' in page
    assert 'someone who lives with it <span class="way-count">(3)' in page


@pytest.mark.parametrize(("who", "most"), [("visitor", 8), ("alice", 12)])
def test_the_queries_of_a_page_do_not_grow(cast: Cast, make_story: MakeStory, who: str, most: int) -> None:
    with write():
        load_topics()
    about = db.session.scalars(select(Topic.id).limit(5)).all()
    story_id = make_story()
    others = [make_story(title=f"Story {number}", attribution="anonymous") for number in range(25)]
    with write():
        for key in (story_id, *others):
            db.session.execute(
                insert(contribution_topics), [{"contribution_id": key, "topic_id": one} for one in about]
            )
        for number in range(5):
            comment(actor=cast.bob.viewer, contribution_id=story_id, source=f"Thank you {number}", language="en")
    add_chapter(story_id, cast.alice.id)
    translation_id = make_story(title="Il coperchio", language="it", translation_of_id=story_id)
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "Stories like this one" in page
    assert "&amp;#39;" not in page
    assert "Thank you 4" in page
    cast[who].browser.get("/en/stories")  # the shelves stand from here on
    # A query of its own keeps each of them out of the visitors' cache.
    for address in ("/en/stories?a", f"/en/stories/{story_id}?a", f"/it/stories/{translation_id}?a"):
        assert counted(cast[who].browser, address) <= most, address


def test_the_language_of_the_interface_is_in_the_address(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    for language in ("en", "it", "es"):
        page = cast.visitor.browser.get(f"/{language}/stories/{story_id}")
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
    answer = cast.visitor.browser.get(f"/stories/{story_id}", headers={"Accept-Language": "it"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/it/stories/{story_id}")
    assert cast.visitor.browser.post(f"/stories/{story_id}/withdrawal").status_code == 404


def test_translations_are_linked_both_ways(cast: Cast, make_story: MakeStory) -> None:
    original = make_story(title="The jar lid")
    translation = make_story(title="Il coperchio", language="it", translation_of_id=original, translator="Bea Santoro")
    here, there = (cast.visitor.browser.get(f"/en/stories/{key}").text for key in (original, translation))
    assert f'href="/en/stories/{translation}" hreflang="it"' in here
    assert f'href="/en/stories/{original}" hreflang="en"' in there
    assert "Translated by Bea Santoro" in there
