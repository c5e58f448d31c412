"""The pages of photos and their files: who sees what, and what is gone."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions.models import Contribution, Seal
from forum.core import clock, worker
from forum.core.db import db
from forum.core.storage import the_storage
from forum.core.unit_of_work import write
from forum.moderation import queries as moderation
from forum.moderation.models import Case
from forum.photos import making, queries
from forum.photos.convert import COVER
from forum.photos.models import Photo
from forum.topics import actions as topics
from forum.topics.models import Topic
from tests import cast as people
from tests.cast import Browser, Cast
from tests.conftest import MakeApp
from tests.photos.conftest import MakePhoto, drawn, encoded, upload
from tests.querylog import recorded
from tests.stories.conftest import MakeStory


def files_of(key: str) -> set[str]:
    return {one.key.rpartition("/")[2] for one in the_storage().listed(f"photos/{key}")}


def row(photo_id: int) -> Photo:
    db.session.rollback()
    photo = db.session.get_one(Photo, photo_id)
    db.session.expunge(photo)
    db.session.rollback()
    return photo


def test_a_photo_goes_all_the_way(cast: Cast, client: Browser, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="looking")
    photo = row(photo_id)
    assert (photo.state, photo.status, files_of(photo.key)) == ("looking", "draft", {"sent", "preview.webp"})
    assert cast.alice.browser.get(f"/media/photos/{photo_id}/preview.webp").status_code == 200
    assert cast.bob.browser.get(f"/media/photos/{photo_id}/preview.webp").status_code == 404

    page = cast.alice.browser.get(f"/en/photos/{photo_id}/edges")
    assert "Row 1, column 1" in page.text
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/edges", data={"large": "0-0"}).status_code == 303
    worker.work_all()
    photo = row(photo_id)
    assert (photo.state, photo.widths, photo.width, photo.height) == ("ready", [480, 600], 600, 400)
    assert files_of(photo.key) == {"480.webp", "480.avif", "600.webp", "600.avif"}

    fields = {"caption": "Two handles", "description": "A mug.", "credit": "Photo: Rosa", "consent": "y", "do": "send"}
    answer = cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields)
    assert answer.status_code == 303, answer.text
    assert row(photo_id).status == "pending"
    assert client.get(f"/media/photos/{photo_id}/600.webp").status_code == 404
    assert cast.mona.browser.get(f"/media/photos/{photo_id}/600.webp").status_code == 200
    with write():
        contributions.publish(db.session.get_one(Photo, photo_id))

    answer = client.get(f"/media/photos/{photo_id}/600.webp")
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(answer.data)).convert("RGB")
    seen = image.getpixel((20, 20))
    assert all(abs(one - other) < 12 for one, other in zip(seen, COVER, strict=True))  # covered, no longer red
    assert "A mug." in client.get(f"/en/photos/{photo_id}").text
    assert "Two handles" in client.get("/en/photos").text

    at, tap = f"/en/photos/{photo_id}", f"/en/contributions/{photo_id}/reactions"
    assert tap in cast.bob.browser.get(at).text
    for page in (cast.alice.browser.get(at), client.get(at)):
        assert tap not in page.text
    assert cast.bob.browser.post(tap, data={"thanks": "1"}).headers["Location"].startswith(at)
    assert 'aria-pressed="true"' in cast.bob.browser.get(at).text
    assert '<span class="reaction-count">1</span>' in client.get(at).text

    assert cast.alice.browser.post(f"/en/photos/{photo_id}/withdrawal").status_code == 303
    assert client.get(f"/media/photos/{photo_id}/600.webp").status_code == 410
    gone = client.get(f"/en/photos/{photo_id}")
    assert gone.status_code == 410
    assert "Two handles" not in gone.text
    assert "Two handles" not in client.get("/en/photos").text
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/return").status_code == 303
    assert client.get(f"/media/photos/{photo_id}/600.webp").status_code == 200


def publish(photo_id: int) -> None:
    with write():
        contributions.publish(db.session.get_one(Photo, photo_id))
    db.session.rollback()


NO_PHOTOS = {
    "page.jpg": (b"<!doctype html><script>alert(1)</script>", "page.jpg isn’t a photo"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing.svg isn’t a photo"),
    "moving.gif": (b"GIF89a" + bytes(100), "moving.gif isn’t a photo"),
    "old.tif": (b"II*\0" + bytes(100), "old.tif isn’t a photo"),
    "nothing.jpg": (b"", "nothing.jpg is an empty file"),
    "\u202egpj.exe": (b"MZ" + bytes(100), "isn’t a photo"),
}


@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_refused_at_once(cast: Cast, name: str) -> None:
    data, sentence = NO_PHOTOS[name]
    answer = cast.alice.browser.post("/en/photos", data=upload((name, data)))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "\u202e" not in answer.text
    assert db.session.scalars(db.select(Photo.id)).all() == []
    assert list(the_storage().listed("photos")) == []


def test_of_several_the_good_ones_come_in(cast: Cast) -> None:
    files = (("a.jpg", encoded(drawn())), ("b.jpg", b"no photo"), ("c.heic", encoded(drawn(), "WEBP")))
    answer = cast.alice.browser.post("/en/photos", data=upload(*files))
    assert answer.status_code == 422
    assert "2 photos came in." in answer.text
    assert "b.jpg isn’t a photo" in answer.text
    assert len(db.session.scalars(db.select(Photo.id)).all()) == 2


def test_too_large_a_file_is_named_and_everything_together_bounded(make_app: MakeApp) -> None:
    app = make_app(photo_megabytes=1)
    with app.app_context():
        cast = people.assemble(app)
        heavy = b"\xff\xd8\xff" + bytes(1_100_000)
        answer = cast.alice.browser.post("/en/photos", data=upload(("big.jpg", heavy)))
        assert answer.status_code == 422
        assert "big.jpg is larger than 1 MB" in answer.text
        answer = cast.alice.browser.post("/en/photos", data=upload(*((f"{n}.jpg", heavy) for n in range(9))))
        assert answer.status_code == 413
        assert "Together these are more than we can take" in answer.text
        # Nowhere else may so much be sent, nor by whoever isn't signed in.
        assert cast.alice.browser.post("/en/sign-in", data={"email": "x" * 5_000_000}).status_code == 413
        assert cast.visitor.browser.post("/en/photos", data=upload(("big.jpg", heavy * 4))).status_code in (303, 413)
        assert db.session.scalars(db.select(Photo.id)).all() == []


def test_nothing_is_sent_without_a_file_or_without_a_member(cast: Cast) -> None:
    assert cast.alice.browser.post("/en/photos", data={}).status_code == 422
    assert cast.sam.browser.post("/en/photos", data=upload(("a.jpg", encoded(drawn())))).status_code == 403
    answer = cast.visitor.browser.post("/en/photos", data=upload(("a.jpg", encoded(drawn()))))
    assert "/sign-in" in answer.headers["Location"]


def test_a_photo_that_cannot_be_opened_says_why_and_takes_another_file(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(picture=encoded(drawn())[:900], until="looking")
    photo = row(photo_id)
    assert (photo.state, photo.problem, files_of(photo.key)) == ("failed", "truncated", set())
    fields = {"description": "A mug, as I said before."}
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields).status_code == 303
    page = cast.alice.browser.get(f"/en/photos/{photo_id}/edit").text
    assert "The file ends before the picture does." in page
    address = f"/en/photos/{photo_id}/file"
    assert cast.bob.browser.post(address, data=upload(("b.jpg", encoded(drawn())))).status_code == 404
    assert cast.alice.browser.post(address, data=upload(("b.jpg", b"no"))).status_code == 422
    assert cast.alice.browser.post(address, data=upload(("b.jpg", encoded(drawn())))).status_code == 303
    worker.work_all()
    photo = row(photo_id)
    assert (photo.state, photo.description) == ("looking", "A mug, as I said before.")
    assert cast.alice.browser.post(address, data=upload(("b.jpg", encoded(drawn())))).status_code == 409


def test_the_page_says_what_is_happening_and_asks_again_by_itself(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="received")
    page = cast.alice.browser.get(f"/en/photos/{photo_id}/edit").text
    assert "It came in whole." in page
    assert 'data-hx-trigger="every 3s"' in page
    assert ">Look again<" in page
    assert 'http-equiv="refresh"' not in page
    worker.work_all()
    page = cast.alice.browser.get(f"/en/photos/{photo_id}/edit").text
    assert "data-hx-trigger" not in page
    assert "Look at its edges" in page
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/edges").status_code == 303
    assert cast.alice.browser.get(f"/en/photos/{photo_id}/edges").status_code == 303  # nothing to cover meanwhile
    assert "We are making the sizes" in cast.alice.browser.get(f"/en/photos/{photo_id}/edit").text
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/edges").status_code == 409


def test_squares_are_kept_between_large_and_small_ones(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="looking")
    address = f"/en/photos/{photo_id}/edges"
    answer = cast.alice.browser.post(address, data={"large": "1-2", "do": "small"})
    assert answer.headers["Location"].endswith("/edges?squares=small")
    assert row(photo_id).covers == [[2, 4], [2, 5], [3, 4], [3, 5]]
    page = cast.alice.browser.get(f"{address}?squares=small").text
    assert page.count(" checked") == 4
    assert 'value="3-5" checked' in page
    garbage = ["", "x", "1", "-1-2", "99-99", "1-2-3", "٣-١", "1" * 400]
    cast.alice.browser.post(address, data={"square": [*garbage, "0-0"], "do": "large"})
    assert row(photo_id).covers == [[0, 0]]


def test_something_can_be_covered_later_and_the_picture_before_is_gone(
    cast: Cast, client: Browser, make_photo: MakePhoto
) -> None:
    photo_id = make_photo()
    before = row(photo_id)
    address = f"/media/photos/{photo_id}/600.webp"
    first = client.get(address)
    assert first.status_code == 200
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/edges", data={"large": "0-0"}).status_code == 303
    assert client.get(address).status_code == 404  # at once, not only when the new one is there
    assert client.get(f"/en/photos/{photo_id}").status_code == 404
    worker.work_all()
    after = row(photo_id)
    assert after.key != before.key
    assert files_of(before.key) == set()
    assert len(files_of(after.key)) == 4
    answer = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status_code == 200
    seen = Image.open(io.BytesIO(answer.data)).convert("RGB").getpixel((20, 20))
    assert all(abs(one - other) < 12 for one, other in zip(seen, COVER, strict=True))


def test_files_are_asked_for_again_each_time(client: Browser, make_photo: MakePhoto) -> None:
    photo_id = make_photo()
    answer = client.get(f"/media/photos/{photo_id}/480.avif?v=12345678")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/avif"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/photos/{photo_id}/480.avif", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for wrong in ("481.avif", "480.jpg", "480.webp.html", "../sent", "preview.webp"):
        assert client.get(f"/media/photos/{photo_id}/{wrong}").status_code == 404
    with write():
        contributions.hide(db.session.get_one(Photo, photo_id))
    gone = client.get(f"/media/photos/{photo_id}/480.avif", headers={"If-None-Match": answer.headers["ETag"]})
    assert gone.status_code == 404


def test_without_consent_nobody_sees_it(cast: Cast, client: Browser, make_photo: MakePhoto) -> None:
    photo_id = make_photo()
    everywhere = ("/en/photos", f"/en/photos/{photo_id}", "/en/search?q=handles", "/en/members/1")
    assert [f"/photos/{photo_id}" in client.get(page).text for page in everywhere] == [True] * 4
    fields = {"description": "A mug with two handles on a window sill.", "caption": "Two handles"}
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields).status_code == 303
    assert client.get(f"/media/photos/{photo_id}/480.webp").status_code == 404
    assert client.get(f"/en/photos/{photo_id}").status_code == 404
    seen = [f'href="/en/photos/{photo_id}"' in client.get(page).text for page in (everywhere[0], *everywhere[2:])]
    assert seen == [False] * 3
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/words", data={**fields, "consent": "y"}).status_code == 303
    assert client.get(f"/media/photos/{photo_id}/480.webp").status_code == 200


def test_a_description_is_asked_for_before_it_is_sent(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="ready", description="")
    fields = {"caption": "Two handles", "consent": "y", "do": "send"}
    answer = cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields)
    assert answer.status_code == 422
    assert "Say in a sentence what can be seen" in answer.text
    assert 'value="Two handles"' in answer.text
    answer = cast.alice.browser.post(f"/en/photos/{photo_id}/words", data={"description": "A mug.", "do": "send"})
    assert answer.status_code == 422
    assert "we need your consent" in answer.text
    assert row(photo_id).status == "draft"


def test_a_change_of_what_is_said_waits_for_a_moderator(cast: Cast, client: Browser, make_photo: MakePhoto) -> None:
    photo_id = make_photo(credit="Photo: Rosa")
    fields = {"caption": "Other words", "description": "Another sentence.", "consent": "y", "graphic": "y"}
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields).status_code == 303
    page = client.get(f"/en/photos/{photo_id}").text
    assert "Two handles" in page
    assert "Other words" not in page
    publish(photo_id)
    page = client.get(f"/en/photos/{photo_id}").text
    assert "Other words" in page
    assert "Photo: Rosa" not in page
    assert "<details" in page  # folded until it is asked for
    photo = row(photo_id)
    assert (photo.description, photo.credit, photo.content_notes) == ("Another sentence.", "", "graphic")


def test_two_windows_notice_each_other(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="ready")
    seen = re.findall(r'name="seen" value="([^"]+)"', cast.alice.browser.get(f"/en/photos/{photo_id}/edit").text)[0]
    address, first = f"/en/photos/{photo_id}/words", {"description": "From the phone.", "seen": seen}
    assert cast.alice.browser.post(address, data=first).status_code == 303
    answer = cast.alice.browser.post(address, data={"description": "From the table.", "seen": seen})
    assert answer.status_code == 409
    assert "From the table." in answer.text
    assert "From the phone." in answer.text
    assert row(photo_id).description == "From the phone."


def test_photos_on_a_story_are_seen_while_the_story_is(
    cast: Cast, client: Browser, make_story: MakeStory, make_photo: MakePhoto
) -> None:
    story_id = make_story()
    photo_id = make_photo(on=story_id)
    address = f"/media/photos/{photo_id}/480.webp"
    assert f"/media/photos/{photo_id}/480.webp" in client.get(f"/en/stories/{story_id}").text
    assert client.get(address).status_code == 200
    assert "Two handles" not in client.get("/en/photos").text  # its author didn't ask for the library
    assert cast.alice.browser.post(f"/en/stories/{story_id}/withdrawal").status_code == 303
    assert client.get(address).status_code == 410
    assert client.get(f"/en/photos/{photo_id}").status_code == 410
    assert cast.alice.browser.post(f"/en/stories/{story_id}/return").status_code == 303
    assert client.get(address).status_code == 200
    with write():
        contributions.erase(db.session.get_one(Contribution, story_id))
    key = row(photo_id).key
    worker.work_all()
    assert client.get(address).status_code == 410
    assert files_of(key) == set()
    photo = row(photo_id)
    assert (photo.status, photo.description, photo.title) == ("erased", "", "")


def test_of_a_sealed_story_no_photo_names_its_author(
    cast: Cast, client: Browser, make_story: MakeStory, make_photo: MakePhoto
) -> None:
    story_id = make_story(attribution="pseudonym", byline="Rosa M.")
    photo_id = make_photo(on=story_id)
    photo = row(photo_id)
    assert (photo.attribution, photo.byline, photo.author_id) == ("pseudonym", "Rosa M.", None)
    page = client.get(f"/en/photos/{photo_id}").text
    assert "Rosa M." in page
    assert "Alice" not in page
    jobs = db.session.execute(db.text("SELECT payload FROM outbox WHERE name LIKE 'photos.%'")).all()
    assert jobs
    assert all("member" not in str(payload) for (payload,) in jobs)


def test_photos_are_sent_with_the_story_they_are_on(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story(status="draft")
    photo_id = make_photo(on=story_id, until="ready")
    unready = make_photo(on=story_id, until="looking")
    answer = cast.alice.browser.post(
        f"/en/photos/{photo_id}/words", data={"description": "A mug.", "consent": "y", "do": "send"}
    )
    assert answer.status_code == 409
    assert "It goes with your story" in answer.text
    answer = cast.alice.browser.post(f"/en/stories/{story_id}/sending", data={"consent": "site"})
    assert answer.status_code == 303, answer.text
    assert (row(photo_id).status, row(unready).status) == ("pending", "draft")
    publish(photo_id)
    assert cast.visitor.browser.get(f"/media/photos/{photo_id}/480.webp").status_code == 404  # the story isn't shown
    with write():
        contributions.publish(db.session.get_one(Contribution, story_id))
    assert cast.visitor.browser.get(f"/media/photos/{photo_id}/480.webp").status_code == 200


def test_an_unsent_story_takes_its_photos_with_it(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story(status="draft")
    photo_id = make_photo(on=story_id, until="looking")
    key = row(photo_id).key
    assert cast.alice.browser.post(f"/en/stories/{story_id}/removal").status_code == 303
    worker.work_all()
    db.session.rollback()
    assert db.session.get(Contribution, photo_id) is None
    assert db.session.scalars(db.select(Seal.id)).all() == []
    assert files_of(key) == set()


def test_their_order_is_the_authors(cast: Cast, client: Browser, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id = make_story()
    photos = [make_photo(on=story_id, caption=caption) for caption in ("One", "Two", "Three")]
    address = f"/en/photos/{photos[2]}/moves"
    assert cast.bob.browser.post(address, data={"to": "earlier"}).status_code == 404
    for _ in range(4):  # twice too often changes nothing
        assert cast.alice.browser.post(address, data={"to": "earlier"}).status_code == 303
    page = client.get(f"/en/stories/{story_id}").text
    assert page.index("Three</a>") < page.index("One</a>") < page.index("Two</a>")
    cast.alice.browser.post(address, data={"to": "later"})
    page = client.get(f"/en/stories/{story_id}").text
    assert page.index("One</a>") < page.index("Three</a>") < page.index("Two</a>")


def test_nobody_works_on_somebody_elses(cast: Cast, make_story: MakeStory, make_photo: MakePhoto) -> None:
    story_id, photo_id = make_story(), make_photo(until="looking")
    for who in (cast.bob, cast.mona, cast.ada):
        for page in ("edit", "edges"):
            assert who.browser.get(f"/en/photos/{photo_id}/{page}").status_code == 404
        for act in ("words", "edges", "file", "recall", "withdrawal", "return", "removal", "moves"):
            assert who.browser.post(f"/en/photos/{photo_id}/{act}").status_code == 404, act
        assert who.browser.get(f"/en/stories/{story_id}/photos").status_code == 404
        answer = who.browser.post(f"/en/stories/{story_id}/photos", data=upload(("a.jpg", encoded(drawn()))))
        assert answer.status_code == 404
    assert row(photo_id).state == "looking"


def test_members_only_photos_are_private(
    cast: Cast, client: Browser, make_story: MakeStory, make_photo: MakePhoto
) -> None:
    story_id = make_story()
    photo_id = make_photo(on=story_id)
    with write():
        story = db.session.get_one(Contribution, story_id)
        story.audience = "members"
        contributions.restore(story)
    assert client.get(f"/media/photos/{photo_id}/480.webp").status_code == 404
    answer = cast.bob.browser.get(f"/media/photos/{photo_id}/480.webp")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")


def test_the_library_turns_its_pages_by_key_and_by_topic(app: Flask, cast: Cast, client: Browser) -> None:
    with write():
        topics.load_defaults()
    with write():
        topic = db.session.scalars(db.select(Topic).where(Topic.slug == "raynaud")).one()
        moment = clock.now() - timedelta(days=100)
        for number in range(queries.PAGE + 3):
            photo = Photo(
                key=f"{number:032x}", language="en", created_at=moment, topics=[topic] if number % 2 else [],
                description=f"Sentence {number}.", is_in_library=True, state="ready", width=480, height=360,
                widths=[480],
            )  # fmt: skip
            contributions.set_words(photo, title=f"Number {number}", source="x")
            contributions.sign(photo, cast.alice.id, "member")
            ledger.give(photo, "photo", version=wording.VERSION, language="en", how="site")
            contributions.publish(photo)
            photo.published_at = moment + timedelta(hours=number)
    first = client.get("/en/photos").text
    assert len(re.findall(r"Number \d+</a>", first)) == queries.PAGE
    address = html.unescape(re.findall(r'rel="next" href="([^"]+)"', first)[0])
    second = client.get(address).text
    assert re.findall(r"(Number \d+)</a>", second) == ["Number 2", "Number 1", "Number 0"]
    back = html.unescape(re.findall(r'rel="prev" href="([^"]+)"', second)[0])
    assert re.findall(r"(Number \d+)</a>", client.get(back).text) == re.findall(r"(Number \d+)</a>", first)
    narrow = client.get("/en/photos?topic=raynaud").text
    assert len(re.findall(r"Number \d*[13579]</a>", narrow)) == 13
    assert not re.findall(r"Number \d*[02468]</a>", narrow)
    for odd in ("?after=x", "?after=999999999999", "?before=-1", "?topic=%00", "?topic=nothing"):
        assert client.get(f"/en/photos{odd}").status_code == 200
    for page, budget in (("/en/photos", 8), ("/en/photos?topic=raynaud", 9), ("/en/photos/1", 8)):
        with recorded() as statements:
            assert client.get(f"{page}{'&' if '?' in page else '?'}fresh=1").status_code == 200
        assert len(statements) <= budget, (page, statements)
    with recorded() as statements:
        assert client.get("/media/photos/1/480.webp").status_code == 404  # it has no files
    assert len([one for one in statements if "photos" in one]) == 1


def test_what_waits_for_a_week_is_deleted_and_so_is_what_belongs_to_nobody(
    make_photo: MakePhoto,
) -> None:
    waiting, ready = make_photo(until="looking"), make_photo()
    stray = f"photos/{'f' * 32}/480.webp"
    the_storage().put(stray, io.BytesIO(b"x"), "image/webp")
    keys = row(waiting).key, row(ready).key
    making.sweep()
    assert the_storage().exists(stray)  # it may be on its way
    assert row(waiting).state == "looking"
    with time_machine.travel(clock.now() + timedelta(days=8)):
        making.sweep()
    assert (row(waiting).state, row(waiting).problem) == ("failed", "waited")
    assert files_of(keys[0]) == set()
    assert len(files_of(keys[1])) == 4
    assert not the_storage().exists(stray)


def test_the_worker_may_be_killed_between_any_two_steps(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="received")
    for _ in range(2):  # the job is done again: nothing is lost, nothing is done twice
        effect = making.looking(photo_id)
        db.session.rollback()
        if effect is not None:
            effect()
    assert row(photo_id).state == "looking"
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/edges").status_code == 303
    first, second = making.making(photo_id), making.making(photo_id)
    db.session.rollback()
    assert first is not None
    assert second is not None
    first()
    second()
    photo = row(photo_id)
    assert (photo.state, len(files_of(photo.key))) == ("ready", 4)


def test_a_photo_thrown_away_while_it_is_made_leaves_nothing(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="received")
    effect = making.looking(photo_id)
    db.session.rollback()
    assert effect is not None
    key = row(photo_id).key
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/removal").status_code == 303
    effect()
    worker.work_all()
    db.session.rollback()
    assert db.session.get(Photo, photo_id) is None
    assert files_of(key) == set()


def test_a_moderator_sees_it_on_its_case(cast: Cast, make_photo: MakePhoto) -> None:
    photo_id = make_photo(until="pending", is_graphic=True, credit="Photo: Rosa")
    case = db.session.scalar(db.text("SELECT id FROM cases"))  # type: ignore[call-overload]
    page = cast.mona.browser.get(f"/en/moderation/cases/{case}").text
    assert f"/media/photos/{photo_id}/480.webp" in page
    assert "figure--covered" in page
    assert "Photo: Rosa" in page
    assert cast.mona.browser.get(f"/media/photos/{photo_id}/480.webp").headers["Cache-Control"] == "private, no-cache"
    assert cast.bob.browser.get(f"/media/photos/{photo_id}/480.webp").status_code == 404
    with write():
        ledger.take_back(db.session.get_one(Photo, photo_id), "photo")
    file = moderation.file_of(cast.mona.viewer, case)
    assert file is not None
    assert not file.matter.can_publish


def test_a_picture_under_report_is_covered_until_a_moderator_asks_for_it(cast: Cast, make_photo: MakePhoto) -> None:
    key = make_photo()
    answer = cast.bob.browser.post("/en/report", data={"contribution": key, "reason": "other", "words": "Look at it."})
    assert answer.status_code == 303
    db.session.rollback()
    case = db.session.scalar(select(Case.id).where(Case.contribution_id == key, Case.closed_at.is_(None)))
    page = cast.mona.browser.get(f"/en/moderation/cases/{case}").text
    assert "A picture under report" in page
    assert "figure--covered" in page
