"""What a guide says to machines: a MedicalWebPage that holds what its page shows and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.guides import actions
from forum.guides.actions import Guide
from forum.references.models import Reference
from forum.topics.models import Topic
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("site")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
REVIEW = {"lastReviewed", "reviewedBy"}


def save(slug: str = "calcinosis", language: str = "en", *, is_demo: bool = False, **changes: Any) -> None:
    values: dict[str, Any] = {
        "author": "Cora Beltrame", "in_short": "Calcium gathers under the skin.", "sections": {"about": "Lumps."},
        "reviewer": "Dr Helena Marsh", "reviewed_on": date(2026, 9, 30),
    }  # fmt: skip
    wanted = db.session.scalars(select(Topic.id).where(Topic.slug == slug)).one()
    with write():
        guide = Guide(**(values | changes))
        assert actions.save_default_text(topic_id=wanted, language=language, guide=guide, is_demo=is_demo)


def said(page: str) -> dict[str, Any]:
    (block,) = BLOCK.findall(page)
    read: dict[str, Any] = json.loads(block)
    return read


def leaves(value: Any) -> Iterator[str]:
    """Everything that is said, without the words of schema.org and the address of the page itself."""
    if isinstance(value, dict):
        for key, below in value.items():
            if not key.startswith("@"):
                yield from leaves(below)
    elif isinstance(value, list):
        for below in value:
            yield from leaves(below)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize(("slug", "language"), [("calcinosis", "en"), ("digital-ulcers", "it"), ("scleroderma", "es")])
def test_it_says_only_what_the_page_shows(client: Browser, slug: str, language: str) -> None:
    save(slug, language)
    address = f"/{language}/topics/{slug}"
    page = client.get(address).text
    found = said(page)
    assert found["@type"] == "MedicalWebPage"
    assert found["@id"] == found["url"] == the_settings().origin + address
    shown = BLOCK.sub("", page)
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", shown.split("</head>")[1])))
    attributes = set(map(unescape, re.findall(r'(?:href|datetime|lang)="([^"]*)"', shown)))
    own = {found["url"], the_settings().origin}
    said_here = set(leaves(found)) - own
    assert len(said_here) >= 6
    for one in said_here:
        assert one in attributes or one in words, one


def test_it_names_the_topic_its_author_its_review_and_the_site(client: Browser) -> None:
    save()
    found = said(client.get("/en/topics/calcinosis").text)
    assert (found["name"], found["inLanguage"], found["isAccessibleForFree"]) == ("Calcinosis", "en", True)
    about = found["about"]
    assert (about["@type"], about["name"]) == ("MedicalSignOrSymptom", "Calcinosis")
    assert "calcinosis cutis" in about["alternateName"]
    assert found["author"] == {"@type": "Person", "name": "Cora Beltrame"}
    assert found["lastReviewed"] == "2026-09-30"
    assert found["reviewedBy"] == {"@type": "Person", "name": "Dr Helena Marsh"}
    assert found["publisher"]["name"] == the_settings().site_name


def test_a_review_that_did_not_happen_is_not_claimed(client: Browser) -> None:
    save(reviewer="", reviewed_on=None)
    assert not REVIEW & said(client.get("/en/topics/calcinosis").text).keys()
    save(reviewed_on=None)  # somebody was asked
    assert not REVIEW & said(client.get("/en/topics/calcinosis").text).keys()
    save(reviewer="")
    assert REVIEW & said(client.get("/en/topics/calcinosis").text).keys() == {"lastReviewed"}
    save("lupus", is_demo=True)  # its reviewer is invented
    assert not REVIEW & said(client.get("/en/topics/lupus").text).keys()


def test_its_citations_are_the_references_in_their_order(client: Browser) -> None:
    save("digital-ulcers")
    page = client.get("/en/topics/digital-ulcers").text
    cited = said(page)["citation"]
    titles = re.findall(r'class="reference-title" lang="en">(?:<a[^>]*>)?([^<]+)', page)
    assert [one["name"] for one in cited] == list(map(unescape, titles)) != []
    bosentan = next(one for one in cited if one["name"].startswith("Bosentan"))
    assert bosentan["url"] == "https://doi.org/10.1136/ard.2010.130658"
    with write():
        reference = db.session.scalars(select(Reference).where(Reference.pmid == "20805294")).one()
        reference.link_state, reference.checked_at = "dead", clock.now()
    cited = said(client.get("/en/topics/digital-ulcers").text)["citation"]
    assert "url" not in next(one for one in cited if one["name"] == bosentan["name"])


def test_a_guide_without_references_has_no_citation(client: Browser) -> None:
    save("lupus")
    assert "citation" not in said(client.get("/en/topics/lupus").text)


def test_a_page_without_a_guide_in_its_language_is_none(client: Browser) -> None:
    assert not BLOCK.search(client.get("/en/topics/calcinosis").text)
    save(language="it")
    assert said(client.get("/it/topics/calcinosis").text)["inLanguage"] == "it"
    page = client.get("/es/topics/calcinosis").text
    assert "Calcium gathers" in page  # the Italian one, shown to who reads Spanish
    assert not BLOCK.search(page)


def test_it_can_not_end_its_block(client: Browser) -> None:
    attack = "</script><script>alert(1)</script><!-- &"
    save(author=attack, reviewer=attack)
    page = client.get("/en/topics/calcinosis").text
    assert "<script>alert(1)" not in page
    assert said(page)["author"]["name"] == said(page)["reviewedBy"]["name"] == attack
