"""A populated database of every earlier revision is carried over whole: rows, constraints, indexes, counting ids."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, create_engine, inspect, text

from forum import create_app
from forum.core.db import db, prepare_sqlite, writing_options
from forum.core.settings import ROOT
from tests.services import databases, nursery, postgres, shared
from tests.services.databases import Database
from tests.services.populated import NOT_COUNTED, digests, populate, rows_of, tables_of

MOMENT = datetime(2025, 5, 4, 3, 2, 1, tzinfo=UTC)
SCRIPTS = Config()
SCRIPTS.set_main_option("script_location", str(ROOT / "migrations"))
EARLIER = [one.revision for one in ScriptDirectory.from_config(SCRIPTS).walk_revisions()][1:]

# What a revision must carry over besides rows of any kind: table → columns given.
WANTED: dict[str, dict[str, list[dict[str, Any]]]] = {
    "0001": {
        "contributions": [
            {"id": number, "language": code} for number, code in enumerate(("en", "it", "es", "de", "en", "it"), 1)
        ],
        "consents": [
            {"contribution_id": 1, "use": "translation", "given_how": "on the site", "withdrawn_at": None},
            {"contribution_id": 2, "use": "translation", "given_how": "on the site", "withdrawn_at": ...},
            {"contribution_id": 3, "use": "site", "given_how": "on the site", "withdrawn_at": None},
            {"contribution_id": 4, "use": "translation", "given_how": "letter", "withdrawn_at": None},
            {"contribution_id": 1, "use": "print", "given_how": "by word of mouth", "withdrawn_at": None},
            {"contribution_id": 1, "use": "research", "given_how": "on the site", "withdrawn_at": ...},
        ],
        "cases": [
            {"contribution_id": 1, "member_id": None, "opened_for": "review", "urgency": 3, "closed_at": None},
            {"contribution_id": 1, "member_id": None, "opened_for": "review", "urgency": 3, "closed_at": ...},
            {"contribution_id": 2, "member_id": None, "opened_for": "private_details", "urgency": 1},
        ],
    }
}
# Columns that a migration means to change, and how the new value follows from the old row (on its way up from there).
CHANGED: dict[str, dict[str, Any]] = {
    "0001": {
        "cases.urgency": lambda row: 4 if row["opened_for"] == "review" else row["urgency"],
        "consents.given_how": lambda row: {"on the site": "site", "letter": "letter"}.get(row["given_how"], "attested"),
    }
}
# Tables where rows may be added on the way: those that were there come first.
GROWN = {"0001": {"consents"}}


@contextmanager
def writing() -> Iterator[Connection]:
    options = writing_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def standing_at(database: Database, data_dir: Path, revision: str) -> Iterator[Flask]:
    """An application whose database stands at an earlier revision, with rows in every table."""
    databases.become(database, f"standing_{revision}", lambda made, directory: _stand(made, directory, revision))
    app = create_app(database.settings(data_dir))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _stand(database: Database, data_dir: Path, revision: str) -> None:
    zone = UTC if database.kind == "postgresql" else None
    wanted = {
        table: [
            {name: MOMENT.replace(tzinfo=zone) if value is ... else value for name, value in row.items()}
            for row in rows
        ]
        for table, rows in WANTED.get(revision, {}).items()
    }
    with create_app(database.settings(data_dir)).app_context():
        flask_migrate.upgrade(revision=revision)
        with writing() as connection:
            populate(connection, wanted)
        db.session.remove()
        db.engine.dispose()


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by primary key."""
    found = {}
    for table in tables_of(connection):
        names = [column.name for column in table.columns if column.name != "vector"]
        found[table.name] = [dict(zip(names, row, strict=True)) for row in rows_of(connection, table, names)]
    return found


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_is_carried_over(empty_database: Database, tmp_path: Path, revision: str) -> None:
    with standing_at(empty_database, tmp_path, revision):
        with db.engine.connect() as connection:
            before = everything(connection)
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            after = everything(connection)
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
                assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert all(len(rows) >= 2 for rows in before.values()), "every table holds rows to be lost"
    changed = CHANGED.get(revision, {})
    for table, rows in before.items():
        now = after[table]
        assert len(now) >= len(rows) if table in GROWN.get(revision, ()) else len(now) == len(rows), table
        for row, new in zip(rows, now, strict=False):
            for column in row.keys() & new.keys():
                change = changed.get(f"{table}.{column}")
                assert new[column] == (change(row) if change else row[column]), f"{table}.{column}"


def test_a_yes_to_translation_becomes_one_for_each_language(empty_database: Database, tmp_path: Path) -> None:
    with standing_at(empty_database, tmp_path, "0001"):
        with db.engine.connect() as connection:
            asked = "SELECT id, given_at, withdrawn_at FROM consents WHERE use = 'translation' ORDER BY id"
            before = {row.id: row for row in connection.execute(text(asked))}
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            after = connection.execute(
                text(
                    "SELECT consents.*, contributions.language AS own FROM consents"
                    " JOIN contributions ON contributions.id = contribution_id ORDER BY consents.id"
                )
            ).all()
            assert connection.execute(text("SELECT note FROM consents WHERE given_how = 'attested'")).scalars().all()
    assert all((row.use == "translation") == (row.for_language is not None) for row in after)
    for contribution_id, withdrawn in ((1, False), (2, True), (4, False)):
        allowed = [row for row in after if row.contribution_id == contribution_id and row.use == "translation"]
        originals = [row for row in allowed if row.id in before]
        assert {row.for_language for row in allowed} == {"en", "it", "es"} - {allowed[0].own}
        assert len(allowed) == len(originals) * len({"en", "it", "es"} - {allowed[0].own})
        assert {bool(row.withdrawn_at) for row in allowed} >= {withdrawn}
        assert {row.given_at for row in allowed} == {before[row.id].given_at for row in originals}


@pytest.mark.parametrize("revision", EARLIER)
def test_going_back_keeps_what_can_be_kept(empty_database: Database, tmp_path: Path, revision: str) -> None:
    with standing_at(empty_database, tmp_path, revision):
        with db.engine.connect() as connection:
            before, shaped = digests(connection), shape(connection)
        flask_migrate.upgrade()
        with writing() as connection:
            populate(connection, seed=3)  # rows that only the newer schema holds, and more of the others
            connection.execute(text("DELETE FROM contributions WHERE id > 10000"))
        flask_migrate.downgrade(revision=revision)
        with db.engine.connect() as connection:
            back = digests(connection)
            assert shape(connection) == shaped, "an older version of the site meets the tables it knows"
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        flask_migrate.upgrade()
        flask_migrate.check()
    assert {table: set(columns) for table, columns in back.items()} == {
        table: set(columns) for table, columns in before.items()
    }
    assert all(int(back[table][""]) >= int(before[table][""]) for table in before)


def test_up_and_back_gives_every_word_again(empty_database: Database, tmp_path: Path) -> None:
    with standing_at(empty_database, tmp_path, "0001"):
        with db.engine.connect() as connection:
            before = everything(connection)
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="0001")
        with db.engine.connect() as connection:
            back = everything(connection)
    for row in before["cases"]:  # there was one urgency of a review
        row["urgency"] = 3 if row["opened_for"] == "review" else row["urgency"]
    for row in before["consents"]:  # these words were never written by the site
        row["given_how"] = row["given_how"] if row["given_how"] in ("on the site", "letter") else "attested"
    assert back == before


def test_only_some_languages_allowed_never_becomes_all_of_them(empty_database: Database, tmp_path: Path) -> None:
    with standing_at(empty_database, tmp_path, "0001"):
        flask_migrate.upgrade()
        with writing() as connection:
            connection.execute(text("DELETE FROM consents WHERE contribution_id = 1 AND for_language = 'es'"))
        flask_migrate.downgrade(revision="0001")
        with db.engine.connect() as connection:
            left = connection.execute(
                text("SELECT withdrawn_at FROM consents WHERE contribution_id = 1 AND use = 'translation'")
            ).scalars()
            assert all(left)


def test_the_migrated_database_is_the_one_the_models_make(app: Flask, tmp_path: Path) -> None:
    with db.engine.connect() as connection:
        migrated = shape(connection)
    engine = _made_by_models(db.engine.dialect.name, tmp_path)
    try:
        with engine.connect() as connection:
            made = shape(connection)
    finally:
        engine.dispose()
    assert migrated.keys() == made.keys()
    for table, facts in made.items():
        assert migrated[table] == facts, table


def _made_by_models(kind: str, tmp_path: Path) -> Any:
    if kind == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
        prepare_sqlite(engine)
        engine = engine.execution_options(writes=True)
    else:
        name = f"made_{shared.worker()}".lower()
        url = postgres.running().create(name)
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    db.metadata.create_all(engine)
    return engine


def shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """What Alembic compares, and what it doesn't see: the text of CHECKs, partial indexes, whether ids count on."""
    inspector = inspect(connection)
    found = {}
    for table in tables_of(connection):
        name = table.name
        found[name] = {
            "checks": sorted((one["name"], plain(one["sqltext"])) for one in inspector.get_check_constraints(name)),
            "keys": sorted(
                (one["name"], *one["constrained_columns"], one["referred_table"], *sorted(one["options"].items()))
                for one in inspector.get_foreign_keys(name)
            ),
            "uniques": sorted((one["name"], *one["column_names"]) for one in inspector.get_unique_constraints(name)),
            "primary": inspector.get_pk_constraint(name),
            "indexes": indexes(connection, name),
            "columns": {
                column["name"]: (plain(str(column["type"])), column["nullable"], plain(str(column["default"])))
                for column in inspector.get_columns(name)
                if column["name"] != "vector"
            },
            "counts": counts_on(connection, name),
        }
    return found


def plain(words: str) -> str:
    return re.sub(r"[\s\"()]+", "", words).lower()


def indexes(connection: Connection, table: str) -> list[tuple[str, str]]:
    of_sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"
    of_postgresql = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :name"
    asked = of_sqlite if connection.dialect.name == "sqlite" else of_postgresql
    rows = connection.execute(text(asked), {"name": table}).all()
    return sorted((row[0], plain(row[1])) for row in rows if row[0] != "ix_search_documents_vector")


def counts_on(connection: Connection, table: str) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}).scalar_one()
    return "AUTOINCREMENT" in made


@pytest.mark.parametrize("revision", EARLIER)
def test_a_new_row_never_takes_an_id_of_before(empty_database: Database, tmp_path: Path, revision: str) -> None:
    with standing_at(empty_database, tmp_path, revision):
        with writing() as connection:
            for table in ("consents", "letters"):
                connection.execute(text(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})"))
            last = {name: _count_on(connection, name) for name in _counting(connection)}
        flask_migrate.upgrade()
        with writing() as connection:
            populate(connection, seed=5)
            for name, newest in last.items():
                ids = connection.execute(text(f'SELECT id FROM "{name}"')).scalars().all()
                assert max(ids) > newest, name
                assert not {newest - 1, newest} & set(ids), name
    assert len(last) > 30


def _counting(connection: Connection) -> list[str]:
    """Tables whose ids count on by themselves."""
    keys = {table.name: list(table.primary_key.columns) for table in tables_of(connection)}
    own = [name for name, key in keys.items() if len(key) == 1 and key[0].name == "id" and not key[0].foreign_keys]
    return [name for name in own if name not in NOT_COUNTED]


def _count_on(connection: Connection, table: str) -> int:
    """As if fifty rows more had been there and gone; the last id that was given."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("UPDATE sqlite_sequence SET seq = seq + 50 WHERE name = :name"), {"name": table})
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(connection.execute(asked, {"name": table}).scalar_one())
    asked = text(
        "SELECT setval(pg_get_serial_sequence(:name, 'id'), nextval(pg_get_serial_sequence(:name, 'id')) + 50)"
    )
    return int(connection.execute(asked, {"name": f'"{table}"'}).scalar_one())


@pytest.mark.sqlite  # PostgreSQL takes its schema back by itself
@pytest.mark.parametrize("moment", [0.0, 0.1])
def test_killed_in_the_middle_the_file_is_as_before_and_a_copy_lies_beside_it(
    empty_database: Database, tmp_path: Path, moment: float
) -> None:
    with standing_at(empty_database, tmp_path, "0001") as app, db.engine.connect() as connection:
        before = digests(connection)
        settings = app.extensions["settings"]
    file = tmp_path / "empty.sqlite"
    copy = file.with_name(file.name + ".before-migration")
    process = nursery.serve(nursery.environment_of(settings), tmp_path, "db", "upgrade")
    while not copy.exists() and nursery.is_running(process):
        time.sleep(0.002)
    time.sleep(moment)
    nursery.kill(process)
    assert copy.exists()
    for path in (copy, file):
        with _reading(path) as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            if path == copy or version == "0001":
                assert version == "0001"
                assert digests(connection) == before
    with create_app(settings).app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    with _reading(file) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() != "0001"
        assert digests(connection)["contributions"]["title"] == before["contributions"]["title"]


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
