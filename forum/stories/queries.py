"""What the pages of stories read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload, undefer

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions import quotations
from forum.contributions.models import Contribution, Draft, Follow, contribution_topics
from forum.contributions.queries import editors_line, own_or_visible, owned_by, visible_to
from forum.core.db import db
from forum.stories.models import Provenance, Story, StoryUpdate

PAGE = 20
AWAY = ("withdrawn", "erased", "hidden")  # what hangs on such a story waits for its return


def story_by_id(story_id: int) -> Story | None:
    """A story for actions, whatever its state, with its topics and author."""
    return db.session.get(Story, story_id, options=[selectinload(Contribution.topics), joinedload(Contribution.author)])


def story_for(viewer: Viewer, story_id: int) -> Story | None:
    """A story that `viewer` may open: published to her, or her own (not a draft)."""
    return db.session.scalar(
        select(Story)
        .where(Story.id == story_id, own_or_visible(viewer))
        .options(joinedload(Contribution.author), joinedload(Story.provenance))
    )


def story_page_for(viewer: Viewer, story_id: int) -> tuple[Story, bool, bool, str | None] | None:
    """A story that `viewer` may open, whether it is hers, whether she follows it, and what a moderator says of words
    that she changed in it. One query."""
    following = exists().where(Follow.member_id == viewer.id, Follow.contribution_id == Story.id)
    hers = (owned_by(viewer), following) if viewer.is_authenticated else (false(), false())
    row = db.session.execute(
        select(Story, *hers, editors_line())
        .where(Story.id == story_id, own_or_visible(viewer))
        .options(joinedload(Contribution.author), joinedload(Story.provenance))
    ).one_or_none()
    return None if row is None else (row[0], bool(row[1]), bool(row[2]), row[3])


def language_of(viewer: Viewer, story_id: int) -> str | None:
    """The language of a story that `viewer` may open."""
    return db.session.scalar(select(Story.language).where(Story.id == story_id, own_or_visible(viewer)))


def own_story(viewer: Viewer, story_id: int) -> Story | None:
    """A story of the viewer's own in any state, for working on it."""
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(
        select(Story)
        .where(Story.id == story_id, owned_by(viewer), Contribution.status != "erased")
        .options(selectinload(Contribution.topics), joinedload(Contribution.author))
    )


def was_taken_back(story_id: int) -> bool:
    """Whether a story stood here that its author took back, so that the page can say so (410)."""
    return bool(
        db.session.scalar(
            select(Story.id).where(
                Story.id == story_id,
                Contribution.status.in_(("withdrawn", "erased")),
                Contribution.published_at.is_not(None),
            )
        )
    )


def taken_back(story_id: int) -> int | None:
    """The story that its author took back, so that nothing stands here: this one, or the original it translates."""
    if was_taken_back(story_id):
        return story_id
    is_translation = (Story.id == story_id, Story.status == "published", Story.translation_of_id.is_not(None))
    original_id = db.session.scalar(select(Story.translation_of_id).where(*is_translation))
    return original_id if original_id is not None and was_taken_back(original_id) else None


def own_stories(viewer: Viewer) -> Sequence[Story]:
    """The viewer's own stories in every state, newest first; what somebody else translates, once it can be read."""
    is_at_work = and_(Story.translator_id.is_not(None), Contribution.published_at.is_(None))
    return db.session.scalars(
        select(Story)
        .where(owned_by(viewer), Contribution.status != "erased", ~is_at_work)
        .options(*for_lists())
        .order_by(Story.id.desc())
        .limit(100)
    ).all()


def chapters_of(story_id: int, viewer: Viewer) -> Sequence[StoryUpdate]:
    """The later chapters that `viewer` may read, in the order of their dates."""
    return db.session.scalars(
        select(StoryUpdate)
        .where(StoryUpdate.story_id == story_id, visible_to(viewer))
        .options(joinedload(Contribution.author))
        .order_by(StoryUpdate.dated, StoryUpdate.id)
    ).all()


def translations_of(story: Story, viewer: Viewer) -> Sequence[Story]:
    """The other members of a story's set of translations that `viewer` may read."""
    root = story.translation_of_id or story.id
    return db.session.scalars(
        select(Story)
        .where(or_(Story.id == root, Story.translation_of_id == root), Story.id != story.id, visible_to(viewer))
        .options(load_only(Story.language, Story.title, Story.status), joinedload(Contribution.author))
        .order_by(Contribution.language)
    ).all()


def unsent_edit(story: Story, viewer: Viewer) -> Draft | None:
    """The unsent change of a published story; a sealed story's hangs on the story."""
    owner = Draft.member_id == viewer.id if story.author_id is not None else Draft.contribution_id == story.id
    return db.session.scalar(select(Draft).where(owner, Draft.place == f"edit:{story.id}"))


def preview_html(source: str, language: str) -> Markup:
    """What an unsent text will look like. Words it quotes that were taken back aren't shown to its writer either."""
    return quotations.rendered(source, language)


def for_lists(*, is_joined: bool = False) -> list[Any]:
    """What a list of stories loads of each; `is_joined` when the list itself joins its authors."""
    author = contains_eager(Contribution.author) if is_joined else joinedload(Contribution.author)
    return [
        load_only(
            Story.kind,
            Story.title,
            Story.teaser,
            Story.language,
            Story.byline,
            Story.attribution,
            Story.author_id,
            Story.published_at,
            Story.updated_at,
            Story.content_notes,
            Story.cloth_seed,
            Story.status,
            Story.version,
            Story.condition_words,
            Story.country,
            Story.region,
            Story.relation,
            Story.translation_of_id,
            Story.is_in_memory,
        ),
        author.load_only(Member.display_name),
        joinedload(Story.provenance).load_only(Provenance.told_on),
    ]


def is_listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """The criterion of what lists of stories show `viewer`. The kind is said for the index, which begins with it."""
    return Contribution.kind == "story", visible_to(viewer), Contribution.is_listed.is_(True)


def newest_stories(viewer: Viewer, limit: int, *, language: str | None = None) -> list[Story]:
    """The newest listed stories that are no translations, those of `language` first when it is given."""
    newest = (
        select(Story)
        .where(*is_listed(viewer), Story.translation_of_id.is_(None))
        .options(*for_lists())
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
    )
    if language is None:
        return list(db.session.scalars(newest.limit(limit)))
    found = list(db.session.scalars(newest.where(Contribution.language == language).limit(limit)))
    if len(found) < limit:
        found += db.session.scalars(newest.where(Contribution.language != language).limit(limit - len(found)))
    return found


def stories_about(topic_ids: Sequence[int], viewer: Viewer, limit: int) -> Sequence[Story]:
    """The newest listed stories about any of these topics, with their topics: for a topic's page."""
    return db.session.scalars(
        select(Story)
        .where(
            *is_listed(viewer),
            exists().where(
                contribution_topics.c.contribution_id == Story.id, contribution_topics.c.topic_id.in_(topic_ids)
            ),
        )
        .options(*for_lists(), selectinload(Contribution.topics))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .limit(limit)
    ).all()


def stories_with_words(viewer: Viewer, ids: Sequence[int]) -> list[Story]:
    """Listed stories with their words, in the order of `ids`. One query, none for no ids."""
    if not ids:
        return []
    rows = db.session.scalars(
        select(Story).where(*is_listed(viewer), Story.id.in_(ids)).options(*for_lists(), undefer(Story.html))
    )
    found = {story.id: story for story in rows}
    return [found[key] for key in ids if key in found]
