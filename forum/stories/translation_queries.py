"""What the pages of translations read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.accounts.viewer import Viewer
from forum.contributions import ledger, quotations
from forum.contributions.models import Contribution, Draft, Revision
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation.cases import waiting_edit
from forum.stories import queries, work
from forum.stories.models import Story
from forum.stories.translation_policy import UNSENT, Opening

LEFT_LYING = timedelta(days=60)  # a draft begun longer ago keeps nobody else from translating
TAKEN_OVER = "taken_over"  # among the facts of words that somebody wrote who took it over: "begun", then "agreed"
AT_WORK = (*UNSENT, "sent", "pending")


def openings(viewer: Viewer, root: Story) -> list[Opening]:
    """The languages of the site that a story is not written in, each with how it stands there. Two queries."""
    allowed = ledger.allowed(root.id)
    found: dict[str, Opening] = {}
    rows = db.session.execute(
        select(Story.id, Story.language, Story.status, Story.translator_id, Story.created_at)
        .where(Story.translation_of_id == root.id, Story.status.not_in(("withdrawn", "erased")))
        .order_by(Story.id)
    )
    for key, language, status, translator_id, begun_at in rows:
        if status in ("published", "hidden"):
            found[language] = Opening(language, "there", key if status == "published" else None)
        elif language not in found or found[language].state == "taken":
            is_own = translator_id is not None and translator_id == viewer.id
            is_lying = status in UNSENT and begun_at < clock.now() - LEFT_LYING
            if is_own:
                found[language] = Opening(language, "begun", key)
            elif not is_lying:
                found[language] = Opening(language, "taken")
    for language in LANGUAGES:
        if language != root.language and language not in found:
            state = "open" if ("translation", language) in allowed else "not_allowed"
            found[language] = Opening(language, state)
    return [found[language] for language in LANGUAGES if language in found]


def unsent_of(viewer: Viewer, root_id: int, language: str) -> Story | None:
    """The translation into a language that `viewer` is at work on."""
    return db.session.scalar(
        select(Story)
        .where(
            Story.translation_of_id == root_id,
            Story.language == language,
            work.translates(viewer),
            Story.status.in_(AT_WORK),
        )
        .limit(1)
    )


def published_in(root_id: int, language: str, *, besides: int) -> bool:
    """Whether another translation of a story stands in a language."""
    found = select(Story.id).where(
        Story.translation_of_id == root_id,
        Story.language == language,
        Story.id != besides,
        Story.status == "published",
    )
    return db.session.scalar(found.limit(1)) is not None


def original_of(viewer: Viewer, story: Story) -> Story | None:
    """The original of a translation, as far as `viewer` may read it; its translator may while it stands."""
    if story.translation_of_id is None:
        return None
    is_at_work = story.translator_id is not None and story.translator_id == viewer.id
    criterion = Story.status == "published" if is_at_work else visible_to(viewer)
    return db.session.scalar(
        select(Story).where(Story.id == story.translation_of_id, criterion).options(joinedload(Contribution.author))
    )


@functools.cache  # it is the same each time, and slow to put together
def set_aside() -> Select[int]:
    """The ids of translations whose original was taken back or hidden: until it returns nobody judges them."""
    original = aliased(Story, flat=True)
    translated = select(Story.id).join(original, original.id == Story.translation_of_id)
    return translated.where(original.status.in_(queries.AWAY))


def own_translations(viewer: Viewer) -> Sequence[Story]:
    """The translations that `viewer` makes or made, newest first."""
    return db.session.scalars(
        select(Story)
        .where(work.translates(viewer), Story.status.not_in(("withdrawn", "erased")))
        .options(selectinload(Contribution.topics))
        .order_by(Story.id.desc())
        .limit(100)
    ).all()


def place_of(story_id: int) -> str:
    """The place under which the unsent change of a published translation is kept."""
    return f"translation:{story_id}"


def unsent_change(story: Story, *, lock: bool = False) -> Draft | None:
    """The unsent change of a published translation; it hangs on the translation."""
    found = select(Draft).where(Draft.contribution_id == story.id, Draft.place == place_of(story.id))
    return db.session.scalar(found.with_for_update() if lock else found)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest words of a translation: its last revision and the unsent change."""

    is_shown: bool
    made_at: datetime
    facts: dict[str, Any]
    draft_facts: dict[str, Any]
    saved_at: datetime | None

    @property
    def is_taken_over(self) -> bool:
        """Whether somebody took it over and none of her words were shown yet."""
        return TAKEN_OVER in self.draft_facts or (not self.is_shown and TAKEN_OVER in self.facts)


def newest_words(story: Story) -> Newest:
    """The newest words of a translation. One query."""
    row = db.session.execute(
        select(Revision.shown_at, Revision.made_at, Revision.facts, Draft.facts, Draft.saved_at)
        .outerjoin(Draft, _unsent_beside(story))
        .where(Revision.contribution_id == story.id)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
    return _newest(row) if row is not None else _no_words(story)


def _unsent_beside(story: Story) -> ColumnElement[bool]:
    """How the unsent change of a translation is joined to its revisions."""
    return and_(Draft.contribution_id == Revision.contribution_id, Draft.place == place_of(story.id))


def _newest(row: Sequence[Any]) -> Newest:
    shown_at, made_at, facts, draft_facts, saved_at = row
    return Newest(shown_at is not None, made_at, facts or {}, draft_facts or {}, saved_at)


def _no_words(story: Story) -> Newest:
    return Newest(False, story.created_at, {}, {}, None)


def is_being_read(story: Story, newest: Newest) -> bool:
    """Whether a change of a published translation waits to be read. A query where one was sent."""
    return not newest.is_shown and waiting_edit(story) is not None


def is_left(story: Story, newest: Newest) -> bool:
    """Whether nobody looks after a translation: its translator's account is gone, or who took it over let it lie."""
    touched = max(newest.made_at, newest.saved_at or newest.made_at)
    is_lying = newest.is_taken_over and touched < clock.now() - LEFT_LYING
    return (story.translator_id is None or is_lying) and not is_being_read(story, newest)


def seen_revision(story_id: int, revision_id: int) -> int | None:
    """A revision's id, if it is one of this story that readers have seen."""
    return db.session.scalar(
        select(Revision.id).where(
            Revision.id == revision_id, Revision.contribution_id == story_id, Revision.shown_at.is_not(None)
        )
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an original since it was translated: the words translated, and those that stand now."""

    before: Revision
    after: Revision


def change_since(viewer: Viewer, story: Story, translated_from: int | None = None) -> Change | None:
    """How an original changed since it was translated, or None where it didn't, or isn't to be seen. One query.

    Only states that readers have seen are compared. `translated_from`: as an unsent change of the translation says.
    """
    compared = _compared(viewer, story, translated_from)
    return _change_in(db.session.scalars(select(Revision).where(compared[1])).all(), compared[0]) if compared else None


def change_and_newest(viewer: Viewer, story: Story) -> tuple[Change | None, Newest]:
    """The same, with the newest words of the translation itself. One query; none for an original."""
    compared = _compared(viewer, story, None)
    if compared is None:
        return None, _no_words(story)
    newest = select(func.max(Revision.id)).where(Revision.contribution_id == story.id).scalar_subquery()
    rows = db.session.execute(
        select(Revision, Draft.facts, Draft.saved_at)
        .outerjoin(Draft, _unsent_beside(story))
        .where(or_(compared[1], Revision.id == newest))
    ).all()
    own = next((row for row in rows if row[0].contribution_id == story.id), None)
    change = _change_in([row[0] for row in rows if row is not own], compared[0])
    if own is None:
        return change, _no_words(story)
    revision, draft_facts, saved_at = own
    return change, _newest((revision.shown_at, revision.made_at, revision.facts, draft_facts, saved_at))


def _compared(viewer: Viewer, story: Story, translated_from: int | None) -> tuple[int, ColumnElement[bool]] | None:
    """The revision that was translated, and the criterion for it and for what readers of the original see now."""
    before_id = translated_from or story.translated_from_revision_id
    if story.translation_of_id is None or before_id is None:
        return None
    is_at_work = story.translator_id is not None and story.translator_id == viewer.id
    original = select(Story.shown_revision_id).where(
        Story.id == story.translation_of_id, Story.status == "published" if is_at_work else visible_to(viewer)
    )
    is_one = or_(Revision.id == before_id, Revision.id == original.scalar_subquery())
    return before_id, and_(Revision.contribution_id == story.translation_of_id, Revision.shown_at.is_not(None), is_one)


def _change_in(rows: Sequence[Revision], before_id: int) -> Change | None:
    before = next((row for row in rows if row.id == before_id), None)
    after = next((row for row in rows if row.id != before_id), None)
    if before is None or after is None or after.number <= before.number or _words(before) == _words(after):
        return None
    return Change(before, after)


def _words(revision: Revision) -> tuple[str, str, str]:
    return revision.title, revision.teaser, revision.source


@dataclass(frozen=True, slots=True)
class Preview:
    """A translation as it will read, with its unsent change."""

    title: str
    teaser: str
    html: Markup
    condition_words: str
    region: str
    translator: str


def preview(story: Story, draft: Draft | None) -> Preview:
    """What a translation looks like, or will with its unsent change."""
    if draft is None:
        return Preview(story.title, story.teaser, story.html, story.condition_words, story.region, story.translator)
    said = {"condition_words": story.condition_words, "region": story.region, "translator": story.translator}
    facts = said | {name: value for name, value in (draft.facts or {}).items() if name in said}
    html = quotations.rendered(draft.source, story.language)
    return Preview(title=draft.title, teaser=draft.teaser, html=html, **facts)
