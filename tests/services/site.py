"""The site itself, served as it is in production, for tests that need a browser or a real connection."""

from __future__ import annotations

import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from forum.core.settings import ROOT, Settings
from tests.services import shared


@dataclass(frozen=True)
class Site:
    """One running server."""

    name: str
    url: str

    def stop(self) -> None:
        shared.stop(self.name)


def start(name: str, settings: Settings, *, port: int | None = None, more: dict[str, str]) -> Site:
    """Serve the site on a free port, until `stop` or the end of the run.

    settings: whose database, files and secret it has. more: other settings by their variables, e.g. {"MAIL_URL": "…"}.
    """
    port = port or shared.free_port()
    directory = shared.run_directory() / name
    directory.mkdir()
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": settings.database,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret,
        "WEB_WORKERS": "1",
    } | more
    command: list[str | Path] = [sys.executable, ROOT / "bin" / "web"]
    shared.start(name, command, directory=directory, environment=environment)
    url = f"http://127.0.0.1:{port}"
    shared.wait_until(lambda: urllib.request.urlopen(f"{url}/ready"), what="The site", directory=directory)
    return Site(name, url)
