"""Where pictures are kept: files in DATA_DIR/media, or an S3-compatible store when one is set.

A key is a path of plain words, such as `photos/3f9c…/480.webp`. Whatever goes wrong with the store itself is raised as
`StorageAwayError`: a page then says so, and stands otherwise.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Protocol

from flask import current_app

from forum.core.settings import Settings, the_settings

CHUNK = 64 * 1024
KEY = re.compile(r"[a-z0-9_-]+(/[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+\.[a-z0-9]+)?")
PART = ".part"  # the ending of a file that is still being written


class StorageAwayError(RuntimeError):
    """The store can't be reached or can't be written at the moment."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One stored file: its key, and when it was put there."""

    key: str
    put_at: datetime


@dataclass(slots=True)
class Stored:
    """A stored file that is being read: its length, and its bytes piece by piece. Read it to its end, or close it."""

    length: int
    body: Any

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self.body.read(CHUNK):
                yield piece
        finally:
            self.body.close()

    def close(self) -> None:
        """Leave the rest unread."""
        self.body.close()


class Storage(Protocol):
    """What a store can do. Raises StorageAwayError when it can't at the moment."""

    def put(self, key: str, file: IO[bytes], media_type: str) -> None:
        """Keep all that is left to read of `file` under a key: whole, or not at all."""

    def read(self, key: str) -> Stored | None:
        """What is kept under a key, or None."""

    def delete(self, key: str) -> None:
        """Forget what is kept under a key, if anything is."""

    def exists(self, key: str) -> bool:
        """Whether anything is kept under a key."""

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Everything whose key begins with a folder's name."""


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"This is no key: {key!r}")
    return key


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageAwayError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Folder:
    """Files below a folder of this machine."""

    root: Path

    def put(self, key: str, file: IO[bytes], media_type: str) -> None:
        path = self.root / _checked(key)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
        with _on_disk():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as whole:
                    shutil.copyfileobj(file, whole, CHUNK)
                    whole.flush()
                    os.fsync(whole.fileno())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            _sync_folder(path.parent)

    def read(self, key: str) -> Stored | None:
        with _on_disk():
            try:
                file = (self.root / _checked(key)).open("rb")
            except FileNotFoundError:
                return None
            return Stored(os.fstat(file.fileno()).st_size, file)

    def delete(self, key: str) -> None:
        path = self.root / _checked(key)
        with _on_disk():
            path.unlink(missing_ok=True)
        with suppress(OSError):  # a folder that still holds something stays
            path.parent.rmdir()

    def exists(self, key: str) -> bool:
        return (self.root / _checked(key)).is_file()

    def listed(self, prefix: str) -> Iterator[Listed]:
        with _on_disk():
            for path in sorted((self.root / _checked(prefix)).rglob("*")):
                if path.is_file():
                    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield Listed(path.relative_to(self.root).as_posix(), at)


def _sync_folder(path: Path) -> None:
    # The new name itself must survive a loss of power.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Bucket:
    """A bucket of an S3-compatible store."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = settings.media_s3_bucket

    @cached_property
    def client(self) -> Any:
        # Loaded on first use, so that a site without such a store doesn't carry it.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        quick = Config(
            connect_timeout=3,
            read_timeout=15,
            retries={"max_attempts": 2},
            request_checksum_calculation="when_required",  # not every store knows the newer checksums
            response_checksum_validation="when_required",
        )
        return boto3.client(
            "s3",
            endpoint_url=self.settings.media_s3_endpoint or None,
            region_name=self.settings.media_s3_region,
            aws_access_key_id=self.settings.media_s3_key or None,
            aws_secret_access_key=self.settings.media_s3_secret or None,
            config=quick,
        )

    @contextmanager
    def _reached(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            yield
        except (BotoCoreError, ClientError, OSError) as error:
            raise StorageAwayError(str(error)) from error

    def put(self, key: str, file: IO[bytes], media_type: str) -> None:
        with self._reached():
            self.client.put_object(Bucket=self.name, Key=_checked(key), Body=file, ContentType=media_type)

    def read(self, key: str) -> Stored | None:
        with self._reached():
            try:
                found = self.client.get_object(Bucket=self.name, Key=_checked(key))
            except self.client.exceptions.NoSuchKey:
                return None
            return Stored(found["ContentLength"], found["Body"])

    def delete(self, key: str) -> None:
        with self._reached():
            self.client.delete_object(Bucket=self.name, Key=_checked(key))

    def exists(self, key: str) -> bool:
        with self._reached():
            found = self.client.list_objects_v2(Bucket=self.name, Prefix=_checked(key), MaxKeys=1)
            return any(one["Key"] == key for one in found.get("Contents", ()))

    def listed(self, prefix: str) -> Iterator[Listed]:
        with self._reached():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=f"{prefix}/")
            for page in pages:
                for one in page.get("Contents", ()):
                    yield Listed(one["Key"], one["LastModified"])


def open_storage(settings: Settings) -> Storage:
    """The store that the settings name."""
    return Bucket(settings) if settings.media_s3_bucket else Folder(settings.data_dir / "media")


def the_storage() -> Storage:
    """The store of the current application."""
    extensions = current_app.extensions
    if "storage" not in extensions:
        extensions["storage"] = open_storage(the_settings())
    storage: Storage = extensions["storage"]
    return storage
