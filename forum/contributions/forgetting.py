"""After words were erased: the database's own leftovers of them.

A database keeps what was deleted in free pages, in its log and in the merged parts of its index, until they are used
again. The night after an erasure SQLite's file is made anew without them, and so are
PostgreSQL's tables unless they are large; those are vacuumed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import Connection, text

from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.search.models import SearchDocument

NIGHT = time(3, 0)  # UTC: writers wait while the file is made anew
BUSY = 30  # seconds to wait for writers
PATIENCE = 3  # seconds to wait for all who use a table of PostgreSQL; then the job comes again later
MADE_ANEW = 256 * 1024**2  # bytes of SQLite's file up to which it is made anew by day: some five seconds
TURNS, BETWEEN = 20, 0.5  # how often, and how many seconds apart, it is tried to put the log's older part away
WRITTEN_ANEW = 64 * 1024**2  # bytes of a table with its indexes up to which PostgreSQL writes it anew


def forget_tonight() -> None:
    """Ask, in the open writing transaction, for the leftovers to go in the coming night."""
    night = _tonight()
    enqueue("contributions.forget", run_at=night, dedupe_key=f"forget:{night.date()}")


def _tonight() -> datetime:
    now = clock.now()
    night = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return night + timedelta(days=night <= now)


def soon() -> datetime:
    """When leftovers that should go at once may go: now, or tonight where nobody could write for long meanwhile."""
    database = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    is_small = not database or Path(database).stat().st_size <= MADE_ANEW
    return clock.now() if is_small else _tonight()


def forget() -> None:
    """Rid the database of what was deleted from it. Outside any transaction."""
    rid_files_of_leftovers([Contribution, Revision, Draft, SearchDocument])


def rid_files_of_leftovers(models: Iterable[Any]) -> None:
    """Rid the database's own files of what was deleted or written over in some tables: free pages, log, merged parts of
    the index. Outside any transaction."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        _clean_file(engine.url.database or "")
        return
    options = {"isolation_level": "AUTOCOMMIT", "postgresql_readonly": False}
    with engine.connect().execution_options(**options) as connection:
        # Readers queue behind whoever waits to have a table alone.
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}s'"))
        try:
            for name in dict.fromkeys(model.__table__.name for model in models):
                _clean_table(connection, name)
            connection.execute(text("VACUUM FULL pg_catalog.pg_statistic"))  # samples of what stands in the tables
        finally:
            connection.execute(text("RESET lock_timeout"))


def _clean_table(connection: Connection, name: str) -> None:
    """VACUUM gives the room of old rows free and leaves their bytes in it. To write a table anew leaves none, and keeps
    everybody out meanwhile: only where that is a matter of a moment."""
    size = connection.scalar(text("SELECT pg_total_relation_size(:name)"), {"name": name})
    connection.execute(text(f"VACUUM ({'FULL, ' if (size or 0) <= WRITTEN_ANEW else ''}ANALYZE) {name}"))


def _clean_file(path: str) -> None:
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        connection.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
        connection.execute("VACUUM")
        for _turn in range(TURNS):  # rather than to make a large file anew once more
            if not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return
            sleep(BETWEEN)
    finally:
        connection.close()
    raise TimeoutError("Somebody is still reading the log’s older part.")
