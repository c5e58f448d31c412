"""Migrations: they make what the models say, on both databases, and carry a populated database over."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from forum import create_app
from forum.core.db import db
from tests.cast import Cast
from tests.services.databases import Database


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    flask_migrate.check()


def test_up_and_down_leave_nothing_over(empty_database: Database, tmp_path: Path) -> None:
    app = create_app(empty_database.settings(tmp_path))
    with app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        flask_migrate.downgrade(revision="base")
        left = {name for name in inspect(db.engine).get_table_names() if not name.startswith("sqlite_")}
        db.session.remove()
        db.engine.dispose()
    assert left <= {"alembic_version"}


def test_the_rows_of_a_member_survive_a_second_upgrade(app: Flask, cast: Cast) -> None:
    db.session.remove()
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM members")).scalar_one() == 7
        assert connection.execute(text("SELECT generation FROM public_generation")).scalar_one() >= 1


@pytest.mark.sqlite
def test_a_new_row_never_takes_an_old_id(app: Flask) -> None:
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("INSERT INTO topics (id, slug, kind) VALUES (41, 'one', 'symptom')"))
        connection.execute(text("DELETE FROM topics WHERE id = 41"))
        connection.execute(text("INSERT INTO topics (slug, kind) VALUES ('two', 'symptom')"))
        assert connection.execute(text("SELECT id FROM topics")).scalar_one() == 42


@pytest.mark.sqlite
def test_foreign_keys_are_held_and_reading_writes_nothing(database: Database, tmp_path: Path) -> None:
    # As an installation has it: the tests' own application waits for no disk.
    with create_app(database.settings(tmp_path)).app_context():
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            assert connection.execute(text("PRAGMA query_only")).scalar_one() == 1
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        db.engine.dispose()


def test_models_and_database_agree_in_both_directions(app: Flask) -> None:
    # `flask db check` leaves out what include_object leaves out; this looks at everything but the search's own.
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
    missing = [one for one in differences if one[0] in ("add_table", "add_column")]
    assert missing == []
