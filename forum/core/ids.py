"""Ids taken in advance for rows put into a table in bulk, so that rows can name each other before they are there."""

from __future__ import annotations

from sqlalchemy import BindParameter, Table, bindparam, func, select, text

from forum.core.db import db
from forum.core.unit_of_work import must_be_writing


def reserve(table: object, count: int) -> range:
    """`count` ids that no row of a table ever had, or will be given by the database."""
    must_be_writing()
    assert isinstance(table, Table)
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = db.session.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        last = db.session.scalar(select(func.setval(sequence, func.nextval(sequence) + count - 1)))
        assert last is not None
        return range(last - count + 1, last + 1)
    named: BindParameter[str] = bindparam("name", table.name)
    last = db.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(named))
    if last is None:
        db.session.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, 0)").bindparams(named))
    first = (last or 0) + 1
    db.session.execute(
        text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name").bindparams(named, last=first + count - 1)
    )
    return range(first, first + count)
