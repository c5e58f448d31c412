"""The literature: loaded once, cited as published, entered by curators in whatever form they copied it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.moderation.models import LogEntry
from forum.references import actions, queries
from forum.references.actions import Publication
from forum.references.forms import PublicationForm
from forum.references.models import Reference, ReferenceText
from forum.topics import actions as topics
from forum.topics.models import Topic
from tests.cast import Cast
from tests.querylog import recorded


@pytest.fixture(autouse=True)
def literature(app: Flask) -> None:
    with write():
        topics.load_defaults()
        actions.load_defaults()


def topic_id(slug: str) -> int:
    return db.session.scalars(select(Topic.id).where(Topic.slug == slug)).one()


def count() -> int:
    db.session.rollback()  # a reading transaction sees what was there when it began
    return db.session.scalar(select(func.count()).select_from(Reference)) or 0


def publication(**changes: Any) -> Publication:
    values: dict[str, Any] = {
        "title": "A new study", "source": "A journal 1:2", "published": PartialDate.parse("2020"), "kind": "study",
        "section": "about", "says": {"en": "It says this."},
    }  # fmt: skip
    return Publication(**(values | changes))


def fields(**changes: str) -> dict[str, str]:
    values = {"title": "A new study", "source": "A journal", "published": "2020-05", "kind": "study",
              "section": "treatment", "says_en": "It says this.", "doi": "10.1000/182"}  # fmt: skip
    return values | changes


def test_loading_twice_is_loading_once(app: Flask) -> None:
    with write():
        assert actions.load_defaults() == 0
    assert count() == 17
    assert db.session.scalar(select(func.count()).select_from(ReferenceText)) == 51
    with write():
        row = db.session.scalars(select(Reference).where(Reference.key == "raynaud-1")).one()
        row.title = "Corrected by a curator"
    with write():
        assert actions.load_defaults() == 0
    assert count() == 17


def test_the_rows_of_the_file_have_their_ids(app: Flask) -> None:
    ids = actions.default_ids()
    assert sorted(ids) == list(range(1, 18))
    titles = {number: db.session.get_one(Reference, reference).title for number, reference in ids.items()}
    assert titles[3] == "Generalised calcinosis in systemic sclerosis"
    assert titles[17].endswith("DUO Registry")


def test_a_topics_literature_is_in_the_order_of_its_sections(app: Flask) -> None:
    wanted = topic_id("calcinosis")
    with recorded() as statements:
        found = queries.for_topic([wanted], "it")
    assert len(statements) == 1
    assert [cited.section for cited in found] == (
        ["about"] * 2 + ["causes"] * 2 + ["diagnosis"] + ["treatment"] * 3 + ["research"] * 3
    )
    assert found[0].what_it_says.startswith("Dolorosa")
    assert found[0].links == []
    assert queries.for_topic([topic_id("lupus")], "en") == []
    assert queries.for_topic([], "en") == []


def test_what_it_says_falls_back(app: Flask) -> None:
    wanted = topic_id("lupus")
    with write():
        actions.add(topic_id=wanted, publication=publication(says={"es": "Dice esto."}))
    cited = queries.for_topic([wanted], "it")[0]
    assert (cited.language, cited.what_it_says) == ("es", "Dice esto.")


@pytest.mark.parametrize(
    "twin", [{}, {"title": "a NEW study"}, {"title": "Other", "doi": "10.1000/X"}, {"title": "Other", "pmid": "7"}]
)
def test_a_publication_stands_on_a_page_once(app: Flask, twin: dict[str, str]) -> None:
    wanted, other = topic_id("lupus"), topic_id("raynaud")
    with write():
        first, verdict = actions.add(topic_id=wanted, publication=publication(doi="10.1000/x", pmid="7"))
    assert verdict
    with write():
        there, verdict = actions.add(topic_id=wanted, publication=publication(**twin))
    assert (there, verdict.status) == (first, 409)
    with write():
        assert actions.add(topic_id=other, publication=publication(**twin))[1]
        assert actions.add(topic_id=99_999, publication=publication())[1].status == 404


COPIED = [
        ("doi", "10.1136/ard.2010.130658", "10.1136/ard.2010.130658"),
        ("doi", "https://doi.org/10.1136/ard.2010.130658", "10.1136/ard.2010.130658"),
        ("doi", " doi: 10.1002/14651858.CD000467.pub2 ", "10.1002/14651858.CD000467.pub2"),
        ("doi", "11.1000/1", None), ("doi", "10.1000/<script>", None), ("doi", "10.1000", None),
        ("doi", "javascript:10.1000/1", None),
        ("pmid", "20805294", "20805294"), ("pmid", "PMID: 20805294", "20805294"),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/20805294/", "20805294"),
        ("pmid", "2080529412", None), ("pmid", "٢", None), ("pmid", "-1", None),
        ("pmcid", "pmc3329234", "PMC3329234"),
        ("pmcid", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3329234/", "PMC3329234"),
        ("pmcid", "3329234", None),
        ("url", "https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("url", "javascript:alert(1)", None), ("url", "//example.org", None), ("url", "/en/topics", None),
        ("url", "https://user@example.org", None), ("url", "data:text/html,x", None),
        ("published", "2009", "2009"), ("published", "2009-5", "2009-05"), ("published", "", None),
        ("published", "May 2009", None), ("published", "2999", None), ("published", "0000", None),
        ("kind", "poem", None), ("section", "gossip", None), ("title", "", None), ("source", " ", None),
        ("says_en", "", None), ("title", "x" * 501, None), ("says_en", "x" * 1001, None),
    ]  # fmt: skip


def test_identifiers_are_read_as_people_copy_them(app: Flask) -> None:
    for field, typed, kept in COPIED:
        with app.test_request_context("/en/"):
            form = PublicationForm(MultiDict(fields() | {field: typed}))
            assert form.validate() is (kept is not None)
            if kept is None:
                assert form[field].errors
            else:
                assert str(getattr(form.publication(), field)) == kept


def test_a_curator_adds_one_and_the_log_knows(cast: Cast) -> None:
    answer = cast.cora.browser.post("/en/topics/lupus/references", data=fields())
    assert answer.status_code == 303
    assert answer.location == "/en/topics/lupus#references"
    text = cast.visitor.browser.get("/en/topics/lupus").text
    assert "https://doi.org/10.1000/182" in text
    assert "It says this." in text
    entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "reference_added")).one()
    assert (entry.actor_id, entry.object_id) == (cast.cora.id, topic_id("lupus"))
    answer = cast.cora.browser.post("/en/topics/lupus/references", data=fields())
    assert answer.status_code == 409
    assert "stands on the page already" in answer.text
    assert count() == 18


def test_bad_input_keeps_the_words(cast: Cast) -> None:
    attack = "<script>alert(1)</script>\x00\u202e"
    answer = cast.cora.browser.post(
        "/en/topics/lupus/references", data=dict.fromkeys(fields(), attack) | {"says_en": "My own words."}
    )
    assert answer.status_code == 422
    assert "My own words." in answer.text
    assert "<script>alert" not in answer.text
    assert count() == 17
    answer = cast.cora.browser.post("/en/topics/lupus/references", data=fields(title=attack, source=attack))
    assert answer.status_code == 303
    assert "<script>alert" not in cast.visitor.browser.get("/en/topics/lupus").text
