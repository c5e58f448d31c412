"""Appeals in the demo: one that waits to be heard by somebody else, one that was heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.appeals import actions
from forum.appeals.models import Appeal
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.moderation.models import Decision, Letter

Entry = dict[str, Any]


def ask(members: Mapping[str, Member]) -> None:
    """Let them ask for another look at what the desk decided; moments are counted back from now."""
    must_be_writing()
    for entry in content.appeals():
        appeal = _asked(entry, members)
        if "heard" in entry:
            _heard(appeal, entry["heard"], members)


def _ago(entry: Entry) -> datetime:
    return clock.now() - timedelta(hours=entry["hours"])


def _asked(entry: Entry, members: Mapping[str, Member]) -> Appeal:
    member = members[entry["author"]]
    letter_id = db.session.scalars(
        select(Letter.id)
        .join(Decision, Decision.id == Letter.decision_id)
        .join(Contribution, Contribution.id == Letter.contribution_id)
        .where(Contribution.author_id == member.id, Decision.decision == entry["decision"])
        .order_by(Letter.id.desc())
        .limit(1)
    ).one()
    appeal, verdict = actions.appeal_as_author(
        actor=viewer_of(member), letter_id=letter_id, words=entry["words"].strip(), language=entry["language"]
    )
    if appeal is None:
        raise RuntimeError(f"The demo's appeal was refused: {verdict.reason}")
    appeal.made_at, appeal.due_at = _ago(entry), actions.due_at(_ago(entry))
    db.session.flush()
    return appeal


def _heard(appeal: Appeal, entry: Entry, members: Mapping[str, Member]) -> None:
    heard = actions.hear(
        actor=viewer_of(members[entry["by"]]),
        appeal_id=appeal.id,
        outcome=entry["outcome"],
        words=entry["answer"].strip(),
    )
    if not heard.verdict:
        raise RuntimeError(f"The demo's verdict was refused: {heard.verdict.reason}")
    appeal.heard_at = _ago(entry)
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()
    letter.sent_at = appeal.heard_at
    db.session.flush()
