"""Asking the index on both databases: what is found, in which order, and what never is."""

from __future__ import annotations

import pytest

from forum.accounts.viewer import VISITOR
from forum.contributions import actions as contributions
from forum.contributions.queries import visible_to
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.search import actions, newest, queries
from forum.search.queries import Results
from forum.stories.models import Story
from tests.cast import Cast
from tests.querylog import recorded
from tests.search.conftest import Publish

HOSTILE = [
    '"', '""', '" OR "', "jar*", "jar^2", "NEAR(jar lid)", "terms:jar", "jar AND", "NOT jar", "(jar", "jar)", "{jar}",
    "jar:*", "jar & lid", "!jar", "jar <-> lid", "'jar'", "jar\0lid", "\\", "%", "_", "';DROP TABLE members;--",
    "\U0001f9e3\U0001f9e4", "\u202ejar", "x" * 10_000, "jar " * 5000, "the of and", "à à à", "0near1", "²",
    "\U0001d527\U0001d51e\U0001d52f", "\ud800", "-1", "1e5", "a.b@c.de", "https://example.org/jar?x=1",
]  # fmt: skip


def found(text: str, *, viewer: object = VISITOR, language: str = "en", **more: object) -> Results:
    result = queries.query(text, visible=visible_to(viewer), language=language, **more)  # type: ignore[arg-type]
    db.session.rollback()
    return result


def ids(text: str, **more: object) -> list[int]:
    return [one.object_id for one in found(text, **more).found]


def test_words_phrases_accents_and_endings(publish: Publish) -> None:
    plum = publish("It was plum jam, my mother's, and the lid stayed on. Mi canción.")
    other = publish("The lid was off. Jam everywhere, none of it plum.")
    assert set(ids("plum jam")) == {plum, other}
    assert ids('"plum jam"') == [plum]
    assert ids('"jam plum"') == []
    assert ids("CANCION") == ids("canciones", language="es") == [plum]
    assert ids("plums lids mother") == [plum]
    assert ids("plum helicopter") == []


def test_a_title_counts_for_more_and_the_readers_language_too(publish: Publish) -> None:
    titled = publish("Nothing here but weather and tea.", title="The dentist")
    publish("The dentist sighed. " + "Nothing else but weather and tea and talk. " * 3, title="A day")
    assert ids("dentist")[0] == titled
    english = publish("Sclerodattilia and the kitchen", title="One")
    italian = publish("Sclerodattilia and the kitchen", title="One", language="it")
    assert ids("sclerodattilia", language="en")[0] == english
    assert ids("sclerodattilia", language="it")[0] == italian


@pytest.mark.usefixtures("app")
def test_who_says_it_comes_before_who_is_only_about_it() -> None:
    with write():
        for at, title in ((1, "Cold"), (3, "Colder")):
            actions.index("guide", at, language="en", title=title, text="A page of weather", synonyms="Raynaud " * 9)
        actions.index("guide", 2, language="en", title="Tea", text="Raynaud's, she said, and went on. " + "Tea. " * 40)
        actions.index("guide", 4, language="en", title="Nothing", text="Of it")
        actions.index("guide", 5, language="en", title="Nothing", text="Of it either")
        actions.index("guide", 6, language="en", title="Nothing", text="At all")
    db.session.rollback()
    assert ids("raynaud") == [2, 3, 1]


def test_kinds_narrow_and_what_no_member_wrote_is_found(publish: Publish) -> None:
    story = publish("A quiet line about kettles")
    with write():
        actions.index("helpline", 5, language="en", title="Kettle line", text="Call about kettles", address="/help")
        actions.index("helpline", 6, language="en", title="Kettle desk", text="Kettles", audience="members")
    db.session.rollback()
    assert set(ids("kettles")) == {story, 5}
    assert ids("kettles", kinds=["helpline"]) == [5]
    assert ids("kettles", kinds=["story"]) == [story]
    assert ids("kettles", kinds=["post", "guide"]) == []
    with write():
        actions.remove("helpline", 5)
    db.session.rollback()
    assert ids("kettles") == [story]


@pytest.mark.usefixtures("app")
def test_one_line_in_three_languages_is_shown_once() -> None:
    with write():
        for at, language in enumerate(("en", "it", "es"), 1):
            actions.index("helpline", at, language=language, title="Samaritans", text="116 123", address="/help")
    db.session.rollback()
    assert ids("samaritans", language="it") == [2]


@pytest.mark.usefixtures("app")
def test_nothing_is_found_in_an_empty_index() -> None:
    assert found("jar") == Results()
    assert not found("🧣").is_asked


@pytest.mark.parametrize("act", [contributions.withdraw, contributions.hide, contributions.erase])
def test_what_is_taken_away_is_gone_at_the_next_search(publish: Publish, act: object) -> None:
    key = publish("A very particular wheelbarrow")
    assert ids("wheelbarrow") == [key]
    with write():
        act(db.session.get_one(Story, key))  # type: ignore[operator]
    db.session.rollback()
    assert ids("wheelbarrow") == []


def test_the_criterion_decides_even_where_the_index_is_behind(publish: Publish) -> None:
    key = publish("A very particular wheelbarrow")
    with write():
        db.session.get_one(Story, key).status = "hidden"  # and nobody told the index
    db.session.rollback()
    assert ids("wheelbarrow") == []


def test_members_things_are_for_members(publish: Publish, cast: Cast) -> None:
    key = publish("Between us, a teapot", audience="members")
    assert ids("teapot") == []
    assert ids("teapot", viewer=cast.bob.viewer) == [key]
    secret = publish("Between us, a samovar", audience="participants")
    assert ids("samovar", viewer=cast.bob.viewer) == []
    assert secret


@pytest.mark.parametrize(("attribution", "byline"), [("anonymous", None), ("pseudonym", "Rosa M.")])
def test_nobody_is_found_by_the_name_behind_a_seal(publish: Publish, attribution: str, byline: str | None) -> None:
    publish("Somebody's story of a lamp", attribution=attribution, byline=byline)
    assert ids("alice") == []
    assert ids("alice@example.org") == []


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_is_typed_breaks_it(publish: Publish, typed: str) -> None:
    publish("A jar and a lid")
    for kinds in (None, ["story"]):
        assert found(typed, kinds=kinds).count >= 0


def test_pages_are_bounded_and_any_number_is_a_page(publish: Publish) -> None:
    keys = [publish(f"Thimble number {number}") for number in range(5)]
    pages = [found("thimble", limit=2, page=page) for page in (1, 2, 3)]
    assert [page.pages for page in pages] == [3, 3, 3]
    assert [one.object_id for page in pages for one in page.found] == keys[::-1]
    assert found("thimble", limit=2, page=99).page == 3
    assert found("thimble", limit=2, page=-5).page == 1


def test_more_than_the_limit_says_so_and_the_newest_are_those_found(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "LIMIT", 3)
    monkeypatch.setattr(queries, "LIMIT", 3)
    keys = [publish(f"Thimble number {number}") for number in range(5)]
    with write():
        contributions.hide(db.session.get_one(Story, keys[4]))
        db.session.get_one(Story, keys[3]).status = "hidden"  # hidden ones don't use up the limit
    db.session.rollback()
    result = found("thimble")
    assert (result.count, result.is_more) == (3, False)
    publish("One more thimble")
    assert (found("thimble").count, found("thimble").is_more) == (3, True)


@pytest.mark.postgresql
def test_the_newest_stretches_give_the_same_answer(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were so many documents that only their newest stretches are looked through."""
    monkeypatch.setattr(newest, "LIMIT", 4)
    monkeypatch.setattr(queries, "LIMIT", 4)
    monkeypatch.setattr(newest, "MOST_STRETCHES", 0)
    publish("Thimble number none")
    with write():  # a gap of four stretches in the ids
        db.session.execute(db.text("ALTER SEQUENCE search_documents_id_seq RESTART WITH 9000"))
    db.session.rollback()
    new = [publish(f"Thimble number {number}") for number in range(6)]
    monkeypatch.setattr(newest, "MOST_STRETCHES", 4)
    asked = queries.questions.read("thimble", "en")
    assert newest._reaches(asked)[0]
    result = found("thimble")
    assert [one.object_id for one in result.found] == sorted(new, reverse=True)[:4]
    assert result.is_more
    assert len(found("none").found) == 1  # only in an old stretch: all are looked through
    assert not found("none").is_more


@pytest.mark.postgresql
def test_a_phrase_of_common_words_is_looked_for_among_the_newest(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("The jar and the lid")
    monkeypatch.setattr(newest, "MOST_STRETCHES", 0)
    with write():
        db.session.execute(db.text("ALTER SEQUENCE search_documents_id_seq RESTART WITH 900000"))
    db.session.rollback()
    publish("The lid and the jar")
    publish("The lid, and then the jar")
    monkeypatch.setattr(newest, "MOST_STRETCHES", 4)
    assert (found('"jar and the lid"').count, found('"jar and the lid"').is_more) == (1, False)
    monkeypatch.setattr(newest, "MOST_READ", 0.001)
    assert (found('"jar and the lid"').count, found('"jar and the lid"').is_more) == (0, True)
    assert (found('"lid and the jar"').count, found('"lid and the jar"').is_more) == (1, True)
    assert found("jar lid").count == 3


def test_excerpts_are_marked_and_escaped(publish: Publish) -> None:
    publish("<b>bold</b> & a dentist's <script>alert(1)</script> chair")
    one = found("dentist").found[0]
    assert "<mark>dentist</mark>" in one.excerpt
    assert "<script" not in one.excerpt
    assert "&lt;script" in one.excerpt


def test_queries_are_few(publish: Publish) -> None:
    publish("A jar")
    with recorded() as statements:
        found("jar")
    assert len(statements) <= 4
