"""The demo's guide texts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.demo.content import GuideFile
from forum.demo.writing import topics_by_slug
from forum.guides import actions as guides
from forum.guides.models import GuideText


def make_guides() -> None:
    """Write every guide text of the content. What a curator has written already is left as it is."""
    must_be_writing()
    there = {(row[0], row[1]) for row in db.session.execute(select(GuideText.topic_id, GuideText.language))}
    for file in content.guides():
        (topic,) = topics_by_slug([file.topic])
        if (topic.id, file.language) not in there:
            _write(file, topic.id)


def _write(file: GuideFile, topic_id: int) -> None:
    guide = guides.Guide(
        author=file.author,
        in_short=file.in_short,
        sections=file.sections,
        reviewer=file.reviewer,
        reviewed_on=date.fromisoformat(file.reviewed_on) if file.reviewed_on else None,
    )
    verdict = guides.save_default_text(topic_id=topic_id, language=file.language, guide=guide, is_demo=True)
    if not verdict:
        raise RuntimeError(f"The guide {file.topic} in {file.language} was refused: {verdict.reason}")
