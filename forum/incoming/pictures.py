"""Pictures that came with a mail: stored as they are, and put on what was made of it, as from the site's own form."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from forum.accounts.viewer import Viewer
from forum.core.settings import the_settings
from forum.core.storage import StorageAwayError, the_storage
from forum.core.unit_of_work import must_be_writing
from forum.incoming.bodies import MOST_PICTURES, Picture
from forum.photos import actions as photos
from forum.photos import magic
from forum.photos.making import SENT, new_key, place
from forum.photos.uploads import MEGABYTE

SMALLEST = 10_000  # bytes; what is smaller is the logo of a signature


def worth_keeping(pictures: Iterable[Picture]) -> list[Picture]:
    """The pictures that are meant: not too many, not the logos of a signature, and pictures by their first bytes."""
    most = the_settings().photo_megabytes * MEGABYTE
    meant = [one for one in pictures if SMALLEST <= len(one.data) <= most]
    return [one for one in meant if magic.media_type(one.data[: magic.LENGTH]) is not None][:MOST_PICTURES]


def stored(pictures: Iterable[Picture]) -> list[str]:
    """Store pictures, outside any transaction; the keys. Where the storage is away there are none."""
    keys = []
    for one in pictures:
        key, kind = new_key(), magic.media_type(one.data[: magic.LENGTH])
        try:
            the_storage().put(place(key, SENT), BytesIO(one.data), kind or "application/octet-stream")
        except StorageAwayError:
            break
        keys.append(key)
    return keys


def put_on(contribution_id: int, actor: Viewer, keys: Iterable[str]) -> int:
    """Put stored pictures on something of the actor's own, where they wait for her; how many."""
    must_be_writing()
    kept = 0
    for key in keys:
        kept += bool(photos.receive(actor=actor, key=key, language=actor.language, on_id=contribution_id).verdict)
    return kept


def forget(keys: Iterable[str]) -> None:
    """Delete stored pictures again that nothing was made of."""
    for key in keys:
        the_storage().delete(place(key, SENT))
