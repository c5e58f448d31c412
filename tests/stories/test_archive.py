"""The archive against a slow and obvious one: random stories, every combination of filters, every order and page."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import insert, select, update

from forum.accounts.models import Member
from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, contribution_topics
from forum.core import richtext, stems
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories.archive import PAGE, TOGETHER, View
from forum.stories.models import Story
from forum.stories.shelves import FACETS, ORDERS, the_shelves
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Cast
from tests.querylog import recorded
from tests.stories.conftest import MakeStory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTRIES = ["IT", "IT", "IT", "ES", "ES", "IE", "GB", "GB", "SM", None]
RELATIONS = ["patient", "patient", "patient", "parent", "parent", "partner", "friend", None]


@dataclass(frozen=True)
class Told:
    """One story as the slow archive knows it."""

    id: int
    language: str
    country: str | None
    relation: str | None
    diagnosed: str | None
    signs: str | None
    topics: frozenset[str]
    byline: str | None
    published: datetime
    changed: datetime
    is_for_everyone: bool


def view_of(viewer: Viewer, **asked: str) -> View:
    """The archive as a request made now would show it."""
    db.session.rollback()
    g.pop("public_state", None)
    return View(the_shelves(), viewer, asked)


def wider(slug: str, broader: dict[str, str]) -> set[str]:
    found = {slug}
    while slug in broader and broader[slug] not in found:
        slug = broader[slug]
        found.add(slug)
    return found


@pytest.fixture
def told(app: Flask, cast: Cast) -> list[Told]:
    """120 stories of all sorts, some of which nobody or only members may see; those that a member sees."""
    with write():
        load_topics()
    draw = random.Random(20_261_121)
    rows = db.session.execute(select(Topic.id, Topic.slug, Topic.broader_id)).all()
    slugs = {row.id: row.slug for row in rows}
    broader = {row.slug: slugs[row.broader_id] for row in rows if row.broader_id}
    people = [(cast.alice.id, "Alice"), (cast.bob.id, "Bob")]
    known: list[Told] = []
    words: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    about: list[dict[str, int]] = []
    for key in range(1, 121):
        attribution = draw.choice(["member", "pseudonym", "anonymous"])
        author, name = draw.choice(people) if attribution == "member" else (None, None)
        byline = draw.choice(["Élodie", "elena", "Zoë", "42 winters", "ñandú"]) if attribution == "pseudonym" else None
        published = NOW - timedelta(hours=draw.randrange(60))
        changed = published + timedelta(days=draw.randrange(90)) if draw.random() < 0.3 else None
        status = draw.choices(["published", "hidden", "withdrawn", "pending", "draft"], [16, 1, 1, 1, 1])[0]
        audience = draw.choices(["everyone", "members", "participants"], [8, 2, 1])[0]
        is_listed = draw.random() < 0.95
        words.append({
            "id": key, "kind": "story", "author_id": author, "attribution": attribution, "byline": byline,
            "title": f"Story {key}", "language": draw.choice(["en", "en", "it", "es"]), "status": status,
            "audience": audience, "is_listed": is_listed, "created_at": published, "published_at": published,
            "updated_at": changed, "version": 1, "teaser": "", "source": "", "html": richtext.stored(""),
            "html_policy": 0, "content_notes": "", "cloth_seed": key, "is_demo": False,
        })  # fmt: skip
        signs, diagnosed = (
            draw.choice([None, "1987", "1991-03", "2003"]),
            draw.choice([None, "1994", "2004-11", "2011"]),
        )
        facts.append({
            "id": key, "condition_words": "", "region": "", "country": draw.choice(COUNTRIES),
            "relation": draw.choice(RELATIONS), "first_symptoms": signs, "diagnosed": diagnosed,
            "translation_of_id": None, "translated_from_revision_id": None, "translator": "",
        })  # fmt: skip
        chosen = draw.sample(sorted(slugs), draw.randrange(4))
        about += [{"contribution_id": key, "topic_id": one} for one in chosen]
        if status == "published" and audience != "participants" and is_listed:
            known.append(Told(
                key, words[-1]["language"], facts[-1]["country"], facts[-1]["relation"],
                f"{diagnosed[:3]}0" if diagnosed else None, f"{signs[:3]}0" if signs else None,
                frozenset().union(*(wider(slugs[one], broader) for one in chosen)), byline or name,
                published, changed or published, audience == "everyone",
            ))  # fmt: skip
    with write():
        for table, values in ((Contribution, words), (Story, facts), (contribution_topics, about)):
            db.session.execute(insert(getattr(table, "__table__", table)), values)
    return known


def slow_values(story: Told, facet: str) -> set[str]:
    """What one story counts under."""
    if facet in ("topic", "treatment"):
        return set(story.topics)
    value = getattr(story, facet)
    return {value} if value else set()


def slow_matches(stories: Sequence[Told], asked: dict[str, str]) -> list[Told]:
    """The stories that `asked` holds, looked at one by one; a rare value means all rare ones of its facet."""
    found = list(stories)
    for facet, value in asked.items():
        wanted = {value}
        if facet in TOGETHER:
            counts: dict[str, int] = {}
            for story in stories:
                for one in slow_values(story, facet):
                    counts[one] = counts.get(one, 0) + 1
            rare = {one for one, count in counts.items() if count < 3}
            if value in rare or value not in counts:
                wanted = rare
        found = [story for story in found if slow_values(story, facet) & wanted]
    return found


def slow_order(stories: Sequence[Told], order: str) -> list[int]:
    if order == "updated":
        return [one.id for one in sorted(stories, key=lambda one: (one.changed, one.id), reverse=True)]
    newest = sorted(stories, key=lambda one: (one.published, one.id), reverse=True)
    if order == "byline":
        newest.sort(key=lambda one: (one.byline is None, stems.fold(one.byline or "")))
    return [one.id for one in (reversed(newest) if order == "oldest" else newest)]


ASKED = {
    "topic": ["scleroderma", "raynaud", "systemic-sclerosis", "calcinosis"],
    "treatment": ["diltiazem", "warfarin"],
    "language": ["en", "it"],
    "country": ["IT", "GB", "SM", "IE", "elsewhere", "AX"],
    "relation": ["patient", "parent", "friend", "other"],
    "diagnosed": ["1990", "2010", "1950"],
    "signs": ["1980", "2000"],
}


def combinations() -> Iterator[dict[str, str]]:
    """Every set of filters, each with values drawn for it; the pairs with all their values."""
    draw = random.Random(7)
    for size in range(len(FACETS) + 1):
        for facets in itertools.combinations(FACETS, size):
            yield {facet: draw.choice(ASKED[facet]) for facet in facets}
    for one, other in itertools.combinations(FACETS, 2):
        for value, more in itertools.product(ASKED[one], ASKED[other]):
            yield {one: value, other: more}


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_every_combination_holds_and_counts_what_it_should(told: list[Told], cast: Cast, who: str) -> None:
    viewer = cast[who].viewer
    seen = [story for story in told if story.is_for_everyone or who != "visitor"]
    shelves = view_of(viewer).shelves
    some = 0
    for asked in combinations():
        view = View(shelves, viewer, asked)
        wanted = slow_matches(seen, asked)
        found = [shelves.stories[place].id for place in shelves.walk(view.shelf, "newest")]
        assert found == slow_order(wanted, "newest"), asked
        some += bool(wanted)
        for facet in FACETS:
            beside = {name: value for name, value in asked.items() if name != facet}
            for choice in view.choices(facet):
                assert choice.count == len(slow_matches(seen, {**beside, facet: choice.value})), (asked, facet, choice)
    assert some > 100


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("asked", [{}, {"language": "en"}, {"country": "elsewhere"}], ids=str)
def test_pages_go_through_every_story_once_and_back(told: list[Told], order: str, asked: dict[str, str]) -> None:
    wanted = slow_order(slow_matches([one for one in told if one.is_for_everyone], asked), order)
    view = view_of(VISITOR, order=order, **asked)
    pages = [view.page()]
    while pages[-1].after is not None:
        pages.append(view.page(after=pages[-1].after))
    assert [story.id for page in pages for story in page.stories] == wanted
    assert all(len(page.stories) == PAGE for page in pages[:-1])
    back = [pages[-1]]
    while back[-1].before is not None:
        back.append(view.page(before=back[-1].before))
    assert [[story.id for story in page.stories] for page in back] == [
        [story.id for story in page.stories] for page in reversed(pages)
    ]


def test_a_letter_begins_its_list(told: list[Told]) -> None:
    view = view_of(VISITOR, order="byline")
    seen = [one for one in told if one.is_for_everyone]
    assert view.initials() == ["A", "B", "E", "N", "Z", "#"]
    for letter in view.initials():
        first = view.page(letter="other" if letter == "#" else letter).stories[0]
        ids = slow_order(seen, "byline")
        names = {one.id: stems.fold(one.byline or "\U0010ffff") for one in seen}
        begins = next(key for key in ids if names[key][0].upper() == letter or (letter == "#" and names[key][0] == "4"))
        assert first.id == begins
        assert view.initial_of(first) == letter
    assert view.page(letter="Q").stories[0].id == slow_order(seen, "byline")[0]


def test_what_a_visitor_may_not_see_starts_no_page(told: list[Told]) -> None:
    hers = next(one.id for one in told if not one.is_for_everyone)
    for order in ORDERS:
        view = view_of(VISITOR, order=order)
        first = [story.id for story in view.page().stories]
        for key in (hers, 10**9, 0):
            assert [story.id for story in view.page(after=key).stories] == first
            assert [story.id for story in view.page(before=key).stories] == first


def total(viewer: Viewer = VISITOR, **asked: str) -> int:
    return view_of(viewer, **asked).page().total


def test_a_change_counts_at_once(cast: Cast, make_story: MakeStory) -> None:
    with write():
        load_topics()
    keys = [make_story(title=f"Story {number}", country="IT", relation="patient") for number in range(4)]
    assert total(country="IT") == 4
    with write():
        contributions.hide(db.session.get_one(Story, keys[0]))
    assert total(country="IT") == 3
    with write():
        contributions.restore(db.session.get_one(Story, keys[0]))
        db.session.get_one(Story, keys[1]).country = "ES"
    assert (total(country="IT"), total(country="ES"), total(country="elsewhere")) == (3, 1, 1)
    with write():
        contributions.set_audience(select(Story.id).where(Story.id == keys[2]), "members")
    assert (total(), total(cast.bob.viewer)) == (3, 4)
    with write():
        story = db.session.get_one(Story, keys[3])
        db.session.refresh(story, ["topics"])
        story.topics = [db.session.scalars(select(Topic).where(Topic.slug == "raynaud")).one()]
    assert total(topic="raynaud") == 1
    with write():
        db.session.execute(update(Contribution).where(Contribution.id == keys[3]).values(is_listed=False))
    assert total(topic="raynaud") == 0
    with write():
        db.session.get_one(Member, cast.alice.id).display_name = "Zita"
    assert view_of(VISITOR).initials() == ["Z"]


def test_a_topic_that_becomes_narrower_brings_its_stories(cast: Cast, make_story: MakeStory) -> None:
    with write():
        load_topics()
        fatigue = db.session.scalars(select(Topic).where(Topic.slug == "fatigue")).one()
    key = make_story()
    with write():
        db.session.execute(insert(contribution_topics).values(contribution_id=key, topic_id=fatigue.id))
    assert (total(topic="fatigue"), total(topic="lupus")) == (1, 0)
    with write():
        lupus = db.session.scalars(select(Topic).where(Topic.slug == "lupus")).one()
        db.session.get_one(Topic, fatigue.id).broader_id = lupus.id
    assert total(topic="lupus") == 1


def test_what_changes_no_list_makes_no_shelves_anew(cast: Cast, make_story: MakeStory) -> None:
    make_story()
    before = view_of(VISITOR).shelves
    with write():
        db.session.get_one(Member, cast.alice.id).standing = "trusted"
    with write():
        draft = Story(language="en", created_at=NOW, status="draft")
        contributions.sign(draft, cast.bob.id, "member")
    assert view_of(VISITOR).shelves is before
    make_story()
    assert view_of(VISITOR).shelves is not before


def test_nobody_is_found_by_a_rare_value(cast: Cast, make_story: MakeStory) -> None:
    for number in range(3):
        make_story(title=f"Common {number}", country="IT", relation="patient")
    make_story(title="Rare", country="SM", relation="friend")
    browser = cast.visitor.browser
    page = browser.get("/en/stories").text
    choices = page.split('class="filters"')[1].split("</nav>")[0]
    assert "San Marino" not in choices
    assert "a friend" not in choices
    assert 'href="/en/stories?country=elsewhere"' in choices
    assert 'href="/en/stories?relation=other"' in choices
    rare, together, none = (browser.get(f"/en/stories?country={code}").text for code in ("SM", "elsewhere", "VA"))
    for text in (rare, together, none):
        assert "1 story" in text
        assert 'href="/en/stories">' in text.split('class="chosen"')[1]
        assert "From elsewhere" in text
        assert "Common 1" not in text


def test_filters_are_links_that_take_themselves_away(cast: Cast, make_story: MakeStory) -> None:
    for number in range(3):
        make_story(title=f"Story {number}", country="IT", relation="patient")
    page = cast.visitor.browser.get("/en/stories?country=IT&relation=patient&order=oldest").text
    chosen = page.split('class="chosen"')[1].split("</ul>")[0]
    assert 'href="/en/stories?relation=patient&amp;order=oldest"' in chosen
    assert 'href="/en/stories?country=IT&amp;order=oldest"' in chosen
    assert 'name="robots" content="noindex"' in page


@pytest.mark.parametrize(("who", "most"), [("visitor", 8), ("alice", 12)])
def test_the_archive_asks_little_of_the_database(told: list[Told], cast: Cast, who: str, most: int) -> None:
    for address in ("/en/stories", "/it/stories?country=IT&language=en&topic=raynaud", "/en/stories?order=byline"):
        with recorded() as statements:
            assert cast[who].browser.get(address).status_code == 200
        assert len(statements) <= most, statements
