"""Jobs of notifications: a mail at once, digests by each member's clock, the daily sweep."""

from __future__ import annotations

from forum.core import outbox
from forum.core.outbox import Effect, Payload
from forum.notifications import letters, mailing


@outbox.handler("notifications.mail", network=True)
def mail_at_once(payload: Payload) -> Effect | None:
    """Mail one notification."""
    return letters.at_once(payload["notification_id"])


@outbox.handler("notifications.daily")
def gather_daily(payload: Payload) -> None:
    """Gather what is due for one member in her daily mail."""
    mailing.gather(payload["member_id"], "daily")


@outbox.handler("notifications.weekly")
def gather_weekly(payload: Payload) -> None:
    """Gather what is due for one member in her weekly mail."""
    mailing.gather(payload["member_id"], "weekly")


@outbox.handler("notifications.gather")
def gather_sealed(payload: Payload) -> None:
    """Gather what is due for whoever a notification about something sealed is for."""
    mailing.gather_sealed(payload["notification_id"])


@outbox.handler("notifications.digest", network=True)
def mail_digest(payload: Payload) -> Effect | None:
    """Mail one digest."""
    return letters.of_digest(payload["digest_id"])


@outbox.handler("notifications.sweep", daily=True)
def sweep(_payload: Payload) -> None:
    """Take up what no digest took; forget what was read long ago."""
    mailing.gather_overdue()
    mailing.sweep()
