"""What the demo's moderators know of some members: notes, a warning, and an account that waits for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.moderation import member_sanctions, notes
from forum.moderation.guideline_models import Guideline
from forum.moderation.member_models import MemberNote, Sanction, SecondPerson
from forum.moderation.models import Case, Decision, Letter

Entry = dict[str, Any]


def keep(members: Mapping[str, Member]) -> None:
    """Write down what the content says; moments are counted back from now."""
    must_be_writing()
    records = content.records()
    for entry in records["notes"]:
        verdict = notes.add_about_member(
            actor=viewer_of(members[entry["by"]]),
            member_id=members[entry["about"]].id,
            contact=entry["contact"],
            text=entry["text"].strip(),
        )
        assert verdict, verdict.reason
        _back_date(_ago(entry), ((MemberNote, "written_at"),))
    for entry in records["warnings"]:
        _decide(members, entry, "warn")
        rows = ((Decision, "made_at"), (Sanction, "starts_at"), (Sanction, "ends_at"), (Letter, "sent_at"))
        _back_date(_ago(entry), (*rows, (Case, "opened_at"), (Case, "closed_at")))
    for entry in records["asked"]:
        _decide(members, entry, entry["second_for"])
        _back_date(_ago(entry), ((SecondPerson, "asked_at"),))


def _ago(entry: Entry) -> datetime:
    return clock.now() - timedelta(hours=entry["hours"])


def _decide(members: Mapping[str, Member], entry: Entry, decision: str) -> None:
    rule = select(Guideline.id).where(Guideline.number == entry["guideline"], Guideline.replaced_at.is_(None))
    verdict = member_sanctions.decide(
        actor=viewer_of(members[entry["by"]]),
        member_id=members[entry["about"]].id,
        decision=decision,
        guideline_id=db.session.scalar(rule),
        letter=entry["letter"].strip(),
        note=entry.get("reason", "").strip(),
    )
    assert verdict, verdict.reason
    db.session.flush()


def _back_date(moment: datetime, columns: tuple[tuple[Any, str], ...]) -> None:
    """Give the newest row of each table its moment in the past."""
    for model, column in columns:
        newest = db.session.scalar(select(model.id).order_by(model.id.desc()).limit(1))
        db.session.execute(update(model).where(model.id == newest).values({column: moment}))
    db.session.expire_all()
