"""What the sources themselves must not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

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
    "contributions.queries.signed_count": "a number, for standing",
    "stories.queries.story_by_id": "for actions, which judge",
    "stories.queries.own_story": "the author's own",
    "stories.queries.own_stories": "the author's own",
    "stories.queries.was_taken_back": "whether a tombstone stands there",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """A file of ours, read."""
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path, names: set[str]) -> list[int]:
    """The lines on which a function or method of one of these names is called."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in names:
                found.append(node.lineno)
    return found


def wrong(paths: Iterable[Path], is_wrong: Callable[[Path], Any]) -> list[str]:
    """The names of those files that break a rule, each with what was found."""
    return [f"{name_of(path)}: {found}" for path in paths if (found := is_wrong(path))]


def test_only_the_unit_of_work_commits() -> None:
    others = [path for path in PYTHON if name_of(path) not in MAY_COMMIT]
    assert wrong(others, lambda path: calls(path, {"commit"})) == []


def test_only_the_gate_makes_html() -> None:
    others = [path for path in PYTHON if name_of(path) not in MAY_MARK_UP]
    assert wrong(others, lambda path: calls(path, {"Markup"})) == []


def test_no_drawer_for_everything() -> None:
    assert wrong(PYTHON, lambda path: path.stem in ("utils", "helpers", "misc", "common")) == []


def test_a_file_holds_one_idea() -> None:
    assert wrong(PYTHON, lambda path: len(path.read_text("utf-8").splitlines()) > 330) == []


def test_a_policy_is_pure() -> None:
    policies = [path for path in PYTHON if path.stem == "policy"]
    assert policies

    def impure(path: Path) -> set[str]:
        imported = {
            alias.name if isinstance(node, ast.Import) else node.module or ""
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        return {name for name in imported if name.split(".")[0] in ("flask", "sqlalchemy") or name == "forum.core.db"}

    assert wrong(policies, impure) == []


def test_a_view_selects_nothing() -> None:
    views = [path for path in PYTHON if "views" in path.stem]
    assert views
    assert wrong(views, lambda path: calls(path, {"select", "scalars", "scalar", "execute"})) == []


def says(pattern: str, flags: int = 0) -> Callable[[Path], Any]:
    """Where a file says what a pattern finds."""
    compiled = re.compile(pattern, flags)

    def found(path: Path) -> str:
        match = compiled.search(path.read_text("utf-8"))
        return match[0] if match else ""

    return found


def test_no_template_trusts_html() -> None:
    assert wrong(TEMPLATES, says(r"\|\s*safe\b|autoescape\s+false")) == []


def test_no_inline_style_or_handler() -> None:
    inline = r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|\bjs:"
    assert wrong(PAGES, says(inline, re.IGNORECASE)) == []
    # A block of data is no script: no browser runs it.
    script = r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)"
    assert wrong(PAGES, says(script, re.IGNORECASE)) == []


def test_styles_know_no_left_and_right_and_shout_at_nobody() -> None:
    def faults(path: Path) -> list[str]:
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        layer = [] if "@layer" in text else ["no @layer"]
        return re.findall(r"\b(?:left|right)\b|!important", text) + layer

    assert wrong(STYLES, faults) == []


def test_what_looks_like_a_comment_is_one() -> None:
    """Comments are left out of what is sent, found by their looks: no quoted one, no template of several lines."""
    assert wrong(STYLES, says(r"\"[^\"\n]*(?:/\*|\*/)[^\"\n]*\"")) == []
    in_pattern, odd = r"(?!.*\[\\\\`)", r"[^`\n]*`(?:[^`\n]*`[^`\n]*`)*[^`\n]*$"
    assert wrong(SCRIPTS, says(f"^{in_pattern}{odd}", re.MULTILINE)) == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    elsewhere = r"(?:src|srcset|poster)\s*=\s*[\"']\s*(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//|@import"
    assert wrong([*STYLES, *SCRIPTS, *PAGES], says(elsewhere)) == []


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
            for node in tree_of(path).body:
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


def test_whoever_selects_contributions_asks_who_may_see_them() -> None:
    found = dict(selects_of_contributions())
    assert len(found) > 20
    unasked = {
        name
        for name, function in found.items()
        if not CRITERIA & {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(function)}
    }
    # A case is moderators' own, judged by its policy.
    assert {name for name in unasked if not name.startswith("moderation.")} <= set(OTHER_CRITERION)


def test_the_exceptions_are_still_there() -> None:
    functions = {
        f"{'.'.join(path.relative_to(ROOT / 'forum').with_suffix('').parts)}.{node.name}"
        for path in PYTHON
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
    }
    assert functions >= set(OTHER_CRITERION)
