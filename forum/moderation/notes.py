"""What moderators keep of a member: notes, and who spoke to her, when and about what.

Written on a sealed contribution's case, a note hangs on the contribution: it says nothing of who wrote it, and is found
on that contribution's cases alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import authors, log, member_policy, member_queries, policy, queries
from forum.moderation.member_models import CONTACTS, MemberNote

SHOWN = 30
EMPTY = _l("Write a word or two first.")
NOBODY = _l("Nobody is behind this any more.")
CONTACT_WORDS = {
    "note": _l("A note"),
    "message": _l("We wrote to each other here"),
    "mail": _l("We wrote by mail"),
    "phone": _l("We spoke by phone"),
    "in_person": _l("We spoke in person"),
}


@dataclass(frozen=True, slots=True)
class Noted:
    """One note with who wrote it."""

    note: MemberNote
    moderator: str | None


def of_member(member_id: int) -> Sequence[Noted]:
    """The notes about a member, the newest first. None of what hangs on what she sealed."""
    return _notes(MemberNote.member_id == member_id)


def of_contribution(contribution_id: int) -> Sequence[Noted]:
    """The notes that hang on one sealed contribution, the newest first."""
    return _notes(MemberNote.contribution_id == contribution_id)


def _notes(about: object) -> Sequence[Noted]:
    query = select(MemberNote, Member.display_name).outerjoin(Member, Member.id == MemberNote.moderator_id)
    rows = db.session.execute(query.where(about).order_by(MemberNote.id.desc()).limit(SHOWN))  # type: ignore[arg-type]
    return [Noted(*row) for row in rows]


def add_about_member(*, actor: Viewer, member_id: int, contact: str, text: str) -> Verdict:
    """Keep a note about a member."""
    must_be_writing()
    about = member_queries.about(actor, member_id)
    if about is None:
        return no("", 404)
    if not (verdict := member_policy.can_see(actor, about)):
        return verdict
    return _add(actor, contact, text, member_id=member_id)


def add_on_case(*, actor: Viewer, case_id: int, contact: str, text: str) -> Verdict:
    """Keep a note about whoever is behind a case: hung on her, or on the contribution where she is sealed."""
    must_be_writing()
    file = queries.file_of(actor, case_id)
    if file is None:
        return no("", 404)
    if not (verdict := policy.can_judge(actor, file.matter)):
        return verdict
    behind = authors.behind(file.contribution)
    if behind.writer_id is None:
        return no(NOBODY, 409)
    if behind.is_sealed:
        return _add(actor, contact, text, contribution_id=file.contribution.id)
    return _add(actor, contact, text, member_id=behind.writer_id)


def _add(
    actor: Viewer, contact: str, text: str, *, member_id: int | None = None, contribution_id: int | None = None
) -> Verdict:
    if not text.strip():
        return no(EMPTY, 422)
    row = MemberNote(
        member_id=member_id,
        contribution_id=contribution_id,
        moderator_id=actor.id,
        contact=contact if contact in CONTACTS else "note",
        text=text,
        written_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    about = ("contribution", contribution_id) if contribution_id is not None else ("member", member_id)
    log.append(actor, "note", about[0], about[1] or 0, data={"note": row.id})
    return YES
