"""Reading guide texts."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.guides.models import GuideText


def text_for(topic_id: int, language: str) -> GuideText | None:
    """The text about a topic in `language`, else in English, else in any, with its sections. One query."""
    best = (
        select(GuideText.id)
        .where(GuideText.topic_id == topic_id)
        .order_by(case((GuideText.language == language, 0), (GuideText.language == "en", 1), else_=2), GuideText.id)
        .limit(1)
        .scalar_subquery()
    )
    found = select(GuideText).where(GuideText.id == best).options(joinedload(GuideText.sections))
    return db.session.scalars(found).unique().one_or_none()


def text_in(topic_id: int, language: str) -> GuideText | None:
    """The text about a topic in just this language, with its sections."""
    found = (
        select(GuideText)
        .where(GuideText.topic_id == topic_id, GuideText.language == language)
        .options(joinedload(GuideText.sections))
    )
    return db.session.scalars(found).unique().one_or_none()


def texts_of(topic_id: int) -> list[GuideText]:
    """The texts about a topic in all languages, with their sections."""
    found = select(GuideText).where(GuideText.topic_id == topic_id).options(joinedload(GuideText.sections))
    return list(db.session.scalars(found.order_by(GuideText.id)).unique())


def languages_of_texts() -> dict[int, set[str]]:
    """The languages in which each topic has a text, by the topic's id. One query."""
    found: dict[int, set[str]] = {}
    for topic_id, language in db.session.execute(select(GuideText.topic_id, GuideText.language)):
        found.setdefault(topic_id, set()).add(language)
    return found
