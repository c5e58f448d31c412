"""What the sources themselves must not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.core.settings import ROOT

PYTHON = sorted((ROOT / "forum").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts]
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

MAY_COMMIT = {"forum/core/unit_of_work.py", "forum/core/throttle.py"}
MAY_MARK_UP = {"forum/core/richtext.py"}
# Functions that read contributions by another criterion than visible_to, each with its reason.
OTHER_CRITERION = {
    "appeals.queries.reported_in": "of a report that its private address has opened; whether it was erased, no words",
    "stories.chapter_queries._one": "is handed its criterion",
    "archive.queries.to_publish": "what is about to be published",
    "contributions.queries.own_contributions": "the member's own",
    "contributions.queries.approved_count": "a number, for standing",
    "stories.queries.story_by_id": "for actions, which judge",
    "stories.queries.own_story": "the author's own",
    "stories.queries.own_stories": "the author's own",
    "stories.queries.was_taken_back": "whether a tombstone stands there",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path, names: set[str]) -> list[int]:
    """The lines on which a function or method of one of these names is called."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in names:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_only_the_unit_of_work_commits(path: Path) -> None:
    if name_of(path) not in MAY_COMMIT:
        assert calls(path, {"commit"}) == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_only_the_gate_makes_html(path: Path) -> None:
    if name_of(path) not in MAY_MARK_UP:
        assert calls(path, {"Markup"}) == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_drawer_for_everything(path: Path) -> None:
    assert path.stem not in ("utils", "helpers", "misc", "common")


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 330


@pytest.mark.parametrize("path", [path for path in PYTHON if path.stem == "policy"], ids=name_of)
def test_a_policy_is_pure(path: Path) -> None:
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not {name for name in imported if name.split(".")[0] in ("flask", "sqlalchemy") or name == "forum.core.db"}


@pytest.mark.parametrize("path", [path for path in PYTHON if "views" in path.stem], ids=name_of)
def test_a_view_selects_nothing(path: Path) -> None:
    assert calls(path, {"select", "scalars", "scalar", "execute"}) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_trusts_html(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", text)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_inline_style_or_handler(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|\bjs:", text, re.IGNORECASE)
    # A block of data is no script: no browser runs it.
    assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)", text, re.IGNORECASE)


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_styles_know_no_left_and_right_and_shout_at_nobody(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\b(left|right)\b", text)
    assert "!important" not in text
    assert "@layer" in text


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS, *PAGES], ids=name_of)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(
        r"(?:src|srcset|poster)\s*=\s*[\"']\s*(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//|@import", text
    )


def selects(call: ast.AST) -> bool:
    """Whether this is a select of contributions as such."""
    kinds = {"Contribution", "Story", "StoryUpdate", "Post", "Message"}
    is_select = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "select"
    return is_select and any(getattr(argument, "id", "") in kinds for argument in call.args)  # type: ignore[attr-defined]


def selects_of_contributions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a reading module that selects a Contribution, a Story or a Post as such."""
    for path in PYTHON:
        if "queries" in path.stem or path.stem in ("archive", "reading"):
            room = ".".join(path.relative_to(ROOT / "forum").with_suffix("").parts)
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and any(selects(call) for call in ast.walk(node)):
                    yield f"{room}.{node.name}", node


CRITERIA = {
    "visible_to",
    "is_listed",
    "own_or_visible",
    "owned_by",
    "of_hers",
    "placed_for",
    "_criterion",
    "may_open",
    "writes",
    "translates",
    "_on_hers",
}


@pytest.mark.parametrize(
    ("name", "function"), list(selects_of_contributions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_whoever_selects_contributions_asks_who_may_see_them(name: str, function: ast.FunctionDef) -> None:
    if name in OTHER_CRITERION or name.startswith("moderation."):  # a case is moderators' own, judged by its policy
        return
    asked = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(function)}
    assert asked & CRITERIA, f"{name} selects contributions without a criterion"


def test_the_exceptions_are_still_there() -> None:
    functions = {
        f"{'.'.join(path.relative_to(ROOT / 'forum').with_suffix('').parts)}.{node.name}"
        for path in PYTHON
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert functions >= set(OTHER_CRITERION)
