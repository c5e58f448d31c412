"""A PostgreSQL of the bench's own, durable as in production, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "max_wal_size": "4GB",
    "autovacuum": "off",  # it would work while something else is measured; the tables are analysed once, when made
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and its first process."""

    url: str
    pid: int


@contextmanager
def running(directory: Path) -> Iterator[Server]:
    """Start a server with an empty database; end it with the block."""
    programs, as_user = _programs(), _as_user()
    directory.mkdir(mode=0o700)
    if as_user:
        os.chown(directory, as_user["user"], as_user["group"])
    made = subprocess.run(
        [programs / "initdb", "-D", directory / "data", "-U", "postgres", "--auth=trust", "--locale=C.UTF-8"],
        cwd=directory, capture_output=True, text=True, check=False, **as_user,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    words = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", directory / "data", "-k", directory, *words],
            cwd=directory, stdout=log, stderr=log, start_new_session=True, **as_user,
        )  # fmt: skip
    url = f"postgresql://postgres@/postgres?host={directory}"
    try:
        _wait(url, process, directory / "log")
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def settle(url: str) -> None:
    """Let the planner know the tables, and the index of the search be merged."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-1000:]}")


def _programs() -> Path:
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise RuntimeError("PostgreSQL is not installed: initdb was found nowhere.")


def _as_user() -> dict[str, Any]:
    """The user PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = names.get("postgres") or names["nobody"]
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
