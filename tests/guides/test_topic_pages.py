"""The page of a topic: found by every name, with and without a text, in three languages, with few queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from forum.contributions.models import Contribution
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.guides import actions
from forum.guides.actions import Guide
from forum.guides.models import GuideSection, GuideText
from forum.moderation.models import LogEntry
from forum.references.models import Reference
from forum.search.models import SearchDocument
from forum.stories.models import Story
from forum.topics.models import Topic
from tests.cast import Browser, Cast, Person
from tests.querylog import recorded

pytestmark = pytest.mark.usefixtures("site")
SAVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def topic_id(slug: str) -> int:
    return db.session.scalars(select(Topic.id).where(Topic.slug == slug)).one()


def guide(**changes: Any) -> Guide:
    values: dict[str, Any] = {
        "author": "Cora Beltrame", "in_short": "Calcium gathers under the skin [ref:3].",
        "sections": {"causes": "Nobody knows.", "about": "Lumps [ref:3] [ref:1], of four kinds [ref:2].\n\n- one"},
        "reviewer": "Dr Helena Marsh", "reviewed_on": date(2026, 9, 30),
    }  # fmt: skip
    return Guide(**(values | changes))


def save(slug: str = "calcinosis", language: str = "en", **changes: Any) -> Any:
    wanted = topic_id(slug)
    with write():
        return actions.save_default_text(topic_id=wanted, language=language, guide=guide(**changes), is_demo=False)


def story(author: Person, title: str, *slugs: str, **changes: Any) -> int:
    ids = [topic_id(slug) for slug in slugs]
    values: dict[str, Any] = {
        "author_id": author.id, "title": title, "language": "en", "status": "published", "source": "Words.",
        "html": richtext.render("Words."), "created_at": clock.now(), "published_at": clock.now(),
    }  # fmt: skip
    with write():
        row = Story(**(values | changes), topics=list(db.session.scalars(select(Topic).where(Topic.id.in_(ids)))))
        db.session.add(row)
    return row.id


def text_of(client: Browser, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.text)


def test_every_topic_has_its_page_in_every_language(client: Browser) -> None:
    slugs = db.session.scalars(select(Topic.slug)).all()
    assert len(slugs) == 38
    for language in ("en", "it", "es"):
        for slug in slugs:
            text = text_of(client, f"/{language}/topics/{slug}")
            assert "SNOMED" not in text
        assert "267874003" not in text_of(client, f"/{language}/topics/scleroderma")
        text_of(client, f"/{language}/topics")


NAMES = [
    ("crest", "crest-syndrome"),
    ("CREST", "crest-syndrome"),
    ("SSc", "systemic-sclerosis"),
    ("raynauds", None),
    ("Sindrome%20CREST", "crest-syndrome"),
    ("úlceras-digitales", "digital-ulcers"),
    ("nothing", None),
    ("%00", None),
    ("%E2%80%AE", None),
    ("x" * 3000, None),
    ("%3Cscript%3E", None),
    ("..", None),
    ("-", None),
]


def test_a_name_leads_to_the_page_and_nonsense_to_404(client: Browser) -> None:
    for name, slug in NAMES:
        answer = client.get(f"/en/topics/{name}")
        if slug is None:
            assert answer.status_code == 404
            assert "<script>" not in answer.text.split("<main", 1)[1]
        else:
            assert answer.status_code == 302
            assert answer.location == f"/en/topics/{slug}"


def test_a_former_address_leads_to_the_new_one(client: Browser, cast: Cast) -> None:
    wanted = topic_id("crest-syndrome")
    with write():
        assert actions.move_topic(actor=cast.cora.viewer, topic_id=wanted, slug="crest-today")
    assert client.get("/it/topics/crest-syndrome").location == "/it/topics/crest-today"
    assert client.get("/en/topics/crest").location == "/en/topics/crest-today"
    addresses = set(db.session.scalars(select(SearchDocument.address).where(SearchDocument.kind == "topic")))
    assert "/topics/crest-today" in addresses
    assert "/topics/crest-syndrome" not in addresses


def test_the_text_with_its_author_review_and_numbered_references(client: Browser) -> None:
    assert save()
    text = text_of(client, "/en/topics/calcinosis")
    for words in ("Written by Cora Beltrame", "Reviewed by Dr Helena Marsh", "Last reviewed 30 September 2026",
                  "It is not medical advice", "Also called calcinosis cutis", "In short"):  # fmt: skip
        assert words in text
    # Cited third, first and second: numbered as they are met.
    assert 'skin<sup><a href="#ref-1" aria-label="Reference 1">1</a></sup>.' in text
    assert (
        '<sup><a href="#ref-1" aria-label="Reference 1">1</a>, <a href="#ref-2" aria-label="Reference 2">2</a></sup>'
        in text
    )
    assert "[ref:" not in text
    listed = re.findall(r'id="ref-(\d+)"> <p class="reference-title" lang="en">([^<]+)', text)
    assert [number for number, _title in listed] == [str(number) for number in range(1, 12)]
    assert listed[0][1].startswith("Generalised calcinosis")
    assert text.index('id="about"') < text.index('id="causes"') < text.index('id="references"')


def test_a_reference_is_a_link_only_where_it_has_an_address(client: Browser) -> None:
    save()
    assert 'class="reference-title" lang="en"><a' not in text_of(client, "/en/topics/calcinosis")
    text = text_of(client, "/en/topics/digital-ulcers")
    assert '<a href="https://doi.org/10.1136/ard.2010.130658">Bosentan' in text
    assert "https://pubmed.ncbi.nlm.nih.gov/20805294/" in text
    assert "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3329234/" in text
    with write():
        reference = db.session.scalars(select(Reference).where(Reference.pmid == "20805294")).one()
        reference.link_state, reference.checked_at = "dead", SAVED
    text = text_of(client, "/en/topics/digital-ulcers")
    assert "10.1136/ard.2010.130658" not in text
    assert "its link was dead on 20 November 2026" in text


def test_a_text_in_another_language_says_so(client: Browser) -> None:
    save(language="it", in_short="In breve, calcio.")
    text = text_of(client, "/es/topics/calcinosis")
    assert 'lang="it"' in text
    assert "In breve, calcio." in text
    assert "Nobody has written" not in text
    save(language="es", in_short="Calcio, en breve.")
    assert "In breve, calcio." not in text_of(client, "/es/topics/calcinosis")


def test_stories_of_narrower_topics_stand_here_and_say_why(client: Browser, cast: Cast) -> None:
    own = story(cast.alice, "About this one", "systemic-sclerosis")
    narrow = story(cast.bob, "Through the narrower", "crest-syndrome", attribution="anonymous", author_id=None)
    hidden = story(cast.bob, "A hidden one", "crest-syndrome", status="hidden")
    unlisted = story(cast.bob, "An unlisted one", "crest-syndrome", is_listed=False)
    members = story(cast.bob, "One for members", "crest-syndrome", audience="members")
    text = text_of(client, "/en/topics/systemic-sclerosis")
    assert f"/en/stories/{own}" in text
    assert f"/en/stories/{narrow}" in text
    for gone in (hidden, unlisted, members):
        assert f"/en/stories/{gone}" not in text
    assert text.count("About CREST syndrome") == 1
    assert "Without a name" in text
    assert f"/en/stories/{members}" in text_of(cast.nia.browser, "/en/topics/systemic-sclerosis")
    assert f"/en/stories/{own}" not in text_of(client, "/en/topics/crest-syndrome")


def test_the_page_costs_as_many_queries_however_much_stands_on_it(cast: Cast) -> None:
    def queries(person: Person) -> int:
        with recorded() as statements:
            text_of(person.browser, "/en/topics/systemic-sclerosis")
        return len(statements)

    def write_stories(count: int) -> None:
        for number in range(count):
            story(cast.alice, f"Story {number}", "crest-syndrome", "calcinosis", "systemic-sclerosis")

    write_stories(1)
    save("systemic-sclerosis", in_short="Short.", sections={"about": "Long."})
    few = queries(cast.alice)
    write_stories(9)
    assert queries(cast.alice) == few <= 18
    assert queries(cast.visitor) <= 14
    with recorded() as statements:
        text_of(cast.visitor.browser, "/en/topics")
    assert len(statements) <= 14


def test_lines_about_the_illness_are_no_links_until_verified(client: Browser) -> None:
    text = text_of(client, "/en/topics/lupus").split("<main", 1)[1]
    assert "Scleroderma hotline" in text
    assert "tel:" not in text


def test_saving_twice_is_one_text_and_keeps_the_index(client: Browser) -> None:
    before = db.session.scalar(select(func.count()).select_from(SearchDocument))
    assert save()
    assert save(sections={"about": "Only this."})
    assert db.session.scalar(select(func.count()).select_from(GuideText)) == 1
    assert db.session.scalars(select(GuideSection.section)).all() == ["about"]
    assert db.session.scalar(select(func.count()).select_from(SearchDocument)) == before
    document = db.session.scalars(select(SearchDocument).where(SearchDocument.kind == "guide")).one()
    assert document.address == "/topics/calcinosis"
    assert "[ref:" not in document.text
    assert "Only this." in document.text
    with write():
        actions.load_defaults()
    assert db.session.scalar(select(func.count()).select_from(SearchDocument)) == before


def test_every_topic_is_in_the_index_under_each_language(app: Flask) -> None:
    rows = db.session.execute(
        select(SearchDocument.language, func.count())
        .where(SearchDocument.kind == "topic")
        .group_by(SearchDocument.language)
    )
    assert dict(rows.all()) == {"en": 38, "it": 38, "es": 38}
    crest = db.session.scalars(
        select(SearchDocument).where(
            SearchDocument.address == "/topics/crest-syndrome", SearchDocument.language == "it"
        )
    ).one()
    assert crest.title == "Sindrome CREST"
    assert "CREST" in crest.text


def test_a_text_may_cite_only_the_topics_own_references(app: Flask) -> None:
    verdict = save("raynaud", in_short="See [ref:1].", sections={})
    assert not verdict
    assert verdict.status == 422
    assert db.session.scalar(select(func.count()).select_from(GuideText)) == 0
    with write():
        assert actions.save_text(actor=None, topic_id=99_999, language="en", guide=guide()).status == 404
    wanted = topic_id("lupus")
    with write():
        assert actions.save_text(actor=None, topic_id=wanted, language="xx", guide=guide()).status == 404


def test_the_review_of_a_line_is_kept_from_visitors_pages_when_it_changes(cast: Cast) -> None:
    address = "/en/topics/calcinosis"
    with time_machine.travel(SAVED, tick=False):
        assert "Nobody has written this guide yet" in text_of(cast.visitor.browser, address)
        save()
        assert "Nobody has written this guide yet" not in text_of(cast.visitor.browser, address)


Edit = Callable[..., Any]


def form(**changes: str) -> dict[str, str]:
    values = {"in_short": "Lumps of calcium.", "author": "Cora Beltrame", "reviewer": "", "reviewed_on": "2026-09-30",
              "section_about": "Under the skin.", "section_causes": "", "seen": ""}  # fmt: skip
    return values | changes


def test_only_curators_write_guides(cast: Cast) -> None:
    for method, path in (("get", "edit"), ("post", "texts"), ("get", "references/new"), ("post", "references")):
        address = f"/en/topics/lupus/{path}"
        for name in ("alice", "nia", "sam", "mona"):
            answer = getattr(cast[name].browser, method)(address, data=form() if method == "post" else None)
            assert answer.status_code == 403, (name, address)
        assert getattr(cast.visitor.browser, method)(address).status_code == 303
    for name in ("cora", "ada"):
        assert cast[name].browser.get("/en/topics/lupus/edit").status_code == 200
        assert cast[name].browser.get("/en/topics/lupus/references/new").status_code == 200
    assert "/edit" not in cast.alice.browser.get("/en/topics/lupus").text
    assert "/topics/lupus/edit" in cast.cora.browser.get("/en/topics/lupus").text
    assert db.session.scalar(select(func.count()).select_from(GuideText)) == 0


def test_a_curator_writes_in_the_language_of_the_page(cast: Cast) -> None:
    answer = cast.cora.browser.post("/it/topics/lupus/texts", data=form(in_short="Calcio."))
    assert answer.status_code == 303
    assert answer.location == "/it/topics/lupus"
    there = db.session.scalars(select(GuideText)).one()
    assert (there.language, there.reviewed_on) == ("it", date(2026, 9, 30))
    assert "Calcio." in cast.visitor.browser.get("/it/topics/lupus").text
    edit = cast.cora.browser.get("/it/topics/lupus/edit").text
    assert "Under the skin." in edit
    assert there.updated_at.isoformat() in edit.replace("&#43;", "+")


def test_the_same_text_sent_twice_is_kept_once(cast: Cast) -> None:
    for _again in range(2):
        assert cast.cora.browser.post("/en/topics/lupus/texts", data=form()).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(GuideText)) == 1
    assert db.session.scalars(select(LogEntry.act)).all() == ["guide_written"]


def test_two_curators_lose_nothing(cast: Cast) -> None:
    assert cast.cora.browser.post("/en/topics/lupus/texts", data=form(in_short="The first.")).status_code == 303
    answer = cast.ada.browser.post("/en/topics/lupus/texts", data=form(in_short="The second, begun before."))
    assert answer.status_code == 409
    assert "The second, begun before." in answer.text
    assert "while you were writing" in answer.text
    seen = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert seen
    again = form(in_short="The second, on purpose.", seen=seen[1].replace("&#43;", "+"))
    assert cast.ada.browser.post("/en/topics/lupus/texts", data=again).status_code == 303
    assert db.session.scalars(select(GuideText.in_short)).all() == ["The second, on purpose."]


BAD = [
        {"in_short": ""}, {"in_short": "   "}, {"in_short": "\x00\u202e"}, {"author": ""}, {"reviewed_on": "yesterday"},
        {"reviewed_on": "2026-02-31"}, {"reviewed_on": "2999-01-01"}, {"in_short": "x" * 2001},
        {"section_about": "x" * 40_001}, {"author": "x" * 201}, {"in_short": "Cites [ref:999999999]."},
    ]  # fmt: skip


def test_bad_input_is_answered_with_a_sentence_and_the_words(cast: Cast) -> None:
    for bad in BAD:
        answer = cast.cora.browser.post("/en/topics/lupus/texts", data=form(section_causes="My own words.") | bad)
        assert answer.status_code == 422
        assert "My own words." in answer.text
        assert 'role="alert"' in answer.text
        assert db.session.scalar(select(func.count()).select_from(GuideText)) == 0


def test_a_script_in_every_field_stays_text(cast: Cast) -> None:
    attack = "<script>alert(1)</script>\u202e\x07"
    fields = {key: attack for key in form() if key not in ("seen", "reviewed_on")}
    answer = cast.cora.browser.post("/en/topics/lupus/texts", data=fields | {"reviewed_on": "", "seen": attack})
    assert answer.status_code in (303, 409)
    answer = cast.cora.browser.post("/en/topics/lupus/texts", data=fields | {"reviewed_on": "", "seen": ""})
    text = cast.visitor.browser.get("/en/topics/lupus").text
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "<script>alert" not in cast.cora.browser.get("/en/topics/lupus/edit").text


def test_forms_without_fields_or_for_unknown_topics(cast: Cast) -> None:
    assert cast.cora.browser.post("/en/topics/lupus/texts", data={}).status_code == 422
    assert cast.cora.browser.post("/en/topics/lupus/references", data={}).status_code == 422
    for path in ("texts", "references"):
        assert cast.cora.browser.post(f"/en/topics/nothing/{path}", data=form()).status_code == 404
    assert cast.cora.browser.get("/en/topics/nothing/edit").status_code == 404
    assert cast.cora.browser.get("/en/topics/lupus/texts").status_code in (404, 405)


def test_what_is_published_is_of_the_past(cast: Cast) -> None:
    story(cast.alice, "A story", "lupus", published_at=clock.now() - timedelta(days=3))
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 1
    assert "A story" in cast.visitor.browser.get("/en/topics/lupus").text
