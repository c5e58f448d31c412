"""The time to think it over before a later chapter or an afterword is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.core import clock
from forum.core.db import db
from forum.core.worker import work_all
from forum.moderation.models import Case
from tests.cast import Cast, Person
from tests.stories.below import (
    LINES,
    WORDS,
    approve,
    begin_afterword,
    begin_chapter,
    keep,
    status_of,
    subjects,
    version_of,
    written_chapter,
)
from tests.stories.conftest import MakeStory


def resting(cast: Cast, story_id: int, part: str) -> tuple[Person, int]:
    """A chapter or an afterword that its writer sent with a day to think it over."""
    who = cast.alice if part == "chapter" else cast.bob
    key = begin_chapter(who, story_id) if part == "chapter" else begin_afterword(who, story_id)
    assert keep(who, key, **(WORDS if part == "chapter" else LINES)).status_code == 303
    assert 'value="24"' in who.browser.get(f"/en/chapters/{key}/check").text
    answer = who.browser.post(f"/en/chapters/{key}/sending", data={"consent": "site", "wait": "24"})
    assert answer.status_code == 303
    return who, key


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moment = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: moment)


def cases(key: int) -> int:
    db.session.rollback()
    found = select(func.count()).select_from(Case).where(Case.contribution_id == key, Case.closed_at.is_(None))
    return db.session.scalar(found) or 0


PARTS = pytest.mark.parametrize("part", ["chapter", "afterword"])


@PARTS
def test_it_rests_and_then_goes_on_by_itself(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    story_id = make_story()
    who, key = resting(cast, story_id, part)
    work_all()
    assert (status_of(key), cases(key)) == ("sent", 0)
    page = who.browser.get(f"/en/chapters/{key}").text
    assert "It rests until you say" in page
    assert f'action="/en/chapters/{key}/admission"' in page
    for other in ("visitor", "mona", "bob" if part == "chapter" else "alice"):
        assert cast[other].browser.get(f"/en/chapters/{key}").status_code == 404, other
    assert not [one for one in subjects("alice@example.org") if "lines" in one.lower()]
    later(monkeypatch, hours=23.9)
    work_all()
    assert status_of(key) == "sent"
    later(monkeypatch, hours=0.2)
    work_all()
    assert (status_of(key), cases(key)) == ("pending", 1)
    if part == "afterword":  # its author hears of it now, before anybody reads it
        assert cast.alice.browser.get(f"/en/chapters/{key}").status_code == 200


@PARTS
def test_sent_on_before_the_end_it_goes_on_once(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    who, key = resting(cast, make_story(), part)
    for _ in range(2):
        assert who.browser.post(f"/en/chapters/{key}/admission").status_code == 303
    later(monkeypatch, hours=25)
    work_all()
    assert (status_of(key), cases(key)) == ("pending", 1)


@PARTS
def test_taken_back_it_never_goes_on(
    cast: Cast, make_story: MakeStory, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    who, key = resting(cast, make_story(), part)
    assert who.browser.post(f"/en/chapters/{key}/recall").status_code == 303
    assert who.browser.post(f"/en/chapters/{key}/admission").status_code == 409
    later(monkeypatch, hours=25)
    work_all()
    assert (status_of(key), cases(key)) == ("draft", 0)


def test_nobody_else_sends_it_on(cast: Cast, make_story: MakeStory) -> None:
    _who, key = resting(cast, make_story(), "chapter")
    assert cast.bob.browser.post(f"/en/chapters/{key}/admission").status_code == 404
    assert "/sign-in" in cast.visitor.browser.post(f"/en/chapters/{key}/admission").headers["Location"]
    assert status_of(key) == "sent"


@pytest.mark.parametrize("bad", [{"wait": "5"}, {"wait_other": "0"}, {"wait_other": "73"}, {"wait": "\x00"}])
def test_what_is_no_time_is_refused_and_the_tick_is_kept(
    cast: Cast, make_story: MakeStory, bad: dict[str, str]
) -> None:
    key = begin_afterword(cast.bob, make_story())
    keep(cast.bob, key, **LINES)
    answer = cast.bob.browser.post(f"/en/chapters/{key}/sending", data={"consent": "site"} | bad)
    assert answer.status_code == 422
    assert 'name="consent" value="site" checked' in answer.text
    assert status_of(key) == "draft"


def test_a_change_of_what_stands_does_not_rest(cast: Cast, make_story: MakeStory) -> None:
    key = written_chapter(cast.alice, make_story())
    approve(cast, key)
    assert keep(cast.alice, key, source="It turns.", version="0").status_code == 303
    assert 'name="wait"' not in cast.alice.browser.get(f"/en/chapters/{key}/check").text
    answer = cast.alice.browser.post(f"/en/chapters/{key}/sending", data={"wait": "24"})
    assert answer.status_code == 303
    assert (status_of(key), cases(key)) == ("published", 1)


@pytest.mark.parametrize("what", ["chapter", "translation"])
def test_a_detail_that_is_kept_is_not_pointed_out_again(cast: Cast, make_story: MakeStory, what: str) -> None:
    story_id = make_story()
    source = "Write to me at rosa.m@example.net when you can."
    if what == "chapter":
        key = begin_chapter(cast.alice, story_id)
        assert keep(cast.alice, key, source=source).status_code == 303
        who, at = cast.alice, f"/en/chapters/{key}"
    else:
        answer = cast.bob.browser.post(f"/en/stories/{story_id}/translations", data={"into": "it"})
        key = int(answer.headers["Location"].split("/")[-2])
        who, at = cast.bob, f"/en/translations/{key}"
        fields = {"title": "Il coperchio", "source": source, "credit": "own", "version": version_of(key)}
        assert who.browser.post(f"{at}/draft", data=fields).status_code == 303
    page = who.browser.get(f"{at}/check").text
    assert "Did you mean to share this?" in page
    digest = page.split('name="detail" value="')[1].split('"')[0]
    for other, status in (("visitor", 303), ("mona", 404)):
        assert cast[other].browser.post(f"{at}/kept-details", data={"detail": digest}).status_code == status
    assert "Did you mean" in who.browser.get(f"{at}/check").text
    for detail in ("", "\x00", "nonsense", digest, digest):
        answer = who.browser.post(f"{at}/kept-details", data={"detail": detail})
        assert answer.headers["Location"].endswith(f"{at}/check")
    assert "Did you mean" not in who.browser.get(f"{at}/check").text
