"""What the site's own pages read: the first page, what was found, and the editable pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased, defer, with_polymorphic

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import kinds
from forum.core.db import db
from forum.core.languages import current_language
from forum.discussions.models import Post, Thread
from forum.discussions.queries import newest_threads
from forum.discussions.rows import ThreadLine
from forum.search import queries as search
from forum.search.queries import Found, Results
from forum.site.models import Page, PageVersion
from forum.stories.models import Story, StoryUpdate
from forum.stories.queries import is_listed, newest_stories

FEATURED = 7  # the newest stories take turns, a day each
NEW_STORIES, TALKED_ABOUT, FIRST_STORIES = 4, 5, 3


# The first page


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: the story of the day, others that are new, what is talked about."""

    feature: Story | None
    stories: Sequence[Story]
    threads: Sequence[ThreadLine]


def home_for(viewer: Viewer, today: date) -> Home:
    """What the first page shows `viewer` in its language. Three queries."""
    own = newest_stories(viewer, FEATURED, language=current_language())
    own = [story for story in own if story.language == current_language()] or own
    feature = own[today.toordinal() % len(own)] if own else None
    others = [story for story in newest_stories(viewer, NEW_STORIES + 1) if feature is None or story.id != feature.id]
    return Home(feature, others[:NEW_STORIES], newest_threads(viewer, TALKED_ABOUT))


def first_stories(viewer: Viewer) -> list[Story]:
    """Three stories without content notes, in the page's language first: for who was just told."""
    stories = newest_stories(viewer, FIRST_STORIES * 4, language=current_language())
    return [story for story in stories if not story.notes][:FIRST_STORIES]


# Search


@dataclass(frozen=True, slots=True)
class Row:
    """One thing found, as the page shows it. `byline` is None where nobody signed, "" where nobody would."""

    kind: str
    address: str
    title: Markup
    words: Markup
    language: str
    byline: str | None
    written_at: datetime | None


def results_for(viewer: Viewer, text: str, kinds_asked: Sequence[str] | None, page: int) -> tuple[Results, list[Row]]:
    """A page of what `viewer` may find for `text`, with where each stands. At most five queries."""
    results = search.query(text, visible=visible_to(viewer), language=current_language(), kinds=kinds_asked, page=page)
    written = _written([found.contribution_id for found in results.found if found.contribution_id])
    rows = (_row(found, written) for found in results.found)
    return results, [row for row in rows if row is not None]


def _row(found: Found, written: dict[int, Any]) -> Row | None:
    language = current_language()
    if found.contribution_id is None:
        address = f"/{language}{found.address}"
        return Row(found.kind, address, found.title_marked, found.excerpt, found.language, "", None)
    row = written.get(found.contribution_id)
    if row is None:
        return None
    contribution, byline, thread_title = row
    title = found.marked_in(thread_title) if thread_title else found.title_marked
    address = kinds.kind_of(contribution).address(contribution, language)
    return Row(found.kind, address, title, found.excerpt, found.language, byline, found.written_at)


@cache
def _writings() -> tuple[Any, Select[Any]]:
    """Contributions of any kind as an address needs them, with the signature and, of a post, its discussion's title."""
    any_kind = with_polymorphic(Contribution, [Post, StoryUpdate], flat=True)
    opening = aliased(Contribution, flat=True)
    beginning = func.coalesce(Thread.opening_id, Thread.about_id)
    statement = (
        select(any_kind, func.coalesce(any_kind.byline, Member.display_name), opening.title)
        .outerjoin(Member, Member.id == any_kind.author_id)
        .outerjoin(Thread, Thread.id == any_kind.Post.thread_id)
        .outerjoin(opening, and_(opening.id == beginning, opening.status == "published"))
        .options(defer(any_kind.html), defer(any_kind.source), defer(any_kind.teaser))
    )
    return any_kind, statement


def _written(ids: Sequence[int]) -> dict[int, Any]:
    """What `_writings` says of contributions that a search just found visible, by id."""
    if not ids:
        return {}
    any_kind, statement = _writings()
    return {row[0].id: row for row in db.session.execute(statement.where(any_kind.id.in_(ids)))}


# Editable pages


def page_for(slug: str, language: str) -> Page | None:
    """An editable page in `language`, else in English, else in any."""
    rank = [Page.language == language, Page.language == "en"]
    return db.session.scalar(
        select(Page).where(Page.slug == slug).order_by(*(better.desc() for better in rank), Page.language).limit(1)
    )


def page_exactly(slug: str, language: str, *, lock: bool = False) -> Page | None:
    """An editable page in this language and no other."""
    found = select(Page).where(Page.slug == slug, Page.language == language)
    return db.session.scalar(found.with_for_update() if lock else found)


def all_pages() -> Sequence[Page]:
    """Every editable page in every language, without its words."""
    return db.session.scalars(select(Page).order_by(Page.slug, Page.language)).all()


def versions_of(page: Page) -> Sequence[tuple[PageVersion, str | None]]:
    """The versions of a page that were replaced, newest first, with the name of who replaced them."""
    rows = db.session.execute(
        select(PageVersion, Member.display_name)
        .outerjoin(Member, Member.id == PageVersion.replaced_by)
        .where(PageVersion.page_id == page.id)
        .order_by(PageVersion.version.desc())
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


# The map of the site for search engines


def story_places(first: int, last: int) -> Sequence[Any]:
    """Id, language, last change and root of the listed stories that everybody may read, of a range of ids."""
    changed = func.coalesce(Contribution.updated_at, Contribution.published_at).label("changed")
    root = func.coalesce(Story.translation_of_id, Story.id).label("root")
    return db.session.execute(
        select(Story.id, Contribution.language, changed, root)
        .where(*is_listed(_anybody()), Story.id >= first, Story.id < last)
        .order_by(Story.id)
    ).all()


def thread_places(first: int, last: int) -> Sequence[Any]:
    """Id, language and last answer of the discussions that everybody may read, opened by a post of a range of ids."""
    return db.session.execute(
        select(Thread.id, Contribution.language, Thread.bumped_at.label("changed"))
        .join(Contribution, Contribution.id == Thread.opening_id)
        .where(visible_to(_anybody()), Contribution.id >= first, Contribution.id < last)
        .order_by(Contribution.id)
    ).all()


def newest_id() -> int:
    """The highest id of all contributions, 0 where there is none. Says nothing of what they are."""
    return db.session.scalar(select(func.max(Contribution.__table__.c.id))) or 0


def _anybody() -> Viewer:
    return Viewer()
