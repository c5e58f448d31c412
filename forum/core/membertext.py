"""The register of columns that hold a member's words: redaction and erasure walk it.

A house test fails for a text column that is neither registered here nor named in `NOT_MEMBER_TEXT` of that test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_REGISTER: list[MemberText] = []


@dataclass(frozen=True, slots=True)
class MemberText:
    """Columns of one table; `contribution_column` or `member_column` leads from a row to whose words they are."""

    model: type[Any]
    columns: tuple[str, ...]
    contribution_column: str | None = None
    member_column: str | None = None


def register(model: type[Any], *columns: str, contribution: str | None = None, member: str | None = None) -> None:
    """Say that `columns` of `model` hold a member's words. Raises AttributeError for a column that isn't there."""
    for column in columns:
        getattr(model, column)
    _REGISTER.append(MemberText(model, columns, contribution, member))


def registered() -> tuple[MemberText, ...]:
    """All registered columns."""
    return tuple(_REGISTER)
