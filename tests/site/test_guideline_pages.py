"""Changing the guidelines: versions, and what was decided by an old one keeps it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.db import db
from forum.moderation import actions
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Decision
from tests.cast import Cast
from tests.moderation.conftest import decide, do, report, rule
from tests.site.test_tonight import thread_by

WORDS = {"title_en": "Be kind", "text_en": "Say it as you would to her face.", "to_author_en": "It could hurt."}


@pytest.fixture(autouse=True)
def _defaults(app: Flask) -> None:
    do(actions.load_defaults)


def in_force() -> dict[int, int]:
    db.session.rollback()
    query = select(Guideline.number, Guideline.version).where(Guideline.replaced_at.is_(None))
    return {row.number: row.version for row in db.session.execute(query)}


def test_a_change_is_a_new_version_and_an_old_decision_keeps_its_own(app: Flask, cast: Cast) -> None:
    opening = thread_by(cast)
    report(cast.bob, opening)
    old = rule(1)
    assert decide(cast.mona, opening, "hide", guideline_id=old)
    before = in_force()
    page = cast.ada.browser.post("/en/admin/guidelines/1", data={"version": before[1], **WORDS})
    assert page.status_code == 303
    assert in_force() == {**before, 1: before[1] + 1}
    assert db.session.scalar(select(Decision.guideline_id)) == old
    assert "Say it as you would to her face." in cast.visitor.browser.get("/en/guidelines").text
    assert "cited" in cast.ada.browser.get("/en/admin/guidelines").text.lower()


def test_two_who_change_it_at_once(app: Flask, cast: Cast) -> None:
    version = in_force()[2]
    first = {"version": version, **WORDS}
    assert cast.ada.browser.post("/en/admin/guidelines/2", data=first).status_code == 303
    second = cast.ada.browser.post("/en/admin/guidelines/2", data={**first, "text_en": "Mine, later."})
    assert second.status_code == 409
    assert "Mine, later." in second.text
    assert "Say it as you would to her face." in second.text
    again = cast.ada.browser.post(
        "/en/admin/guidelines/2", data={**first, "version": version + 1, "text_en": "Mine, later."}
    )
    assert again.status_code == 303
    same = in_force()
    assert (
        cast.ada.browser.post("/en/admin/guidelines/2", data={**first, "version": same[2], "text_en": "Mine, later."})
    ).status_code == 303
    assert in_force() == same  # nothing new was said


def test_another_one_and_out_of_force(app: Flask, cast: Cast) -> None:
    before = in_force()
    assert cast.ada.browser.post("/en/admin/guidelines", data={"title_en": "Half"}).status_code == 422
    assert cast.ada.browser.post("/en/admin/guidelines", data={}).status_code == 422
    assert cast.ada.browser.post("/en/admin/guidelines", data=WORDS).status_code == 303
    number = max(before) + 1
    assert in_force() == {**before, number: 1}
    for _ in range(2):
        assert cast.ada.browser.post(f"/en/admin/guidelines/{number}/retirement").status_code == 303
    assert in_force() == before
    assert cast.ada.browser.get(f"/en/admin/guidelines/{number}").status_code == 404
    gone = cast.ada.browser.post(f"/en/admin/guidelines/{number}", data={"version": 1, **WORDS})
    assert gone.status_code == 404
    assert "It could hurt." in gone.text
    for person in (cast.mona, cast.cora, cast.bob):
        assert person.browser.post("/en/admin/guidelines", data=WORDS).status_code == 403
