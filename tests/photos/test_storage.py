"""The stores: files of this machine, and a bucket spoken to over a real connection."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from forum.contributions import actions as contributions
from forum.core import clock, worker
from forum.core.db import db
from forum.core.settings import Settings
from forum.core.storage import Bucket, Folder, Storage, StorageAwayError, open_storage, the_storage
from forum.core.unit_of_work import write
from forum.photos import making
from forum.photos.models import Photo
from forum.photos.words import AWAY
from tests import cast as people
from tests.conftest import MakeApp
from tests.photos.conftest import drawn, encoded, upload
from tests.services import s3, shared

SECRET = "a secret for tests, which is long enough"


@pytest.fixture(scope="module")
def server() -> Iterator[s3.S3Server]:
    with s3.running() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, server: s3.S3Server) -> Storage:
    more = server.settings() if request.param == "bucket" else {}
    made = open_storage(Settings(data_dir=tmp_path, secret_key=SECRET, **more))  # type: ignore[arg-type]
    assert isinstance(made, Bucket if more else Folder)
    return made


def put(storage: Storage, key: str, data: bytes) -> None:
    storage.put(key, io.BytesIO(data), "image/webp")


def content(storage: Storage, key: str) -> bytes | None:
    stored = storage.read(key)
    return None if stored is None else b"".join(stored)


def test_what_is_put_can_be_read_until_it_is_deleted(storage: Storage) -> None:
    data = os.urandom(300_000)
    put(storage, "photos/abc/480.webp", data)
    stored = storage.read("photos/abc/480.webp")
    assert stored is not None
    assert stored.length == len(data)
    assert b"".join(stored) == data
    assert storage.exists("photos/abc/480.webp")
    assert not storage.exists("photos/abc/48")
    put(storage, "photos/abc/480.webp", b"other")
    assert content(storage, "photos/abc/480.webp") == b"other"
    storage.delete("photos/abc/480.webp")
    storage.delete("photos/abc/480.webp")
    assert content(storage, "photos/abc/480.webp") is None
    assert not storage.exists("photos/abc/480.webp")


def test_a_folder_is_listed_with_its_times(storage: Storage) -> None:
    for name in ("one/sent", "one/480.webp", "two/sent"):
        put(storage, f"photos/list{name}", b"x")
    assert {one.key for one in storage.listed("photos/listone")} == {"photos/listone/sent", "photos/listone/480.webp"}
    every = [one for one in storage.listed("photos") if "list" in one.key]
    assert len(every) == 3
    assert all(abs(one.put_at - clock.now()) < timedelta(minutes=5) for one in every)
    assert list(storage.listed("nothing-here")) == []


@pytest.mark.parametrize(
    "key", ["../secret-key", "/etc/passwd", "photos/../x", "photos//x", "", "photos/a b", "photos/\0"]
)
def test_a_key_leads_nowhere_else(storage: Storage, key: str) -> None:
    for act in (storage.read, storage.delete, storage.exists):
        with pytest.raises(ValueError, match="no key"):
            act(key)
    with pytest.raises(ValueError, match="no key"):
        put(storage, key, b"x")


class Breaking(io.BytesIO):
    """A file whose sender goes away halfway."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise ConnectionResetError("gone")
        return super().read(100_000)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    storage = Folder(tmp_path / "media")
    put(storage, "photos/abc/sent", b"before")
    with pytest.raises(StorageAwayError):
        storage.put("photos/abc/sent", Breaking(os.urandom(500_000)), "image/jpeg")
    assert content(storage, "photos/abc/sent") == b"before"
    assert [path.name for path in (tmp_path / "media" / "photos" / "abc").iterdir()] == ["sent"]


def test_a_store_that_is_away_says_so_and_comes_back(tmp_path: Path) -> None:
    blocked = tmp_path / "media"
    blocked.write_text("a file where the folder should be")
    storage = Folder(blocked)
    with pytest.raises(StorageAwayError):
        put(storage, "photos/abc/sent", b"x")
    with pytest.raises(StorageAwayError):
        storage.read("photos/abc/sent")
    blocked.unlink()
    put(storage, "photos/abc/sent", b"x")
    assert content(storage, "photos/abc/sent") == b"x"


def test_a_bucket_nobody_answers_for_is_away(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        secret_key=SECRET,
        media_s3_bucket="photos",
        media_s3_endpoint=f"http://127.0.0.1:{shared.free_port()}",
        media_s3_key="x",
        media_s3_secret="y",
    )
    with pytest.raises(StorageAwayError):
        open_storage(settings).read("photos/abc/sent")


@pytest.mark.sqlite  # the store is what this is about
def test_a_site_keeps_its_photos_in_a_bucket(make_app: MakeApp, server: s3.S3Server) -> None:
    app = make_app(**server.settings())
    with app.app_context():
        cast = people.assemble(app)
        answer = cast.alice.browser.post("/en/photos", data=upload(("a.jpg", encoded(drawn()))))
        assert answer.status_code == 303
        worker.work_all()
        photo_id = db.session.scalars(db.select(Photo.id)).one()
        db.session.rollback()
        assert cast.alice.browser.get(f"/media/photos/{photo_id}/preview.webp").data[8:12] == b"WEBP"
        cast.alice.browser.post(f"/en/photos/{photo_id}/edges")
        worker.work_all()
        fields = {"description": "A mug.", "consent": "y", "do": "send"}
        assert cast.alice.browser.post(f"/en/photos/{photo_id}/words", data=fields).status_code == 303
        with write():
            photo = db.session.get_one(Photo, photo_id)
            contributions.publish(photo)
            key = photo.key
        mine = {one for one in server.held() if key in one}
        assert mine == {f"photos/{key}/{width}.{kind}" for width in (480, 600) for kind in ("webp", "avif")}
        answer = cast.visitor.browser.get(f"/media/photos/{photo_id}/600.avif")
        assert answer.headers["Content-Type"] == "image/avif"
        assert int(answer.headers["Content-Length"]) == len(answer.data) > 500
        making.tidy(key, ())
        assert not {one for one in server.held() if key in one}


@pytest.mark.sqlite  # the store is what this is about
def test_without_its_store_the_site_goes_on(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    with app.app_context():
        cast = people.assemble(app)
        (tmp_path / "media").write_text("not a folder")
        answer = cast.alice.browser.post("/en/photos", data=upload(("a.jpg", encoded(drawn()))))
        assert answer.status_code == 503
        assert str(AWAY) in answer.text
        assert db.session.scalars(db.select(Photo.id)).all() == []
        db.session.rollback()
        (tmp_path / "media").unlink()
        assert cast.alice.browser.post("/en/photos", data=upload(("a.jpg", encoded(drawn())))).status_code == 303
        photo_id = db.session.scalars(db.select(Photo.id)).one()
        db.session.rollback()
        assert isinstance(the_storage(), Folder)
        (tmp_path / "media").rename(tmp_path / "elsewhere")
        (tmp_path / "media").write_text("not a folder")
        worker.work_all()  # the job fails, and stays
        (tmp_path / "media").unlink()
        (tmp_path / "elsewhere").rename(tmp_path / "media")
        db.session.rollback()
        assert db.session.get_one(Photo, photo_id).state == "received"
        db.session.rollback()
        assert cast.visitor.browser.get("/en/photos").status_code == 200
