"""The table of photos."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from forum.contributions.models import Contribution
from forum.core import membertext
from forum.core.db import Key, one_of

STATES = ("received", "looking", "making", "ready", "failed")


class Photo(Contribution):
    """A picture with its caption (the title), what it shows in words (the description), and who made it.

    `received`: as it was sent, not decoded yet. `looking`: a first picture is there, for its author to look at the
    edges. `making`: the three sizes are being made, with what she covered. `ready`: they are there and what was sent
    is gone. `failed`: `problem` says why. `key` is the random name under which its files are stored.
    """

    __tablename__ = "photos"
    __table_args__ = (
        one_of("state", STATES),
        CheckConstraint("state <> 'ready' OR (width IS NOT NULL AND height IS NOT NULL)", name="size"),
        Index("ix_photos_on", "on_id", "position"),
    )
    is_public = True

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    on_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))  # its story or post
    position: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    is_in_library: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    state: Mapped[str] = mapped_column(default="received")
    problem: Mapped[str | None]  # a word of the code
    key: Mapped[str] = mapped_column(Key, unique=True)
    covers: Mapped[list[Any] | None] = mapped_column(JSON)  # the squares that its author covered
    width: Mapped[int | None]
    height: Mapped[int | None]
    widths: Mapped[list[Any] | None] = mapped_column(JSON)  # of the sizes that were made, in pixels

    # Two foreign keys lead to contributions: this is the one that makes a photo a contribution.
    __mapper_args__ = {"polymorphic_identity": "photo", "inherit_condition": id == Contribution.id}  # noqa: A003


membertext.register(Photo, "description", "credit", contribution="id")
membertext.register_hanging(Photo, on="on_id")
