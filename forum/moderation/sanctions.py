"""Sanctions of members: warned, limited, silenced, banned; their ends. Only here is `members.restriction` written.

Of a sealed contribution's writer the sanction names the contribution only; it finds her through the seal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from forum.accounts import queries as accounts
from forum.accounts.models import Member, MemberSession
from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.models import Contribution, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.moderation import ladder, log
from forum.moderation.authors import Behind
from forum.moderation.member_models import Sanction
from forum.moderation.models import Decision

# What a sanction keeps from a member, strongest first. A warning keeps nothing from her; it is on record.
RESTRICTIONS = {"ban": "banned", "silence": "silenced", "limit": "limited"}
SANCTION_OF = {"warn": "warning", "silence": "silence", "limit": "limit", "ban": "ban"}  # by the decision's word


def of_member(member_id: int) -> ColumnElement[bool]:
    """The criterion on `sanctions` for a member's, also through her seals. For counting and lifting, never shown."""
    sealed = select(Seal.contribution_id).where(Seal.member_id == member_id)
    return or_(Sanction.member_id == member_id, Sanction.contribution_id.in_(sealed))


def is_in_force() -> ColumnElement[bool]:
    """The criterion for sanctions that nobody lifted and that have not ended."""
    return Sanction.lifted_at.is_(None) & or_(Sanction.ends_at.is_(None), Sanction.ends_at > clock.now())


def that_count(whose: ColumnElement[bool]) -> Select[int]:
    """How many sanctions of the last year count for what is suggested: none that was overturned or taken back."""
    return (
        select(func.count())
        .select_from(Sanction)
        .join(Decision, Decision.id == Sanction.decision_id)
        .where(
            whose,
            Sanction.starts_at > clock.now() - ladder.LOOKS_BACK,
            Decision.overturned_at.is_(None),
            or_(Sanction.sanction != "warning", Decision.ended_at.is_(None)),
        )
    )


def end_of(day: date | None) -> datetime | None:
    """The moment at which a sanction until a day ends: when that day begins (UTC). None: until it is lifted."""
    return datetime.combine(day, time(), UTC) if day is not None else None


def impose(
    row: Decision,
    *,
    ends_at: datetime | None,
    behind: Behind | None = None,
    contribution: Contribution | None = None,
    member_id: int | None = None,
) -> Sanction:
    """Carry out a decision to warn, limit, silence or ban, until `ends_at` or, without one, until it is lifted.

    Of whoever writes `contribution` (`behind`), or of the member `member_id`. A newer one of the same sort takes the
    place of the older, but never one under her name that of a sealed one, nor the other way: the end of one would tell
    who is behind the other. Of different ones the strongest holds. A ban ends her sessions, unless it goes
    through the seal: that she has none left would tell too.
    """
    must_be_writing()
    member = _member(behind.writer_id if behind is not None else member_id)
    is_sealed = behind is not None and behind.is_sealed and contribution is not None
    sanction = SANCTION_OF[row.decision]
    sealed_id = contribution.id if is_sealed and contribution is not None else None
    if sanction != "warning":
        _end(_in_force(_shown_of(member.id, sealed_id), Sanction.sanction == sanction), None)
    made = Sanction(
        member_id=None if is_sealed else member.id,
        contribution_id=sealed_id,
        sanction=sanction,
        decision_id=row.id,
        starts_at=row.made_at,
        ends_at=ends_at if sanction != "warning" else row.made_at,
    )
    row.until = ends_at if sanction != "warning" else None
    db.session.add(made)
    db.session.flush()
    if sanction == "ban" and not is_sealed:  # her page counts them; the ban alone keeps her out
        db.session.execute(delete(MemberSession).where(MemberSession.member_id == member.id))
    _settle(member)
    if made.ends_at is not None and sanction != "warning":
        enqueue("moderation.end_sanction", {"sanction_id": made.id}, run_at=made.ends_at)
    return made


def lift(actor: Viewer, writer_id: int | None, sealed_id: int | None = None) -> None:
    """End all that is in force under a member's name, now; with `sealed_id` what hangs on that sealed contribution."""
    must_be_writing()
    member = _member(writer_id)
    _end(_in_force(_shown_of(member.id, sealed_id)), actor.id)
    _settle(member)


def shown(member: Member, sealed_id: int | None = None) -> tuple[str | None, datetime | None]:
    """How a member is restricted and until when, as moderators see it: what stands under her name; with `sealed_id`
    what hangs on that sealed contribution. Neither shows the other, or the two would say who is behind the seal."""
    if member.restriction is None:
        return None, None
    present = _in_force(of_member(member.id))
    if sealed_id is None and not any(one.contribution_id for one in present) and not _is_over(member):
        return member.restriction, member.restricted_until
    return _strongest([one for one in present if one.contribution_id == sealed_id])


def shown_of_each(members: Sequence[Member]) -> dict[int, tuple[str | None, datetime | None]]:
    """The same of many members, by their ids. One query, and one for each that something sealed restricts."""
    restricted = [member.id for member in members if member.restriction is not None]
    through = select(Seal.member_id).join(Sanction, Sanction.contribution_id == Seal.contribution_id)
    sealed = set(db.session.scalars(through.where(Seal.member_id.in_(restricted), is_in_force())))
    return {
        member.id: shown(member)
        if member.id in sealed or _is_over(member)
        else (member.restriction, member.restricted_until)
        for member in members
    }


def in_force(member_id: int) -> tuple[str | None, datetime | None]:
    """What holds by now, when what held has ended and the worker hasn't come to put the next in its place."""
    return _strongest(_in_force(of_member(member_id)))


def _is_over(member: Member) -> bool:
    return member.restricted_until is not None and member.restricted_until <= clock.now()


def undo(decision: Decision, actor: Viewer | None = None) -> bool:
    """End what one decision imposed: an appeal was heard, or it was reversed. False when nothing of it is in force."""
    must_be_writing()
    made = db.session.scalars(select(Sanction).where(Sanction.decision_id == decision.id, is_in_force())).all()
    for sanction in made:
        member_id = _whose(sanction)
        _end([sanction], actor.id if actor else None)
        if member_id is not None:
            _settle(_member(member_id))
    return bool(made)


def end(sanction_id: int) -> None:
    """What has come to its end: the next that still holds takes its place. Not in the log of a seal's writer: only its
    contribution stands there."""
    must_be_writing()
    sanction = db.session.get(Sanction, sanction_id)
    if sanction is None or sanction.lifted_at is not None or sanction.ends_at is None:
        return
    if sanction.ends_at > clock.now():  # its date was changed since
        enqueue("moderation.end_sanction", {"sanction_id": sanction.id}, run_at=sanction.ends_at)
        return
    row = db.session.get_one(Decision, sanction.decision_id)
    if row.ended_at is not None:
        return
    row.ended_at = sanction.ends_at
    member_id = _whose(sanction)
    if member_id is not None:
        _settle(_member(member_id))
    about = ("contribution", sanction.contribution_id) if sanction.contribution_id else ("member", sanction.member_id)
    log.append(None, "sanction_ended", about[0], about[1] or 0, data={"case": row.case_id, "decision": row.id})


def _whose(sanction: Sanction) -> int | None:
    if sanction.member_id is not None:
        return sanction.member_id
    contribution = db.session.get(Contribution, sanction.contribution_id)
    return contributions.owner_id(contribution) if contribution is not None else None


def hold(member_id: int) -> None:
    """Let nobody else decide about a member until this transaction ends."""
    must_be_writing()
    _member(member_id)


def _member(key: int | None) -> Member:
    # Held so that rows which name her can still come in: who waits for her would else wait for them in turn.
    return db.session.get_one(Member, key, with_for_update={"key_share": True})


def _shown_of(member_id: int, sealed_id: int | None) -> ColumnElement[bool]:
    return Sanction.member_id == member_id if sealed_id is None else Sanction.contribution_id == sealed_id


def _in_force(*which: ColumnElement[bool]) -> Sequence[Sanction]:
    return db.session.scalars(select(Sanction).where(*which, is_in_force())).all()


def _end(sanctions: Sequence[Sanction], by: int | None) -> None:
    now = clock.now()
    for sanction in sanctions:
        if sanction.sanction == "warning":
            continue
        sanction.lifted_at, sanction.lifted_by = now, by
        row = db.session.get_one(Decision, sanction.decision_id)
        row.ended_at = row.ended_at or now
    db.session.flush()


def _settle(member: Member) -> None:
    """Let the strongest sanction in force hold; none: she is free."""
    member.restriction, member.restricted_until = _strongest(_in_force(of_member(member.id)))
    db.session.flush()


def _strongest(present: Sequence[Sanction]) -> tuple[str | None, datetime | None]:
    for sanction, restriction in RESTRICTIONS.items():
        ends = [one.ends_at for one in present if one.sanction == sanction]
        if ends:
            return restriction, None if None in ends else max(end for end in ends if end is not None)
    return None, None


accounts.hold_by(in_force)
