"""The default guidelines of an installation, numbered and in three languages; and their later versions.

An installation that still has the words of an earlier version as they came gets the new version, in force from then on;
what was decided goes on citing the old one. One that wrote its own words keeps them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.moderation import log
from forum.moderation.guideline_models import Guideline, GuidelineText

CONTENT = Path(__file__).parent / "content" / "guidelines.yaml"
Texts = dict[str, dict[str, str]]


def load_defaults() -> None:
    """Put the default guidelines into an installation that has none, and new versions of them where the words are still
    those of an earlier one. Can be repeated."""
    must_be_writing()
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text("utf-8"))
    if not db.session.scalar(select(func.count()).select_from(Guideline)):
        for entry in content["guidelines"]:
            _put_into_force(entry, entry.get("version", 1))
    else:
        for entry in content["guidelines"]:
            _bring_up_to_date(entry)
    db.session.flush()


def _bring_up_to_date(entry: dict[str, Any]) -> None:
    present = db.session.scalar(
        select(Guideline)
        .where(Guideline.key == entry["key"], Guideline.replaced_at.is_(None))
        .options(selectinload(Guideline.texts))
        .with_for_update()
    )
    if present is None or _words_of(present) not in entry.get("before", []):
        return
    present.replaced_at = clock.now()
    db.session.flush()
    version = present.version + 1
    _put_into_force({**entry, "number": present.number}, version)
    log.append(None, "make_guideline", "guideline", present.number, data={"version": version})


def _words_of(guideline: Guideline) -> Texts:
    return {
        text.language: {"title": text.title, "text": text.text, "to_author": text.to_author} for text in guideline.texts
    }


def _put_into_force(entry: dict[str, Any], version: int) -> None:
    texts: Texts = entry["texts"]
    db.session.add(
        Guideline(
            number=entry["number"],
            version=version,
            key=entry["key"],
            in_force_from=clock.now(),
            texts=[GuidelineText(language=language, **words) for language, words in texts.items()],
        )
    )
