"""What visitors can see, counted: one row of which every page reads what stands on all of them.

`public_generation` rises in the transaction of any change to what visitors can see; `shelves` likewise with any change
to the tables that a room makes lists in memory from.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from flask import current_app, g, has_app_context
from sqlalchemy import JSON, Boolean, event, false, inspect, select, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.dml import UpdateBase

from forum.core.db import Model, db
from forum.core.unit_of_work import must_be_writing

Kept = TypeVar("Kept")
# The tables that lists in memory are made from: any change of them counts, or only of these columns.
_shelved: dict[str, tuple[str, ...]] = {}


class PublicGeneration(Model):
    """One row: the number of changes to what visitors can see, whether examples are among it, the lines at the top of
    every page and the settings chosen in the panel (both here, so that no page asks for them by a query of its own)."""

    __tablename__ = "public_generation"
    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(default=1)
    shelves: Mapped[int] = mapped_column(default=1, server_default="1")
    has_examples: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")


class PublicState(NamedTuple):
    """What the one row says."""

    generation: int
    shelves: int
    has_examples: bool
    lines: list[dict[str, Any]]
    chosen: dict[str, Any]


_STATE = select(*(getattr(PublicGeneration, name) for name in PublicState._fields))


def public_state() -> PublicState:
    """What the one row says, read once for a page, in the same snapshot as the page."""
    if "public_state" not in g:
        g.public_state = PublicState(*db.session.execute(_STATE).one())
    state: PublicState = g.public_state
    return state


def kept(key: Hashable, make: Callable[[], Kept]) -> Kept:
    """What `make` reads from public rows alone, kept in memory until any of them changes. While writing: read anew."""
    if db.session().info.get("writing"):
        return make()
    generation = public_state().generation
    shelf: dict[Hashable, tuple[int, Any]] = current_app.extensions.setdefault("kept", {})
    found = shelf.get(key)
    if found is None or found[0] != generation:
        found = shelf[key] = (generation, make())
    value: Kept = found[1]
    return value


def remember_state(row: PublicGeneration) -> None:
    """Keep what the row says for this page: the query that opened its reader's session has read it as well."""
    g.public_state = PublicState(*(getattr(row, name) for name in PublicState._fields))


def set_has_examples(value: bool) -> None:
    """Say whether the site shows example records; call inside `with write():`."""
    must_be_writing()
    db.session.get_one(PublicGeneration, 1).has_examples = value
    db.session.info["public_changed"] = True


def set_lines(lines: list[dict[str, Any]]) -> None:
    """Say which lines stand at the top of every page, now or later; call inside `with write():`."""
    must_be_writing()
    db.session.get_one(PublicGeneration, 1).lines = lines
    db.session.info["public_changed"] = True


def set_chosen(chosen: dict[str, Any]) -> None:
    """Keep the settings chosen in the panel; call inside `with write():`."""
    must_be_writing()
    db.session.get_one(PublicGeneration, 1).chosen = chosen
    db.session.info["public_changed"] = True


def changes_at(moment: datetime | None) -> None:
    """Say that the page being made changes by itself at `moment` (a line opens, a story turns a year older)."""
    if moment is not None:
        g.changes_at = min(moment, g.get("changes_at", moment))


def shelved(table: str, *columns: str) -> None:
    """Say that a room keeps lists in memory that are made from a table, or from these columns of it alone."""
    _shelved[table] = columns


def _is_on_shelves(row: Any) -> bool:
    columns = _shelved.get(getattr(type(row), "__tablename__", ""))
    if columns is None or getattr(row, "is_unseen", False):
        return False
    return not columns or any(inspect(row).attrs[column].history.has_changes() for column in columns)


def is_public_model(model: type[Any]) -> bool:
    """Whether visitors see rows of this class. Every class says so: `is_public = True` or `False`."""
    return bool(getattr(model, "is_public", False))


@event.listens_for(Session, "before_flush")
def _notice_objects(session: Session, _context: Any, _instances: Any) -> None:
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    # A row may know better than its class: what is unsent is seen by nobody, so keeping it must not empty the cache.
    if any(is_public_model(type(row)) and not getattr(row, "is_unseen", False) for row in changed):
        session.info["public_changed"] = True
    if any(_is_on_shelves(row) for row in changed):
        session.info["shelves_changed"] = True


@event.listens_for(Session, "do_orm_execute")
def _notice_statements(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase):
        columns = _shelved.get(getattr(state.statement.table, "name", ""))
        # The whole statement says which columns it writes; one that only asks about them counts as well.
        if columns == () or (columns and any(column in str(state.statement) for column in columns)):
            state.session.info["shelves_changed"] = True
    if not state.is_select and state.bind_mapper is not None and is_public_model(state.bind_mapper.class_):
        state.session.info["public_changed"] = True


@event.listens_for(Session, "before_commit")
def _raise_generation(session: Session) -> None:
    session.flush()
    names = [
        name
        for name, reason in (("generation", "public_changed"), ("shelves", "shelves_changed"))
        if session.info.pop(reason, False)
    ]
    if names:
        table: Any = PublicGeneration.__table__
        session.connection().execute(update(table).values({name: table.c[name] + 1 for name in names}))


@event.listens_for(Session, "after_commit")
def _read_again(session: Session) -> None:
    if session.info.get("writing") and has_app_context():
        g.pop("public_state", None)  # what was read before is old


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("public_changed", None)
    session.info.pop("shelves_changed", None)
