"""Who works on the words of a story: its author, the member who translates it, a curator who writes down what was told.

The author of an original owns its translations too: she may take them off, but their words are the translator's.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import owned_by
from forum.core.db import db
from forum.stories.models import Claim, Provenance, Story

BY_A_CURATOR = ("letter", "phone", "voice")


def told_to(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for stories that were told to a curator or imported, until their authors have taken them over."""
    if not viewer.is_curator:
        return false()
    return and_(
        exists().where(Provenance.story_id == Story.id),
        ~exists().where(Claim.story_id == Story.id, Claim.outcome == "handed_over"),
    )


def works_on(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for stories whose words `viewer` writes: her own that nobody translated, and told ones."""
    if not viewer.is_authenticated:
        return false()
    return or_(and_(owned_by(viewer), Story.translator_id.is_(None)), told_to(viewer))


def translates(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for translations that `viewer` makes."""
    return Story.translator_id == viewer.id if viewer.is_authenticated else false()


def work_story(viewer: Viewer, story_id: int) -> Story | None:
    """A story whose words `viewer` writes, in any state, for working on it."""
    return _one(story_id, works_on(viewer))


def own_or_told_story(viewer: Viewer, story_id: int) -> Story | None:
    """A story that `viewer` may take off the site: her own, translations of it, and told ones."""
    if not viewer.is_authenticated:
        return None
    return _one(story_id, or_(owned_by(viewer), told_to(viewer)))


def work_translation(viewer: Viewer, story_id: int) -> Story | None:
    """A translation that `viewer` makes, in any state."""
    return _one(story_id, translates(viewer))


def work_of(member_id: int) -> Select[int]:
    """The ids of the stories that a member works on without being their author: translations, told ones."""
    told = select(Provenance.story_id).where(
        Provenance.entered_by == member_id,
        Provenance.how.in_(BY_A_CURATOR),
        ~exists().where(Claim.story_id == Provenance.story_id, Claim.outcome == "handed_over"),
    )
    return select(Story.id).where(or_(Story.translator_id == member_id, Story.id.in_(told)))


def _one(story_id: int, criterion: ColumnElement[bool]) -> Story | None:
    return db.session.scalar(
        select(Story)
        .where(Story.id == story_id, criterion, Contribution.status != "erased")
        .options(selectinload(Contribution.topics), joinedload(Contribution.author))
    )


def worked_on_by(story: Story) -> int | None:
    """The member who works on a story that isn't written by its author: its translator, the curator it was told to."""
    if story.translator_id is not None:
        return story.translator_id
    return db.session.scalar(
        select(Provenance.entered_by).where(
            Provenance.story_id == story.id,
            Provenance.how.in_(BY_A_CURATOR),
            ~exists().where(Claim.story_id == story.id, Claim.outcome == "handed_over"),
        )
    )
