"""The archive: filters that combine, three orders, pages by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select, tuple_

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, contribution_topics
from forum.core.db import db
from forum.stories.models import Story
from forum.stories.queries import for_lists, is_listed
from forum.topics.queries import family

PAGE = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What the archive is asked for; empty words ask for everything."""

    topic: str = ""
    topic_ids: tuple[int, ...] = ()
    language: str = ""
    country: str = ""
    relation: str = ""
    order: str = "newest"

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.topic or self.language or self.country or self.relation)


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A page of the archive: its stories, and the ids that the neighbouring pages start from."""

    stories: Sequence[Story]
    before: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Choices:
    """What the archive's filters offer, with how many stories each holds."""

    topics: Counter[int] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    total: int = 0


def topic_filter(topic_id: int) -> tuple[int, ...]:
    """A topic's id with those of its narrower topics."""
    return tuple(family(topic_id))


def _criterion(filters: Filters, viewer: Viewer, *, leave_out: str = "") -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [*is_listed(viewer)]
    if filters.topic_ids and leave_out != "topic":
        found.append(
            exists().where(
                contribution_topics.c.contribution_id == Story.id, contribution_topics.c.topic_id.in_(filters.topic_ids)
            )
        )
    if filters.language and leave_out != "language":
        found.append(Contribution.language == filters.language)
    if filters.country and leave_out != "country":
        found.append(Story.country == filters.country)
    if filters.relation and leave_out != "relation":
        found.append(Story.relation == filters.relation)
    return found


def _byline_key() -> Any:
    """What the alphabetical order goes by: the name a story is signed with; those without a name come last."""
    return func.lower(
        case(
            (Contribution.attribution == "anonymous", "\uffff"),
            else_=func.coalesce(Contribution.byline, Member.display_name),
        )
    )


def archive_page(
    filters: Filters, viewer: Viewer, *, after: int | None = None, before: int | None = None
) -> ArchivePage:
    """A page of 20 stories by key: those after or before a story of the neighbouring page."""
    is_rising = filters.order == "byline"
    key = {
        "newest": Contribution.published_at,
        "byline": _byline_key(),
        "updated": func.coalesce(Contribution.updated_at, Contribution.published_at),
    }[filters.order]
    page = (
        select(Story)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(*_criterion(filters, viewer))
        .options(*for_lists(is_joined=True))
    )
    is_backward = before is not None and after is None
    start = before if is_backward else after
    if start is not None:
        page = _from(page, key, start, rising=is_rising != is_backward)
    rising = is_rising != is_backward
    order = (key.asc(), Contribution.id.asc()) if rising else (key.desc(), Contribution.id.desc())
    rows = list(db.session.scalars(page.order_by(*order).limit(PAGE + 1)))
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_backward:
        rows.reverse()
    if not rows:
        return ArchivePage(rows)
    has_next = has_more if not is_backward else True
    has_previous = has_more if is_backward else after is not None
    return ArchivePage(rows, rows[0].id if has_previous else None, rows[-1].id if has_next else None)


def _from(page: Select[Story], key: Any, start: int, *, rising: bool) -> Select[Story]:
    # The key of the story that the page starts from is looked up; an unknown one gives the first page.
    place = db.session.execute(
        select(key, Contribution.id)
        .select_from(Story)
        .outerjoin(Member, Member.id == Contribution.author_id)
        .where(Story.id == start)
    ).one_or_none()
    if place is None or place[0] is None:
        return page
    here = tuple_(key, Contribution.id)
    there = tuple_(place[0], place[1])
    return page.where(here > there if rising else here < there)


def archive_choices(filters: Filters, viewer: Viewer) -> Choices:
    """How many stories each filter's values would show beside the other filters. Four queries."""
    choices = Choices()
    for name, column in (("language", Contribution.language), ("country", Story.country), ("relation", Story.relation)):
        rows = db.session.execute(
            select(column, func.count())
            .select_from(Story)
            .where(*_criterion(filters, viewer, leave_out=name), column.is_not(None))
            .group_by(column)
        )
        counter: Counter[str] = Counter({str(value): count for value, count in rows})
        setattr(choices, {"language": "languages", "country": "countries", "relation": "relations"}[name], counter)
    topics = db.session.execute(
        select(contribution_topics.c.topic_id, func.count())
        .join(Story, Story.id == contribution_topics.c.contribution_id)
        .where(*_criterion(filters, viewer, leave_out="topic"))
        .group_by(contribution_topics.c.topic_id)
    )
    choices.topics = Counter(dict(topics.all()))
    shown = choices.languages
    choices.total = shown[filters.language] if filters.language else sum(shown.values())
    return choices
