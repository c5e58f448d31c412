"""What follows for photos from their story, and from being shown, hidden and erased."""

from __future__ import annotations

from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Revision
from forum.contributions.queries import owner_id
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.photos import actions, audience, policy, queries
from forum.photos.models import Photo


def follow(story: Contribution) -> None:
    """Let the photos on a story be seen only while the story is, under its name; erased, they are erased with it."""
    must_be_writing()
    audience.settle_all_on(story)
    for photo in db.session.scalars(select(Photo).where(Photo.on_id == story.id, Contribution.status != "erased")):
        if story.status == "erased":
            contributions.erase(photo)
        elif story.status == "published" and photo.status not in policy.UNSENT:
            member_id, signature = owner_id(photo), actions.signature_on(story)
            if member_id is not None and (photo.attribution, photo.byline) != signature:
                contributions.sign(photo, member_id, *signature)


def follow_post(post: Contribution) -> None:
    """The same for a post, of which most have no photo."""
    db.session.flush()
    if queries.is_any_on([post.id]):
        follow(post)


def leave(story: Contribution) -> None:
    """Throw away the photos on a story that is thrown away itself: nobody else ever saw them."""
    must_be_writing()
    for photo in db.session.scalars(select(Photo).where(Photo.on_id == story.id)).all():
        actions.delete_row(photo)


def erased(photo: Photo) -> None:
    """A photo's words are erased for good: its files go, and what else was said of it."""
    photo.description = photo.credit = ""
    photo.covers = None
    actions.forget_files(photo.key)


def shown(photo: Photo, revision: Revision) -> None:
    """A revision of its words became what is shown."""
    facts = revision.facts or {}
    photo.description = revision.source
    photo.credit = str(facts.get("credit", photo.credit))
    photo.content_notes = str(facts.get("content_notes", photo.content_notes))
