"""Whether the log holds together, as it was found when somebody last looked: the worker once a day, or the command."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import end_reading, must_be_writing
from forum.moderation import log
from forum.moderation.models import LogCheck, LogEntry

KEPT = timedelta(days=90)
Found = tuple[int, tuple[str, int] | None]  # how many rows there were, and what was wrong at which


def look() -> Found:
    """Follow the whole chain. It takes a second for some ten thousand rows: never inside a writing transaction."""
    rows, trouble = db.session.scalar(select(func.count()).select_from(LogEntry)) or 0, log.trouble()
    if trouble is not None and trouble[0] == "cut_off":
        end_reading()  # what was written since this look began isn't missing: it only isn't in sight
        if log.cut_off() is None:
            trouble = None
    return rows, trouble


def keep(found: Found) -> None:
    """Keep what was found, for the pages that say it."""
    must_be_writing()
    rows, trouble = found
    word, row_id = trouble if trouble is not None else (None, None)
    now = clock.now()
    db.session.execute(delete(LogCheck).where(LogCheck.checked_at < now - KEPT))
    db.session.add(LogCheck(checked_at=now, rows=rows, trouble=word, row_id=row_id))
    db.session.flush()


def last() -> LogCheck | None:
    """What was found when somebody last looked. One query."""
    return db.session.scalar(select(LogCheck).order_by(LogCheck.id.desc()).limit(1))


def in_words(check: LogCheck) -> Any:
    """What was wrong, in a sentence for whoever reads the page; empty when nothing was."""
    return _sentence(check.trouble, check.row_id)


def for_whoever_runs_it(trouble: tuple[str, int]) -> str:
    """What is wrong, and what can be done about it on the machine."""
    said = str(_sentence(*trouble))
    if trouble[0] == "cut_off":
        said += f" If an older copy was put back on purpose, delete {log.mark_path()}."
    return said


def _sentence(word: str | None, row: int | None) -> Any:
    match word:
        case "changed":
            return _l(
                "Row %(row)s doesn’t follow from the one before it. One was changed, put in or taken out.", row=row
            )
        case "cut_off":
            return _l(
                "Row %(row)s was written and isn’t there any more as it was. "
                "Rows were cut off the end or written anew.",
                row=row,
            )
        case "forged":
            return _l(
                "Row %(row)s doesn’t bear the seal of this site. "
                "It was written by hand, or the site’s secret was changed.",
                row=row,
            )
    return ""
