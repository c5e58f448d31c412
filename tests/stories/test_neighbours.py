"""The way on: previous and next in the list one came from, the short address, what a story says to machines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories.archive import Filters, expanded
from forum.stories.models import Story
from tests.cast import Browser, Cast
from tests.stories.conftest import MakeStory


def beside(browser: Browser, address: str) -> tuple[str | None, str | None]:
    """Where a story's page says that the previous and the next one are."""
    text = browser.get(address).text.split('class="neighbours"')
    if len(text) == 1:
        return None, None
    links = {rel: re.search(rf'rel="{rel} nofollow" href="([^"]+)"', text[1]) for rel in ("prev", "next")}
    before, after = ((found[1] if found else None) for found in links.values())
    return before, after


def test_the_list_one_came_from_goes_on(cast: Cast, make_story: MakeStory) -> None:
    italian = [make_story(title=f"Italy {number}", country="IT") for number in range(3)]
    make_story(title="Ireland", country="IE")
    browser = cast.visitor.browser
    archive = browser.get("/en/stories?country=IT&order=oldest").text
    first = f"/en/stories/{italian[0]}?list=country%3AIT%2Corder%3Aoldest"
    assert f'href="{first}"' in archive
    assert beside(browser, first) == (None, first.replace(f"/{italian[0]}?", f"/{italian[1]}?"))
    middle = first.replace(f"/{italian[0]}?", f"/{italian[1]}?")
    assert beside(browser, middle) == (first, first.replace(f"/{italian[0]}?", f"/{italian[2]}?"))
    page = browser.get(middle).text
    assert re.search(rf'<link rel="canonical" href="[^"]+/en/stories/{italian[1]}">', page)
    assert 'href="/en/stories?country=IT&amp;order=oldest"' in page
    assert "From Italy" in page


def test_without_a_list_the_whole_archive_stands_around(cast: Cast, make_story: MakeStory) -> None:
    keys = [make_story(title=f"Story {number}") for number in range(3)]
    assert beside(cast.visitor.browser, f"/en/stories/{keys[1]}") == (
        f"/en/stories/{keys[2]}", f"/en/stories/{keys[0]}",
    )  # fmt: skip


def test_a_story_that_left_the_list_still_leads_on(cast: Cast, make_story: MakeStory) -> None:
    keys = [make_story(title=f"Story {number}", country="IT") for number in range(4)]
    with write():
        db.session.get_one(Story, keys[1]).country = "ES"
    found = beside(cast.visitor.browser, f"/en/stories/{keys[1]}?list=country:IT")
    assert found == (f"/en/stories/{keys[2]}", f"/en/stories/{keys[0]}")


def test_what_one_may_not_see_is_nobodys_neighbour(cast: Cast, make_story: MakeStory) -> None:
    keys = [make_story(title=f"Story {number}") for number in range(3)]
    with write():
        db.session.get_one(Story, keys[1]).audience = "members"
        db.session.get_one(Story, keys[0]).is_listed = False
    assert beside(cast.visitor.browser, f"/en/stories/{keys[2]}") == (None, None)
    assert beside(cast.bob.browser, f"/en/stories/{keys[2]}") == (None, f"/en/stories/{keys[1]}")
    # An unlisted story is read by its address; no list goes on from it.
    assert beside(cast.visitor.browser, f"/en/stories/{keys[0]}") == (None, None)


@pytest.mark.parametrize("odd", ["x", "country:", "country:IT:ES", ",,,", "<script>", "order:x", "topic:" + "x" * 999])
def test_an_odd_list_is_the_whole_archive(cast: Cast, make_story: MakeStory, odd: str) -> None:
    key = make_story()
    older = make_story()
    answer = cast.visitor.browser.get(f"/en/stories/{older}", query_string={"list": odd})
    assert answer.status_code == 200
    assert f'href="/en/stories/{key}"' in answer.text


def test_a_list_is_said_in_one_word_and_read_again() -> None:
    filters = Filters(topic="raynaud", country="IT", signs="other", order="byline")
    assert filters.compact == "topic:raynaud,country:IT,signs:other,order:byline"
    assert expanded(filters.compact) == {"topic": "raynaud", "country": "IT", "signs": "other", "order": "byline"}
    assert Filters().compact == ""


# The short address


def test_a_short_address_leads_to_the_story_in_its_own_language(cast: Cast, make_story: MakeStory) -> None:
    story = make_story(language="it")
    answer = cast.visitor.browser.get(f"/s/{story}", headers={"Accept-Language": "es"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/it/stories/{story}")
    assert answer.headers["Cache-Control"] == "no-store"
    page = cast.visitor.browser.get(f"/it/stories/{story}").text
    assert f'id="short-address" href="/s/{story}"' in page


def test_a_short_address_says_nothing_of_what_is_not_there(cast: Cast, make_story: MakeStory) -> None:
    waiting, withdrawn = make_story(status="pending", language="it"), make_story(language="it")
    cast.alice.browser.post(f"/en/stories/{withdrawn}/withdrawal")
    for key, status in ((waiting, 404), (withdrawn, 410), (999, 404)):
        answer = cast.visitor.browser.get(f"/s/{key}", headers={"Accept-Language": "es"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/es/stories/{key}")
        assert cast.visitor.browser.get(answer.headers["Location"]).status_code == status
    assert cast.visitor.browser.get("/s/x").status_code == 404


# To machines


def said(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_structured_data_names_only_who_signed(cast: Cast, make_story: MakeStory) -> None:
    signed = make_story(teaser="Lids.")
    pseudonym = make_story(attribution="pseudonym", byline="Rosa M.")
    nameless = make_story(attribution="anonymous")
    pages = {key: cast.visitor.browser.get(f"/en/stories/{key}").text for key in (signed, pseudonym, nameless)}
    assert said(pages[signed])["author"]["name"] == "Alice"
    assert said(pages[pseudonym])["author"] == {"@type": "Person", "name": "Rosa M."}
    assert "author" not in said(pages[nameless])
    for page in pages.values():
        found = said(page)
        assert (found["@type"], found["inLanguage"], found["isAccessibleForFree"]) == ("Article", "en", True)
        assert found["datePublished"] <= found["dateModified"]


def test_structured_data_links_a_set_both_ways(cast: Cast, make_story: MakeStory) -> None:
    original = make_story()
    translation = make_story(title="Il coperchio", language="it", translation_of_id=original, translator="Bea Santoro")
    there, here = (said(cast.visitor.browser.get(f"/en/stories/{key}").text) for key in (original, translation))
    assert here["translationOfWork"]["@id"] == there["@id"]
    assert [one["@id"] for one in there["workTranslation"]] == [here["@id"]]
    assert here["translator"] == {"@type": "Person", "name": "Bea Santoro"}


def test_structured_data_can_not_end_its_block(cast: Cast, make_story: MakeStory) -> None:
    title = "</script><script>alert(1)</script><!-- & \u2028"
    page = cast.visitor.browser.get(f"/en/stories/{make_story(title=title)}").text
    assert "<script>alert(1)" not in page
    assert said(page)["headline"] == title


def test_a_preview_of_a_story_without_a_name_has_no_word_of_it(cast: Cast, make_story: MakeStory) -> None:
    for attribution, shows in (("anonymous", False), ("member", True)):
        key = make_story(title="My scleroderma", teaser="Eleven years in.", attribution=attribution)
        head = cast.visitor.browser.get(f"/en/stories/{key}").text.split("</head>")[0]
        preview = "".join(re.findall(r'<meta (?:property="og:|name="description")[^>]*>', head))
        assert ("My scleroderma" in preview) == shows
        assert ("Eleven years" in preview) == shows
        assert ('og:title" content="A story"' in preview) != shows
