"""What the pages of photos read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.accounts.models import Member
from forum.accounts.viewer import VISITOR, Viewer
from forum.contributions import ledger
from forum.contributions.models import Contribution, contribution_topics
from forum.contributions.queries import owned_by, visible_to
from forum.core import clock
from forum.core.db import Moment, db
from forum.photos.models import Photo

PAGE = 24
WAITING = ("draft", "sent", "pending", "changes_asked", "declined", "published", "hidden")
GONE = ("withdrawn", "erased")
HOLDERS = ("story", "post")  # the kinds of what photos are on


def is_shown(viewer: Viewer, now: Any = None) -> tuple[ColumnElement[bool], ...]:
    """The criterion of what `viewer` may look at: published to her, made ready, and allowed by its author."""
    consented = ledger.criterion("photo", now=now)
    return Contribution.kind == "photo", visible_to(viewer), Photo.state == "ready", consented


def photo_by_id(photo_id: int, *, lock: bool = True) -> Photo | None:
    """A photo for actions, whatever its state, with its topics; nobody else changes it meanwhile (`lock`)."""
    return db.session.get(
        Photo, photo_id, options=[selectinload(Contribution.topics)], with_for_update=True if lock else None
    )


def contribution_by_id(contribution_id: int) -> Contribution | None:
    """What a photo is on, for actions."""
    return db.session.get(Contribution, contribution_id)


def _with_author() -> Any:
    return joinedload(Contribution.author).load_only(Member.display_name)


def photo_for(viewer: Viewer, photo_id: int) -> Photo | None:
    """A photo that `viewer` may look at: shown to her, or her own."""
    shown = and_(*is_shown(viewer))
    own = and_(Contribution.status.in_(WAITING), owned_by(viewer)) if viewer.is_authenticated else None
    return db.session.scalar(
        select(Photo)
        .where(Photo.id == photo_id, shown if own is None else or_(shown, own))
        .options(_with_author(), selectinload(Contribution.topics))
    )


def own_photo(viewer: Viewer, photo_id: int) -> Photo | None:
    """A photo of the viewer's own in any state, for working on it."""
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(
        select(Photo)
        .where(Photo.id == photo_id, owned_by(viewer), Contribution.status != "erased")
        .options(selectinload(Contribution.topics))
    )


def was_taken_back(photo_id: int) -> bool:
    """Whether a photo stood here that its author took back, itself or with its story, so that we say so (410)."""
    is_gone = or_(Contribution.status.in_(GONE), and_(Contribution.status == "published", _is_story(GONE)))
    was_shown = Contribution.published_at.is_not(None)
    return db.session.scalar(select(Photo.id).where(Photo.id == photo_id, was_shown, is_gone)) is not None


def _is_story(states: Collection[str]) -> ColumnElement[bool]:
    """The criterion for photos on a story that is in one of these states."""
    story = aliased(Contribution, flat=True)
    return exists().where(story.id == Photo.on_id, story.status.in_(states))


def set_aside() -> Select[int]:
    """The ids of the photos whose story was taken back or hidden: the desk has nothing to decide until it returns."""
    return select(Photo.id).where(_is_story((*GONE, "hidden")))


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """Where the files of a photo are, and whether anybody may see them or only some."""

    key: str
    state: str
    widths: tuple[int, ...]
    is_public: bool
    is_own: bool


def file_for(viewer: Viewer, photo_id: int) -> PhotoFile | None:
    """The files of a photo that `viewer` may see: shown to her, her own, or, for a moderator, on a case. One query."""
    shown = and_(*is_shown(viewer))
    own = and_(owned_by(viewer), Contribution.status.not_in(("withdrawn", "erased")))
    reviewed = Contribution.status.in_(("pending", "published", "hidden", "changes_asked", "declined"))
    at_desk = and_(reviewed, ~_is_story(GONE))
    may = [shown]
    if viewer.is_authenticated:
        may.append(own)
    if viewer.is_moderator and not viewer.active_restriction:
        may.append(at_desk)
    row = db.session.execute(
        select(
            Photo.key,
            Photo.state,
            Photo.widths,
            and_(shown, Contribution.audience == "everyone").label("is_public"),
            (own if viewer.is_authenticated else ~Contribution.id.is_not(None)).label("is_own"),
        ).where(Photo.id == photo_id, or_(*may))
    ).one_or_none()
    return None if row is None else PhotoFile(row[0], row[1], tuple(row[2] or ()), bool(row[3]), bool(row[4]))


def photos_on_all(ids: Collection[int], viewer: Viewer) -> dict[int, list[Photo]]:
    """The photos on stories and posts that `viewer` may look at, by what they are on, in their order. One query at
    most."""
    if not ids:
        return {}
    return _by_holder(_shown_on(viewer.is_authenticated), {"ids": ids, "now": clock.now()})


def ready_on(contribution_id: int, viewer: Viewer) -> dict[int, list[Photo]]:
    """The same for an author's look at what she hasn't published yet: all that is ready of hers."""
    ready = (Photo.state == "ready", owned_by(viewer), Contribution.status.in_(WAITING))
    return _by_holder(_on(*ready), {"ids": [contribution_id]})


@cache  # to put it together costs more than to run it
def _shown_on(is_member: bool) -> Select[Photo]:
    asker = Viewer(id=0) if is_member else VISITOR  # every member may look at the same
    return _on(*is_shown(asker, bindparam("now", type_=Moment())))


def _on(*criteria: ColumnElement[bool]) -> Select[Photo]:
    on_them = Photo.on_id.in_(bindparam("ids", expanding=True))
    return select(Photo).where(on_them, *criteria).options(_with_author()).order_by(Photo.position, Photo.id)


def _by_holder(photos: Select[Photo], values: dict[str, Any]) -> dict[int, list[Photo]]:
    found: dict[int, list[Photo]] = {}
    for photo in db.session.scalars(photos, values):
        found.setdefault(photo.on_id or 0, []).append(photo)
    return found


def is_any_on(contribution_ids: Any) -> bool:
    """Whether a photo is on any of some contributions (ids, or a query of them), whatever its state."""
    return db.session.scalar(select(Photo.id).where(Photo.on_id.in_(contribution_ids)).limit(1)) is not None


def own_photos_on(contribution_id: int, viewer: Viewer) -> Sequence[Photo]:
    """All photos that `viewer` put on a story, in her order."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.on_id == contribution_id, owned_by(viewer), Contribution.status.in_((*WAITING, "withdrawn")))
        .order_by(Photo.position, Photo.id)
    ).all()


def own_contribution(viewer: Viewer, contribution_id: int, kinds: Sequence[str] = HOLDERS) -> Contribution | None:
    """A story or a post of the viewer's own in any state, to put photos on."""
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(
        select(Contribution).where(
            Contribution.id == contribution_id,
            Contribution.kind.in_(kinds),
            owned_by(viewer),
            Contribution.status != "erased",
        )
    )


def holder_kind(photo: Photo) -> str | None:
    """The kind of what a photo is on; None in the library."""
    if photo.on_id is None:
        return None
    return db.session.scalar(select(Contribution.kind).where(Contribution.id == photo.on_id))


def story_of(photo: Photo, viewer: Viewer) -> Contribution | None:
    """The story that a photo is on, where `viewer` may read it."""
    if photo.on_id is None:
        return None
    return db.session.scalar(select(Contribution).where(Contribution.id == photo.on_id, visible_to(viewer)))


def own_unfinished(viewer: Viewer, limit: int = 20) -> Sequence[Photo]:
    """The viewer's own photos for the library that are not shown yet, newest first."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.on_id.is_(None), owned_by(viewer), Contribution.status.in_((*WAITING[:5],)))
        .order_by(Photo.id.desc())
        .limit(limit)
    ).all()


def _in_library(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return *is_shown(viewer), Contribution.is_listed.is_(True), Photo.is_in_library.is_(True)


def _about(topic_ids: Collection[int]) -> ColumnElement[bool]:
    return exists().where(
        contribution_topics.c.contribution_id == Photo.id, contribution_topics.c.topic_id.in_(topic_ids)
    )


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page of the library: its photos, and the ids that the neighbouring pages start from."""

    photos: Sequence[Photo]
    before: int | None = None
    after: int | None = None


def library_page(
    viewer: Viewer, topic_ids: Collection[int] = (), *, after: int | None = None, before: int | None = None
) -> LibraryPage:
    """A page of the library, newest first, by key. An unknown key gives the first page."""
    criterion = [*_in_library(viewer), *([_about(topic_ids)] if topic_ids else [])]
    is_backward = before is not None and after is None
    start = before if is_backward else after
    key = tuple_(Contribution.published_at, Contribution.id)
    page = select(Photo).where(*criterion).options(_with_author())
    place = _place(start) if start is not None else None
    if place is not None:
        there = tuple_(place[0], place[1])
        page = page.where(key > there if is_backward else key < there)
    order = (Contribution.published_at, Contribution.id)
    page = page.order_by(*(column.asc() if is_backward else column.desc() for column in order)).limit(PAGE + 1)
    rows = list(db.session.scalars(page))
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_backward:
        rows.reverse()
    if not rows:
        return LibraryPage(rows)
    has_previous = has_more if is_backward else place is not None
    return LibraryPage(rows, rows[0].id if has_previous else None, rows[-1].id if has_more or is_backward else None)


def _place(photo_id: int) -> tuple[datetime, int] | None:
    row = db.session.execute(
        select(Contribution.published_at, Contribution.id).where(
            Contribution.id == photo_id, Contribution.kind == "photo", Contribution.published_at.is_not(None)
        )
    ).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])


def library_topics(viewer: Viewer) -> Counter[int]:
    """How many photos of the library each topic holds. One query."""
    rows = db.session.execute(
        select(contribution_topics.c.topic_id, func.count())
        .join(Photo, Photo.id == contribution_topics.c.contribution_id)
        .where(*_in_library(viewer))
        .group_by(contribution_topics.c.topic_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def photos_about(topic_ids: Collection[int], viewer: Viewer, limit: int) -> Sequence[Photo]:
    """The newest photos of the library about any of these topics: for a topic's page. One query."""
    return db.session.scalars(
        select(Photo)
        .where(*_in_library(viewer), _about(topic_ids))
        .options(_with_author())
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .limit(limit)
    ).all()


def count_on(contribution_id: int) -> int:
    """How many photos there are on a story, whatever their state."""
    return (
        db.session.scalar(
            select(func.count()).where(Photo.on_id == contribution_id, Contribution.status.in_(WAITING), _is_row())
        )
        or 0
    )


def _is_row() -> ColumnElement[bool]:
    return Photo.id == Contribution.id


def unfinished_since(moment: datetime) -> Sequence[Photo]:
    """Photos that their authors left before they were made, for the daily sweep."""
    return db.session.scalars(
        select(Photo).where(Photo.state.in_(("received", "looking")), Contribution.created_at < moment)
    ).all()


def states_of(keys: Collection[str]) -> dict[str, str]:
    """The states of the photos with these keys; a key of none is left out."""
    rows = db.session.execute(select(Photo.key, Photo.state).where(Photo.key.in_(keys)))
    return {row.key: row.state for row in rows}
