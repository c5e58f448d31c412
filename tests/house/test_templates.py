"""Every template compiles, every page has a title, and every mail has both its parts."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core.settings import ROOT

FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
# One whose name begins with _ is a part or a frame of others.
PAGES = [
    name for name in NAMES if "/_" not in name and '{% extends "base.html" %}' in (FOLDER / name).read_text("utf-8")
]
MAILS = sorted({name.rsplit(".", 1)[0] for name in NAMES if name.startswith("mail/") and "/_" not in name})


@pytest.mark.sqlite
@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(app: Flask, name: str) -> None:
    assert app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_of_its_own(name: str) -> None:
    assert "{% block title %}" in (FOLDER / name).read_text("utf-8")


@pytest.mark.parametrize("stem", [stem for stem in MAILS if stem != "mail/base"])
def test_a_mail_can_be_read_as_text_and_as_html(stem: str) -> None:
    assert (FOLDER / f"{stem}.txt").exists()
    assert (FOLDER / f"{stem}.html").exists()


def test_the_pages_are_found() -> None:
    assert len(PAGES) > 40
    assert len(MAILS) > 4
