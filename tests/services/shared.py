"""What the processes of one test run share: a directory, the servers started in it, and their end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

OWNER, DIRECTORY = "TEST_RUN_OWNER", "TEST_RUN_DIRECTORY"
KEEPER = Path(__file__).with_name("keeper.py")


def begin_run() -> None:
    """Make the directory of this test run. The first process calls it; the others inherit its environment."""
    directory = Path(tempfile.mkdtemp(prefix="common-thread-"))
    directory.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
    os.environ[OWNER], os.environ[DIRECTORY] = str(os.getpid()), str(directory)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Some fifty servers and a hundred commands are started: each would compile every module anew.
        os.environ["PYTHONPYCACHEPREFIX"] = str(directory / "bytecode")


def end_run() -> None:
    """End every server of this run and remove its directory. Called by the process that began it."""
    for note in run_directory().glob("*.keeper"):
        _end(int(note.read_text()))
    shutil.rmtree(run_directory(), ignore_errors=True)


def run_directory() -> Path:
    return Path(os.environ[DIRECTORY])


def worker() -> str:
    """A short name of this test process, unique in the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


def once(name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `make` answered the first time any process of this run asked for `name`."""
    answer = run_directory() / f"{name}.json"
    with (run_directory() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            answer.write_text(json.dumps(make()))
    made: dict[str, str] = json.loads(answer.read_text())
    return made


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    directory: Path,
    user: str = "",
    stop_signal: signal.Signals = signal.SIGTERM,
    environment: dict[str, str] | None = None,
) -> int:
    """Start a server that ends with this run; the pid to hand to `stop`. Its directory goes with it."""
    owner = os.environ[OWNER]
    keeper = subprocess.Popen(
        [sys.executable, KEEPER, owner, str(int(stop_signal)), user, directory, *command],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | (environment or {}),
    )
    (run_directory() / f"{name}.keeper").write_text(str(keeper.pid))
    return keeper.pid


def stop(name: str) -> None:
    """End one server before the run does."""
    note = run_directory() / f"{name}.keeper"
    _end(int(note.read_text()))
    note.unlink()


def wait_until(is_ready: Callable[[], object], *, what: str, directory: Path, seconds: float = 60) -> None:
    """Wait for a server to answer; its log is told when it does not."""
    until = time.monotonic() + seconds
    problem: Exception | None = None
    while time.monotonic() < until:
        try:
            if is_ready():
                return
        except Exception as error:  # noqa: BLE001 - a server that is starting fails in every way
            problem = error
        time.sleep(0.05)
    log = Path(f"{directory}.log")
    said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise RuntimeError(f"{what} did not answer within {seconds:.0f} seconds: {problem}\n{said}")


def free_port() -> int:
    """A port of the loopback address that nothing listens on, and that no connection going out is given meanwhile."""
    while True:
        port = secrets.choice(range(15_000, 32_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _end(keeper: int) -> None:
    try:
        handle = os.pidfd_open(keeper)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    os.kill(keeper, signal.SIGTERM)
    if not poll.poll(15_000):
        os.kill(keeper, signal.SIGKILL)
    os.close(handle)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(keeper, os.WNOHANG)
