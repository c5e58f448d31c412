"""After words were erased: the database's own leftovers of them.

A database keeps what was deleted in free pages, in its log and in the merged parts of its index, until they are used
again. The night after an erasure SQLite's file is made anew without them, and PostgreSQL's tables are vacuumed.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, time, timedelta

from sqlalchemy import text

from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.search.models import SearchDocument

NIGHT = time(3, 0)  # UTC: writers wait while the file is made anew
BUSY = 30  # seconds to wait for writers


def forget_tonight() -> None:
    """Ask, in the open writing transaction, for the leftovers to go in the coming night."""
    now = clock.now()
    night = datetime.combine(now.date(), NIGHT, now.tzinfo)
    night += timedelta(days=night <= now)
    enqueue("contributions.forget", run_at=night, dedupe_key=f"forget:{night.date()}")


def forget() -> None:
    """Rid the database of what was deleted from it. Outside any transaction."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        _forget_in_file(engine.url.database or "")
        return
    options = {"isolation_level": "AUTOCOMMIT", "postgresql_readonly": False}
    with engine.connect().execution_options(**options) as connection:
        for model in (Contribution, Revision, Draft, SearchDocument):
            connection.execute(text(f"VACUUM {model.__tablename__}"))


def _forget_in_file(path: str) -> None:
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        connection.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
        connection.execute("VACUUM")
        is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if is_busy:
        raise TimeoutError("Somebody is still reading the log's older part.")
