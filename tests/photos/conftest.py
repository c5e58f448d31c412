"""Pictures to send, and a photo on its way: sent, looked at, made, described, published."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from forum.contributions import actions as contributions
from forum.core import worker
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.photos import actions
from forum.photos.actions import About
from forum.photos.models import Photo
from tests.cast import Cast, Person
from tests.stories.conftest import make_story

__all__ = ["make_story"]  # a fixture: found by its name

MakePhoto = Callable[..., int]


def drawn(width: int = 600, height: int = 400, mode: str = "RGB") -> Image.Image:
    """A picture with a red square in its upper left corner, a green one lower right, and blue between."""
    image = Image.new("RGB", (width, height), (40, 60, 160))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 4), fill=(200, 30, 30))
    draw.rectangle((width * 3 // 4, height * 3 // 4, width, height), fill=(30, 160, 60))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def upload(*files: tuple[str, bytes], **fields: str) -> dict[str, object]:
    """The fields of a form with photos in it."""
    return {"photos": [(io.BytesIO(data), name) for name, data in files], **fields}


@pytest.fixture
def make_photo(cast: Cast) -> MakePhoto:
    """Makes a photo of Alice's (or `by`) by the real steps: sent in her browser, opened, made, described.

    `until` is how far: received, looking, ready, pending or published.
    """

    def make(
        by: Person | None = None,
        *,
        on: int | None = None,
        until: str = "published",
        description: str = "A mug with two handles on a window sill.",
        caption: str = "Two handles",
        picture: bytes = b"",
        **about: object,
    ) -> int:
        author = by or cast.alice
        address = f"/en/stories/{on}/photos" if on else "/en/photos"
        answer = author.browser.post(address, data=upload(("mug.jpg", picture or encoded(drawn()))))
        assert answer.status_code == 303, answer.text
        key = db.session.scalar(db.select(Photo.id).order_by(Photo.id.desc()).limit(1))
        db.session.rollback()
        assert key is not None
        if until == "received":
            return key
        worker.work_all()
        if until == "looking":
            return key
        assert author.browser.post(f"/en/photos/{key}/edges").status_code == 303
        worker.work_all()
        said = About(caption=caption, description=description, **about)  # type: ignore[arg-type]
        with write():
            assert actions.keep(actor=author.viewer, photo_id=key, about=said).verdict
            assert actions.allow(actor=author.viewer, photo_id=key, is_allowed=True, language="en").verdict
        if until == "ready":
            return key
        with write():
            verdict = actions.send(actor=author.viewer, photo_id=key).verdict
            assert verdict, verdict.reason
        if until == "published":
            with write():
                contributions.publish(db.session.get_one(Photo, key))
        db.session.rollback()
        return key

    return make
