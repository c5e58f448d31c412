"""Settings that an administrator chose in the panel: they count before the environment's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Key, Model


class ChosenSetting(Model):
    """One setting's value as it was chosen."""

    __tablename__ = "chosen_settings"
    is_public = True
    name: Mapped[str] = mapped_column(Key, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
