"""Starts servers of the site as bin/web does, and workers, each in a process of its own that has read every module.

To read them takes three seconds of a processor, and twice for each server; to copy a process that has, none.

Called as a program: nursery.py. Each line of its input is the JSON of one: `words` for flask (none for the server), its
`environment`, its `directory`; each line of its output the number of its process, which leads a group. Its input's end
is the end of them all.
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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # called as a program it must find the modules of the site first
    from forum.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_nurseries: list[subprocess.Popen[str]] = []


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of its own needs to be told of a site: where its database and its files are, and its secret."""
    return {"DATABASE_URL": settings.database, "DATA_DIR": str(settings.data_dir), "SECRET_KEY": settings.secret}


def serve(environment: dict[str, str], directory: Path, *words: str) -> int:
    """Start a server, or what `words` ask of flask ("worker"); its pid. It ends with this process, if not before.

    Its output goes to DIRECTORY.log.
    """
    if not _nurseries:
        command = [sys.executable, __file__]
        _nurseries.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    asked, told = _nurseries[0].stdin, _nurseries[0].stdout
    assert asked is not None
    assert told is not None
    one = {"words": words, "environment": os.environ | environment, "directory": str(directory)}
    asked.write(json.dumps(one) + "\n")
    asked.flush()
    return int(told.readline())


def is_running(pid: int) -> bool:
    """Whether it has not ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def kill(pid: int) -> None:
    """End a server at once, with all its processes, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            os.killpg(pid, signal.SIGKILL)
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            ended.poll(10_000)
        finally:
            os.close(handle)


def _read_bin_web() -> ModuleType:
    module = ModuleType("bin_web")
    module.__file__ = str(ROOT / "bin" / "web")
    exec((ROOT / "bin" / "web").read_text("utf-8"), vars(module))
    return module


def _become(asked: dict[str, Any], bin_web: ModuleType) -> None:
    """Be what was asked for, until it ends."""
    import flask.cli
    import granian.cli

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
    if asked["words"]:
        sys.argv = ["flask", "--app", f"{ROOT / 'wsgi.py'}", *asked["words"]]
        flask.cli.main()
    else:
        sys.argv = bin_web.command(Settings())[2:]
        granian.cli.entrypoint()  # type: ignore[no-untyped-call]


def main() -> None:
    sys.path.insert(0, str(ROOT))
    bin_web = _read_bin_web()

    import granian.cli
    import granian.server  # noqa: F401

    import forum.cli  # noqa: F401
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
