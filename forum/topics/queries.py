"""Reading the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from forum.core.db import db
from forum.topics.models import Topic, TopicSynonym, TopicText


def searchable_names(topic_ids: Iterable[int]) -> str:
    """All names and synonyms of topics and of the broader topics they belong to, for the index."""
    ids = list(topic_ids)
    if not ids:
        return ""
    broader = db.session.scalars(select(Topic.broader_id).where(Topic.id.in_(ids), Topic.broader_id.is_not(None))).all()
    wanted = [*ids, *broader]
    names = db.session.scalars(
        select(TopicText.name).where(TopicText.topic_id.in_(wanted))
        .union_all(select(TopicSynonym.name).where(TopicSynonym.topic_id.in_(wanted)))
    )
    return " ".join(names)
