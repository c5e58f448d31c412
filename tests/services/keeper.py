"""Runs one server and ends it when asked, or when its owner is gone: nothing outlives a test run.

Called as a program: keeper.py OWNER_PID STOP_SIGNAL USER DIRECTORY COMMAND...
The command runs in DIRECTORY as USER, which is removed at the end; its output goes to DIRECTORY.log beside it.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


class Stop(BaseException):
    """Somebody asked this keeper to end."""


def _stop(_number: int, _frame: object) -> None:
    raise Stop


def _open(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _wait_for_either(owner: int, child: int) -> None:
    """Return when one of two processes has ended."""
    poll = select.poll()
    for pid in (owner, child):
        handle = _open(pid)
        if handle is None:
            return
        poll.register(handle, select.POLLIN)
    poll.poll()


def _end(child: subprocess.Popen[bytes], stop_signal: int) -> None:
    child.send_signal(stop_signal)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def main(owner: str, stop_signal: str, user: str, directory: str, *command: str) -> None:
    """Keep one server, as the module says."""
    signal.signal(signal.SIGTERM, _stop)
    as_user: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
    try:
        with Path(f"{directory}.log").open("wb") as log:
            child = subprocess.Popen(
                command, cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_user
            )
        try:
            _wait_for_either(int(owner), child.pid)
        except Stop:
            pass
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _end(child, int(stop_signal))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
