"""The register of columns that hold a member's words: redaction and erasure walk it.

A house test fails for a text column that is neither registered here nor named in `NOT_MEMBER_TEXT` of that test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, literal_column, null, select, update

from forum.core.db import db
from forum.core.unit_of_work import must_be_writing

_REGISTER: list[MemberText] = []
_DERIVED: list[tuple[type[Any], str]] = []
_HANGING: list[tuple[type[Any], str]] = []


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


def register_derived(model: type[Any], contribution: str) -> None:
    """Say that rows of `model` were made from a contribution's words, and go when they do.

    Raises AttributeError for a column that isn't there.
    """
    getattr(model, contribution)
    _DERIVED.append((model, contribution))


def forget_derived(contribution_id: int) -> None:
    """Delete what was made from a contribution's words: nobody may read them any more, or they have changed."""
    must_be_writing()
    for model, column in _DERIVED:
        table = model.__table__
        db.session.execute(delete(table).where(table.c[column] == contribution_id))


def erase_of_contribution(contribution_id: int) -> None:
    """Empty every registered column of the rows that hold a contribution's words: NULL where it may be, else ""."""
    must_be_writing()
    db.session.flush()
    for entry in _REGISTER:
        if entry.contribution_column is None:
            continue
        table = entry.model.__table__
        emptied = {name: null() if table.c[name].nullable else literal_column("''") for name in entry.columns}
        db.session.execute(update(table).where(table.c[entry.contribution_column] == contribution_id).values(emptied))
    forget_derived(contribution_id)
    db.session.expire_all()


def register_hanging(model: type[Any], on: str) -> None:
    """Say that rows of `model` are contributions that hang on the contribution which the column `on` names.

    Raises AttributeError for a column that isn't there.
    """
    getattr(model, on)
    _HANGING.append((model, on))


def hanging_on(contribution_id: int) -> list[int]:
    """The ids of the contributions that hang on one: its photos, its translations and theirs."""
    found: list[int] = []
    new = {contribution_id}
    while new:
        queries = (select(model.id).where(getattr(model, on).in_(new)) for model, on in _HANGING)
        new = {key for query in queries for key in db.session.scalars(query)} - {contribution_id, *found}
        found += sorted(new)
    return found


def words_of(contribution: Any) -> list[str]:
    """Every registered text of a contribution's own row."""
    columns = [name for entry in _REGISTER if isinstance(contribution, entry.model) for name in entry.columns]
    return [value for name in columns if isinstance(value := getattr(contribution, name), str) and value]


def registered() -> tuple[MemberText, ...]:
    """All registered columns."""
    return tuple(_REGISTER)
