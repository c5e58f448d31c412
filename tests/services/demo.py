"""The demo, served: for tests that walk through every page there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from forum import create_app
from forum.accounts.models import Member
from forum.core.db import db
from forum.core.unit_of_work import write
from tests.cast import NAMES, session_row
from tests.services import shared, site
from tests.services.databases import Database


@dataclass(frozen=True)
class DemoSite:
    """The served demo: where it is, a session's token for each of the cast, and an application on the same database."""

    url: str
    tokens: dict[str, str]
    app: Flask


@contextmanager
def served(database: Database, directory: Path) -> Iterator[DemoSite]:
    """Serve a database that holds the demo, until the block ends."""
    settings = database.settings(directory, port=shared.free_port())
    app = create_app(settings)
    tokens = {"visitor": ""}
    with app.app_context(), write():
        for name in NAMES:
            member = db.session.scalars(select(Member).where(Member.email == f"{name}@example.org")).one()
            tokens[name] = f"session-of-{name}"
            db.session.add(session_row(member, tokens[name]))
    running = site.start(f"demo-{shared.worker()}", settings, port=settings.port, more={})
    try:
        yield DemoSite(running.url, tokens, app)
    finally:
        running.stop()
        with app.app_context():
            db.engine.dispose()
