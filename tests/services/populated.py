"""Rows in every table of a database, whatever its revision: made from the schema as the database itself tells it.

A row is proposed at random (from a fixed seed), with values that its column's closed set of words allows and foreign
keys that lead to rows already there; the database accepts it or not, and the next is proposed. So the rows honour
every constraint without this file knowing any table.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Integer, MetaData, String, Table, inspect, select
from sqlalchemy.exc import DBAPIError

Row = Mapping[str, Any]
ROWS, TRIES = 6, 400
LANGUAGES = ("en", "it", "es", "de")
WORD = re.compile(r"'((?:[^']|'')*)'")
NO_NAME = re.compile(rf"{WORD.pattern}|::(?:character varying|\w+)")  # a word or a type may be a column's name too
CLOSED_SET = re.compile(r"\bIN \(|= ANY \(", re.IGNORECASE)
NOT_COUNTED = ("public_generation", "merged_threads")  # whose ids are given: one row; the ids of what was there before
NOT_OURS = ("sqlite_", "search_fts", "alembic_version")


def tables_of(connection: Connection) -> list[Table]:
    """Every table of the site as the database has it, those that others point at first."""
    metadata = MetaData()
    names = [name for name in inspect(connection).get_table_names() if not name.startswith(NOT_OURS)]
    metadata.reflect(connection, only=names)
    waiting, ordered = sorted(metadata.tables.values(), key=lambda table: table.name), list[Table]()
    while waiting:
        ready = next(table for table in waiting if not any(_needs(table, other) for other in waiting))
        ordered.append(ready)
        waiting.remove(ready)
    return ordered


def _needs(table: Table, other: Table) -> bool:
    """Whether a row of `table` can't be, or would say less, without one of `other`."""
    circle = {table.name, other.name} == {"contributions", "revisions"}
    return table is not other and any(
        key.column.table is other and not (circle and column.nullable)
        for column in table.columns
        for key in column.foreign_keys
    )


def populate(connection: Connection, wanted: Mapping[str, Sequence[Row]] | None = None, *, seed: int = 20) -> None:
    """Put several rows into every table, and first those of `wanted`, whose other columns are filled in."""
    chance = random.Random(seed)
    tables = tables_of(connection)
    for table in tables:
        for number in range(max(ROWS, len((wanted or {}).get(table.name, ())))):
            given = dict(enumerate((wanted or {}).get(table.name, ()))).get(number, {})
            _put(connection, table, given, number, chance)
    for table in tables:
        _tie_circles(connection, table, tables, chance)


def rows_of(connection: Connection, table: Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a table as tuples of the columns named, by primary key."""
    kept = [table.c[name] for name in columns]
    found = connection.execute(select(*kept).order_by(*table.primary_key.columns)).all()
    return [tuple(row) for row in found]


def digests(connection: Connection) -> dict[str, dict[str, str]]:
    """Of each table, for each column, a digest of all its values by primary key; and under "" the number of rows."""
    found: dict[str, dict[str, str]] = {}
    for table in tables_of(connection):
        names = [column.name for column in table.columns if column.computed is None and column.name != "vector"]
        rows = rows_of(connection, table, names)
        found[table.name] = {"": str(len(rows))}
        for at, name in enumerate(names):
            values = repr([row[at] for row in rows])
            found[table.name][name] = hashlib.sha256(values.encode()).hexdigest()
    return found


def _closed_sets(connection: Connection, table: Table) -> dict[str, list[str]]:
    """The words that a CHECK of one column allows it."""
    found: dict[str, list[str]] = {}
    for check in inspect(connection).get_check_constraints(table.name):
        said = NO_NAME.sub("", check["sqltext"])
        named = [column.name for column in table.columns if re.search(rf"\b{column.name}\b", said)]
        if len(named) == 1 and CLOSED_SET.search(check["sqltext"]):
            found[named[0]] = WORD.findall(check["sqltext"])
    return found


def _put(connection: Connection, table: Table, given: Row, number: int, chance: random.Random) -> None:
    words = _closed_sets(connection, table)
    refusal: Exception | None = None
    for _ in range(TRIES):
        row = {
            column.name: given[column.name]
            if column.name in given
            else _value(connection, column, words, number, chance)
            for column in table.columns
            if column.name in given
            or not (column.computed is not None or column.name == "vector" or _counts_by_itself(column))
        }
        try:
            with connection.begin_nested():
                connection.execute(table.insert().values(row))
        except DBAPIError as error:
            refusal = error
        else:
            return
    raise RuntimeError(f"No row was found that {table.name} takes: {refusal}")


def _counts_by_itself(column: Any) -> bool:
    return bool(
        column.primary_key
        and not column.foreign_keys
        and isinstance(column.type, Integer)
        and len(column.table.primary_key.columns) == 1
        and column.table.name not in NOT_COUNTED
    )


def _value(connection: Connection, column: Any, words: dict[str, list[str]], number: int, chance: random.Random) -> Any:
    if column.nullable and chance.random() < 0.3:
        return None
    for key in column.foreign_keys:
        target = key.column
        there = connection.execute(select(target)).scalars().all() if target is not column else ()
        return chance.choice(there) if there else None
    if column.name in words:
        return chance.choice(words[column.name])
    kind = column.type
    if isinstance(kind, Boolean):
        return chance.random() < 0.5
    if isinstance(kind, Integer):
        return chance.randint(0, chance.choice((6, 900, 10**6)))
    if isinstance(kind, DateTime):
        moment = datetime(2020, 2, 29, 12, 30, 15, 123456, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 10**6))
        return moment if kind.timezone and connection.dialect.name != "sqlite" else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2021, 3, 1) + timedelta(days=chance.randint(0, 900))
    if isinstance(kind, JSON):
        return {"words": ["è", None, number], "more": {"là": True}}
    if isinstance(kind, String):
        return _text(column, number, chance)
    raise TypeError(f"{column}: what does a {kind!r} hold?")


def _text(column: Any, number: int, chance: random.Random) -> str:
    if column.name == "language":
        return chance.choice(LANGUAGES)
    if column.type.length == 10:
        return chance.choice(("2019", "2019-03", "2019-03-07"))
    return f"{column.table.name} {column.name} {number}-{chance.randint(0, 9999)}: “è” 'x'\n\U0001f9f5"


def _tie_circles(connection: Connection, table: Table, tables: list[Table], chance: random.Random) -> None:
    """Fill columns that lead to a table filled later."""
    place = {one.name: at for at, one in enumerate(tables)}
    for column in table.columns:
        for key in column.foreign_keys:
            if place[key.column.table.name] > place[table.name] and column.nullable:
                there = connection.execute(select(key.column)).scalars().all()
                connection.execute(table.update().values({column.name: chance.choice(there)}))
