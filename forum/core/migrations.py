"""`flask db …` and what it needs, read when somebody migrates: Alembic is 11 MB that no web process needs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask

from forum.core.db import db


class _Waiting:
    """Stands where Flask-Migrate keeps its configuration, and makes way for it when that is asked for anything."""

    def __init__(self, app: Flask, directory: Path) -> None:
        self._app, self._directory = app, directory

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415

        Migrate(self._app, db, directory=str(self._directory))
        return getattr(self._app.extensions["migrate"], name)


class _Commands(click.Group):
    """Stands for Flask-Migrate's own group of commands until it is asked for."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """The context of the real group, which goes on from there."""
        group: click.Group = import_module("flask_migrate.cli").db
        return group.make_context(*args, **more)


def init_migrations(app: Flask, directory: Path) -> None:
    """Let the application be migrated by the scripts in `directory`."""
    app.extensions["migrate"] = _Waiting(app, directory)
    app.cli.add_command(_Commands("db", help="Migrate the database: upgrade, check, downgrade."))
