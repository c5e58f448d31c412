"""Standing grows by what is approved and stays, and by time; it falls back when moderators had to take something away.

New → established: so many approvals. Established → trusted: so many contributions that stand, so many days with an
account, and nothing hidden and no sanction within those days. Who has a role keeps what she was given with it.
None of it is in the log: beside the decision about a sealed contribution it would name the member.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, union_all, update

from forum.accounts.models import Member, MemberRole
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.settings import the_settings
from forum.core.unit_of_work import must_be_writing
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, Decision


@dataclass(frozen=True, slots=True)
class Bars:
    """What it takes, as the public page says it."""

    approvals: int
    contributions: int
    days: int
    links_when_new: int
    links_when_established: int
    burst: int
    burst_minutes: int
    has_messages: bool


def bars() -> Bars:
    """What it takes on this site."""
    settings = the_settings()
    return Bars(
        settings.approvals_until_established,
        settings.trusted_approvals,
        settings.trusted_days,
        settings.links_when_new,
        settings.links_when_established,
        settings.burst_contributions,
        settings.burst_minutes,
        settings.messages,
    )


def review() -> None:
    """Once a day: raise who has grown, and lower whose contributions had to be taken away."""
    must_be_writing()
    now, days = clock.now(), timedelta(days=the_settings().trusted_days)
    trouble = _in_trouble(now - days)
    needed = the_settings().approvals_until_established
    # A step a day. Only what a moderator took away lowers anybody; who takes back her own words stays what she is.
    if needed:
        _move("established", "new", trouble, ~_has(needed))
    _move("trusted", "established", trouble)
    grown = (Member.joined_at <= now - days, _has(the_settings().trusted_approvals), ~trouble)
    _move("established", "trusted", *grown)
    _move("new", "established", _has(needed) if needed else ~trouble)


def _move(before: str, after: str, *which: ColumnElement[bool]) -> None:
    has_role = exists().where(MemberRole.member_id == Member.id)
    db.session.execute(
        update(Member)
        .where(Member.standing == before, Member.erased_at.is_(None), ~has_role, *which)
        .values(standing=after)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _has(count: int) -> ColumnElement[bool]:
    """The members with at least so many published contributions, signed or sealed."""
    signed = select(Contribution.author_id.label("member_id")).where(
        Contribution.author_id.is_not(None), Contribution.status == "published"
    )
    sealed = (
        select(Seal.member_id)
        .join(Contribution, Contribution.id == Seal.contribution_id)
        .where(Contribution.status == "published")
    )
    standing = union_all(signed, sealed).subquery()
    enough = select(standing.c.member_id).group_by(standing.c.member_id).having(func.count() >= count)
    return Member.id.in_(enough)


def _in_trouble(since: datetime) -> ColumnElement[bool]:
    """Members of whom something was hidden since, or who were sanctioned, unless that was taken back."""
    stands = (Decision.overturned_at.is_(None), Decision.made_at > since)
    hidden = (
        select(Contribution.id)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.decision == "hide", Contribution.status == "hidden", *stands)
    )
    sanctioned = select(Sanction.member_id).join(Decision, Decision.id == Sanction.decision_id)
    through_seal = (
        select(Seal.member_id)
        .join(Sanction, Sanction.contribution_id == Seal.contribution_id)
        .join(Decision, Decision.id == Sanction.decision_id)
    )
    counts = or_(Sanction.sanction != "warning", Decision.ended_at.is_(None))
    return or_(
        Member.id.in_(
            select(Contribution.author_id).where(Contribution.id.in_(hidden), Contribution.author_id.is_not(None))
        ),
        Member.id.in_(select(Seal.member_id).where(Seal.contribution_id.in_(hidden))),
        Member.id.in_(sanctioned.where(Sanction.member_id.is_not(None), counts, *stands)),
        Member.id.in_(through_seal.where(counts, *stands)),
    )
