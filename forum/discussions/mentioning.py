"""Whom a member may mention where she writes: those who write there under their names, then others who do elsewhere.

Only who signed something that she can read is named at all: to have an account here is nobody's business. A name that
stands for an alias of the thread too is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import mentions
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import richtext
from forum.core.db import db
from forum.discussions.models import Alias, Post, Thread

MOST = 8  # names offered at once
PEOPLE = 2_000  # of one thread, whose typed names are known


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be mentioned; `is_here`: she writes in this thread."""

    id: int
    name: str
    is_here: bool

    @property
    def form(self) -> str:
        """What stands in a source for her."""
        return mentions.form(self.name, self.id)


def completions(viewer: Viewer, typed: str, thread_id: int | None) -> list[Person]:
    """Those whose names begin as `typed` does: the thread's first, then by name. Two queries at most."""
    typed = richtext.clean_text(typed, single_line=True)
    if not viewer.is_authenticated or not typed:
        return []
    begins = or_(*(name.startswith(part, autoescape=True) for name, part in _ways(typed)))
    may = (begins, mentions.can_be_mentioned(viewer.id), Member.id != viewer.id)
    here = _people(viewer, *may, _writes_in(viewer, thread_id)) if thread_id is not None else {}
    others = _people(viewer, *may, Member.id.not_in(here), _writes(viewer)) if len(here) < MOST else {}
    found = [Person(key, name, True) for key, name in here.items()]
    return [*found, *(Person(key, name, False) for key, name in others.items())][:MOST]


def _ways(typed: str) -> list[tuple[Any, str]]:
    # A database's own lower() may know ASCII alone: so also as it was typed, and with a capital.
    return [
        (func.lower(Member.display_name), typed.lower()),
        *((Member.display_name, one) for one in (typed, typed.capitalize())),
    ]


def _people(viewer: Viewer, *criteria: ColumnElement[bool]) -> dict[int, str]:
    rows = db.session.execute(
        select(Member.id, Member.display_name).where(*criteria).order_by(Member.display_name, Member.id).limit(MOST)
    )
    return {row.id: row.display_name for row in rows}


def _writes(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(Contribution.author_id == Member.id, visible_to(viewer))


def _writes_in(viewer: Viewer, thread_id: int) -> ColumnElement[bool]:
    posts = Post.__table__
    return (
        exists()
        .select_from(Contribution.__table__.join(posts, posts.c.id == Contribution.id))
        .where(Contribution.author_id == Member.id, posts.c.thread_id == thread_id, visible_to(viewer))
    )


def ready(writer_id: int | None, viewer: Viewer, source: str, thread_id: int | None) -> str:
    """A source ready to be sent: see `mentions.resolved`.

    writer_id: None for what is written without her name. Then nobody's blocks are asked: they would say who she is.
    """
    if "@" not in source:
        return source
    return mentions.resolved(source, writer_id, _names_in(viewer, thread_id) if thread_id is not None else {})


def _names_in(viewer: Viewer, thread_id: int) -> dict[str, int | None]:
    """The names under which members write in a thread, or told the story it is about; None for one that is not one
    member's alone."""
    posts = Post.__table__
    about = select(Thread.about_id).where(Thread.id == thread_id).scalar_subquery()
    rows = db.session.execute(
        select(Member.id, Member.display_name)
        .join(Contribution, Contribution.author_id == Member.id)
        .outerjoin(posts, posts.c.id == Contribution.id)
        .where(or_(posts.c.thread_id == thread_id, Contribution.id == about), visible_to(viewer))
        .distinct()
        .order_by(Member.id)
        .limit(PEOPLE)
    ).all()
    found: dict[str, int | None] = {}
    seen: set[str] = {
        name.casefold() for name in db.session.scalars(select(Alias.name).where(Alias.thread_id == thread_id))
    }
    for row in rows:
        twin = row.display_name.casefold() in seen
        seen.add(row.display_name.casefold())
        found[row.display_name.casefold()] = None if twin else row.id
    return found
