"""The pages of photos and their files: who sees what, and what is gone."""

from __future__ import annotations

import io

from PIL import Image

from forum.contributions import actions as contributions
from forum.core import worker
from forum.core.db import db
from forum.core.storage import the_storage
from forum.core.unit_of_work import write
from forum.photos.convert import COVER
from forum.photos.models import Photo
from tests.cast import Browser, Cast
from tests.photos.conftest import MakePhoto


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

    assert cast.alice.browser.post(f"/en/photos/{photo_id}/withdrawal").status_code == 303
    assert client.get(f"/media/photos/{photo_id}/600.webp").status_code == 410
    gone = client.get(f"/en/photos/{photo_id}")
    assert gone.status_code == 410
    assert "Two handles" not in gone.text
    assert "Two handles" not in client.get("/en/photos").text
    assert cast.alice.browser.post(f"/en/photos/{photo_id}/return").status_code == 303
    assert client.get(f"/media/photos/{photo_id}/600.webp").status_code == 200
