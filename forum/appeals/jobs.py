"""Jobs of appeals: somebody outside gets her address, a reporter hears what became of another look."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.appeals import actions
from forum.appeals.models import Appeal
from forum.core import clock, mail, outbox, tokens
from forum.core.dates import date_in
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import Effect, Payload
from forum.moderation import receipts
from forum.moderation.models import Report
from forum.moderation.report_jobs import recipient_of


@outbox.handler("appeals.mail_outside", network=True)
def mail_outside(payload: Payload) -> Effect | None:
    """Send somebody outside the private address by which she hears an appeal."""
    appeal = db.session.get(Appeal, payload["appeal_id"])
    if appeal is None or appeal.outside_address is None or appeal.outside_nonce is None or appeal.heard_at is not None:
        return None
    address = tokens.open_text(appeal.outside_address)
    if address is None or appeal.outside_until is None or appeal.outside_until <= clock.now():
        return None
    token = tokens.token_for(actions.OUTSIDE, appeal.id, appeal.outside_nonce)
    with in_language(appeal.language):
        message = mail.compose(
            address,
            _("You are asked for your judgement"),
            "appeal_outside",
            message_id=f"appeal-outside-{appeal.id}-{appeal.outside_nonce[:8]}",
            language=appeal.language,
            name=appeal.outside_name,
            until=date_in(appeal.outside_until.date(), appeal.language),
            path=f"/{appeal.language}/appeals/{token}",
        )
    return lambda: mail.send(message)


@outbox.handler("appeals.mail_reporter", network=True)
def mail_reporter(payload: Payload) -> Effect | None:
    """Tell a reporter what became of her asking for another look."""
    appeal = db.session.get(Appeal, payload["appeal_id"])
    report = db.session.get(Report, appeal.report_id) if appeal is not None else None
    if appeal is None or report is None or appeal.outcome is None:
        return None
    return _to_reporter(report, f"appeal-{appeal.id}", outcome=appeal.outcome, answer=appeal.answer)


@outbox.handler("appeals.mail_changed", network=True)
def mail_changed(payload: Payload) -> Effect | None:
    """Tell who reported something that what was decided then was taken back after an appeal."""
    report = db.session.get(Report, payload["report_id"])
    if report is None or report.decision_id is None:
        return None
    return _to_reporter(report, f"appeal-changed-{report.id}-{report.decision_id}", outcome="changed", answer="")


def _to_reporter(report: Report, message_id: str, *, outcome: str, answer: str) -> Effect | None:
    to = recipient_of(report)
    if to is None:
        return None
    with in_language(to.language):
        message = mail.compose(
            to.address,
            _("Another look at your report"),
            "appeal_reporter",
            message_id=message_id,
            language=to.language,
            outcome=outcome,
            answer=answer,
            path=f"/{to.language}/report/{receipts.token_of(report)}",
        )
    return lambda: mail.send(message)
