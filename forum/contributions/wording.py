"""The wording of consent, by version: what an author is asked, use by use, in the language she reads.

A change of wording is a new file under the next number, and the old one stays as it was: the ledger keeps the number
of the wording that was read, and an author finds what she agreed to under it for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from forum.core.settings import LANGUAGES

FOLDER = Path(__file__).parent / "content" / "consent"
VERSIONS: tuple[int, ...] = tuple(sorted(int(path.stem) for path in FOLDER.glob("*.yaml")))
VERSION = VERSIONS[-1]
"""The wording that is asked now."""


@dataclass(frozen=True, slots=True)
class Question:
    """One use that is asked for; a translation is asked for one language at a time."""

    use: str
    for_language: str | None
    ask: str
    explain: str

    @property
    def key(self) -> str:
        """What stands for it in a form: `print`, `translation:it`."""
        return key_of(self.use, self.for_language)


def key_of(use: str, for_language: str | None) -> str:
    """What stands for a use in a form."""
    return f"{use}:{for_language}" if for_language else use


@lru_cache(maxsize=8)
def _uses(version: int) -> dict[str, dict[str, dict[str, str]]]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{version}.yaml").read_text("utf-8"))
    uses: dict[str, dict[str, dict[str, str]]] = content["uses"]
    return uses


def is_known(version: int, use: str, language: str) -> bool:
    """Whether there is such a wording of such a use in such a language."""
    return version in VERSIONS and language in _uses(version).get(use, {})


def question(use: str, for_language: str | None, *, language: str, version: int = VERSION) -> Question | None:
    """How a use is asked for in `language`; None for what was never asked so."""
    if not is_known(version, use, language):
        return None
    words = _uses(version)[use][language]
    name = Locale.parse(language).languages.get(for_language, "") if for_language else ""
    return Question(use, for_language, words["ask"].replace("{language}", name), words["explain"])


def uses_of(written_in: str, kind: str = "story") -> tuple[tuple[str, str | None], ...]:
    """Every use that is asked for what is written in a language: a story's, or a photo's one."""
    if kind == "photo":
        return (("photo", None),)
    others = tuple(("translation", code) for code in LANGUAGES if code != written_in)
    return (("site", None), *others, ("print", None), ("research", None))


def questions(written_in: str, *, language: str, kind: str = "story") -> list[Question]:
    """The questions about what is written in one language, asked in another, the site first."""
    asked = (question(use, for_language, language=language) for use, for_language in uses_of(written_in, kind))
    return [one for one in asked if one is not None]


def chosen(keys: list[str], written_in: str, kind: str = "story") -> frozenset[tuple[str, str | None]]:
    """The uses that a form's keys stand for; a key that stands for none is left out."""
    return frozenset(use for use in uses_of(written_in, kind) if key_of(*use) in keys)
