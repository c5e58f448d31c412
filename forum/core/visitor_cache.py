"""Visitors' pages, kept finished in front of Flask and thrown away by any change to what visitors can see.

`public_generation` rises in the transaction of such a change. A kept page carries the generation read in the same
snapshot as the page; before serving it, the middleware asks for the present one (SQLite: `PRAGMA data_version`, a
few microseconds; PostgreSQL: one query).

`shelves` rises likewise with any change to the tables that a room makes lists in memory from.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, Response, g, request
from sqlalchemy import Boolean, event, false, inspect, select, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.dml import UpdateBase

from forum.core.compression import encoding_for
from forum.core.db import Model, db
from forum.core.settings import Settings
from forum.core.unit_of_work import must_be_writing

ENTRY_LIMIT = 512 * 1024  # bytes of one page
SLOT = "forum.visitor_cache"
# The tables that lists in memory are made from: any change of them counts, or only of these columns.
_shelved: dict[str, tuple[str, ...]] = {}


class PublicGeneration(Model):
    """One row: the number of changes to what visitors can see, and whether examples are among it."""

    __tablename__ = "public_generation"
    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(default=1)
    shelves: Mapped[int] = mapped_column(default=1, server_default="1")
    has_examples: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class PublicState(NamedTuple):
    """What the one row says."""

    generation: int
    shelves: int
    has_examples: bool


_STATE = select(PublicGeneration.generation, PublicGeneration.shelves, PublicGeneration.has_examples)


def public_state() -> PublicState:
    """What the one row says, read once for a page, in the same snapshot as the page."""
    if "public_state" not in g:
        g.public_state = PublicState(*db.session.execute(_STATE).one())
    state: PublicState = g.public_state
    return state


def set_has_examples(value: bool) -> None:
    """Say whether the site shows example records; call inside `with write():`."""
    must_be_writing()
    db.session.get_one(PublicGeneration, 1).has_examples = value
    db.session.info["public_changed"] = True


def changes_at(moment: datetime | None) -> None:
    """Say that the page being made changes by itself at `moment` (a line opens, a story turns a year older)."""
    if moment is not None:
        g.changes_at = min(moment, g.get("changes_at", moment))


def shelved(table: str, *columns: str) -> None:
    """Say that a room keeps lists in memory that are made from a table, or from these columns of it alone."""
    _shelved[table] = columns


def _is_on_shelves(row: Any) -> bool:
    columns = _shelved.get(getattr(type(row), "__tablename__", ""))
    if columns is None or getattr(row, "is_unseen", False):
        return False
    return not columns or any(inspect(row).attrs[column].history.has_changes() for column in columns)


def is_public_model(model: type[Any]) -> bool:
    """Whether visitors see rows of this class. Every class says so: `is_public = True` or `False`."""
    return bool(getattr(model, "is_public", False))


@event.listens_for(Session, "before_flush")
def _notice_objects(session: Session, _context: Any, _instances: Any) -> None:
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    # A row may know better than its class: what is unsent is seen by nobody, so keeping it must not empty the cache.
    if any(is_public_model(type(row)) and not getattr(row, "is_unseen", False) for row in changed):
        session.info["public_changed"] = True
    if any(_is_on_shelves(row) for row in changed):
        session.info["shelves_changed"] = True


@event.listens_for(Session, "do_orm_execute")
def _notice_statements(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase):
        columns = _shelved.get(getattr(state.statement.table, "name", ""))
        # The whole statement says which columns it writes; one that only asks about them counts as well.
        if columns == () or (columns and any(column in str(state.statement) for column in columns)):
            state.session.info["shelves_changed"] = True
    if not state.is_select and state.bind_mapper is not None and is_public_model(state.bind_mapper.class_):
        state.session.info["public_changed"] = True


@event.listens_for(Session, "before_commit")
def _raise_generation(session: Session) -> None:
    session.flush()
    names = [
        name
        for name, reason in (("generation", "public_changed"), ("shelves", "shelves_changed"))
        if session.info.pop(reason, False)
    ]
    if names:
        table: Any = PublicGeneration.__table__
        session.connection().execute(update(table).values({name: table.c[name] + 1 for name in names}))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("public_changed", None)
    session.info.pop("shelves_changed", None)


@dataclass(slots=True)
class Entry:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    generation: int
    until: float


@dataclass(slots=True)
class Slot:
    """What Flask tells the middleware about the answer it just made."""

    generation: int | None = None
    until: float = float("inf")


@dataclass
class SqliteGeneration:
    """The present generation of a SQLite file; each thread has its own connection and remembers the last answer."""

    path: str
    _local: threading.local = field(default_factory=threading.local)

    def __call__(self) -> int:
        local = self._local
        if not hasattr(local, "connection"):
            address = f"file:{quote(self.path)}?mode=ro"
            local.connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=1)
            local.version = None
        version = local.connection.execute("PRAGMA data_version").fetchone()[0]
        if version != local.version:
            local.generation = local.connection.execute("SELECT generation FROM public_generation").fetchone()[0]
            local.version = version
        return int(local.generation)


@dataclass
class PostgresGeneration:
    """The present generation of a PostgreSQL database, by one query on a connection of the thread's own."""

    address: str
    _local: threading.local = field(default_factory=threading.local)

    def __call__(self) -> int:
        import psycopg  # noqa: PLC0415 - installations on SQLite never load it

        connection = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = self._local.connection = psycopg.connect(self.address, autocommit=True, connect_timeout=3)
        row = connection.execute("SELECT generation FROM public_generation", prepare=True).fetchone()
        assert row is not None  # the migration makes the row
        return int(row[0])


class VisitorCache:
    """WSGI middleware: serves kept pages to readers without a session."""

    def __init__(self, app: Callable[..., Iterable[bytes]], settings: Settings, session_cookie: str) -> None:
        self.app = app
        self.host = settings.site_host
        self.cookie = session_cookie + "="
        self.limit = settings.cache_megabytes * 1024 * 1024
        self.entries: OrderedDict[tuple[str, str, str], Entry] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()
        url = settings.database
        self.present: Callable[[], int] = (
            SqliteGeneration(url.removeprefix("sqlite:///"))
            if url.startswith("sqlite")
            else PostgresGeneration(url.replace("postgresql+psycopg://", "postgresql://"))
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._may_keep(environ):
            return self.app(environ, start_response)
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        key = (path, query, encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
        entry = self.entries.get(key)
        if entry is not None and self._is_fresh(entry):
            return self._serve(entry, environ, start_response)
        return self._make(key, environ, start_response)

    def _may_keep(self, environ: dict[str, Any]) -> bool:
        return (
            self.limit > 0
            and environ["REQUEST_METHOD"] == "GET"
            and environ.get("HTTP_HOST") == self.host
            and self.cookie not in environ.get("HTTP_COOKIE", "")
            and "HTTP_RANGE" not in environ
            and not environ.get("PATH_INFO", "").startswith(("/static/", "/media/"))  # large, and asked for anew
        )

    def _is_fresh(self, entry: Entry) -> bool:
        if entry.until <= time.time():
            return False
        try:
            return entry.generation == self.present()
        except Exception:  # noqa: BLE001 - a database that is away costs speed here and speaks for itself in the page
            return False

    def _serve(self, entry: Entry, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_IF_NONE_MATCH") == entry.etag:
            start_response("304 NOT MODIFIED", [h for h in entry.headers if not h[0].startswith("Content-")])
            return [b""]
        start_response(entry.status, entry.headers)
        return [entry.body]

    def _make(
        self, key: tuple[str, str, str], environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        slot = environ[SLOT] = Slot()
        head: list[Any] = []

        def remember(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            head[:] = [status, headers]
            return lambda _data: None

        answer = self.app(environ, remember)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        status, headers = head
        # Only a whole page is kept: this reader may have asked with a condition, and got "304 NOT MODIFIED" or 412.
        if slot.generation is not None and status.startswith("200") and len(body) <= ENTRY_LIMIT:
            etag = next((value for name, value in headers if name == "ETag"), "")
            self._keep(key, Entry(status, headers, body, etag, slot.generation, slot.until))
        start_response(status, headers)
        return [body]

    def _keep(self, key: tuple[str, str, str], entry: Entry) -> None:
        with self.lock:
            old = self.entries.pop(key, None)
            self.size += len(entry.body) - (len(old.body) if old else 0)
            self.entries[key] = entry
            while self.size > self.limit and self.entries:
                _, dropped = self.entries.popitem(last=False)
                self.size -= len(dropped.body)


def init_visitor_cache(app: Flask, settings: Settings, session_cookie: str) -> None:
    """Mark what visitors may share, give it an ETag, and stand in front of the application."""

    @app.after_request
    def _mark(response: Response) -> Response:
        if response.headers.get("Cache-Control") != "public, no-cache" or response.status_code != 200:
            return response
        if "Set-Cookie" in response.headers:
            return response
        response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest(), weak=True)
        slot: Slot | None = request.environ.get(SLOT)
        if slot is not None:
            slot.generation = public_state().generation
            moment: datetime | None = g.get("changes_at")
            slot.until = moment.timestamp() if moment else float("inf")
        response.make_conditional(request)
        return response

    app.wsgi_app = VisitorCache(app.wsgi_app, settings, session_cookie)  # type: ignore[method-assign]
