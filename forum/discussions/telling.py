"""Who is told of a post, and why: when readers can see it for the first time, each member at most once.

The reasons, the nearest first: it answers something of hers, mentions her, quotes her; or she follows its thread, its
writer, and, where it opens a thread, the board or one of the topics. Never its writer, whatever name she wrote under;
never who has muted the writer's name, the thread, the board or a topic; nobody who can't read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from forum.contributions import follows, mentions
from forum.contributions.models import Contribution, Quotation, contribution_topics
from forum.contributions.queries import owner_id, recipient_of
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Post, Thread
from forum.notifications import actions as notifications
from forum.notifications import mutes
from forum.notifications.queries import Recipient, members_behind

LOT = 200  # followers told in one transaction
QUOTED = 20  # of whom one post tells at most
JOB = "discussions.tell"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands, as far as somebody can have muted or followed it. `about` is the opening post of its
    thread, or what the comments are about."""

    post: Post
    thread: Thread
    about: Contribution
    topics: frozenset[int]

    @property
    def muted_by(self) -> dict[str, Any]:
        """What of it a member may have muted: never whoever wrote it without her name."""
        return {
            "author_id": self.post.author_id, "thread_id": self.thread.id, "board_id": self.thread.board_id,
            "topic_ids": self.topics,
        }  # fmt: skip


def first_seen(post: Post) -> None:
    """Readers see a post for the first time: who signed it follows its thread, and the worker tells of it."""
    must_be_writing()
    if post.author_id is not None:
        follows.follow_by_writing(post.author_id, post.thread_id)
    enqueue(JOB, {"post_id": post.id, "after": 0}, dedupe_key=f"tell:{post.id}:0")


def tell(post_id: int, after: int = 0) -> None:
    """Tell of a post: first whom it answers, mentions and quotes, then its followers in lots, those after the member
    `after`. Done twice it tells nobody twice."""
    must_be_writing()
    place = _place(post_id)
    if place is None:
        return
    named = _named(place)
    key: dict[str, Any] = {"key": f"post:{post_id}", "contribution_id": post_id, "thread_id": place.thread.id}
    if not after:
        for kind, recipient in named.values():
            notifications.notify(recipient, kind, **key)
    writer = owner_id(place.post)
    found = _followers(place, after, {*named, *([writer] if writer is not None else [])})
    notifications.notify_all([Recipient(member_id=one) for one in found[:LOT]], "thread", **key)
    if len(found) > LOT:
        last = found[LOT - 1]
        enqueue(JOB, {"post_id": post_id, "after": last}, dedupe_key=f"tell:{post_id}:{last}")


def _place(post_id: int) -> Place | None:
    """Where a post stands; None when members can't read it (any more)."""
    post = db.session.get(Post, post_id)
    if post is None or post.status != "published" or post.audience == "participants":
        return None
    thread = db.session.get_one(Thread, post.thread_id)
    about = db.session.scalar(
        select(Contribution).where(Contribution.id == func.coalesce(thread.opening_id, thread.about_id))
    )
    if about is None:
        return None
    topics = select(contribution_topics.c.topic_id).where(contribution_topics.c.contribution_id == about.id)
    return Place(post, thread, about, frozenset(db.session.scalars(topics)))


def _followers(place: Place, after: int, but: set[int]) -> list[int]:
    """The next members who follow what a post is new in: one more than a lot, where there are more."""
    is_opening = place.thread.opening_id == place.post.id
    return list(
        follows.followers(
            after,
            LOT + 1,
            but=but,
            threads=[place.thread.id],
            boards=[place.thread.board_id] if is_opening and place.thread.board_id is not None else [],
            topics=place.topics if is_opening else (),
            author_id=place.post.author_id,
            muted=mutes.criterion(follows.FOLLOWER, **place.muted_by),
        )
    )


def _named(place: Place) -> dict[int, tuple[str, Recipient]]:
    """Whom a post answers, mentions or quotes: by the member behind, who may be sealed, the nearest reason for each."""
    reasons = [
        *(("answer", one) for one in _recipients([_answered(place)])),
        *(("mention", Recipient(member_id=key)) for key in mentions.told_in(place.post.source)),
        *(("quote", one) for one in _recipients(_quoted(place.post))),
    ]
    behind = members_behind(one for _, one in reasons)
    writer = owner_id(place.post)
    found: dict[int, tuple[str, Recipient]] = {}
    for kind, recipient in reasons:
        member = behind.get(recipient)
        if member is None or member == writer or member in found or mutes.is_muted(member, **place.muted_by):
            continue
        found[member] = (kind, recipient)
    return found


def _answered(place: Place) -> Contribution | None:
    """What a post answers: another post, else what opens its thread or what it comments on."""
    if place.post.id == place.thread.opening_id:
        return None
    if place.post.answers_id is not None:
        return db.session.scalar(select(Contribution).where(Contribution.id == place.post.answers_id))
    return place.about


def _quoted(post: Post) -> list[Contribution | None]:
    quoted = select(Quotation.quoted_id).where(Quotation.quoting_id == post.id)
    found = select(Contribution).where(Contribution.id.in_(quoted), Contribution.status == "published")
    return list(db.session.scalars(found.order_by(Contribution.id).limit(QUOTED)))


def _recipients(things: list[Contribution | None]) -> list[Recipient]:
    found = (recipient_of(thing) for thing in things if thing is not None and thing.status == "published")
    return [one for one in found if one is not None]
