"""What importing and the panel read of archives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, selectin_polymorphic

from forum.accounts.models import Member
from forum.archive.models import Archive, ArchiveLine
from forum.contributions import ledger
from forum.contributions.models import Contribution, Revision, Seal
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.moderation.models import Case
from forum.stories.models import Claim, OldAddress, Provenance, Story, StoryUpdate
from forum.topics.models import Topic, TopicSynonym, TopicText, key_of

STORIES, CHAPTERS = Story.__table__, StoryUpdate.__table__


def key_digest(key: str) -> str:
    """What is kept of a line's key for ever."""
    return hashlib.sha256(key.encode()).hexdigest()


def archive_by_name(name: str) -> Archive | None:
    """An archive by its name."""
    return db.session.scalar(select(Archive).where(Archive.name == name))


def archive_name(archive_id: int) -> str | None:
    """The name of an archive."""
    return db.session.scalar(select(Archive.name).where(Archive.id == archive_id))


def topics_by_name() -> dict[str, list[int]]:
    """The ids of topics by every name, synonym and slug in any language; what is its own name comes first."""
    found: dict[str, list[int]] = {}
    names = select(TopicText.key, TopicText.topic_id).order_by(TopicText.topic_id)
    synonyms = select(TopicSynonym.key, TopicSynonym.topic_id).order_by(TopicSynonym.id)
    slugs = [(key_of(slug), topic_id) for slug, topic_id in db.session.execute(select(Topic.slug, Topic.id))]
    for key, topic_id in [*db.session.execute(names), *slugs, *db.session.execute(synonyms)]:
        if topic_id not in found.setdefault(key, []):
            found[key].append(topic_id)
    return found


def lines_by_key(archive_id: int | None, keys: Iterable[str]) -> dict[str, ArchiveLine]:
    """The lines of an archive that were imported before, by their key."""
    digests = {key_digest(key): key for key in keys}
    if archive_id is None or not digests:
        return {}
    rows = db.session.scalars(
        select(ArchiveLine).where(ArchiveLine.archive_id == archive_id, ArchiveLine.key_digest.in_(digests))
    )
    return {digests[row.key_digest]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an imported line has become. `is_taken_up`: somebody here has it, asks for it, or has changed its words."""

    id: int
    kind: str
    status: str
    language: str
    attribution: str
    byline: str | None
    is_translation: bool
    is_taken_up: bool


def imported(contribution_ids: Iterable[int | None]) -> dict[int, Imported]:
    """How imported contributions stand, by id. One query."""
    ids = {key for key in contribution_ids if key is not None}
    if not ids:
        return {}
    taken_up = or_(
        Contribution.author_id.is_not(None),
        exists().where(Seal.contribution_id == Contribution.id),
        exists().where(Claim.story_id == Contribution.id, Claim.confirmed_at.is_not(None)),
        exists().where(Revision.contribution_id == Contribution.id, Revision.number > 1),
    )
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.kind,
            Contribution.status,
            Contribution.language,
            Contribution.attribution,
            Contribution.byline,
            STORIES.c.translation_of_id.is_not(None),
            taken_up,
        )
        .outerjoin(STORIES, STORIES.c.id == Contribution.id)
        .where(Contribution.id.in_(ids))
    )
    return {row[0]: Imported(*row) for row in rows}


def taken_paths(paths: Iterable[str]) -> dict[str, int]:
    """Which of these old paths lead to a story already, and to which."""
    wanted = set(paths)
    if not wanted:
        return {}
    rows = db.session.execute(select(OldAddress.path, OldAddress.story_id).where(OldAddress.path.in_(wanted)))
    return dict(rows.all())


def ready_to_publish(archive: Archive, limit: int) -> Sequence[int]:
    """What of an archive waits and may be published: consent is recorded or attested. Stories before what hangs on
    them; what hangs on a story that isn't to be read waits with it."""
    above = select(Contribution.id).where(Contribution.status == "published")
    vouched = Case.opened_at <= archive.attested_at if archive.attested_at is not None else None
    consented = ledger.criterion("site")
    order = case((STORIES.c.translation_of_id.is_not(None), 1), (Contribution.kind == "story", 0), else_=2)
    return db.session.scalars(
        select(Contribution.id)
        .join(ArchiveLine, ArchiveLine.contribution_id == Contribution.id)
        .join(Case, Case.contribution_id == Contribution.id)
        .outerjoin(STORIES, STORIES.c.id == Contribution.id)
        .outerjoin(CHAPTERS, CHAPTERS.c.id == Contribution.id)
        .where(
            ArchiveLine.archive_id == archive.id,
            Contribution.status == "pending",
            Case.closed_at.is_(None),
            Case.opened_for == "import",
            consented if vouched is None else or_(consented, vouched),
            or_(STORIES.c.translation_of_id.is_(None), STORIES.c.translation_of_id.in_(above)),
            or_(CHAPTERS.c.story_id.is_(None), CHAPTERS.c.story_id.in_(above)),
        )
        .order_by(order, Contribution.id)
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class ToPublish:
    """Something that is about to be published: its words, its case, and when it was first written, if known."""

    contribution: Contribution
    revision: Revision
    case: Case
    written: PartialDate | None


def to_publish(ids: Sequence[int]) -> list[ToPublish]:
    """What has these ids, in their order, with what publishing needs of each."""
    rows = db.session.execute(
        select(Contribution, Revision, Case, Provenance.told_on)
        .select_from(Contribution)
        .join(Revision, and_(Revision.contribution_id == Contribution.id, Revision.number == _last_number()))
        .join(Case, and_(Case.contribution_id == Contribution.id, Case.closed_at.is_(None)))
        .outerjoin(Provenance, Provenance.story_id == Contribution.id)
        .where(Contribution.id.in_(ids))
        .options(selectin_polymorphic(Contribution, [Story, StoryUpdate]))
    )
    found = {
        row[0].id: ToPublish(*row[:3], row[0].dated if isinstance(row[0], StoryUpdate) else row[3]) for row in rows
    }
    return [found[key] for key in ids if key in found]


def _last_number() -> ScalarSelect[int]:
    others = aliased(Revision)
    last = select(func.max(others.number)).where(others.contribution_id == Contribution.id)
    return last.correlate(Contribution).scalar_subquery()


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One archive as the panel lists it: how many stories (with their later chapters) stand how."""

    archive: Archive
    attested_by: str | None
    waiting: int
    published: int
    gone: int


def archives() -> list[ArchiveRow]:
    """Every archive by name, with how its lines stand. One query."""
    gone = or_(Contribution.id.is_(None), Contribution.status.in_(("withdrawn", "erased", "hidden", "declined")))
    counted = (
        select(
            ArchiveLine.archive_id.label("id"),
            func.count().filter(Contribution.status == "pending").label("waiting"),
            func.count().filter(Contribution.status == "published").label("published"),
            func.count().filter(gone).label("gone"),
        )
        .outerjoin(Contribution, Contribution.id == ArchiveLine.contribution_id)
        .group_by(ArchiveLine.archive_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Archive, Member.display_name, counted.c.waiting, counted.c.published, counted.c.gone)
        .outerjoin(counted, counted.c.id == Archive.id)
        .outerjoin(Member, Member.id == Archive.attested_by)
        .order_by(Archive.name, Archive.id)
    )
    return [ArchiveRow(one, name, *(count or 0 for count in counts)) for one, name, *counts in rows]


def waiting_since(archive: Archive) -> datetime | None:
    """When the newest line that still waits came, or None when none waits."""
    return db.session.scalar(
        select(func.max(Case.opened_at))
        .join(ArchiveLine, ArchiveLine.contribution_id == Case.contribution_id)
        .where(ArchiveLine.archive_id == archive.id, Case.closed_at.is_(None), Case.opened_for == "import")
    )
