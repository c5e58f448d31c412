"""The documents say what is there: every setting, every command, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Group
from flask import Flask

from forum.core.settings import ROOT, Settings

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
EXAMPLE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)  # what is shown in one leads into a site, not a file
BUILT_IN = {"db", "run", "shell", "routes"}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_as_it_is(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    rows = (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()
    row = next((row for row in rows if row.startswith(f"| `{name.upper()}` |")), "")
    assert row.endswith(f"| {description} |")


def test_no_setting_is_documented_that_is_not_there() -> None:
    named = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert {name.lower() for name in named} == set(Settings.model_fields)


@pytest.mark.sqlite
def test_every_command_is_documented(app: Flask) -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    names = []
    for name, command in app.cli.commands.items():
        inner = getattr(command, "commands", {}) if isinstance(command, Group) else {}
        names += [f"{name} {one}" for one in inner] or [name]
    missing = [name for name in names if name.split()[0] not in BUILT_IN and f"`flask {name}" not in text]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(path: Path) -> None:
    prose = EXAMPLE.sub("", path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("http:", "https:", "mailto:", "#")):
            assert (path.parent / target.split("#")[0]).exists(), target
