"""The moderators' log, when the examples go: rows about them go with them, and the others are chained anew.

A log's rows are otherwise never changed. What was done to an invented text is no record of anything.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, delete, or_, select, update

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.guides.models import GuideText
from forum.moderation import log
from forum.moderation.models import LogEntry

ROWS = LogEntry.__table__


def forget_examples(**ids: Select[Any]) -> None:
    """Delete the rows about examples: `ids` selects them by kind of object, in the plural."""
    about = [and_(ROWS.c.object_kind == kind.removesuffix("s"), ROWS.c.object_id.in_(of)) for kind, of in ids.items()]
    db.session.execute(delete(ROWS).where(or_(*about)))  # type: ignore[arg-type]
    guides = select(GuideText.topic_id, GuideText.language).where(GuideText.is_demo)
    for topic_id, language in db.session.execute(guides).all():
        written = and_(ROWS.c.act == "guide_written", ROWS.c.object_kind == "topic", ROWS.c.object_id == topic_id)
        in_language = LogEntry.data["language"].as_string() == language
        db.session.execute(delete(ROWS).where(written, in_language))  # type: ignore[arg-type]


def chain_anew() -> None:
    """Let every row that stays follow from the one before it; rows of people who are gone name nobody."""
    previous = ""
    for entry in db.session.scalars(
        select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=500, populate_existing=True)
    ):
        made = log.hash_of(entry, previous)
        if (entry.previous_hash, entry.hash) != (previous, made):
            db.session.execute(
                update(ROWS).where(ROWS.c.id == entry.id).values(previous_hash=previous, hash=made)  # type: ignore[arg-type]
            )
        previous = made
    db.session.expire_all()


def note_removal(actor: Viewer | None, members: int, contributions: int) -> None:
    """Write that the examples went, and how many."""
    is_there = actor is not None and db.session.scalar(select(Member.id).where(Member.id == actor.id)) is not None
    log.append(
        actor if is_there else None, "remove_examples", "site", 0,
        data={"members": members, "contributions": contributions},
    )  # fmt: skip
