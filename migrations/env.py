"""Migrations on SQLite and PostgreSQL.

On SQLite a change of a table rebuilds it (batch mode); with foreign keys on, that would delete every child row. So
they are off before any transaction begins, the file is copied first, and `foreign_key_check` runs before the commit.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from alembic import context
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, text

from forum.core.db import Moment, db
from forum.core.partial_date import PartialDateType
from forum.core.richtext import RenderedHtml

SEARCH_TABLES = "search_fts"  # FTS5's own tables are made by hand


def include_object(_thing: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    if kind == "table":
        return not (name or "").startswith((SEARCH_TABLES, "sqlite_"))
    return not (kind == "index" and name == "ix_search_documents_vector") and not (
        kind == "column" and name == "vector"
    )


def render_item(kind: str, thing: Any, autogen: Any) -> Any:
    # Our own types are written as what they are in the database, so that a migration never depends on the code of today.
    if kind != "type":
        return False
    if isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, PartialDateType):
        return "sa.String(length=10)"
    if isinstance(thing, RenderedHtml):
        return "sa.Text()"
    return False


def same_type(_context: Any, _inspected: Any, column: Any, _theirs: Any, ours: Any) -> bool | None:
    if isinstance(ours, Moment | PartialDateType | RenderedHtml):
        return False
    return None


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=include_object,
        render_item=render_item,
        compare_type=same_type,
        compare_server_default=False,
        transaction_per_migration=False,
    )
    context.run_migrations()


def copy_first(path: str | None) -> None:
    """Keep the file as it was before the migration, beside it: whole or not there, whatever happens meanwhile."""
    file = Path(path or "")
    if not (path and path != ":memory:" and file.exists() and file.stat().st_size):
        return
    kept = file.with_name(file.name + ".before-migration")
    making = kept.with_name(kept.name + ".making")
    making.unlink(missing_ok=True)
    source, target = sqlite3.connect(file), sqlite3.connect(making)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    making.replace(kept)


def is_behind(connection: Connection) -> bool:
    here = set(MigrationContext.configure(connection).get_current_heads())
    return bool(here) and here != set(context.script.get_heads())


def run() -> None:
    with current_app.app_context():
        engine = db.engine
        if engine.dialect.name != "sqlite":
            connection = engine.connect().execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)
            with connection, connection.begin():
                migrate(connection)
            return
        with engine.connect() as connection:
            if is_behind(connection):
                copy_first(engine.url.database)
        with engine.connect().execution_options(writes=True) as connection:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    migrate(connection)
                    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                    if broken:
                        raise RuntimeError(f"The migration left rows without what they point at: {broken[:5]}")
            finally:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
