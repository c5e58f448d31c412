"""The site itself, served as it is in production, for tests that need a browser or a real connection."""

from __future__ import annotations

import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.services import shared

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Site:
    """One running server."""

    name: str
    url: str
    environment: dict[str, str]

    def stop(self) -> None:
        shared.stop(self.name)


def start(name: str, environment: dict[str, str], *, port: int | None = None) -> Site:
    """Serve the site with these settings on a free port, until `stop` or the end of the run."""
    port = port or shared.free_port()
    directory = shared.run_directory() / name
    directory.mkdir()
    environment = {"HOST": "127.0.0.1", "WEB_WORKERS": "1"} | environment | {"PORT": str(port)}
    command: list[str | Path] = [sys.executable, "-m", "flask", "--app", ROOT / "wsgi.py", "serve"]
    shared.start(name, command, directory=directory, environment=environment)
    url = f"http://127.0.0.1:{port}"
    shared.wait_until(lambda: urllib.request.urlopen(f"{url}/ready"), what="The site", directory=directory)
    return Site(name, url, environment)
