"""Starts servers of the site as bin/web does, each in a process of its own that has read every module already.

To read them takes three seconds of a processor, and twice for each server; to copy a process that has, none.

Called as a program: nursery.py. Each line of its input is the JSON of one server: its `environment`, its `directory`;
each line of its output the number of its process, which leads a group. Its input's end is the end of them all.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_nurseries: list[subprocess.Popen[str]] = []


def serve(environment: dict[str, str], directory: Path) -> int:
    """Start a server, whose output goes to DIRECTORY.log; its pid. It ends with this process, if not before."""
    if not _nurseries:
        command = [sys.executable, __file__]
        _nurseries.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    asked, told = _nurseries[0].stdin, _nurseries[0].stdout
    assert asked is not None
    assert told is not None
    asked.write(json.dumps({"environment": os.environ | environment, "directory": str(directory)}) + "\n")
    asked.flush()
    return int(told.readline())


def kill(pid: int) -> None:
    """End a server at once, with all its processes, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            os.killpg(pid, signal.SIGKILL)
            select.select([handle], [], [], 10)
        finally:
            os.close(handle)


def _read_bin_web() -> ModuleType:
    module = ModuleType("bin_web")
    module.__file__ = str(ROOT / "bin" / "web")
    exec((ROOT / "bin" / "web").read_text("utf-8"), vars(module))
    return module


def _become(asked: dict[str, Any], bin_web: ModuleType) -> None:
    """Be the server that was asked for, until it ends."""
    from granian.cli import entrypoint

    from forum.core.settings import Settings

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["directory"])
    log = os.open(f"{asked['directory']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.argv = bin_web.command(Settings())[2:]
    entrypoint()  # type: ignore[no-untyped-call]


def main() -> None:
    sys.path.insert(0, str(ROOT))
    bin_web = _read_bin_web()

    import granian.cli
    import granian.server  # noqa: F401

    from forum.core import assets

    assets.compress = functools.cache(assets.compress)  # type: ignore[attr-defined]
    assets.Assets(ROOT / "static")
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    begun = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                _become(json.loads(line), bin_web)
            finally:
                os._exit(1)
        begun.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
