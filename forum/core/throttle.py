"""How often something may happen: counts per key in a window of time, before the unit of work and apart from it.

Counts live in an SQLite file of their own, or in Redis when several machines serve one site. Redis away means the
file for a while. A throttle that can't count lets people in: better a flood than a locked door.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

_PREFIX = "throttle:"
# Seconds for which Redis isn't asked again after it failed, and that it may take to answer.
_PAUSE = 10.0
_PATIENCE = 0.5
# Seconds for which the file may be busy with others' counts, and between two tries to open it meanwhile.
_PATIENCE_FILE = 5.0
_TRY_AGAIN = 0.005
# Seconds between two sweeps of ended windows.
_SWEEP_EVERY = 300.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS windows (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS windows_ends_at ON windows (ends_at);
"""
_COUNT = """
INSERT INTO windows (key, count, ends_at) VALUES (:key, 1, :now + :seconds)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN ends_at <= :now THEN 1 ELSE count + 1 END,
    ends_at = CASE WHEN ends_at <= :now THEN :now + :seconds ELSE ends_at END
RETURNING count, ends_at
"""


def key_for(secret: str | bytes, purpose: str, value: str) -> str:
    """The key of a value (an address, a member) for one purpose; without the secret nobody can tell the value."""
    key = secret.encode() if isinstance(secret, str) else secret
    digest = hmac.digest(key, f"throttle\x1f{purpose}\x1f{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"{purpose}:{digest.hex()[:32]}"


@dataclass(frozen=True, slots=True)
class Window:
    """How often a key was hit since its window began, and when that ends (seconds since 1970)."""

    count: int
    ends_at: float


class _Store(Protocol):
    def hit(self, key: str, *, limit: int, seconds: int, now: float) -> Window: ...
    def look(self, key: str, *, now: float) -> Window | None: ...
    def forget(self, key: str) -> None: ...


class Throttle:
    """Counts hits. Safe to share between threads, and the file or Redis between processes.

    path: the SQLite file. redis_url: a Redis to use before it, or nothing. clock: seconds since 1970.
    A window begins with a key's first hit and lasts `seconds`; what is refused doesn't prolong it.
    """

    def __init__(self, path: Path, redis_url: str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = _File(path)
        self._redis = _Redis(redis_url) if redis_url else None
        self._clock = clock
        self._away_until = 0.0
        self._silent_until = 0.0

    def hit(self, key: str, *, limit: int, seconds: int) -> bool:
        """Count one more of `key`; False when more than `limit` fell within `seconds`."""
        now = self._clock()
        window = self._try(lambda store: store.hit(key, limit=limit, seconds=seconds, now=now))
        return window is None or window.count <= limit

    def remaining(self, key: str, *, limit: int) -> int:
        """How many hits of `key` are left in its window."""
        now = self._clock()
        window = self._try(lambda store: store.look(key, now=now))
        return limit if window is None else max(0, limit - window.count)

    def retry_after(self, key: str) -> int:
        """Whole seconds until `key`'s window ends; 0 when none runs."""
        now = self._clock()
        window = self._try(lambda store: store.look(key, now=now))
        return 0 if window is None else max(0, math.ceil(window.ends_at - now))

    def forget(self, key: str) -> None:
        """Begin `key` anew, say after a sign-in that succeeded."""
        self._try(lambda store: store.forget(key))

    def sweep(self) -> int:
        """Delete ended windows from the file; how many. It happens by itself while hits come in."""
        try:
            return self._file.sweep(self._clock())
        except sqlite3.Error:
            log.warning("throttle.sweep_failed", exc_info=True)
            return 0

    def _try(self, act: Callable[[_Store], T]) -> T | None:
        """What the store says: Redis's if it answers, else the file's; None when neither can count."""
        if self._redis is not None and time.monotonic() >= self._away_until:
            try:
                return act(self._redis)
            except self._redis.away as error:
                self._away_until = time.monotonic() + _PAUSE
                log.warning("throttle.redis_away: %s; counting in the file", type(error).__name__)
        try:
            return act(self._file)
        except sqlite3.Error as error:
            self._complain(error)
            return None

    def _complain(self, error: sqlite3.Error) -> None:
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + _PAUSE
            log.error("throttle.cannot_count: %s; letting people in", error)


class _File:
    """Windows in an SQLite file. Losing them in a power cut is harmless, so it doesn't wait for the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()
        self._inherited: list[sqlite3.Connection] = []
        self._next_sweep = 0.0

    def hit(self, key: str, *, limit: int, seconds: int, now: float) -> Window:
        """Count one; what is over its limit already is only read, so that a flood writes nothing."""
        window = self.look(key, now=now)
        if window is not None and window.count >= limit:
            return Window(window.count + 1, window.ends_at)
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_EVERY
            self.sweep(now)
        row = self._connection().execute(_COUNT, {"key": key, "now": now, "seconds": seconds}).fetchone()
        return Window(*row)

    def look(self, key: str, *, now: float) -> Window | None:
        """The key's window, if one runs."""
        found = (
            self._connection()
            .execute("SELECT count, ends_at FROM windows WHERE key = ? AND ends_at > ?", (key, now))
            .fetchone()
        )
        return Window(*found) if found else None

    def forget(self, key: str) -> None:
        """Delete the key's window."""
        self._connection().execute("DELETE FROM windows WHERE key = ?", (key,))

    def sweep(self, now: float) -> int:
        """Delete every window that has ended; how many."""
        return self._connection().execute("DELETE FROM windows WHERE ends_at <= ?", (now,)).rowcount

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, each statement its own transaction."""
        known: tuple[int, sqlite3.Connection] | None = getattr(self._mine, "connection", None)
        if known is not None and known[0] == os.getpid():
            return known[1]
        if known is not None:
            self._inherited.append(known[1])  # the parent's: closing it here would take its file's locks away
        connection = sqlite3.connect(self._path, timeout=_PATIENCE_FILE, isolation_level=None)
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_size_limit = 1000000")
        connection.executescript(_SCHEMA)
        self._mine.connection = (os.getpid(), connection)
        return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write ahead; when many open a new file at once, SQLite refuses this at once instead of waiting: try again."""
    end = time.monotonic() + _PATIENCE_FILE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
            time.sleep(_TRY_AGAIN)
        else:
            return


class _Redis:
    """Windows as counters that Redis forgets by itself."""

    def __init__(self, url: str) -> None:
        # 6 MB in every process that most sites never need.
        import redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self.away: type[Exception] = redis.RedisError
        self._client = redis.Redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0)
        )

    def hit(self, key: str, *, limit: int, seconds: int, now: float) -> Window:
        """Count one; the first begins the window."""
        name = _PREFIX + key
        together = self._client.pipeline(transaction=True)
        together.set(name, 0, ex=seconds, nx=True)
        together.incr(name)
        together.pttl(name)
        _, count, left = together.execute()
        return Window(int(count), now + int(left) / 1000)

    def look(self, key: str, *, now: float) -> Window | None:
        """The key's window, if one runs."""
        together = self._client.pipeline(transaction=True)
        together.get(_PREFIX + key)
        together.pttl(_PREFIX + key)
        count, left = together.execute()
        return None if count is None else Window(int(count), now + int(left) / 1000)

    def forget(self, key: str) -> None:
        """Delete the key's window."""
        self._client.delete(_PREFIX + key)
