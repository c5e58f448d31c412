"""The site itself, served as it is in production, for tests that need a browser or a real connection."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass

from forum.core.settings import Settings
from tests.services import nursery, shared


@dataclass(frozen=True)
class Site:
    """One running server."""

    pid: int
    url: str

    def stop(self) -> None:
        nursery.kill(self.pid)


def start(name: str, settings: Settings, *, port: int | None = None, more: dict[str, str]) -> Site:
    """Serve the site on a free port, until `stop` or the end of the run.

    settings: whose database, files and secret it has. more: other settings by their variables, e.g. {"MAIL_URL": "…"}.
    """
    port = port or shared.free_port()
    directory = shared.run_directory() / name
    directory.mkdir()
    environment = nursery.environment_of(settings) | {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "1"}
    pid = nursery.serve(environment | more, directory)
    url = f"http://127.0.0.1:{port}"
    shared.wait_until(lambda: urllib.request.urlopen(f"{url}/ready"), what="The site", directory=directory)
    return Site(pid, url)
