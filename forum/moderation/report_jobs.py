"""Jobs of reporting: a notice is confirmed, its sender hears what was decided, what has had its time is forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.core import mail, outbox
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import receipts, reporting
from forum.moderation.models import Report


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    language: str


@outbox.handler("moderation.mail_notice", network=True)
def mail_notice(payload: Payload) -> Effect | None:
    """Confirm a notice of something illegal to who sent it (Digital Services Act, Article 16(4))."""
    receipt = receipts.receipt_of(payload["report_id"])
    notice = receipts.legal_notice(payload["report_id"])
    if receipt is None or notice is None or not notice.email:
        return None
    report = receipt.report
    with in_language(report.language):
        message = mail.compose(
            notice.email,
            _("We have your legal notice"),
            "notice_received",
            message_id=f"notice-{report.id}",
            language=report.language,
            made_at=report.made_at,
            reported=report.address,
            path=f"/{report.language}/report/{receipts.token_of(report)}",
        )
    return lambda: mail.send(message)


@outbox.handler("moderation.mail_receipt", network=True)
def mail_receipt(payload: Payload) -> Effect | None:
    """Tell who reported something what became of it, and what can be done then (Article 16(5))."""
    receipt = receipts.receipt_of(payload["report_id"])
    if receipt is None or receipt.decision is None:
        return None
    report, to = receipt.report, recipient_of(receipt.report)
    if to is None:
        return None
    with in_language(to.language):
        message = mail.compose(
            to.address,
            _("What became of your report"),
            "receipt",
            message_id=f"receipt-{report.id}-{report.decision_id}",
            language=to.language,
            outcome=str(receipt.outcome),
            is_legal=report.reason == "illegal",
            path=f"/{to.language}/report/{receipts.token_of(report)}",
        )
    return lambda: mail.send(message)


def recipient_of(report: Report) -> Recipient | None:
    """Where an answer goes: to the address left with a legal notice, else to the member's own; None: nowhere."""
    notice = receipts.legal_notice(report.id)
    if notice is not None and notice.email:
        return Recipient(notice.email, report.language)
    member = db.session.get(Member, report.reporter_id) if report.reporter_id is not None else None
    if member is None or member.email is None or member.erased_at is not None:
        return None
    return Recipient(member.email, member.language)


@outbox.handler("moderation.forget_sources", daily=True)
def forget_sources(_payload: Payload) -> None:
    """From where notices came is no longer needed."""
    reporting.forget_sources()
