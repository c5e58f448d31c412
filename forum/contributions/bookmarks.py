"""Bookmarks: what a member puts aside for herself, with a note that only she reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import selectin_polymorphic

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Bookmark, Contribution
from forum.contributions.queries import own_or_visible
from forum.contributions.reactions import NOT_HERE, contribution_for
from forum.core import clock, kinds, richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no

NOTE = 1000  # characters of a note
MOST = 5000  # of one member
SIGN_IN = _l("Sign in to keep this for yourself.")
TOO_LONG = _l("The note is too long. Nothing is lost: shorten it and keep it again.")
TOO_MANY = _l("You have kept as much as this site can hold for you. Take one off first.")


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of a member's bookmarks. Of what she can't read any more only the note is here, not a word of it."""

    id: int
    contribution: Contribution | None
    note: str
    made_at: datetime


def can_keep(viewer: Viewer) -> Verdict:
    """Whether `viewer` may keep anything: everybody with an account, also who may not write."""
    return YES if viewer.is_authenticated else no(SIGN_IN, 401)


def kept_by(viewer: Viewer, *, before: int | None = None, limit: int = 20) -> list[Kept]:
    """What `viewer` has kept, the last first, from below the bookmark `before`. Two queries, and one for each kind."""
    found = (
        select(Bookmark, Contribution)
        .outerjoin(Contribution, and_(Contribution.id == Bookmark.contribution_id, own_or_visible(viewer)))
        .where(Bookmark.member_id == viewer.id)
        .options(selectin_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()]))
    )
    if before is not None:
        found = found.where(Bookmark.id < before)
    rows = db.session.execute(found.order_by(Bookmark.id.desc()).limit(limit)).all()
    return [Kept(row.id, _seen(viewer, thing), row.note, row.made_at) for row, thing in rows]


def _seen(viewer: Viewer, thing: Contribution | None) -> Contribution | None:
    return thing if thing is not None and kinds.kind_of(thing).can_see(viewer, thing) else None


def keep(*, actor: Viewer, contribution_id: int, note: str | None = None) -> Verdict:
    """Put something aside. Twice is once: a note that is there already stays unless another is given."""
    must_be_writing()
    verdict = _may_note(actor, note)
    if not verdict:
        return verdict
    # The second of two taps waits here for the first, and finds its row.
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update(key_share=True))
    row = _of(actor, Bookmark.contribution_id == contribution_id)
    if row is None:
        if contribution_for(actor, contribution_id) is None:
            return NOT_HERE
        count = db.session.scalar(select(func.count()).select_from(Bookmark).where(Bookmark.member_id == actor.id))
        if (count or 0) >= MOST:
            return no(TOO_MANY, 409)
        row = Bookmark(member_id=actor.id, contribution_id=contribution_id, note="", made_at=clock.now())
        db.session.add(row)
    if note is not None:
        row.note = clean(note)
    db.session.flush()
    return YES


def set_note(*, actor: Viewer, bookmark_id: int, note: str) -> Verdict:
    """Write the note of one's own bookmark."""
    must_be_writing()
    verdict = _may_note(actor, note)
    row = _of(actor, Bookmark.id == bookmark_id) if verdict else None
    if row is None:
        return verdict and NOT_HERE
    row.note = clean(note)
    db.session.flush()
    return YES


def let_go(*, actor: Viewer, contribution_id: int | None = None, bookmark_id: int | None = None) -> Kept | None:
    """Take a bookmark off, named by itself or by what it keeps. What it was, so that it can be put back; None where
    there is none."""
    must_be_writing()
    which = Bookmark.id == bookmark_id if bookmark_id is not None else Bookmark.contribution_id == contribution_id
    row = _of(actor, which)
    if row is None:
        return None
    was = Kept(row.id, contribution_for(actor, row.contribution_id), row.note, row.made_at)
    db.session.delete(row)
    db.session.flush()
    return was


def clean(note: str) -> str:
    """A note without what may not be in a text."""
    return richtext.clean_text(note).strip()


def _may_note(actor: Viewer, note: str | None) -> Verdict:
    verdict = can_keep(actor)
    return no(TOO_LONG, 422) if verdict and note is not None and len(clean(note)) > NOTE else verdict


def _of(actor: Viewer, which: Any) -> Bookmark | None:
    return db.session.scalar(select(Bookmark).where(Bookmark.member_id == actor.id, which).with_for_update())


def export_for(member_id: int) -> list[dict[str, Any]]:
    """What a member has kept, with her notes, for her own export."""
    rows = db.session.scalars(select(Bookmark).where(Bookmark.member_id == member_id).order_by(Bookmark.id))
    return [{"bookmark": row.contribution_id, "note": row.note, "at": row.made_at.isoformat()} for row in rows]


def erase_for(member_id: int) -> None:
    """Forget what a member who leaves has kept."""
    must_be_writing()
    db.session.execute(delete(Bookmark).where(Bookmark.member_id == member_id))
