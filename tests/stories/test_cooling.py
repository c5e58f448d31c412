"""The time to think it over between sending and being read: exactly one admission comes of it, or none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.contributions.models import Contribution, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import HANDLERS, OutboxJob
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.moderation.models import Case
from forum.stories import actions
from forum.stories.models import Story
from tests.cast import Cast
from tests.stories.conftest import MakeStory


@pytest.fixture
def story_id(make_story: MakeStory) -> int:
    return make_story(status="draft", attribution="anonymous")


def send(cast: Cast, story_id: int, **more: str) -> int:
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/sending", data={"consent": ["site"]} | more)
    return answer.status_code


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moment = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: moment)


def state(story_id: int) -> tuple[str, int]:
    """The status, and how many cases are open about it."""
    db.session.rollback()
    status = db.session.scalars(select(Contribution.status).where(Contribution.id == story_id)).one()
    cases = db.session.scalars(select(Case.id).where(Case.contribution_id == story_id, Case.closed_at.is_(None)))
    return status, len(cases.all())


@pytest.mark.parametrize(("wait", "hours"), [("1", 1), ("6", 6), ("24", 24), ("72", 72)])
def test_it_rests_for_as_long_as_she_says_and_then_goes_on(
    cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch, wait: str, hours: int
) -> None:
    assert send(cast, story_id, wait=wait) == 303
    work_all()
    assert state(story_id) == ("sent", 0)
    for who in ("bob", "mona", "ada", "visitor"):
        assert cast[who].browser.get(f"/en/stories/{story_id}").status_code == 404
    later(monkeypatch, hours=hours, seconds=-5)
    work_all()
    assert state(story_id) == ("sent", 0)
    later(monkeypatch, seconds=10)
    work_all()
    assert state(story_id) == ("pending", 1)


def test_any_number_of_hours(cast: Cast, story_id: int) -> None:
    assert send(cast, story_id, wait="0", wait_other="17") == 303
    db.session.rollback()
    until = db.session.get_one(Story, story_id).visible_from
    assert until is not None
    assert timedelta(hours=16.9) < until - clock.now() <= timedelta(hours=17)


@pytest.mark.parametrize(
    "bad",
    [
        {"wait_other": "0"}, {"wait_other": "73"}, {"wait_other": "-1"}, {"wait_other": "soon"}, {"wait": "5"},
        {"wait_other": "1.5"}, {"wait_other": "9" * 11}, {"wait_other": "١"}, {"wait": "\x00"},
        {"if_unreachable": "burn"}, {"deputy": "x" * 501},
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_and_nothing_is_lost(cast: Cast, story_id: int, bad: dict[str, str]) -> None:
    answer = cast.alice.browser.post(
        f"/en/stories/{story_id}/sending", data={"consent": ["site", "print"], "deputy": "My sister Pia"} | bad
    )
    assert answer.status_code == 422
    assert 'value="print" checked' in answer.text
    assert "My sister Pia" in answer.text or "deputy" in bad
    assert state(story_id) == ("draft", 0)


def test_at_once_is_at_once(cast: Cast, story_id: int) -> None:
    assert send(cast, story_id, wait="0") == 303
    assert state(story_id) == ("pending", 1)
    assert "We have your story" in cast.alice.browser.get(f"/en/stories/{story_id}/sent").text


def test_the_page_says_until_when_and_how_to_undo(cast: Cast, story_id: int) -> None:
    send(cast, story_id, wait="24")
    page = cast.alice.browser.get(f"/en/stories/{story_id}/sent").text
    assert "Nobody reads it before" in page
    assert 'data-local="moment"' in page
    assert f'action="/en/stories/{story_id}/recall"' in page
    assert "it rests until" in cast.alice.browser.get("/en/me/stories").text


def test_taken_back_it_never_goes_on(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast, story_id, wait="1")
    assert cast.alice.browser.post(f"/en/stories/{story_id}/recall").status_code == 303
    later(monkeypatch, hours=2)
    work_all()
    assert state(story_id) == ("draft", 0)


def test_taken_back_and_sent_again_it_goes_on_once_at_the_later_end(
    cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(cast, story_id, wait="6")
    cast.alice.browser.post(f"/en/stories/{story_id}/recall")
    later(monkeypatch, hours=1)
    send(cast, story_id, wait="6")
    later(monkeypatch, hours=5.5)
    work_all()
    assert state(story_id) == ("sent", 0)
    later(monkeypatch, hours=1)
    work_all()
    assert state(story_id) == ("pending", 1)


def test_the_job_twice_admits_once(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast, story_id, wait="1")
    later(monkeypatch, hours=1.1)
    db.session.rollback()
    payload = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.name == actions.ADMIT)).one()
    assert set(payload) == {"contribution_id", "until"}
    for _ in range(2):
        with write():
            HANDLERS[actions.ADMIT].work(payload)
    work_all()
    assert state(story_id) == ("pending", 1)
    with write():
        db.session.get_one(Story, story_id).status = "published"  # approved in between
    with write():
        HANDLERS[actions.ADMIT].work(payload)
    assert state(story_id)[0] == "published"


def test_a_job_that_comes_too_early_is_put_off(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast, story_id, wait="6")
    with write():
        job = db.session.scalars(select(OutboxJob).where(OutboxJob.name == actions.ADMIT)).one()
        job.run_at = clock.now()
    work_all()
    assert state(story_id) == ("sent", 0)
    later(monkeypatch, hours=6.1)
    work_all()
    assert state(story_id) == ("pending", 1)


def test_sent_on_at_once_after_all(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast, story_id, wait="72")
    assert cast.bob.browser.post(f"/en/stories/{story_id}/admission").status_code == 404
    assert cast.alice.browser.post(f"/en/stories/{story_id}/admission").status_code == 303
    assert state(story_id) == ("pending", 1)
    assert cast.alice.browser.post(f"/en/stories/{story_id}/admission").status_code == 409
    later(monkeypatch, hours=73)
    work_all()
    assert state(story_id) == ("pending", 1)
    db.session.rollback()
    assert len(db.session.scalars(select(Revision.id).where(Revision.contribution_id == story_id)).all()) == 2


def test_sent_twice_it_rests_once(cast: Cast, story_id: int) -> None:
    for _ in range(2):
        assert send(cast, story_id, wait="6") == 303
    db.session.rollback()
    assert len(db.session.scalars(select(OutboxJob.id).where(OutboxJob.name == actions.ADMIT)).all()) == 1


def test_withdrawn_while_it_rests_it_stays_away(cast: Cast, story_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    send(cast, story_id, wait="1")
    cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal")
    later(monkeypatch, hours=2)
    work_all()
    assert state(story_id) == ("withdrawn", 0)


def test_the_end_is_written_as_html_allows_it(cast: Cast, story_id: int) -> None:
    send(cast, story_id, wait="24")
    for address in (f"/en/stories/{story_id}/sent", "/en/me/stories"):
        found = re.findall(r'<time datetime="([^"]*T[^"]*)"', cast.alice.browser.get(address).text)
        assert found
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", one) for one in found), found
