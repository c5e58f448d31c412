"""A real PostgreSQL for the tests: one server for the run, on a socket, with nothing kept after it."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.services import shared

INITDB = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class Postgres:
    """The server of this run. Databases are made empty or as copies of another."""

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def url(self, name: str) -> str:
        """The address of a database, as DATABASE_URL takes it."""
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make a database, empty or as a copy of `template` (which nobody may be connected to); its address."""
        self.drop(name)
        copy = sql.SQL("TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), copy))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, ending whatever is connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def running() -> Postgres:
    """The PostgreSQL of this run, started by whoever asks first."""
    return Postgres(shared.once("postgres", _start)["directory"])


def _start() -> dict[str, str]:
    programs, user = _programs(), _user()
    directory = shared.run_directory() / "postgres"
    directory.mkdir(mode=0o700)
    as_user: dict[str, Any] = {}
    if user:
        owner = pwd.getpwnam(user)
        os.chown(directory, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = directory / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-N", *INITDB],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        **as_user,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    settings = [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", directory, *settings]
    shared.start("postgres", command, directory=directory, user=user, stop_signal=signal.SIGQUIT)
    server = Postgres(str(directory))
    shared.wait_until(lambda: _answers(server), what="PostgreSQL", directory=directory)
    return {"directory": str(directory)}


def _answers(server: Postgres) -> bool:
    psycopg.connect(server.url("postgres"), connect_timeout=2).close()
    return True


def _programs() -> Path:
    """The directory holding initdb and postgres of one version, the newest there is."""
    found = sorted(
        (
            path.parent
            for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
            if (path.parent / "postgres").exists()
        ),
        key=lambda path: float(path.parent.name),
    )
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb and (Path(initdb).resolve().parent / "postgres").exists():
        return Path(initdb).resolve().parent
    raise RuntimeError("PostgreSQL is not installed: initdb and postgres were found nowhere.")


def _user() -> str:
    """The user PostgreSQL runs as: it refuses root."""
    if getpass.getuser() != "root" and os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
