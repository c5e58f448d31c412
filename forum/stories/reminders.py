"""Once a year an author is led to her choices; when a child that a story is about comes of age, once then too.

Nothing changes by silence. One mail a member, whatever the number of her stories; none may give away that two are hers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from forum.accounts.models import Member
from forum.contributions import ledger
from forum.contributions.models import Contribution, Seal, Wish
from forum.contributions.queries import owner_id
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.stories import consent_policy, wishes
from forum.stories.models import Story

YEAR = timedelta(days=365)
MAIL = "stories.mail_choices"


def remind() -> int:
    """Ask every author who is due, and note when. Returns how many mails will go out."""
    must_be_writing()
    now = clock.now()
    due: dict[int, list[Story]] = {}
    for story in [*_quiet_for_a_year(now), *_of_age(now)]:
        member_id = owner_id(story)
        if member_id is not None and story not in due.setdefault(member_id, []):
            due[member_id].append(story)
    return sum(_ask(member_id, stories, now) for member_id, stories in sorted(due.items()))


def _ask(member_id: int, stories: Sequence[Story], now: datetime) -> bool:
    member = member_to_mail(member_id)
    is_about_age = any(consent_policy.is_of_age(story, now.year) for story in stories)
    asked = _last_asked(member_id)
    if member is None or (not is_about_age and asked is not None and asked > now - YEAR):
        return False
    for story in stories:
        wishes.wish_row(story).asked_at = now
    first = stories[0].id
    enqueue(MAIL, {"contribution_id": first}, dedupe_key=f"choices:{first}:{now:%Y%m%d}")
    return True


def member_to_mail(member_id: int | None) -> Member | None:
    """A member whom the site can write to."""
    member = db.session.get(Member, member_id) if member_id is not None else None
    return None if member is None or member.email is None or member.erased_at is not None else member


def _last_asked(member_id: int) -> datetime | None:
    sealed = select(Seal.contribution_id).where(Seal.member_id == member_id)
    return db.session.scalar(
        select(func.max(Wish.asked_at))
        .join(Contribution, Contribution.id == Wish.contribution_id)
        .where(or_(Contribution.author_id == member_id, Contribution.id.in_(sealed)))
    )


def _quiet_for_a_year(now: datetime) -> Sequence[Story]:
    """Published originals about whose choices nothing was said or asked for a year."""
    since = now - YEAR
    return db.session.scalars(
        select(Story)
        .outerjoin(Wish, Wish.contribution_id == Story.id)
        .where(
            Contribution.status == "published",
            Story.translation_of_id.is_(None),
            Story.is_in_memory.is_(False),  # its author has died: nobody writes to her any more
            ledger.is_quiet_since(since, of=Story.id),
            or_(Wish.id.is_(None), and_(Wish.changed_at <= since, func.coalesce(Wish.asked_at, since) <= since)),
        )
        .order_by(Story.id)
    ).all()


def _of_age(now: datetime) -> list[Story]:
    """Published originals about a child who is of age since a year in which nobody was asked yet."""
    rows = db.session.execute(
        select(Story, Wish.asked_at)
        .outerjoin(Wish, Wish.contribution_id == Story.id)
        .where(
            Contribution.status == "published",
            Story.translation_of_id.is_(None),
            Story.is_in_memory.is_(False),
            Story.about_whom == "child",
            Story.of_age_year.between(1900, now.year),
        )
        .order_by(Story.id)
    )
    return [
        story
        for story, asked_at in rows
        if asked_at is None or asked_at < datetime(story.of_age_year or now.year, 1, 1, tzinfo=UTC)
    ]
