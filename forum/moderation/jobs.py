"""Jobs of moderation: an author is told of a letter, a message or a suggestion; a reporter what became of it."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.core import mail, outbox, tokens
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import notices, told
from forum.moderation.wording import OUTCOMES


@outbox.handler("moderation.mail_letter")
def tell_of_letter(payload: Payload) -> None:
    """Tell the author of a letter to her."""
    told.of_letter(payload["letter_id"])


@outbox.handler("moderation.mail_message")
def tell_of_message(payload: Payload) -> None:
    """Tell the author of a moderator's message."""
    told.of_message(payload["message_id"])


@outbox.handler("moderation.mail_suggestion")
def tell_of_suggestion(payload: Payload) -> None:
    """Tell the author that a moderator suggests other words."""
    told.of_suggestion(payload["suggestion_id"])


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
