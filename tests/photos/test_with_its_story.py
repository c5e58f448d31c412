"""A photo goes and returns with the story it is on: its page, its file, and its place on the desk."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import Case
from forum.stories import actions
from tests.cast import Cast
from tests.photos.conftest import MakePhoto
from tests.stories.conftest import MakeStory


def withdraw(cast: Cast, story_id: int) -> None:
    with write():
        assert actions.withdraw(actor=cast.alice.viewer, story_id=story_id).verdict
    db.session.rollback()


def bring_back(cast: Cast, story_id: int) -> None:
    with write():
        assert actions.bring_back(actor=cast.alice.viewer, story_id=story_id).verdict
    db.session.rollback()


def test_a_shown_photo_is_gone_with_its_story(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story()
    key = make_photo(on=story_id)
    page, file = f"/en/photos/{key}", f"/media/photos/{key}/480.webp"
    assert cast.visitor.browser.get(page).status_code == 200
    assert cast.visitor.browser.get(file).status_code == 200
    withdraw(cast, story_id)
    for who in ("visitor", "bob", "mona", "ada"):
        assert cast[who].browser.get(page).status_code == 410, who
        assert cast[who].browser.get(file).status_code == 410, who
    assert "Two handles" not in cast.visitor.browser.get(page).text
    bring_back(cast, story_id)
    assert cast.visitor.browser.get(page).status_code == 200
    assert cast.visitor.browser.get(file).status_code == 200


def test_one_that_was_never_shown_is_not_told_of(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story()
    key = make_photo(on=story_id, until="pending")
    withdraw(cast, story_id)
    assert cast.visitor.browser.get(f"/en/photos/{key}").status_code == 404
    assert cast.visitor.browser.get(f"/media/photos/{key}/480.webp").status_code == 404
    assert cast.mona.browser.get(f"/media/photos/{key}/480.webp").status_code == 404


def test_the_desk_has_nothing_to_decide_meanwhile(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story()
    key = make_photo(on=story_id, until="pending")
    case_id = db.session.scalars(select(Case.id).where(Case.contribution_id == key)).one()
    case = f"/en/moderation/cases/{case_id}"
    assert case in cast.mona.browser.get("/en/moderation").text
    withdraw(cast, story_id)
    assert case not in cast.mona.browser.get("/en/moderation").text
    assert cast.mona.browser.get(case).status_code == 410
    bring_back(cast, story_id)
    assert case in cast.mona.browser.get("/en/moderation").text
    assert cast.mona.browser.get(case).status_code == 200
