"""Words of the site that its administrators may change: each version is kept, the newest counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Key, Model


class Wording(Model):
    """One version of one text of the site in one language."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("key", "language", "version"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key)
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
