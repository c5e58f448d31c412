"""Photos on posts: up to four, shown small, gone and back with their post, without a name where it has none."""

from __future__ import annotations

import re

from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Seal
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions as discussions
from forum.discussions import queries
from forum.photos import actions
from forum.photos.actions import About
from forum.photos.models import Photo
from tests.cast import Cast, Person
from tests.photos.conftest import drawn, encoded, upload

WORDS = About(caption="Gloves", description="A pair of rubber gloves on a jar.")


def posted(cast: Cast, by: Person, **more: str) -> tuple[int, int]:
    """A thread of Ada's and a post in it."""
    texts = {"en": {"name": "Hands", "description": "", "rules": ""}}
    with write():
        board, _ = discussions.make_board(actor=cast.ada.viewer, slug="hands", texts=texts, allows_anonymous=True)
        assert board is not None
        started = discussions.start_thread(actor=cast.ada.viewer, board_id=board.id, title="Jars", source="How?")
        written = discussions.reply(actor=by.viewer, thread_id=started.thread_id, source="Like this", **more)  # type: ignore[arg-type]
    assert written.verdict, written.verdict.reason
    return started.thread_id, written.post_id


def put(by: Person, post_id: int, *, is_graphic: bool = False) -> int:
    """A photo on a post, by the real steps, approved."""
    answer = by.browser.post(f"/en/posts/{post_id}/photos", data=upload(("gloves.jpg", encoded(drawn()))))
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith(f"/en/posts/{post_id}/photos")
    key = max(db.session.scalars(select(Photo.id)))
    worker.work_all()
    assert by.browser.post(f"/en/photos/{key}/edges").status_code == 303
    worker.work_all()
    said = {"caption": "Gloves", "description": "A pair of rubber gloves on a jar.", "consent": "y", "do": "send"}
    said |= {"graphic": "y"} if is_graphic else {}
    assert by.browser.post(f"/en/photos/{key}/words", data=said).status_code == 303
    with write():
        contributions.publish(db.session.get_one(Photo, key))
    end_reading()
    return key


def test_shown_small_and_gone_with_the_post(cast: Cast) -> None:
    thread_id, post_id = posted(cast, cast.alice)
    own = f"/en/posts/{post_id}/photos"
    assert own in cast.alice.browser.get(f"/en/threads/{thread_id}").text
    for who, status in (("visitor", 303), ("bob", 404), ("mona", 404), ("ada", 404)):
        assert cast[who].browser.get(own).status_code == status, who
        assert cast[who].browser.post(own).status_code == status, who
    key = put(cast.alice, post_id)
    page, file = f"/en/threads/{thread_id}", f"/media/photos/{key}/480.webp"
    assert file in cast.visitor.browser.get(page).text
    assert cast.visitor.browser.get(file).status_code == 200
    assert f'href="/en/posts/{post_id}"' in cast.visitor.browser.get(f"/en/photos/{key}").text
    assert f"/members/{cast.alice.id}" in cast.visitor.browser.get(page).text
    assert cast.alice.browser.post(f"/en/posts/{post_id}/withdrawal").status_code == 303
    assert file not in cast.visitor.browser.get(page).text
    assert cast.visitor.browser.get(file).status_code == 410
    assert cast.visitor.browser.get(f"/en/photos/{key}").status_code == 410
    assert cast.alice.browser.post(f"/en/posts/{post_id}/return").status_code == 303
    assert file in cast.visitor.browser.get(page).text
    with write():
        contributions.erase(db.session.get_one(Contribution, post_id))
    end_reading()
    erased = db.session.get_one(Photo, key)
    assert (erased.status, erased.description, erased.author_id) == ("erased", "", None)
    assert cast.visitor.browser.get(file).status_code == 410


def test_there_is_room_for_four(cast: Cast) -> None:
    _, post_id = posted(cast, cast.alice)
    five = upload(*((f"{n}.jpg", encoded(drawn(40 + n, 40))) for n in range(5)))
    answer = cast.alice.browser.post(f"/en/posts/{post_id}/photos", data=five)
    assert answer.status_code == 422
    assert "A post has room for 4 photos." in answer.text
    assert len(db.session.scalars(select(Photo.id).where(Photo.on_id == post_id)).all()) == 4


def test_what_some_may_not_want_to_see_is_folded(cast: Cast) -> None:
    thread_id, post_id = posted(cast, cast.alice)
    key = put(cast.alice, post_id, is_graphic=True)
    page = cast.visitor.browser.get(f"/en/threads/{thread_id}").text
    folded = re.search(r'<details class="fold photo-fold">.*?</details>', page, re.DOTALL)
    assert folded
    assert f"/media/photos/{key}/" in folded[0]
    assert f"/media/photos/{key}/" not in page.replace(folded[0], "")


def test_without_a_name_where_the_post_has_none(cast: Cast) -> None:
    thread_id, post_id = posted(cast, cast.alice, attribution="anonymous")
    key = put(cast.alice, post_id)
    photo = db.session.get_one(Photo, key)
    assert (photo.attribution, photo.author_id, photo.byline) == ("anonymous", None, None)
    assert db.session.scalars(select(Seal.member_id).where(Seal.contribution_id == key)).one() == cast.alice.id
    for address in (f"/en/threads/{thread_id}", f"/en/photos/{key}"):
        page = cast.visitor.browser.get(address).text
        assert f"/media/photos/{key}/" in page
        assert "Alice" not in page
        assert f"/members/{cast.alice.id}" not in page
    assert cast.visitor.browser.get(f"/en/members/{cast.alice.id}").status_code == 404


def test_it_follows_its_board_and_story(cast: Cast) -> None:
    thread_id, post_id = posted(cast, cast.alice)
    key = put(cast.alice, post_id)
    file = f"/media/photos/{key}/480.webp"
    thread = queries.thread_for(cast.ada.viewer, thread_id)
    assert thread is not None
    assert thread.board_id is not None
    with write():
        discussions.change_board(actor=cast.ada.viewer, board_id=thread.board_id, audience="members")
    assert cast.visitor.browser.get(file).status_code == 404
    assert cast.bob.browser.get(file).status_code == 200
    with write():
        discussions.change_board(actor=cast.ada.viewer, board_id=thread.board_id, audience="everyone")
        actions.allow(actor=cast.alice.viewer, photo_id=key, is_allowed=False, language="en")
    assert cast.visitor.browser.get(file).status_code == 404  # without consent it comes back to nobody
