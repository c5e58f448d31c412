"""The page Get help: who answers now, in words, on the line's own clock; which numbers call, and which don't."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.helplines import actions, queries
from forum.helplines.actions import LineFacts, Way, Words
from forum.helplines.hours import parse_hours
from forum.helplines.models import Helpline, HelplineHours, HelplineMethod, HelplineText
from forum.search.models import SearchDocument
from tests.cast import Browser, Cast
from tests.querylog import recorded

TABLES = (Helpline, HelplineText, HelplineMethod, HelplineHours, SearchDocument)
ROME_NIGHT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)  # 03:30 in Rome
ROME_EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # 21:00 in Rome
TEL = re.compile(r'href="tel:([^"]*)"')


@pytest.fixture(autouse=True)
def lines(app: Flask) -> None:
    with write():
        actions.load_defaults()


def page(client: Browser, address: str, at: datetime = ROME_EVENING) -> str:
    with time_machine.travel(at, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    return words(answer.text)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def main(text: str) -> str:
    return text.split("<main", 1)[1].split("</main>", 1)[0]


def line_id(key: str) -> int:
    return db.session.scalars(select(Helpline.id).where(Helpline.key == key)).one()


def verify(cast: Cast, key: str) -> None:
    wanted = line_id(key)
    with write():
        assert actions.verify(actor=cast.cora.viewer, line_id=wanted)


def facts(**changes: Any) -> LineFacts:
    values: dict[str, Any] = {
        "operator": "Somebody", "country": "IT", "languages": ("it",), "group": "family", "is_emergency": False,
        "cost": "unknown", "time_zone": "Europe/Rome", "words": {"it": Words("Linea di prova")},
        "ways": (Way("phone", "06 1", parse_hours("Mon–Fri 09:00–12:00")),),
    }  # fmt: skip
    return LineFacts(**(values | changes))


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_loading_twice_is_loading_once(app: Flask) -> None:
    before = counts()
    with write():
        assert actions.load_defaults() == 0
    assert counts() == before
    assert before[:3] == [19, 57, 20]


def test_what_a_curator_changed_or_took_off_does_not_come_back(app: Flask, client: Browser) -> None:
    lifeline, samaritans = line_id("au-lifeline"), line_id("gb-samaritans")
    with write():
        assert actions.retire(line_id=lifeline)
        assert actions.change(line_id=samaritans, facts=facts(country="GB", ways=(Way("phone", "0800 1"),)))
    with write():
        assert actions.load_defaults() == 0
    assert "13 11 14" not in page(client, "/en/help?country=AU")
    assert "116 123" not in page(client, "/en/help?country=GB")


def test_nobody_open_says_who_opens_when(client: Browser) -> None:
    text = page(client, "/en/help?country=IT", ROME_NIGHT)
    assert "No line in Italy is open now. Telefono Amico Italia opens at 09:00. In danger, call 112." in text
    assert "We have not verified these hours yet." in text
    assert "Closed until 09:00" in text


def test_an_open_line_is_open_until_midnight_on_its_own_clock(client: Browser) -> None:
    text = page(client, "/en/help?country=IT")
    assert "Open until 24:00" in text
    assert "No line in Italy is open now" not in text
    assert "Not verified yet. Stated hours: every day 09:00 to 24:00." in text
    assert "time in Rome" in text


AROUND_THE_CHANGES = [
    (datetime(2026, 3, 28, 7, 0, tzinfo=UTC), "Closed until 09:00"),  # 08:00 winter time
    (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Closed until 09:00"),  # 01:30, before clocks go forward
    (datetime(2026, 3, 29, 6, 59, tzinfo=UTC), "Closed until 09:00"),  # 08:59 summer time
    (datetime(2026, 3, 29, 7, 0, tzinfo=UTC), "Open until 24:00"),  # 09:00 summer time
    (datetime(2026, 10, 25, 7, 30, tzinfo=UTC), "Closed until 09:00"),  # 08:30 winter time again
    (datetime(2026, 10, 25, 8, 0, tzinfo=UTC), "Open until 24:00"),
    (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Open until 24:00"),
    (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "Closed until 09:00"),
]  # fmt: skip


def test_over_the_changes_of_clock(client: Browser) -> None:
    for moment, state in AROUND_THE_CHANGES:
        assert state in page(client, "/en/help?country=IT", moment)


def test_a_line_that_opens_on_another_day_names_the_day(client: Browser) -> None:
    telefono = line_id("it-telefono-amico")
    with write():
        actions.retire(line_id=telefono)
        actions.add(facts=facts())
    saturday = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    text = page(client, "/en/help?country=IT", saturday)
    assert "Linea di prova opens on Monday at 09:00. In danger, call 112." in text
    assert "Closed until Monday 09:00" in text
    assert "Stated hours: Monday to Friday 09:00 to 12:00." in text


def test_a_country_with_an_emergency_number_only_says_so(client: Browser) -> None:
    text = page(client, "/en/help?country=AR")
    assert "We know no line in Argentina yet. In danger, call 911." in text
    assert "In danger, now" in text


def test_blank_hours_are_never_open(client: Browser, app: Flask) -> None:
    crisis = line_id("us-988")
    with write():
        actions.retire(line_id=crisis)
    text = page(client, "/en/help?country=US")
    assert "Hours not known" in text
    assert "We don’t know of a line in the United States that is open now. In danger, call 911." in text
    with app.test_request_context("/en/help"):
        assert queries.open_now("US", ROME_EVENING) == []


def test_only_verified_and_emergency_numbers_call(client: Browser, cast: Cast) -> None:
    text = main(page(client, "/en/help?country=GB"))
    assert set(TEL.findall(text)) == {"000", "112", "911", "999"}
    assert "116 123" in text
    assert "We have not called this number ourselves yet, so it is not a link." in text
    verify(cast, "gb-samaritans")
    text = main(page(client, "/en/help?country=GB"))
    assert "116123" in TEL.findall(text)
    assert "Not verified yet" not in text
    assert "Last verified" in text


def test_a_text_line_opens_a_message(client: Browser, cast: Cast) -> None:
    assert "sms:" not in page(client, "/en/help?country=US")
    verify(cast, "us-988")
    assert 'href="sms:988"' in page(client, "/en/help?country=US")


def test_without_a_country_none_is_assumed_but_what_a_setting_says(client: Browser) -> None:
    english, italian = main(page(client, "/en/help")), main(page(client, "/it/help"))
    assert "helpline-name" not in english
    assert len(TEL.findall(english)) == 9
    for name in ("Argentina", "Italy", "United States", "Mexico"):
        assert name in english
    assert "Telefono Amico" in italian
    assert "Telefono Amico" not in main(page(client, "/it/help?country="))


UNREADABLE = [
        "<script>alert(1)</script>",
        "ZZ",
        "%00",
        "it%00",
        "%E2%80%AEIT",
        "x" * 4000,
        "IT,GB",
        "%27%20OR%201=1--",
        "--",
        "%ff",
    ]  # fmt: skip


def test_a_country_we_cannot_read_leads_to_the_chooser(client: Browser) -> None:
    for asked in UNREADABLE:
        text = page(client, f"/en/help?country={asked}")
        assert "<script>alert" not in text
        assert "We have no numbers for that country yet." in text
        assert "helpline-name" not in text
        assert '<select class="field-control" id="country"' in text


CARELESS = ["it", " IT ", "It"]  # fmt: skip


def test_a_country_may_be_written_carelessly(client: Browser) -> None:
    for asked in CARELESS:
        assert "Telefono Amico" in page(client, f"/en/help?country={asked}")


def test_the_page_costs_few_queries_and_forgets_itself_when_a_line_opens(cast: Cast) -> None:
    with recorded() as statements:
        page(cast.visitor.browser, "/en/help?country=US")
    assert len(statements) <= 6
    with recorded() as statements:
        page(cast.cora.browser, "/en/help?country=IT")
    assert len(statements) <= 7
    with time_machine.travel(ROME_NIGHT, tick=False) as clock:
        assert "Closed until 09:00" in cast.visitor.browser.get("/en/help?country=IT").text
        clock.move_to(datetime(2026, 11, 21, 8, 0, 1, tzinfo=UTC))
        assert "Open until 24:00" in cast.visitor.browser.get("/en/help?country=IT").text


def test_every_language_has_the_page(client: Browser) -> None:
    for language in ("en", "it", "es"):
        for country in ("IT", "US", "ES", ""):
            page(client, f"/{language}/help?country={country}")
    assert "sclerodermia" in page(client, "/it/help?country=US")
    assert "Samaritans" in page(client, "/it/help?country=GB")


def test_a_changed_number_has_to_be_verified_anew(app: Flask, cast: Cast) -> None:
    verify(cast, "it-telefono-amico")
    wanted = line_id("it-telefono-amico")
    ways = (Way("phone", "02 2327 2327", parse_hours("daily 09:00–24:00")),)
    with write():
        assert actions.change(line_id=wanted, facts=facts(ways=ways, group="now"))
    assert db.session.get_one(Helpline, wanted).verified_at is not None
    with write():
        assert actions.change(line_id=wanted, facts=facts(ways=(Way("phone", "02 1"),)))
    assert db.session.get_one(Helpline, wanted).verified_at is None


def test_a_number_is_on_the_list_once(app: Flask) -> None:
    with write():
        first, verdict = actions.add(facts=facts())
    assert verdict
    with write():
        assert actions.add(facts=facts())[1].status == 409
        assert actions.add(facts=facts(country="ES"))[1]
    other = line_id("it-telefono-amico")
    with write():
        assert actions.change(line_id=other, facts=facts()).status == 409
        assert actions.change(line_id=first, facts=facts(cost="free"))


def test_unknown_lines_are_refused(app: Flask, cast: Cast) -> None:
    with write():
        assert actions.change(line_id=99_999, facts=facts()).status == 404
        assert actions.verify(actor=cast.cora.viewer, line_id=99_999).status == 404
        assert actions.retire(line_id=99_999).status == 404
        assert actions.bring_back(line_id=99_999).status == 404


def test_the_index_follows_a_line(app: Flask) -> None:
    def found() -> int:
        address = SearchDocument.address == "/help?country=AU"
        return db.session.scalar(select(func.count()).select_from(SearchDocument).where(address)) or 0

    lifeline = line_id("au-lifeline")
    assert found() == 6
    with write():
        actions.retire(line_id=lifeline)
    assert found() == 3
    with write():
        actions.bring_back(line_id=lifeline)
        actions.change(line_id=lifeline, facts=facts(country="AU", words={"en": Words("Lifeline")}))
    assert found() == 4


def test_open_now_puts_verified_lines_first(app: Flask, cast: Cast) -> None:
    verify(cast, "es-telefono-de-la-esperanza")
    with app.test_request_context("/en/help"):
        names = [line.name for line in queries.open_now("ES", ROME_EVENING)]
        assert names == ["Teléfono de la Esperanza", "Línea 024"]
        assert queries.open_now(None, ROME_EVENING) == []
        assert queries.open_now("ZZ", ROME_EVENING) == []
