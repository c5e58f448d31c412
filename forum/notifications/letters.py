"""The mails of notifications, composed when they are sent: one for one thing, or a digest of a day or a week.

No subject names a person, a title or an illness. A discreet mail says only that there is something new.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formataddr, parseaddr

from flask_babel import gettext as _

from forum.core import clock, mail, outbox, smtp
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.outbox import After, Effect
from forum.core.settings import the_settings
from forum.notifications import mail_queries, mailing, notices, queries, unsubscribing
from forum.notifications.mail_queries import Reader
from forum.notifications.models import Digest, Notification
from forum.notifications.notices import MailWords, Told

IN_FULL = 40  # things a digest shows; the rest is counted


def at_once(notification_id: int) -> Effect | None:
    """Mail one notification, asking again whether its recipient may see it and wants to hear of it."""
    row = db.session.get(Notification, notification_id)
    if row is None or row.mailed_at is not None or row.mail != "now":
        return None
    member_id = queries.member_of(row) if mail_queries.is_waiting(row) else None
    to = mail_queries.reader(member_id, though_banned=row.kind == "decision")
    if to is None:
        return lambda: lambda: mailing.not_mailed(notification_id)
    later = to.clock.after_quiet(now := clock.now())
    if later > now:  # a server that was away brought it into her quiet hours
        payload = {"notification_id": notification_id}
        return lambda: lambda: outbox.enqueue("notifications.mail", payload, run_at=later)
    with in_language(to.language):
        words = mail_queries.told(to, [row]).get(row.id)
        if words is None:
            return lambda: lambda: mailing.not_mailed(notification_id)
        message = _of_one(to, row, words)
    return_path = notices.return_path(row)
    return lambda: _handed_over(
        message,
        return_path,
        to,
        lambda: mailing.mailed(notification_id),
        lambda: mailing.not_mailed(notification_id),
    )


def of_digest(digest_id: int) -> Effect | None:
    """Mail a digest: of what it gathered, what is unread and may still be seen."""
    digest = db.session.get(Digest, digest_id)
    if digest is None or digest.mailed_at is not None:
        return None
    rows = mail_queries.in_digest(digest)
    ids = [row.id for row in rows]
    is_fresh = digest.made_at > clock.now() - mail_queries.PATIENCE
    to = mail_queries.reader(digest.member_id) if rows and is_fresh else None
    if to is None:
        return lambda: lambda: mailing.digest_not_mailed(digest_id, ids)
    later = to.clock.after_quiet(now := clock.now())
    if later > now:
        return lambda: lambda: outbox.enqueue("notifications.digest", {"digest_id": digest_id}, run_at=later)
    with in_language(to.language):
        told = mail_queries.told(to, rows)
        if not told:
            return lambda: lambda: mailing.digest_not_mailed(digest_id, ids)
        message = _of_many(to, digest, [(row, told[row.id]) for row in rows if row.id in told])
    return_path = notices.return_path(digest)
    return lambda: _handed_over(
        message,
        return_path,
        to,
        lambda: mailing.digest_mailed(digest_id, ids),
        lambda: mailing.digest_not_mailed(digest_id, ids),
    )


def _handed_over(message: EmailMessage, return_path: str, to: Reader, then: After, refused: After) -> After:
    """Hand a mail over; what is to be noted of it. A server that is away, slow or busy raises: the job comes again."""
    try:
        mail.send(message, return_path=return_path)
    except Exception as error:
        if not smtp.is_refused_for_good(error):
            raise

        def noted() -> None:
            refused()
            mailing.bounced(to.member_id)

        return noted
    return then


def _of_one(to: Reader, row: Notification, words: Told) -> EmailMessage:
    notice = notices.notice_of(row)
    assert notice is not None  # it said what this mail tells
    end = notice.ending(row, to.member_id) or unsubscribing.token_of_notification(row)
    belongs_to = f"thread-{row.thread_id}" if row.thread_id else ""
    if not belongs_to and row.contribution_id:
        belongs_to = f"about-{row.contribution_id}"
    own = notice.mail(to.viewer, row)
    if to.is_discreet:
        return _discreet(to, f"notification-{row.id}", end, belongs_to, own.discreet_path if own is not None else "")
    reply = notices.reply_address(row)
    shown = own or MailWords("notification", {})
    return mail.compose(
        to.email,
        shown.subject or str(notice.subject),
        shown.template,
        message_id=f"notification-{row.id}",
        belongs_to=belongs_to,
        headers=_headers(end) | ({"Reply-To": reply} if reply else {}),
        told=words,
        can_answer=reply is not None,
        **_frame(to, end),
        **shown.values,
    )


def _of_many(to: Reader, digest: Digest, items: list[tuple[Notification, Told]]) -> EmailMessage:
    end = unsubscribing.token_of_digest(digest)
    if to.is_discreet:
        return _discreet(to, f"digest-{digest.id}", end, "")
    return mail.compose(
        to.email,
        _("What is new this week") if digest.period.startswith("weekly") else _("What is new today"),
        "digest",
        message_id=f"digest-{digest.id}",
        headers=_headers(end),
        groups=grouped(items[:IN_FULL]),
        more=len(items) - IN_FULL,
        **_frame(to, end),
    )


def grouped(items: Iterable[tuple[Notification, Told]]) -> list[tuple[Told, list[tuple[Notification, Told]]]]:
    """Notifications by the place they belong to, in the order of their newest; each group by its first one."""
    groups: dict[object, list[tuple[Notification, Told]]] = {}
    for row, words in items:
        key: object = row.thread_id or words.place or f"alone:{row.id}"
        groups.setdefault(key, []).append((row, words))
    return [(group[0][1], group) for group in groups.values()]


def _discreet(to: Reader, message_id: str, end: str, belongs_to: str, path: str = "") -> EmailMessage:
    settings = the_settings()
    _name, address = parseaddr(settings.sender)
    return mail.compose(
        to.email,
        _("Something new for you"),
        "discreet",
        message_id=message_id,
        belongs_to=belongs_to,
        headers=_headers(end),
        sender=formataddr((settings.discreet_sender, address)),
        path=path or f"/{to.language}/me/notifications",
        **(_frame(to, end) | {"site_name": settings.discreet_sender}),
    )


def _headers(end: str) -> dict[str, str]:
    # RFC 8058: one click of a mail program ends it, without a page.
    return {
        "List-Unsubscribe": f"<{the_settings().origin}/unsubscribe/{end}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _frame(to: Reader, end: str) -> dict[str, str]:
    origin = the_settings().origin
    return {
        "language": to.language,
        "end": f"{origin}/unsubscribe/{end}",
        "choices": f"{origin}/{to.language}/me/notifications/choices",
    }
