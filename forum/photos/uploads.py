"""Files that come in: judged by their first bytes and their size, stored as they are, never opened in the web."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from forum.core.cleantext import clean_text
from forum.core.settings import the_settings
from forum.core.storage import StorageAwayError, the_storage
from forum.core.unit_of_work import end_reading
from forum.photos import magic
from forum.photos.making import SENT, new_key, place
from forum.photos.words import ALL_TOO_HEAVY, AWAY, EMPTY, NO_PICTURE, NOTHING_CHOSEN, TOO_HEAVY

MEGABYTE = 1024 * 1024
AT_ONCE = 8  # photos of the largest size in one sending


@dataclass(slots=True)
class Uploads:
    """What came in: the keys of what was stored, the sentences about what wasn't, and the answer's status then."""

    keys: list[str] = field(default_factory=list)
    refusals: list[Any] = field(default_factory=list)
    status: int = 422

    def forget(self) -> None:
        """Delete again what was stored: nobody may keep it."""
        for key in self.keys:
            the_storage().delete(place(key, SENT))


def take_in(request: Request) -> Uploads:
    """Store every photo of the posted field `photos`. Call it for members only: visitors send no large bodies."""
    request.max_content_length = AT_ONCE * the_settings().photo_megabytes * MEGABYTE + MEGABYTE
    found = Uploads()
    end_reading()  # storing takes its time, and holds no transaction
    try:
        files = [file for file in request.files.getlist("photos") if file.filename or _size(file)]
    except RequestEntityTooLarge:
        found.refusals.append(ALL_TOO_HEAVY)
        found.status = 413
        return found
    if not files:
        found.refusals.append(NOTHING_CHOSEN)
    for file in files:
        _store(file, found)
    return found


def _store(file: FileStorage, found: Uploads) -> None:
    most = the_settings().photo_megabytes
    name = clean_text(file.filename or "", single_line=True)[:80] or "?"
    size = _size(file)
    kind = magic.media_type(file.stream.read(magic.LENGTH))
    file.stream.seek(0)
    if size == 0:
        found.refusals.append(EMPTY % {"name": name})
    elif kind is None:
        found.refusals.append(NO_PICTURE % {"name": name})
    elif size > most * MEGABYTE:
        found.refusals.append(TOO_HEAVY % {"name": name, "num": most})
    else:
        key = new_key()
        try:
            the_storage().put(place(key, SENT), file.stream, kind)
            found.keys.append(key)
        except StorageAwayError:
            found.status = 503
            if AWAY not in found.refusals:
                found.refusals.append(AWAY)


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size
