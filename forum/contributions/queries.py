"""What of the contributions a reader may see: one criterion, asked by every list, page and search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import selectin_polymorphic

from forum.accounts import queries as accounts
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Draft, Revision, Seal, contribution_topics
from forum.core import clock
from forum.core.db import db
from forum.core.kinds import all_kinds, kind_of
from forum.notifications.queries import Recipient
from forum.topics.models import Topic, TopicText
from forum.topics.queries import TopicName

OWN_TO_SEE = ("published", "sent", "pending", "changes_asked", "hidden", "declined")


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `contributions` for what `viewer` may read: what is published to her, and nothing else.

    Her own unpublished things are found by `owned_by`, a moderator's through the case.
    """
    audiences = ("everyone", "members") if viewer.is_authenticated else ("everyone",)
    return and_(Contribution.status == "published", Contribution.audience.in_(audiences))


def visible_or_shared(viewer: Viewer) -> ColumnElement[bool]:
    """What `viewer` may read, with what is written to her and a few others alone. To report it; no list asks this."""
    if not viewer.is_authenticated:
        return visible_to(viewer)
    queries = [kind.shared_with(viewer) for kind in all_kinds().values() if kind.shared_with is not None]
    return or_(visible_to(viewer), *(Contribution.id.in_(query) for query in queries))


def owned_by(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion for what `viewer` wrote, signed or sealed. Only her own pages and rights may use it."""
    sealed = exists().where(Seal.contribution_id == Contribution.id, Seal.member_id == viewer.id)
    return or_(Contribution.author_id == viewer.id, sealed)


def sealed_by(viewer: Viewer) -> Select[int]:
    """The ids of what `viewer` wrote without her name. Only her own pages and rights may use it."""
    return select(Seal.contribution_id).where(Seal.member_id == viewer.id)


def own_or_visible(viewer: Viewer) -> ColumnElement[bool]:
    """What `viewer` may open by its address: what she may read, and her own where it isn't a draft or gone."""
    if not viewer.is_authenticated:
        return visible_to(viewer)
    return or_(visible_to(viewer), and_(Contribution.status.in_(OWN_TO_SEE), owned_by(viewer)))


def is_owner(viewer: Viewer, contribution: Contribution) -> bool:
    """Whether `viewer` wrote `contribution`, signed or sealed."""
    if not viewer.is_authenticated:
        return False
    if contribution.attribution == "member":
        return contribution.author_id == viewer.id
    return owner_id(contribution) == viewer.id


def owner_id(contribution: Contribution) -> int | None:
    """The member behind a contribution; reads the seal. For rights, notices, sanctions and erasure only."""
    if contribution.author_id is not None:
        return contribution.author_id
    return db.session.scalar(select(Seal.member_id).where(Seal.contribution_id == contribution.id))


def recipient_of(contribution: Contribution) -> Recipient | None:
    """Who is told of what happens to a contribution: its author, or whoever its seal names; None: nobody any more.

    Of a sealed one the notification hangs on the contribution, so that no row names her beside it.
    """
    if contribution.author_id is not None:
        return Recipient(member_id=contribution.author_id)
    if owner_id(contribution) is None:
        return None
    return Recipient(sealed_id=contribution.id)


def own_contributions(viewer: Viewer, *, limit: int = 200, before: int | None = None) -> Sequence[Contribution]:
    """Everything `viewer` sent, signed or sealed, newest first, for her own page; from below the id `before`.

    What she wrote to some members alone stands where they read it.
    """
    apart = [kind.name for kind in all_kinds().values() if kind.shared_with is not None]
    is_sent = Contribution.status.not_in(("draft", "erased"))
    found = select(Contribution).where(owned_by(viewer), is_sent, Contribution.kind.not_in(apart))
    if before is not None:
        found = found.where(Contribution.id < before)
    kinds = [kind.model for kind in all_kinds().values()]
    return db.session.scalars(
        found.options(selectin_polymorphic(Contribution, kinds)).order_by(Contribution.id.desc()).limit(limit)
    ).all()


def public_contributions(
    member_id: int, viewer: Viewer, *, limit: int = 20, before: int | None = None
) -> Sequence[Contribution]:
    """What a member signed with her display name and `viewer` may read, newest first: for her public page.

    `before` is the id of the one after which the list goes on.
    """
    hers = (Contribution.author_id == member_id, visible_to(viewer), Contribution.is_listed)
    found = select(Contribution).where(*hers)
    if before is not None:
        last = select(Contribution.published_at).where(Contribution.id == before, *hers).scalar_subquery()
        found = found.where(
            or_(Contribution.published_at < last, and_(Contribution.published_at == last, Contribution.id < before))
        )
    rows = db.session.scalars(
        found.options(selectin_polymorphic(Contribution, [kind.model for kind in all_kinds().values()]))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .limit(limit)
    )
    return [row for row in rows if kind_of(row).can_see(viewer, row)]


def signed_count(member_id: int) -> int:
    """How many of a member's contributions stand published under her name."""
    signed = select(func.count()).where(Contribution.author_id == member_id, Contribution.status == "published")
    return db.session.scalar(signed) or 0


def approved_count(member_id: int) -> int:
    """How many of a member's contributions stand published, signed or sealed."""
    sealed = (
        select(func.count())
        .select_from(Seal)
        .join(Contribution, Contribution.id == Seal.contribution_id)
        .where(Seal.member_id == member_id, Contribution.status == "published")
    )
    return signed_count(member_id) + (db.session.scalar(sealed) or 0)


def editors_line() -> Any:
    """What a moderator says of the words that she changed, where the shown ones are hers: as a column beside
    `contributions`, NULL where they are the author's. Every reader of them reads it."""
    hers = (Revision.id == Contribution.shown_revision_id, Revision.made_by == "editor")
    return select(Revision.note).where(*hers).correlate(Contribution).scalar_subquery()


def sent_today(member_id: int) -> int:
    """How many contributions a member has sent since the day began (UTC), signed or sealed."""
    began = datetime.combine(clock.today(), time(), UTC)
    sealed = exists().where(Seal.contribution_id == Contribution.id, Seal.member_id == member_id)
    sent = (
        select(func.count(Revision.id))
        .join(Contribution, Contribution.id == Revision.contribution_id)
        .where(Revision.number == 1, Revision.made_at >= began, or_(Contribution.author_id == member_id, sealed))
    )
    return db.session.scalar(sent) or 0


accounts.count_sent_by(sent_today)


def revisions_of(contribution: Contribution) -> Sequence[Revision]:
    """A contribution's revisions, oldest first. The caller has seen to it that the reader may see them."""
    return db.session.scalars(
        select(Revision).where(Revision.contribution_id == contribution.id).order_by(Revision.number)
    ).all()


def latest_revision(contribution_id: int) -> Revision | None:
    """The newest revision of a contribution."""
    return db.session.scalar(
        select(Revision).where(Revision.contribution_id == contribution_id).order_by(Revision.number.desc()).limit(1)
    )


def held(contribution_id: int) -> Contribution:
    """A contribution as it is now, held until the transaction ends; rows that name it can still come in."""
    of_it = {"key_share": True}
    return db.session.get_one(Contribution, contribution_id, with_for_update=of_it, populate_existing=True)


def draft_for(viewer: Viewer, place: str) -> Draft | None:
    """The unsent text of `viewer` at a place, or None."""
    found: Draft | None = db.session.scalar(_DRAFT_AT, {"viewer_id": viewer.id, "place": place})
    return found


# Made once: to put a statement together costs more than to run it.
_DRAFT_AT = select(Draft).where(Draft.member_id == bindparam("viewer_id"), Draft.place == bindparam("place"))
_TOPICS_OF = (
    select(contribution_topics.c.contribution_id, Topic.id, Topic.slug, TopicText.name, Topic.kind, Topic.broader_id)
    .join(contribution_topics, contribution_topics.c.topic_id == Topic.id)
    .join(TopicText, TopicText.topic_id == Topic.id)
    .where(contribution_topics.c.contribution_id.in_(bindparam("keys", expanding=True)))
    .order_by((TopicText.language == bindparam("language")).desc(), (TopicText.language == "en").desc(), TopicText.name)
)


def topic_ids(contribution_id: Any) -> Any:
    """The ids of the topics that a row's contribution (a column) is about, as one column: `ids_in` reads it."""
    table = contribution_topics.c
    ids = func.aggregate_strings(cast(table.topic_id, String), " ")
    return select(ids).where(table.contribution_id == contribution_id).scalar_subquery()


def ids_in(joined: str | None) -> frozenset[int]:
    """The ids that `topic_ids` found."""
    return frozenset(map(int, joined.split())) if joined else frozenset()


def topics_of(contribution_id: int, language: str) -> list[TopicName]:
    """The topics that a contribution is about, named in `language`, by name. One query."""
    return topics_of_all([contribution_id], language).get(contribution_id, [])


def topics_of_all(contribution_ids: Sequence[int], language: str) -> dict[int, list[TopicName]]:
    """The same for each of several contributions. One query; none for none."""
    if not contribution_ids:
        return {}
    found: dict[int, dict[int, TopicName]] = {}
    for key, *topic in db.session.execute(_TOPICS_OF, {"keys": contribution_ids, "language": language}):
        found.setdefault(key, {}).setdefault(topic[0], TopicName(*topic))
    return {key: sorted(topics.values(), key=lambda topic: topic.name) for key, topics in found.items()}
