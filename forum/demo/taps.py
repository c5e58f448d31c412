"""What the people of the demo said by a tap, keep for themselves, follow, and were told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from forum.accounts.models import Member
from forum.contributions import follows
from forum.contributions.models import REACTIONS, Bookmark, Contribution, Reaction
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import must_be_writing
from forum.discussions import telling
from forum.discussions.models import Post, Thread
from forum.notifications.models import Notification

KEPT = {
    "One small thing that works, in a line or two": "The spoon with the thick handle. Ask at the hospital shop.",
    "Jar openers that need no grip": "",
}
TOLD = 8  # posts, the newest, of which the people of the demo are told
FOLLOWS_BY_WRITING = ("alice", "bob")


def give(members: Mapping[str, Member], threads: Mapping[str, Thread]) -> None:
    """Let them thank each other, keep two discussions of Alice's choice, follow where they wrote, and be told."""
    must_be_writing()
    people = sorted(member.id for member in members.values())
    things = db.session.scalars(
        select(Contribution)
        .where(Contribution.is_demo, Contribution.status == "published", Contribution.kind.in_(("post", "story")))
        .order_by(Contribution.id)
    ).all()
    for thing in things:
        db.session.add_all(_taps(thing, people))
    for title, note in KEPT.items():
        opening = db.session.get_one(Contribution, threads[title].opening_id)
        made_at = (opening.published_at or opening.created_at) + timedelta(days=1)
        db.session.add(Bookmark(member_id=members["alice"].id, contribution_id=opening.id, note=note, made_at=made_at))
    db.session.flush()
    _follow(members)
    _tell()


def _taps(thing: Contribution, people: Sequence[int]) -> Iterator[Reaction]:
    """Up to six members, by the thing's own number: the same in every demo. Never its writer's own, sealed or not."""
    others = people if thing.author_id is not None else ()
    said_at = (thing.published_at or thing.created_at) + timedelta(hours=5)
    for number in range(thing.id * 11 % 7):
        member_id = others[(thing.id * 5 + number * 3) % len(others)] if others else None
        if member_id is not None and member_id != thing.author_id:
            reaction = REACTIONS[(0, 0, 1, 0, 2, 1)[number]]
            yield Reaction(contribution_id=thing.id, member_id=member_id, reaction=reaction, made_at=said_at)


def _follow(members: Mapping[str, Member]) -> None:
    for key in FOLLOWS_BY_WRITING:
        wrote = select(Post.thread_id).where(Contribution.author_id == members[key].id).distinct()
        for thread_id in db.session.scalars(wrote).all():
            follows.follow_by_writing(members[key].id, thread_id)


def _tell() -> None:
    """Tell of the newest posts, in the list alone: nobody of the demo waits for mail of what is long past."""
    last_job = db.session.scalar(select(func.max(OutboxJob.id))) or 0
    newest = select(Post.id).where(Contribution.is_demo, Contribution.status == "published")
    newest = newest.order_by(Contribution.published_at.desc(), Contribution.id.desc())
    posts = db.session.scalars(newest.limit(TOLD)).all()
    for post_id in posts:
        telling.tell(post_id)
    db.session.execute(delete(OutboxJob).where(OutboxJob.id > last_job, OutboxJob.name.startswith("notifications.")))
    of_these = update(Notification).where(Notification.contribution_id.in_(posts))
    db.session.execute(of_these.values(mail="none", due_at=None))
