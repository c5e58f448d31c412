"""Showing readers what was imported, many at once: what `contributions.publish` would have done one by one.

For a first publication, of words that nobody changed: a test compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from forum.archive.queries import ToPublish
from forum.contributions.models import Contribution, Revision, contribution_topics
from forum.core import clock, kinds
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.moderation.models import Case
from forum.search.actions import terms_of
from forum.search.models import SearchDocument
from forum.stories.models import StoryUpdate
from forum.topics.queries import searchable_names

WORDS, CASES = Contribution.__table__, Case.__table__


def appear(ones: Sequence[ToPublish]) -> None:
    """Publish them as they stand, each on the day it was first written; their cases are closed."""
    must_be_writing()
    now = clock.now()
    moments = {one.contribution.id: _moment_of(one.written, now) for one in ones}
    shown = [
        {"key": one.contribution.id, "revision": one.revision.id, "moment": moments[one.contribution.id]}
        for one in ones
    ]
    db.session.execute(
        update(WORDS)  # type: ignore[arg-type]
        .where(WORDS.c.id == bindparam("key"))
        .values(
            status="published",
            published_at=bindparam("moment"),
            shown_revision_id=bindparam("revision"),
            version=WORDS.c.version + 1,
        ),
        shown,
    )
    # Said of the class, so that visitors' kept pages are thrown away.
    db.session.execute(
        update(Revision).where(Revision.id.in_([one.revision.id for one in ones])).values(shown_at=now),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        update(CASES)  # type: ignore[arg-type]
        .where(CASES.c.id.in_([one.case.id for one in ones]))
        .values(closed_at=now, claimed_by=None, claimed_until=None, version=CASES.c.version + 1)
    )
    _chapters_appear(ones, moments)
    _index(ones, moments)
    db.session.expire_all()


def _moment_of(written: PartialDate | None, now: datetime) -> datetime:
    """Noon of the first day that a date can mean; now where it is unknown."""
    return min(datetime.combine(written.earliest, time(12), UTC), now) if written is not None else now


def _chapters_appear(ones: Sequence[ToPublish], moments: dict[int, datetime]) -> None:
    """A story with a later chapter is newer by it."""
    newest: dict[int, datetime] = {}
    for one in ones:
        if isinstance(one.contribution, StoryUpdate):
            story_id, moment = one.contribution.story_id, moments[one.contribution.id]
            newest[story_id] = max(moment, newest.get(story_id, moment))
    for story_id, moment in newest.items():
        older = WORDS.c.updated_at.is_(None) | (WORDS.c.updated_at < moment)
        changed = update(WORDS).where(WORDS.c.id == story_id, older)  # type: ignore[arg-type]
        db.session.execute(changed.values(updated_at=moment, version=WORDS.c.version + 1))


def _index(ones: Sequence[ToPublish], moments: dict[int, datetime]) -> None:
    ids = [one.contribution.id for one in ones]
    topics: dict[int, list[int]] = {key: [] for key in ids}
    pairs = select(contribution_topics).where(contribution_topics.c.contribution_id.in_(ids))
    for row in db.session.execute(pairs.order_by(contribution_topics.c.topic_id)):
        topics[row.contribution_id].append(row.topic_id)
    names: dict[tuple[int, ...], str] = {}
    documents: list[dict[str, Any]] = []
    for one in ones:
        words, about = one.contribution, tuple(topics[one.contribution.id])
        if about not in names:
            names[about] = searchable_names(about)
        kind = kinds.kind_of(words)
        title, text = kind.title(words), kind.text(words)
        in_title, terms, besides = terms_of(kind.name, title, text, names[about], words.language)
        documents.append(
            {
                "kind": kind.name, "object_id": words.id, "contribution_id": words.id, "audience": words.audience,
                "language": words.language, "title": title, "text": text, "title_terms": in_title, "terms": terms,
                "synonym_terms": besides, "written_at": moments[words.id],
            }
        )  # fmt: skip
    db.session.execute(insert(SearchDocument.__table__), documents)  # type: ignore[arg-type]
