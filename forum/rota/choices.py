"""How each moderator likes her desk."""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.rota.models import DeskChoice


def has_shortcuts(viewer: Viewer) -> bool:
    """Whether the keyboard's shortcuts are on for `viewer`. One query."""
    row = db.session.get(DeskChoice, viewer.id) if viewer.is_authenticated else None
    return row is None or row.has_shortcuts


def set_shortcuts(actor: Viewer, *, is_on: bool) -> None:
    """Switch the keyboard's shortcuts on or off."""
    must_be_writing()
    assert actor.id is not None
    row = db.session.get(DeskChoice, actor.id)
    if row is None:
        db.session.add(DeskChoice(member_id=actor.id, has_shortcuts=is_on))
    else:
        row.has_shortcuts = is_on
    db.session.flush()
