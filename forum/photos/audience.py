"""Who may see a photo: whoever may read the story it is on, and nobody without its author's consent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.photos import queries
from forum.photos.models import Photo

NOBODY = "participants"  # its author, and the desk


def settle(photo: Photo) -> None:
    """Set who may see a photo by its consent and its story, in it and in the index."""
    must_be_writing()
    audience = "everyone"
    if photo.on_id is not None:
        story = queries.contribution_by_id(photo.on_id)
        audience = story.audience if story is not None and story.status == "published" else NOBODY
    if not ledger.allows(photo.id, "photo"):
        audience = NOBODY
    contributions.set_audience(select(Photo.id).where(Photo.id == photo.id), audience)
    db.session.refresh(photo, ["audience"])


def settle_on_all(ids: Any, audience: str) -> None:
    """The same for the photos on many contributions (a query of their ids) that are all for one audience now."""
    must_be_writing()
    db.session.flush()
    if not queries.is_any_on(ids):
        return
    on_them = select(Photo.id).where(Photo.on_id.in_(ids))
    contributions.set_audience(on_them, NOBODY)
    holder = aliased(Contribution, flat=True)
    shown = exists().where(holder.id == Photo.on_id, holder.status == "published")
    contributions.set_audience(on_them.where(shown, ledger.criterion("photo", of=Photo.id)), audience)


def settle_all_on(story: Contribution) -> None:
    """The same for every photo on a story, as the story stands now."""
    must_be_writing()
    db.session.flush()
    on_it = select(Photo.id).where(Photo.on_id == story.id)
    contributions.set_audience(on_it, NOBODY)
    if story.status == "published":
        contributions.set_audience(on_it.where(ledger.criterion("photo", of=Photo.id)), story.audience)
