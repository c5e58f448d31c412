"""Professions that an administrator saw proof of: who has one today, noting one, ending it, and that it runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from forum.accounts.models import PROFESSIONS, Member, MemberRole, Profession
from forum.accounts.viewer import Viewer
from forum.core import clock, outbox
from forum.core.db import db
from forum.core.richtext import clean_text
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no

LONGEST = timedelta(days=730)
WARNED_BEFORE = timedelta(days=30)
WORDS = {
    "doctor": _l("Doctor"),
    "nurse": _l("Nurse"),
    "physiotherapist": _l("Physiotherapist"),
    "psychologist": _l("Psychologist"),
    "pharmacist": _l("Pharmacist"),
    "social_worker": _l("Social worker"),
    "other": _l("Health professional"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A member's profession as the panel lists it."""

    member_id: int
    name: str
    profession: str
    how: str
    verified_on: date
    expires_on: date
    verifier: str | None


# Reading


def profession_of(viewer: Viewer) -> Profession | None:
    """The profession of `viewer` that is verified today, or None: one that has run out is none."""
    if not viewer.is_authenticated:
        return None
    return db.session.scalar(
        select(Profession).where(Profession.member_id == viewer.id, Profession.expires_on >= clock.today())
    )


def kept_of(member_id: int) -> Profession | None:
    """What is noted of a member's profession, run out or not; for the panel."""
    return db.session.scalar(select(Profession).where(Profession.member_id == member_id))


def all_kept() -> Sequence[Kept]:
    """Every profession that is noted, the first to run out first; for the panel."""
    verifier = aliased(Member)
    rows = db.session.execute(
        select(
            Profession.member_id, Member.display_name, Profession.profession, Profession.how,
            Profession.verified_on, Profession.expires_on, verifier.display_name,
        )
        .join(Member, Member.id == Profession.member_id)
        .outerjoin(verifier, verifier.id == Profession.verified_by)
        .order_by(Profession.expires_on, Profession.id)
        .limit(500)
    )  # fmt: skip
    return [Kept(*row) for row in rows]


# Rules


def can_verify(viewer: Viewer) -> Verdict:
    """Whether `viewer` may note that she saw proof of a profession."""
    if not viewer.is_authenticated:
        return no(_l("Sign in to come to the panel."), 401)
    return YES if viewer.is_admin else no(_l("Only an administrator verifies professions."))


def can_keep(viewer: Viewer, member_id: int, profession: str, how: str, expires_on: date | None) -> Verdict:
    """Whether `viewer` may note this of that member: with how she saw it, and until a day in the next two years."""
    verdict = can_verify(viewer)
    if not verdict:
        return verdict
    if viewer.id == member_id:
        return no(_l("Nobody verifies their own profession. Ask another administrator."))
    if profession not in PROFESSIONS:
        return no(_l("Choose one of the professions."), 422)
    if not how:
        return no(_l("Write what you saw, so that others can judge it later."), 422)
    if expires_on is None or not clock.today() < expires_on <= clock.today() + LONGEST:
        return no(_l("Choose a day within the next two years."), 422)
    return YES


# Verbs


def verify(*, actor: Viewer, member_id: int, profession: str, how: str, expires_on: date | None) -> Verdict:
    """Note that `actor` saw proof of a member's profession, how, and until when that holds. The caller logs it."""
    must_be_writing()
    how = clean_text(how, single_line=True)
    member = db.session.scalar(select(Member).where(Member.id == member_id, Member.erased_at.is_(None)))
    if member is None:
        return no(_l("There is no such member or role."), 404)
    verdict = can_keep(actor, member_id, profession, how, expires_on)
    if not verdict:
        return verdict
    assert expires_on is not None  # judged
    row = kept_of(member_id) or _new(member_id, profession, expires_on)
    row.profession, row.how, row.verified_by = profession, how, actor.id
    row.verified_on, row.expires_on = clock.today(), expires_on
    db.session.flush()
    return YES


def _new(member_id: int, profession: str, expires_on: date) -> Profession:
    row = Profession(member_id=member_id, profession=profession, verified_on=clock.today(), expires_on=expires_on)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another administrator noted one in the same moment
        return db.session.scalars(select(Profession).where(Profession.member_id == member_id)).one()
    return row


def end(*, actor: Viewer, member_id: int) -> Verdict:
    """Take a member's profession back: the mark leaves all her posts. The caller logs it."""
    must_be_writing()
    verdict = can_verify(actor)
    if verdict:
        db.session.execute(delete(Profession).where(Profession.member_id == member_id))
    return verdict


# Running out


def remind() -> None:
    """Tell a member, and every administrator, once that her verified profession runs out within a month."""
    must_be_writing()
    admins = db.session.scalars(select(MemberRole.member_id).where(MemberRole.role == "admin")).all()
    soon = select(Profession).where(
        Profession.expires_on >= clock.today(), Profession.expires_on <= clock.today() + WARNED_BEFORE
    )
    for row in db.session.scalars(soon):
        for reader in {row.member_id, *admins}:
            outbox.enqueue(
                "accounts.mail_profession",
                {"profession_id": row.id, "member_id": reader},
                dedupe_key=f"profession:{row.id}:{row.expires_on.isoformat()}:{reader}",
            )


def to_remind(profession_id: int, member_id: int) -> tuple[Profession, Member, Member] | None:
    """What such a mail is about: the profession, whose it is, and who reads it; None when it is settled meanwhile."""
    row = db.session.get(Profession, profession_id)
    reader = db.session.get(Member, member_id)
    if row is None or reader is None or reader.email is None or reader.erased_at is not None:
        return None
    if row.expires_on > clock.today() + WARNED_BEFORE:
        return None  # it was verified anew
    return row, db.session.get_one(Member, row.member_id), reader
