"""Tables of imported archives: what was imported, and under which key it stood there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Key, Model


class Archive(Model):
    """A collection that was imported, by name. `attested_…`: who vouches that its authors consented, and how so."""

    __tablename__ = "archives"
    __table_args__ = (UniqueConstraint("name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Key)
    begun_at: Mapped[datetime]
    attested_at: Mapped[datetime | None]
    attested_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    attested_note: Mapped[str] = mapped_column(default="")


class ArchiveLine(Model):
    """One line of an archive that was imported: digests of its key and content, and what it became.

    The row outlives what it became, so that a story its author threw away doesn't come back with the next import; a
    digest says nothing about her.
    """

    __tablename__ = "archive_lines"
    __table_args__ = (UniqueConstraint("archive_id", "key_digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    archive_id: Mapped[int] = mapped_column(ForeignKey("archives.id", ondelete="CASCADE"))
    key_digest: Mapped[str] = mapped_column(Key)
    line_digest: Mapped[str]
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="SET NULL"), index=True)
