"""The demo's pictures: every one is read, made, seen, and gone with the examples."""

from __future__ import annotations

import pytest

from forum.core.db import db
from forum.core.storage import the_storage
from forum.core.unit_of_work import write
from forum.demo import content, photos, removal
from forum.discussions.models import Post
from forum.photos.models import Photo
from tests.cast import Browser
from tests.services import databases


@pytest.fixture
def database_content() -> databases.Content:
    return databases.DEMO


@pytest.mark.sqlite  # files don't hang on the database
def test_every_picture_hangs_and_goes_with_the_examples(client: Browser) -> None:
    rows = db.session.scalars(db.select(Photo)).all()
    assert len(rows) == len(content.photos()) + 1 >= 7  # one drawing hangs on an answer too, and only there
    (on_a_post,) = (photo for photo in rows if db.session.get(Post, photo.on_id or 0) is not None)
    assert not on_a_post.is_in_library
    drawing = on_a_post.id
    db.session.rollback()
    page = client.get("/en/photos").text
    for file in content.photos():
        assert file.path.stat().st_size <= 40_000
        assert file.caption in page
        assert file.credit.startswith(("Drawing", "Disegno", "Dibujo"))  # nobody takes one for a photograph
    assert f"/media/photos/{drawing}/" not in page
    for photo in db.session.scalars(db.select(Photo)).all():
        for width in photo.widths or ():
            assert client.get(f"/media/photos/{photo.id}/{width}.avif").status_code == 200
    db.session.rollback()
    with write():
        removed = removal.remove(actor=None, with_answers=True)
    assert removed.verdict
    photos.forget_files(removed.photo_keys)
    assert list(the_storage().listed("photos")) == []
    assert db.session.scalars(db.select(Photo.id)).all() == []
