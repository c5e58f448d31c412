"""What came with a text beside its words: how long its form was open, and whether a field was filled that nobody sees.

The moment a form was drawn is signed. A form without one, with an old one or with one that isn't ours says nothing:
whatever was kept open for hours, drawn from a draft or sent by mail is as good as any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forum.core import tokens

TRAP, STAMP = "website", "drawn"
PURPOSE = "drawn"


@dataclass(frozen=True, slots=True)
class Sent:
    """How something was sent. seconds: since its form was drawn, if that is known. is_trapped: it filled the field that
    nobody sees."""

    seconds: float | None = None
    is_trapped: bool = False


UNKNOWN = Sent()


def stamp() -> str:
    """The moment at which a form is drawn, signed."""
    return tokens.moment_token(PURPOSE)


def of_form(fields: Mapping[str, str]) -> Sent:
    """What the fields of a form say about how it was sent."""
    return Sent(_seconds_since(fields.get(STAMP, "")), bool(fields.get(TRAP, "").strip()))


def _seconds_since(value: str) -> float | None:
    passed = tokens.seconds_since(PURPOSE, value)
    return passed if passed is not None and passed >= -1 else None
