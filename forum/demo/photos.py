"""The demo's pictures: drawings, made by the same converter as every photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Member
from forum.contributions import ledger, wording
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.storage import the_storage
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.content import PhotoFile
from forum.demo.writing import publish_on, put_down, topics_by_slug
from forum.photos import audience, conversion
from forum.photos.making import TYPES, names_of, new_key, place, tidy
from forum.photos.models import Photo
from forum.stories.models import Story

LOOKING = timedelta(days=2)  # from the day it was sent to the day it was shown


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it was made: what the converter says of it, and the bytes of its files by name."""

    made: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def make_pictures() -> dict[str, Picture]:
    """Make the sizes of every picture, by the name of its file. Call it outside a transaction."""
    return {file.name: _made(file.path) for file in content.photos()}


def _made(path: Path) -> Picture:
    with TemporaryDirectory() as folder:
        made = conversion.make(path, Path(folder), 2, [])
        if "problem" in made:
            raise RuntimeError(f"{path.name}: {made['problem']}")
        return Picture(made, {name: (Path(folder) / name).read_bytes() for name in names_of(made["widths"])})


def hang(members: Mapping[str, Member], stories: Mapping[str, Story], pictures: Mapping[str, Picture]) -> None:
    """Let every picture hang where its file says."""
    must_be_writing()
    for file in content.photos():
        hang_one(file, members[file.by].id, stories.get(file.on or ""), pictures[file.name])


def hang_one(file: PhotoFile, member_id: int, holder: Contribution | None, picture: Picture) -> None:
    """Let a picture hang on a story or a post, or in the library alone. What is on a post stays there."""
    photo = Photo(
        key=new_key(),
        language=file.language,
        created_at=file.shown_at - LOOKING,
        topics=topics_by_slug(file.topics),
        on_id=holder.id if holder is not None else None,
        position=1,
        is_in_library=holder is None or holder.kind != "post",
        description=file.description,
        credit=file.credit,
        state="ready",
        width=picture.made["width"],
        height=picture.made["height"],
        widths=picture.made["widths"],
    )
    revision = put_down(photo, member_id=member_id, source=file.description, title=file.caption)
    revision.facts = {"credit": file.credit, "content_notes": ""}
    publish_on(photo, revision, file.shown_at)
    ledger.give(
        photo, "photo", version=wording.VERSION, language=file.language, how="site", given_at=photo.created_at
    )  # fmt: skip
    audience.settle(photo)
    for name, data in picture.files.items():
        the_storage().put(place(photo.key, name), BytesIO(data), TYPES[name.rpartition(".")[2]])


def keys_of(ids: Any) -> list[str]:
    """Where the files are of those photos whose ids a query selects."""
    return list(db.session.scalars(select(Photo.__table__.c.key).where(Photo.__table__.c.id.in_(ids))))


def forget_files(keys: list[str]) -> None:
    """Delete the files of photos that are gone. Call it after the transaction in which they went."""
    for key in keys:
        tidy(key, ())
