"""Default guidelines get new versions where an installation still has the words as they came."""

from __future__ import annotations

from typing import Any

import yaml
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.guideline_models import Guideline, GuidelineText
from forum.moderation.guidelines import CONTENT, load_defaults
from forum.moderation.models import LogEntry

ENTRY: dict[str, Any] = next(one for one in yaml.safe_load(CONTENT.read_text("utf-8"))["guidelines"] if "before" in one)


def rows() -> list[Guideline]:
    db.session.rollback()
    db.session.expire_all()
    query = select(Guideline).where(Guideline.key == ENTRY["key"]).options(selectinload(Guideline.texts))
    return list(db.session.scalars(query.order_by(Guideline.version)))


def go_back(**changed: str) -> None:
    """Let the installation have the words of the version before, or its own."""
    [row] = rows()
    with write():
        guideline = db.session.get_one(Guideline, row.id)
        guideline.version = 1
        for text in db.session.scalars(select(GuidelineText).where(GuidelineText.guideline_id == row.id)):
            for name, value in {**ENTRY["before"][0][text.language], **changed}.items():
                setattr(text, name, value)


def load() -> None:
    with write():
        load_defaults()


def test_an_installation_with_the_words_as_they_came_gets_the_new_version(app: Flask) -> None:
    [fresh] = rows()
    assert fresh.version == ENTRY["version"], "a new installation begins with the newest"
    go_back()
    load()
    old, new = rows()
    assert (old.version, old.replaced_at is None, new.version, new.replaced_at) == (1, False, 2, None)
    assert old.replaced_at is not None
    assert new.in_force_from >= old.replaced_at
    assert {text.language: text.text for text in new.texts} == {
        language: words["text"] for language, words in ENTRY["texts"].items()
    }
    assert db.session.scalars(select(LogEntry.act)).all() == ["make_guideline"]
    load()
    assert len(rows()) == 2, "it can be repeated"


def test_one_that_wrote_its_own_keeps_it(app: Flask) -> None:
    go_back(text="We sell jam for the clinic once a year.")
    load()
    [kept] = rows()
    assert (kept.version, kept.replaced_at) == (1, None)
