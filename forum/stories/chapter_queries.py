"""What the pages of later chapters and afterwords read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from forum.accounts.viewer import Viewer
from forum.contributions import quotations
from forum.contributions.models import Contribution, Draft
from forum.contributions.queries import owned_by, visible_to
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.stories import queries, work
from forum.stories.models import Story, StoryUpdate

UNFINISHED = ("draft", "sent", "pending", "changes_asked", "declined")
BEFORE_ITS_AUTHOR = ("pending", "changes_asked", "published", "hidden", "declined")


def writes(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for what `viewer` wrote, and for chapters of stories that were told to a curator."""
    told = exists().where(Story.id == StoryUpdate.story_id, work.told_to(viewer))
    return or_(owned_by(viewer), and_(StoryUpdate.part == "chapter", told))


def own_chapter(viewer: Viewer, chapter_id: int) -> StoryUpdate | None:
    """A chapter or afterword of the viewer's own in any state, for working on it."""
    return _one(viewer, StoryUpdate.id == chapter_id, writes(viewer), Contribution.status != "erased")


def visible_chapter(viewer: Viewer, chapter_id: int) -> StoryUpdate | None:
    """One that `viewer` may read."""
    return db.session.scalar(select(StoryUpdate).where(StoryUpdate.id == chapter_id, visible_to(viewer)))


def story_of_published(chapter_id: int) -> int | None:
    """The story below which a chapter that was published stands or stood."""
    return db.session.scalar(
        select(StoryUpdate.story_id).where(StoryUpdate.id == chapter_id, StoryUpdate.published_at.is_not(None))
    )


def asked_afterword(viewer: Viewer, chapter_id: int) -> StoryUpdate | None:
    """An afterword on a story of the viewer's own that was sent: she may read and refuse it."""
    return _one(viewer, StoryUpdate.id == chapter_id, _on_hers(viewer))


def _one(viewer: Viewer, *criteria: ColumnElement[bool]) -> StoryUpdate | None:
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(select(StoryUpdate).where(*criteria).options(joinedload(Contribution.author)))


def _on_hers(viewer: Viewer) -> ColumnElement[bool]:
    hers = select(Story.id).where(owned_by(viewer))
    return and_(
        StoryUpdate.part == "afterword",
        StoryUpdate.status.in_(BEFORE_ITS_AUTHOR),
        StoryUpdate.story_id.in_(hers.correlate(None)),
    )


@functools.cache  # it is the same each time, and slow to put together
def set_aside() -> Select[int]:
    """The ids of chapters and afterwords whose story was taken back or hidden: until it returns nobody judges them."""
    story = aliased(Story, flat=True)
    return select(StoryUpdate.id).join(story, story.id == StoryUpdate.story_id).where(story.status.in_(queries.AWAY))


def locked(chapter_id: int) -> StoryUpdate | None:
    """A chapter for an action, held against others until its end."""
    db.session.execute(select(Contribution.id).where(Contribution.id == chapter_id).with_for_update())
    return db.session.get(StoryUpdate, chapter_id, populate_existing=True)


def empty_of(viewer: Viewer, story_id: int, part: str) -> StoryUpdate | None:
    """An empty draft at hand, so that beginning twice makes one."""
    return db.session.scalar(
        select(StoryUpdate)
        .where(
            StoryUpdate.story_id == story_id,
            StoryUpdate.part == part,
            writes(viewer),
            StoryUpdate.status == "draft",
            StoryUpdate.title == "",
            StoryUpdate.source == "",
        )
        .limit(1)
    )


def unfinished_of(viewer: Viewer, story_id: int) -> Sequence[StoryUpdate]:
    """What `viewer` began below a story and readers don't see yet."""
    return db.session.scalars(
        select(StoryUpdate)
        .where(StoryUpdate.story_id == story_id, writes(viewer), StoryUpdate.status.in_(UNFINISHED))
        .order_by(StoryUpdate.id)
    ).all()


def own_unfinished(viewer: Viewer) -> Sequence[tuple[StoryUpdate, str]]:
    """The viewer's unfinished chapters and afterwords, newest first, each with its story's title."""
    story = aliased(Story, flat=True)  # both are contributions: the root stands there twice
    rows = db.session.execute(
        select(StoryUpdate, story.title)
        .join(story, story.id == StoryUpdate.story_id)
        .where(owned_by(viewer), StoryUpdate.status.in_((*UNFINISHED, "withdrawn")))
        .order_by(StoryUpdate.id.desc())
        .limit(100)
    )
    return [(chapter, title) for chapter, title in rows]


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below a story for its reader: the later chapters and afterwords that she may read, by their dates;
    what she began, as `unfinished_of`; where the story `is_own`, the afterwords on it that wait or that she refused."""

    is_own: bool
    chapters: Sequence[StoryUpdate]
    begun: Sequence[StoryUpdate]
    asked: Sequence[StoryUpdate]


def below(viewer: Viewer, story_id: int, *, is_own: bool) -> Below:
    """All of it. One query."""
    can_read = visible_to(viewer)
    began: ColumnElement[bool] = literal(value=False)
    asked: ColumnElement[bool] = literal(value=False)
    if viewer.is_authenticated:
        began = and_(writes(viewer), StoryUpdate.status.in_(UNFINISHED))
        waits = or_(StoryUpdate.status == "pending", StoryUpdate.is_refused)
        asked = and_(_on_hers(viewer), waits) if is_own else asked
    rows = db.session.execute(
        select(StoryUpdate, can_read, began, asked)
        .where(StoryUpdate.story_id == story_id, or_(can_read, began, asked))
        .options(joinedload(Contribution.author))
        .order_by(StoryUpdate.id)
    ).all()
    read, hers, told = ([row[0] for row in rows if row[at]] for at in (1, 2, 3))
    return Below(is_own, sorted(read, key=lambda one: (str(one.dated), one.id)), hers, told)


def unsent_change(chapter: StoryUpdate, viewer: Viewer, *, lock: bool = False) -> Draft | None:
    """The unsent change of a published one; a sealed one's hangs on it, not on its writer."""
    owner = Draft.member_id == viewer.id if chapter.author_id is not None else Draft.contribution_id == chapter.id
    found = select(Draft).where(owner, Draft.place == f"edit:{chapter.id}")
    return db.session.scalar(found.with_for_update() if lock else found)


@dataclass(frozen=True, slots=True)
class Preview:
    """A published chapter as it will read with its unsent change."""

    title: str
    html: Markup
    dated: PartialDate
    relation: str | None
    is_memorial: bool
    died: PartialDate | None


def preview(chapter: StoryUpdate, draft: Draft) -> Preview:
    """What an unsent change will look like."""
    facts = draft.facts or {}
    return Preview(
        title=draft.title,
        html=quotations.rendered(draft.source, chapter.language),
        dated=PartialDate.parse(facts["dated"]) if facts.get("dated") else chapter.dated,
        relation=facts.get("relation", chapter.relation),
        is_memorial=facts.get("is_memorial", chapter.is_memorial),
        died=PartialDate.parse(facts["died"]) if facts.get("died") else None,
    )
