"""Settings that are changed while the site runs."""

from __future__ import annotations

import pytest
from flask import Flask, g
from sqlalchemy import select

from forum.core import chosen, clock, outbox, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.settings import Settings, installed_settings, the_settings
from forum.core.unit_of_work import write
from forum.site.setting_words import WORDS
from tests.cast import Cast


def test_every_setting_that_can_be_chosen_has_bounds_and_words() -> None:
    assert set(chosen.CHOOSABLE) == set(WORDS)
    for name in chosen.CHOOSABLE:
        low, high = chosen.bounds_of(name)
        assert low < high
        assert low <= Settings.model_fields[name].default <= high


def test_what_is_chosen_counts_from_the_next_page_on(app: Flask, cast: Cast) -> None:
    answer = cast.ada.browser.post("/en/admin/settings", data={"report_hours": "12", "review_days": ""})
    assert answer.status_code == 303
    assert "within 12 hours" in cast.visitor.browser.get("/en/transparency").text
    page = cast.ada.browser.get("/en/admin/settings").text
    assert 'name="report_hours" value="12"' in page
    assert installed_settings().report_hours == 48
    assert cast.ada.browser.post("/en/admin/settings", data={"report_hours": ""}).status_code == 303
    assert "within 48 hours" in cast.visitor.browser.get("/en/transparency").text
    db.session.rollback()
    assert db.session.scalar(select(chosen.ChosenSetting)) is None


@pytest.mark.parametrize("value", ["-1", "721", "1e3", "٣", "12 hours", "\0", "9" * 5000, "0.5"])
def test_what_is_no_number_of_it_comes_back(app: Flask, cast: Cast, value: str) -> None:
    page = cast.ada.browser.post("/en/admin/settings", data={"report_hours": value, "review_days": "3"})
    assert page.status_code == 422
    assert "A whole number from 0 to 720, or nothing." in page.text
    assert 'name="review_days" value="3"' in page.text
    db.session.rollback()
    assert db.session.scalar(select(chosen.ChosenSetting)) is None


def test_only_administrators_and_only_these(app: Flask, cast: Cast) -> None:
    for person in (cast.mona, cast.cora, cast.bob):
        assert person.browser.post("/en/admin/settings", data={"report_hours": "12"}).status_code == 403
    assert cast.ada.browser.post("/en/admin/settings", data={"secret_key": "x" * 40, "port": "1"}).status_code == 303
    assert db.session.scalar(select(chosen.ChosenSetting)) is None
    with pytest.raises(KeyError), write():
        chosen.choose(cast.ada.id, {"port": 81})
    with pytest.raises(ValueError, match="report_hours"), write():
        chosen.choose(cast.ada.id, {"report_hours": 9999})


def test_a_job_begins_with_what_was_chosen(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    handler = outbox.Handler(
        lambda _payload: seen.append(the_settings().report_hours), is_network=False, is_daily=False
    )
    monkeypatch.setitem(outbox.HANDLERS, "tests.look", handler)
    for hours in (12, 24):
        with write():
            chosen.choose(cast.ada.id, {"report_hours": hours})
            db.session.add(OutboxJob(name="tests.look", payload={}, run_at=clock.now()))
        g.pop("settings", None)
        worker.work_all()
    assert seen == [12, 24]
