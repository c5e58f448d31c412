"""The curators' pages for the lines: who may, what they change, what is flagged, and what the log says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.helplines.models import Helpline, HelplineMethod
from forum.moderation.models import LogEntry
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("site")


def line_id(key: str) -> int:
    return db.session.scalars(select(Helpline.id).where(Helpline.key == key)).one()


def line(key: str) -> Helpline:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Helpline).where(Helpline.key == key)).one()


def count() -> int:
    db.session.rollback()  # a reading transaction sees what was there when it began
    return db.session.scalar(select(func.count()).select_from(Helpline)) or 0


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)))


def fields(**changes: str) -> dict[str, str]:
    values = {
        "operator": "Somebody", "country": "IT", "languages": "it, en", "group": "money", "cost": "free",
        "time_zone": "Europe/Rome", "name_en": "Work line", "name_it": "Linea lavoro", "audience_en": "workers",
        "method_1": "phone", "value_1": "06 555 1234", "hours_1": "Mon–Fri 09:00–17:00",
    }  # fmt: skip
    return values | changes


def test_only_curators_keep_the_lines(cast: Cast) -> None:
    wanted = line_id("it-telefono-amico")
    pages = [("get", "lines"), ("get", "lines/new"), ("get", f"lines/{wanted}/edit"), ("post", "lines"),
             ("post", f"lines/{wanted}"), ("post", f"lines/{wanted}/verifications"),
             ("post", f"lines/{wanted}/retirement"), ("post", f"lines/{wanted}/return")]  # fmt: skip
    for method, path in pages:
        for name in ("alice", "nia", "sam", "mona"):
            assert getattr(cast[name].browser, method)(f"/en/help/{path}").status_code == 403, (name, path)
        assert getattr(cast.visitor.browser, method)(f"/en/help/{path}").status_code == 303, path
    for name in ("cora", "ada"):
        for path in ("lines", "lines/new", f"lines/{wanted}/edit"):
            assert cast[name].browser.get(f"/en/help/{path}").status_code == 200
    assert acts() == []
    assert line("it-telefono-amico").verified_at is None


def test_calling_a_line_makes_its_number_a_link(cast: Cast) -> None:
    wanted = line_id("it-telefono-amico")
    assert "tel:0223272327" not in cast.visitor.browser.get("/en/help?country=IT").text
    for _again in range(2):
        answer = cast.cora.browser.post(f"/en/help/lines/{wanted}/verifications")
        assert (answer.status_code, answer.location) == (303, "/en/help/lines")
    assert "tel:0223272327" in cast.visitor.browser.get("/en/help?country=IT").text
    assert line("it-telefono-amico").verified_by == cast.cora.id
    assert acts() == ["helpline_verified"] * 2
    answer = cast.cora.browser.post(f"/en/help/lines/{line_id('it-emergency')}/verifications")
    assert answer.status_code == 409
    assert "Nobody rings an emergency number to try it." in answer.text


def test_what_was_called_long_ago_is_flagged(cast: Cast) -> None:
    text = cast.cora.browser.get("/en/help/lines").text
    assert "10 lines are waiting for a call." in text
    for key, days in (("it-telefono-amico", 181), ("es-024", 179)):
        with write():
            row = db.session.scalars(select(Helpline).where(Helpline.key == key)).one()
            row.verified_at, row.verified_by = clock.now() - timedelta(days=days), cast.cora.id
    text = cast.cora.browser.get("/en/help/lines").text
    assert "9 lines are waiting for a call." in text
    assert text.count("Call again: last verified") == 1


def test_a_line_is_added_changed_taken_off_and_put_back(cast: Cast) -> None:
    browser, visitor = cast.cora.browser, cast.visitor.browser
    assert browser.post("/en/help/lines", data=fields()).status_code == 303
    new = db.session.scalars(select(Helpline.id).order_by(Helpline.id.desc())).first()
    assert "Work line" in visitor.get("/en/help?country=IT").text
    assert "Linea lavoro" in visitor.get("/it/help").text
    assert "Money and work" in visitor.get("/en/help?country=IT").text
    edit = browser.get(f"/en/help/lines/{new}/edit").text
    for words in ("Work line", "06 555 1234", "Mon–Fri 09:00–17:00", "Europe/Rome"):
        assert words in edit
    assert browser.post(f"/en/help/lines/{new}", data=fields(value_1="06 555 9999")).status_code == 303
    assert "06 555 9999" in visitor.get("/en/help?country=IT").text
    assert browser.post(f"/en/help/lines/{new}/retirement").status_code == 303
    assert "Work line" not in visitor.get("/en/help?country=IT").text
    assert browser.post(f"/en/help/lines/{new}/verifications").status_code == 404
    assert browser.post(f"/en/help/lines/{new}/return").status_code == 303
    assert "Work line" in visitor.get("/en/help?country=IT").text
    assert acts() == ["helpline_added", "helpline_changed", "helpline_retired", "helpline_returned"]


def test_sent_twice_is_added_once(cast: Cast) -> None:
    before = count()
    assert cast.cora.browser.post("/en/help/lines", data=fields()).status_code == 303
    answer = cast.cora.browser.post("/en/help/lines", data=fields())
    assert answer.status_code == 409
    assert "on the list already" in answer.text
    assert "Work line" in answer.text
    assert count() == before + 1


BAD = [
        {"operator": ""}, {"country": "XX"}, {"country": ""}, {"languages": "klingon"}, {"languages": ""},
        {"group": "elsewhere"}, {"cost": "a fortune"}, {"time_zone": "Rome"}, {"time_zone": "../../etc/passwd"},
        {"name_en": "", "name_it": "", "audience_en": ""}, {"audience_es": "nadie"}, {"value_1": ""},
        {"value_1": "call me"}, {"value_1": "<script>1</script>"}, {"hours_1": "sometimes"},
        {"hours_1": "Mon 10:00–48:00"}, {"method_1": "email", "value_1": "nobody"}, {"method_1": "pigeon"},
        {"method_1": "web", "value_1": "javascript:alert(1)"}, {"method_1": "chat", "value_1": "http://example.org"},
        {"name_en": "x" * 121}, {"value_1": "1" * 301}, {"note_en": "x" * 501}, {"hours_1": "\x00"*400},
    ]  # fmt: skip


def test_bad_input_is_answered_with_a_sentence_and_the_words(cast: Cast) -> None:
    for bad in BAD:
        before = count()
        answer = cast.cora.browser.post("/en/help/lines", data=fields(note_it="Le mie parole.") | bad)
        assert answer.status_code == 422
        assert "Le mie parole." in answer.text
        assert 'role="alert"' in answer.text
        assert "<script>1" not in answer.text
        assert count() == before
        assert acts() == []


def test_a_script_in_the_words_stays_text(cast: Cast) -> None:
    attack = "<script>alert(1)</script>\u202e\x07"
    words = {"operator": attack, "name_en": attack, "audience_en": attack, "note_en": attack, "name_it": attack}
    assert cast.cora.browser.post("/en/help/lines", data=fields(**words)).status_code == 303
    for address in ("/en/help?country=IT", "/it/help?country=IT"):
        text = cast.visitor.browser.get(address).text
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "\u202e" not in text
    assert "<script>alert" not in cast.cora.browser.get("/en/help/lines").text


UNKNOWN = ["99999", "99999/verifications", "99999/retirement", "99999/return"]  # fmt: skip


def test_unknown_lines_are_not_found(cast: Cast) -> None:
    for path in UNKNOWN:
        assert cast.cora.browser.post(f"/en/help/lines/{path}", data=fields(value_1="06 1 2")).status_code == 404
        assert cast.cora.browser.get("/en/help/lines/99999/edit").status_code == 404
        assert cast.cora.browser.get("/en/help/lines/abc/edit").status_code == 404


def test_every_way_of_a_line_is_kept(cast: Cast) -> None:
    more = {"method_2": "sms", "value_2": "333 444", "hours_2": "24/7", "method_3": "email", "value_3": "a@example.org",
            "method_4": "web", "value_4": "https://example.org/help"}  # fmt: skip
    assert cast.cora.browser.post("/en/help/lines", data=fields(**more)).status_code == 303
    new = db.session.scalars(select(Helpline.id).order_by(Helpline.id.desc())).first()
    rows = db.session.scalars(
        select(HelplineMethod).where(HelplineMethod.helpline_id == new).order_by(HelplineMethod.id)
    )
    assert [(row.method, row.has_hours) for row in rows] == [
        ("phone", True), ("sms", True), ("email", False), ("web", False),
    ]  # fmt: skip
    cast.cora.browser.post(f"/en/help/lines/{new}/verifications")
    text = cast.visitor.browser.get("/en/help?country=IT").text
    for address in ("tel:065551234", "sms:333444", "mailto:a@example.org", "https://example.org/help"):
        assert f'href="{address}"' in text
