"""Visitors' pages, kept finished in front of Flask and thrown away by any change to what visitors can see.

A kept page carries the generation (`public_state`) read in the same snapshot as the page; before serving it, the
middleware asks for the present one (SQLite: `PRAGMA data_version`, a few microseconds; PostgreSQL: one query).
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
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from forum.core.compression import encoding_for
from forum.core.public_state import public_state
from forum.core.settings import Settings

ENTRY_LIMIT = 512 * 1024  # bytes of one page
SLOT = "forum.visitor_cache"


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
        self.size, self.generation = 0, 0  # all entries are of one generation
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
            if entry.generation != self.generation:  # what visitors can see has changed: nothing of how it was stays
                self.entries.clear()
                self.size, self.generation = 0, entry.generation
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
        is_shared = response.headers.get("Cache-Control") == "public, no-cache" and "Set-Cookie" not in response.headers
        if not is_shared or response.status_code != 200:
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
