"""The default guidelines of an installation, numbered and in three languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation.guideline_models import Guideline, GuidelineText

CONTENT = Path(__file__).parent / "content" / "guidelines.yaml"


def load_defaults() -> None:
    """Put the default guidelines into an installation that has none; one that has any keeps them as they are."""
    must_be_writing()
    if db.session.scalar(select(func.count()).select_from(Guideline)):
        return
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text("utf-8"))
    now = clock.now()
    for entry in content["guidelines"]:
        db.session.add(
            Guideline(
                number=entry["number"],
                version=content["version"],
                key=entry["key"],
                in_force_from=now,
                texts=[GuidelineText(language=language, **words) for language, words in entry["texts"].items()],
            )
        )
    db.session.flush()
