"""Imports only go down, HTTP stays at the door, and nothing asks for the application that contains it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp

from forum.core.settings import ROOT


def test_the_contracts_of_pyproject_hold() -> None:
    # In a process of its own: it sets logging up anew, and other tests would find our loggers silenced.
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_room_imports_the_application_or_its_list_of_rooms() -> None:
    graph = grimp.build_graph("forum", cache_dir=None)
    above = ("forum", "forum.rooms", "forum.cli")
    importers = {importer for name in above for importer in graph.find_modules_that_directly_import(name)}
    assert importers <= set(above)


def test_every_room_says_what_it_owns() -> None:
    silent = [
        path.parent.name
        for path in sorted((ROOT / "forum").glob("*/__init__.py"))
        if not path.read_text("utf-8").startswith('"""') or '"""' not in path.read_text("utf-8")[3:]
    ]
    assert silent == []
