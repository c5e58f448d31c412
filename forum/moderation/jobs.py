"""Mails of moderation: a letter, a message or a suggestion to an author, what became of a report."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.core import mail, outbox, tokens
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import authors, notices
from forum.moderation.models import ReviewMessage, SuggestedEdit
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


@outbox.handler("moderation.mail_message", network=True)
def mail_message(payload: Payload) -> Effect | None:
    """Mail a moderator's message to the author it is for, unless she has read it, or taken the thing back."""
    message = db.session.get(ReviewMessage, payload["message_id"])
    if message is None or message.read_at is not None:
        return None
    return _to_author(message.contribution_id, f"message-{message.id}", message.text, message.language)


@outbox.handler("moderation.mail_suggestion", network=True)
def mail_suggestion(payload: Payload) -> Effect | None:
    """Tell an author that a moderator suggests other words, unless she has answered already."""
    suggestion = db.session.get(SuggestedEdit, payload["suggestion_id"])
    if suggestion is None or suggestion.answered_at is not None:
        return None
    return _to_author(
        suggestion.contribution_id, f"suggestion-{suggestion.id}", suggestion.note, "", is_suggestion=True
    )


def _to_author(
    contribution_id: int, message_id: str, words: str, language: str, *, is_suggestion: bool = False
) -> Effect | None:
    member = authors.reader_of_mail(db.session.get_one(Contribution, contribution_id))
    if member is None or member.email is None:
        return None
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("A suggestion for what you sent") if is_suggestion else _("A message about what you sent"),
            "review",
            message_id=message_id,
            language=member.language,
            words=words,
            words_language=language or member.language,
            is_suggestion=is_suggestion,
            path=f"/{member.language}/contributions/{contribution_id}/review",
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
