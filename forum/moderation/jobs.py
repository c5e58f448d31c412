"""Jobs of moderation: an author is told of a letter, a message or a suggestion."""

from __future__ import annotations

from flask_babel import gettext as _

from forum.accounts import recovery
from forum.accounts.models import MailboxRecovery, Member
from forum.core import mail, outbox, tokens
from forum.core.dates import moment
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import After, Effect, Payload
from forum.moderation import (
    caring,
    granting,
    log_checks,
    recovering,
    sanctions,
    spam_accounts,
    standing,
    sweeping,
    told,
    undoing,
)
from forum.notifications.hours import zone_of
from forum.notifications.models import MailChoice
from forum.notifications.queries import clock_of


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


@outbox.handler("moderation.end_sanction")
def end_sanction(payload: Payload) -> None:
    """A sanction has come to its end."""
    sanctions.end(payload["sanction_id"])


@outbox.handler("moderation.end_decision")
def end_decision(payload: Payload) -> None:
    """What was decided until a moment has come to its end."""
    undoing.end(payload["decision_id"])


@outbox.handler("moderation.sweep_redaction", network=True)
def sweep_redaction(payload: Payload) -> Effect | None:
    """Rid the database's own files of what was taken out by now, then note it: of several one sweep is enough."""
    waiting = sweeping.unswept()
    if payload["redaction_id"] not in waiting:
        return None

    def clean() -> After:
        sweeping.clean_up()
        return lambda: sweeping.note_swept(waiting)

    return clean


@outbox.handler("moderation.mail_recovery", network=True)
def mail_recovery(payload: Payload) -> Effect | None:
    """Tell the old address that another is to take its place, with the private address that stops it."""
    row = db.session.get(MailboxRecovery, payload["recovery_id"])
    member = db.session.get(Member, row.member_id) if row is not None and recovery.is_open(row) else None
    if row is None or member is None or member.email is None or member.erased_at is not None:
        return None
    zone = zone_of(clock_of(db.session.get(MailChoice, member.id)).zone)
    token = tokens.token_for(recovery.STOP, row.id, row.nonce)
    with in_language(member.language):
        message = mail.compose(
            member.email,
            _("Another address for your account"),
            "recovery",
            message_id=f"recovery-{row.id}",
            language=member.language,
            name=member.display_name,
            takes_effect_at=moment(row.takes_effect_at, zone),
            path=f"/{member.language}/recovery/{token}",
        )
    return lambda: mail.send(message)


@outbox.handler("moderation.finish_recovery")
def finish_recovery(payload: Payload) -> None:
    """A waiting period is over: another mailbox takes over an account."""
    recovering.finish(payload["recovery_id"])


@outbox.handler("moderation.close_spam")
def close_spam(payload: Payload) -> None:
    """The next lot of what was signed with an account that is only spam."""
    spam_accounts.go_on(payload["decision_id"])


@outbox.handler("moderation.reopen_spam")
def reopen_spam(payload: Payload) -> None:
    """The next lot of what comes back with such an account."""
    spam_accounts.bring_on(payload["decision_id"], payload["after"], payload["actor_id"])


@outbox.handler("moderation.standing", daily=True)
def review_standing(_payload: Payload) -> None:
    """Who has grown into trust, and who fell back."""
    standing.review()


@outbox.handler("moderation.seconds", daily=True)
def let_lapse(_payload: Payload) -> None:
    """Nobody answered in time."""
    granting.lapse()


@outbox.handler("moderation.verify_log", network=True, daily=True)
def verify_log(_payload: Payload) -> Effect:
    """Whether nobody changed the log: followed in the reading transaction, noted in its own."""
    found = log_checks.look()
    return lambda: lambda: log_checks.keep(found)


@outbox.handler("moderation.forget_false_alarms", daily=True)
def forget_false_alarms(_payload: Payload) -> None:
    """Erase what was noticed by mistake a month ago."""
    caring.forget_false_alarms()
