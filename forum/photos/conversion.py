"""Starting the converter: one short-lived process for each picture, so that a bad one takes nothing with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from forum.photos.convert import SECONDS

# The package is entered without its front door, which would load the whole site.
START = """
import sys, types
forum = types.ModuleType("forum")
forum.__path__ = [sys.argv[1]]
sys.modules["forum"] = forum
from forum.photos.convert import main
sys.exit(main(sys.argv[2:]))
"""
HOUSE = Path(__file__).resolve().parents[1]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"}


def look(path: Path, folder: Path) -> dict[str, Any]:
    """Make the preview of the picture at `path` in `folder`: its width and height, or a `problem`."""
    return _run("look", path, folder)


def make(path: Path, folder: Path, rows: int, squares: list[list[int]]) -> dict[str, Any]:
    """Make the sizes that readers see, with squares covered: width, height and widths, or a `problem`."""
    return _run("make", path, folder, str(rows), json.dumps(squares))


def _run(act: str, path: Path, folder: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", START, str(HOUSE), act, str(path), str(folder), *more]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, paths that we made
            command,
            capture_output=True,
            timeout=2 * SECONDS[act],
            env=ENVIRONMENT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return {"problem": "too_long"}
    if done.returncode != 0:  # a decoder crashed, or was stopped at its limit
        return {"problem": "unreadable"}
    made: dict[str, Any] = json.loads(done.stdout)
    return made
