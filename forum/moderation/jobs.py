"""Mails of moderation: a letter to an author, what became of a report."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.core import mail, outbox, tokens
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import notices
from forum.moderation.wording import OUTCOMES


@outbox.handler("moderation.mail_letter", network=True)
def mail_letter(payload: Payload) -> Effect | None:
    """Mail a letter to the author it is for, unless she has read it, or taken the thing back."""
    found = notices.letter_to_mail(payload["letter_id"])
    if found is None:
        return None
    letter, member = found
    assert member.email is not None  # asked by letter_to_mail
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("A letter about your contribution"),
            "letter",
            message_id=f"letter-{letter.id}",
            language=member.language,
            letter=letter,
            path=f"/{member.language}/me/letters#letter-{letter.id}",
        )
    return lambda: mail.send(message)


@outbox.handler("moderation.mail_receipt", network=True)
def mail_receipt(payload: Payload) -> Effect | None:
    """Tell a member what became of her report."""
    receipt = notices.receipt_of(payload["report_id"])
    report = receipt.report if receipt else None
    if receipt is None or report is None or receipt.decision is None or report.reporter_id is None:
        return None
    member = db.session.get(Member, report.reporter_id)
    if member is None or member.email is None or member.erased_at is not None:
        return None
    token = tokens.token_for("report", report.id, report.nonce)
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("What became of your report"),
            "receipt",
            message_id=f"receipt-{report.id}-{report.decision_id}",
            language=member.language,
            outcome=str(OUTCOMES[receipt.decision]),
            path=f"/{member.language}/report/{token}",
        )
    return lambda: mail.send(message)
