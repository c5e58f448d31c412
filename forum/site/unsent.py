"""What a member has begun to write and not sent, wherever on the site: her words, and the way on where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, or_, select

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Draft
from forum.contributions.queries import own_or_visible, sealed_by
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.discussions import queries as discussions

PAGE = 20
KINDS: dict[str, Any] = {  # the first word of a place, of those that are a member's own words
    "board": _l("A new discussion"),
    "reply": _l("An answer"),
    "comment": _l("A comment"),
    "edit": _l("A change of what you wrote"),
    "conversation": _l("A private message"),
}
EDITS = {"post": "/posts/{}/edit", "story": "/stories/{}/edit", "story_update": "/chapters/{}/edit"}


@dataclass(frozen=True, slots=True)
class Begun:
    """Words that were kept: what they were to be, and `path` where they wait, without the language; empty: what they
    belong to can't be read any more."""

    id: int
    label: Any
    title: str
    source: str
    saved_at: datetime
    path: str


def begun_by(viewer: Viewer, before: int | None = None) -> tuple[list[Begun], int | None]:
    """What `viewer` has begun, the newest first, and the key of the next page. Five queries at most."""
    found = select(Draft).where(_is_hers(viewer), Draft.source != "")
    found = found.where(or_(*(Draft.place.startswith(f"{kind}:") for kind in KINDS)))
    if before is not None:
        found = found.where(Draft.id < before)
    drafts = db.session.scalars(found.order_by(Draft.id.desc()).limit(PAGE + 1)).all()
    shown = drafts[:PAGE]
    paths = _paths(viewer, [draft.place for draft in shown])
    rows = [
        Begun(one.id, KINDS[_parts(one.place)[0]], one.title, one.source, one.saved_at, paths.get(one.place, ""))
        for one in shown
    ]
    return rows, shown[-1].id if len(drafts) > PAGE else None


def throw_away(*, actor: Viewer, draft_id: int) -> bool:
    """Forget what a member has begun; False where it isn't hers."""
    must_be_writing()
    gone = delete(Draft).where(Draft.id == draft_id, _is_hers(actor)).returning(Draft.id)
    return db.session.scalar(gone) is not None


def _is_hers(viewer: Viewer) -> ColumnElement[bool]:
    return or_(Draft.member_id == viewer.id, Draft.contribution_id.in_(sealed_by(viewer)))


def _parts(place: str) -> tuple[str, list[int]]:
    kind, *keys = place.split(":")
    return kind, [int(key) for key in keys]


def _paths(viewer: Viewer, places: Sequence[str]) -> dict[str, str]:
    """Where the words of each place wait, as far as `viewer` may go there."""
    parts = {place: _parts(place) for place in places}
    threads = discussions.open_to(viewer, [keys[0] for kind, keys in parts.values() if kind == "reply"])
    ids = [keys[-1] for kind, keys in parts.values() if kind in ("comment", "edit") or (kind == "reply" and keys[1:])]
    things = _readable(viewer, ids)
    needs_boards = any(kind == "board" for kind, _keys in parts.values())
    boards = {board.id: board.slug for board in discussions.boards_for(viewer)} if needs_boards else {}
    ways: dict[str, Callable[[list[int]], str]] = {
        "board": lambda keys: f"/boards/{boards[keys[0]]}/threads/new" if keys[0] in boards else "",
        "reply": lambda keys: _reply_path(keys, threads, things),
        "comment": lambda keys: f"/contributions/{keys[0]}/comments/new" if keys[0] in things else "",
        "edit": lambda keys: EDITS.get(things.get(keys[0], ""), "").format(keys[0]),
        "conversation": lambda keys: f"/members/{keys[0]}/messages/new",
    }
    return {place: ways[kind](keys) for place, (kind, keys) in parts.items()}


def _reply_path(keys: list[int], threads: set[int], things: dict[int, str]) -> str:
    if keys[0] not in threads:
        return ""
    return f"/posts/{keys[1]}/answer" if keys[1:] and keys[1] in things else f"/threads/{keys[0]}#answer"


def _readable(viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Contribution.id, Contribution.kind).where(Contribution.id.in_(ids), own_or_visible(viewer))
    )
    return {row.id: row.kind for row in rows}
