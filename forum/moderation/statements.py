"""Sending a letter about a decision: the words to whom it concerns, with the statement of reasons below them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.core import tokens
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.moderation import letters, notices, particulars, policy
from forum.moderation.models import Decision, Letter


def language_of(contribution: Contribution | None, member: Member | None = None) -> str:
    """The language of a letter: that of what it is about, where the site speaks it, else of the member's account."""
    language = contribution.language if contribution is not None else member.language if member is not None else ""
    return language if language in LANGUAGES else LANGUAGES[0]


def send(
    row: Decision,
    *,
    contribution: Contribution | None = None,
    member: Member | None = None,
    words: str = "",
    is_edit: bool = False,
) -> Letter | None:
    """Write and send the letter of a decision, which must be flushed with all its columns set.

    contribution: what it is about; its author hears of it, through the seal where she wrote without her name.
    member: whom it is about, where it is about no contribution. words: the moderator's own. is_edit: it is about a
    change behind what readers see. None where the author of such a decision hears nothing.
    """
    must_be_writing()
    if not letters.opening(row.decision, language=LANGUAGES[0]):
        return None
    language = language_of(contribution, member)
    rule = next((one for one in notices.guidelines_in(language) if one.id == row.guideline_id), None)
    text = letters.text_of(
        row.decision,
        words,
        language=language,
        is_edit=is_edit,
        guideline=rule.name if rule else "",
        until=row.until,
        is_automatic=row.is_automatic,
    )
    kept = particulars.of(row, is_edit=is_edit)
    return post(
        Letter(
            decision_id=row.id,
            contribution_id=contribution.id if contribution is not None else None,
            member_id=member.id if contribution is None and member is not None else None,
            language=language,
            text=text,
            particulars=kept,
            appeal_until=row.made_at + particulars.HEARD_FOR if kept else None,
            sent_at=row.made_at,
        ),
        told_at=row.made_at + policy.SLIP if row.decision in policy.SLIPS else None,
    )


def post(letter: Letter, *, told_at: datetime | None = None) -> Letter:
    """Keep a letter and let its recipient be told, once; not before `told_at`."""
    must_be_writing()
    letter.nonce = tokens.new_nonce()
    db.session.add(letter)
    db.session.flush()
    payload: dict[str, Any] = {"letter_id": letter.id}
    enqueue("moderation.mail_letter", payload, run_at=told_at, dedupe_key=f"letter:{letter.id}")
    return letter
