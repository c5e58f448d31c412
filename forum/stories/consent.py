"""The wording of consent, by version: what an author is asked, use by use, in her language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from forum.core.languages import current_language

FILE = Path(__file__).parent / "content" / "consent.yaml"


@dataclass(frozen=True, slots=True)
class Question:
    """One use that is asked for."""

    use: str
    ask: str
    explain: str


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, dict[str, str]]]:
    content = yaml.safe_load(FILE.read_text("utf-8"))
    uses: dict[str, dict[str, dict[str, str]]] = content["uses"]
    return uses


WORDING_VERSION: int = yaml.safe_load(FILE.read_text("utf-8"))["version"]


def questions() -> list[Question]:
    """The questions in the page's language, the site first."""
    language = current_language()
    return [Question(use, words[language]["ask"], words[language]["explain"]) for use, words in _wording().items()]


def uses() -> tuple[str, ...]:
    """Every use that is asked for."""
    return tuple(_wording())
