"""The worker's part: open what was sent, make what is shown, and delete what nobody needs any more.

Storage and the converter stand outside any transaction. Each step can be killed at any moment and done again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forum.core import clock
from forum.core.storage import Listed, the_storage
from forum.core.unit_of_work import must_be_writing, write
from forum.moderation import cases
from forum.photos import conversion, queries
from forum.photos.convert import rows_for

UNFINISHED, STRAY = timedelta(days=7), timedelta(days=1)
FOLDER = "photos"
SENT, PREVIEW = "sent", "preview.webp"
TYPES = {"webp": "image/webp", "avif": "image/avif"}
Made = dict[str, Any]


def place(key: str, name: str) -> str:
    """Where a file of the photo with this key is stored."""
    return f"{FOLDER}/{key}/{name}"


def looking(photo_id: int) -> Callable[[], None] | None:
    """What opens a photo that came in, or None when there is nothing to do."""
    photo = queries.photo_by_id(photo_id, lock=False)
    if photo is None or photo.state != "received":
        return None
    key = photo.key

    def look() -> None:
        with TemporaryDirectory() as folder:
            picture = _fetched(place(key, SENT), Path(folder))
            made = {"problem": "lost"} if picture is None else conversion.look(picture, Path(folder))
            if "problem" not in made:
                _store(key, PREVIEW, Path(folder))
        with write():
            is_first = looked(photo_id, key, made)
        if is_first and "problem" in made:
            the_storage().delete(place(key, SENT))

    return look


def making(photo_id: int) -> Callable[[], None] | None:
    """What makes the sizes of a photo whose author looked at its edges, or None when there is nothing to do."""
    photo = queries.photo_by_id(photo_id, lock=False)
    if photo is None or photo.state != "making":
        return None
    key = photo.key
    source = f"{max(photo.widths)}.webp" if photo.widths else SENT
    rows = rows_for(photo.width or 1, photo.height or 1)
    squares = [list(one) for one in photo.covers or ()]
    fresh = new_key() if photo.widths else key

    def make() -> None:
        with TemporaryDirectory() as folder:
            picture = _fetched(place(key, source), Path(folder))
            if picture is None:
                made: Made = {"problem": "lost"}
            else:
                made = conversion.make(picture, Path(folder), rows, squares)
            for name in names_of(made.get("widths", ())):
                _store(fresh, name, Path(folder))
        with write():
            is_first = finished(photo_id, key, fresh, made)
        if is_first:
            tidy(key, () if fresh != key or "problem" in made else made["widths"])
        elif fresh != key:  # another worker was quicker, or its author threw it away: what was made here is nobody's
            tidy(fresh, ())

    return make


def new_key() -> str:
    """A name for a photo's folder that nobody can guess."""
    return secrets.token_hex(16)


def names_of(widths: Any) -> list[str]:
    """The names of the files that readers see, for the widths that were made."""
    return [f"{width}.{kind}" for width in widths for kind in TYPES]


def _fetched(key: str, folder: Path) -> Path | None:
    """A stored file as a file of this machine, or None where there is none."""
    stored = the_storage().read(key)
    if stored is None:
        return None
    path = folder / "picture"
    with path.open("wb") as file:
        for piece in stored:
            file.write(piece)
    return path


def _store(key: str, name: str, folder: Path) -> None:
    with (folder / name).open("rb") as file:
        the_storage().put(place(key, name), file, TYPES[name.rpartition(".")[2]])


def looked(photo_id: int, key: str, made: Made) -> bool:
    """Write down what came of opening a photo. False when it was thrown away, sent again or opened meanwhile."""
    must_be_writing()
    photo = queries.photo_by_id(photo_id)
    if photo is None or photo.key != key or photo.state != "received":
        return False
    if "problem" in made:
        photo.state, photo.problem = "failed", made["problem"]
    else:
        photo.state, photo.problem = "looking", None
        photo.width, photo.height = made["width"], made["height"]
    return True


def finished(photo_id: int, key: str, fresh: str, made: Made) -> bool:
    """Write down what came of making a photo's sizes; False when there is nothing to write down any more.

    Whoever looks at it at the desk is told that it changed.
    """
    must_be_writing()
    photo = queries.photo_by_id(photo_id)
    if photo is None or photo.key != key or photo.state != "making":
        return False
    if "problem" in made:
        photo.state, photo.problem = "failed", made["problem"]
        photo.widths = None
        return True
    photo.key, photo.state, photo.problem = fresh, "ready", None
    photo.width, photo.height, photo.widths = made["width"], made["height"], made["widths"]
    case = cases.open_case_of(photo.id, lock=True)
    if case is not None:
        cases.touch(case)
    return True


def tidy(key: str, widths: Any) -> None:
    """Delete every file under a key but those of the widths that are shown."""
    keep = {place(key, name) for name in names_of(widths)}
    storage = the_storage()
    for one in list(storage.listed(f"{FOLDER}/{key}")):
        if one.key not in keep:
            storage.delete(one.key)


def give_up() -> None:
    """Write down of photos whose authors left them for a week that they have to be sent again."""
    must_be_writing()
    for photo in queries.unfinished_since(clock.now() - UNFINISHED):
        photo.state, photo.problem = "failed", "waited"


def sweep() -> None:
    """Delete what was left for a week, and files that belong to nothing: once a day."""
    with write():
        give_up()
    before = clock.now() - STRAY
    storage = the_storage()
    old = [one for one in storage.listed(FOLDER) if one.put_at < before]
    for key, files in groupby(old, _key_of):
        here = list(files)
        state = queries.states_of([key]).get(key)
        for one in here:
            if state is None or state == "failed" or (state == "ready" and _is_raw(one)):
                storage.delete(one.key)


def _key_of(one: Listed) -> str:
    return one.key.split("/")[1]


def _is_raw(one: Listed) -> bool:
    return one.key.rpartition("/")[2] in (SENT, PREVIEW)
