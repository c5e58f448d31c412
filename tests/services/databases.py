"""Databases for tests: the schema is migrated once for each kind in a run, then copied; each test finds it as new.

SQLite: a file copied from the template. PostgreSQL: one copy of the template for each test process, set back between
tests by a function in the database, since a copy takes half a second and setting back some milliseconds.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from sqlalchemy import make_url, text

from forum import create_app
from forum.core.db import db
from forum.core.settings import ROOT, Settings
from tests.services import postgres, shared

KINDS = ("sqlite", "postgresql")
SECRET = "a secret for tests, which is long enough"
_setting_back: dict[str, psycopg.Connection] = {}
SET_BACK = """
CREATE SCHEMA kept;
CREATE FUNCTION kept.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record; filled boolean;
BEGIN
  FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t.name) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t.name, t.name); END IF;
  END LOOP;
  CREATE TABLE kept."sequences " AS SELECT sequencename AS name, last_value
    FROM pg_sequences WHERE schemaname = 'public';
END $$;
CREATE FUNCTION kept.set_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record; filled boolean; written text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t.name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM public.%I', t.name); END IF;
    IF to_regclass(format('kept.%I', t.name)) IS NOT NULL THEN
      SELECT string_agg(quote_ident(column_name), ', ') INTO written FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = t.name AND is_generated = 'NEVER';
      EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM kept.%I', t.name, written, written, t.name);
    END IF;
  END LOOP;
  PERFORM setval(format('public.%I', name)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
    FROM kept."sequences ";
END $$;
"""


@dataclass(frozen=True)
class Database:
    """One database for one test (or one module of tests)."""

    kind: str
    url: str

    def settings(self, data_dir: Path, **more: object) -> Settings:
        """The settings of a site on this database, whose other files are in `data_dir`."""
        values = {"database_url": self.url, "data_dir": data_dir, "secret_key": SECRET, "web_workers": 1}
        return Settings(**(values | more))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Content:
    """What a database holds when a test gets it: a name, and the commands of flask that make it after migrating."""

    name: str
    commands: tuple[tuple[str, ...], ...] = ()


MIGRATED = Content("migrated")
PREPARED = Content("prepared", (("prepare",),))
DEMO = Content("demo", (("prepare",), ("demo", "build")))


@contextmanager
def fresh(kind: str, directory: Path, content: Content = MIGRATED) -> Iterator[Database]:
    """A database for one test. `directory` takes the file of SQLite."""
    template = _template(kind, content)
    _with_pictures(kind, content, directory)
    if kind == "sqlite":
        yield _copied_file(template, directory)
        return
    server = postgres.running()
    name = f"{content.name}_{shared.worker()}"
    shared.once(name, lambda: {"url": server.create(name, template=template)})
    if name not in _setting_back:  # kept open: a new connection reads the catalogue of every table again
        _setting_back[name] = psycopg.connect(server.url(name), autocommit=True, options="-c lock_timeout=10s")
    _setting_back[name].execute("SELECT kept.set_back()")
    yield Database("postgresql", server.url(name))


@contextmanager
def kept(kind: str, directory: Path, content: Content) -> Iterator[Database]:
    """A database that a module or a whole process of tests uses, apart from those of single tests."""
    template = _template(kind, content)
    _with_pictures(kind, content, directory)
    if kind == "sqlite":
        yield _copied_file(template, directory)
        return
    server = postgres.running()
    name = f"kept_{shared.worker()}_{directory.name}"[-60:].lower()
    try:
        yield Database("postgresql", server.create(name, template=template))
    finally:
        server.drop(name)


@contextmanager
def empty(kind: str, directory: Path) -> Iterator[Database]:
    """A database with nothing in it, for tests of migrations."""
    if kind == "sqlite":
        yield Database("sqlite", f"sqlite:///{directory / 'empty.sqlite'}")
        return
    server = postgres.running()
    name = f"empty_{shared.worker()}_{directory.name}"[-60:].lower()
    try:
        yield Database("postgresql", server.create(name))
    finally:
        server.drop(name)


def become(database: Database, name: str, make: Callable[[Database, Path], None]) -> None:
    """Turn an empty database into a copy of the one called `name`, which `make` fills once in this run."""

    def make_apart() -> dict[str, str]:
        directory = shared.run_directory() / f"{name}_{database.kind}"
        directory.mkdir()
        if database.kind == "sqlite":
            made = Database("sqlite", f"sqlite:///{directory / 'made.sqlite'}")
        else:
            made = Database("postgresql", postgres.running().create(name))
        make(made, directory)
        return {"url": made.url}

    url = shared.once(f"{name}_{database.kind}", make_apart)["url"]
    file = make_url(database.url).database or ""
    if database.kind == "sqlite":
        with closing(sqlite3.connect(make_url(url).database or "")) as made:  # with what stands in its journal
            made.execute("VACUUM INTO ?", [file])
    else:
        postgres.running().create(file, template=name)


def migrate(database: Database, data_dir: Path, content: Content = MIGRATED) -> None:
    """Bring a database up to date, then fill it."""
    app = create_app(database.settings(data_dir))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
    for command in content.commands:
        done = app.test_cli_runner(catch_exceptions=False).invoke(args=command)
        if done.exit_code:
            raise RuntimeError(f"flask {' '.join(command)}: {done.output}")
    with app.app_context():
        if database.kind == "sqlite":
            with db.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()


def _template(kind: str, content: Content) -> str:
    """The file (SQLite) or the name (PostgreSQL) of the template of a content, made once in this run."""

    def make() -> dict[str, str]:
        # Not in the context of a test's application: the commands would fill that one's database.
        return Context().run(make_apart)

    def make_apart() -> dict[str, str]:
        directory = shared.run_directory() / f"template_{kind}_{content.name}"
        directory.mkdir()
        if kind == "sqlite":
            path = directory / "template.sqlite"
            migrate(Database(kind, f"sqlite:///{path}"), directory, content)
            return {"name": str(path)}
        server = postgres.running()
        name = f"template_{content.name}"
        migrate(Database(kind, server.create(name)), directory, content)
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            connection.execute(SET_BACK)
            connection.execute("SELECT kept.keep()")
        return {"name": name}

    return shared.once(f"template_{kind}_{content.name}", make)["name"]


def _with_pictures(kind: str, content: Content, directory: Path) -> None:
    # The files of its photos belong to a database's content.
    media = shared.run_directory() / f"template_{kind}_{content.name}" / "media"
    if media.is_dir():
        shutil.copytree(media, directory / "media", dirs_exist_ok=True)


def _copied_file(template: str, directory: Path) -> Database:
    path = directory / "test.sqlite"
    shutil.copyfile(template, path)
    return Database("sqlite", f"sqlite:///{path}")
