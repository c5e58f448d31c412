"""A member's list as its page shows it: what she may still see, gathered by the thread or story it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.accounts.viewer import Viewer
from forum.notifications import mutes, notices, queries
from forum.notifications.letters import grouped
from forum.notifications.mail_queries import hides
from forum.notifications.models import Notification
from forum.notifications.notices import Told

Group = tuple[Told, list[tuple[Notification, Told]]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. `gone`: how many unread ones on it are about what isn't there any more, or muted."""

    unread: list[Group]
    read: list[Group]
    gone: int
    next_before: int | None


def page_of(viewer: Viewer, before: int | None, language: str) -> Page:
    """A page of the list of `viewer`, in a language."""
    listed = queries.list_of(viewer, before)
    found = notices.told(viewer, [*listed.unread, *listed.read], language)
    muted = mutes.of(viewer) if found else mutes.NOTHING

    def shown(rows: Sequence[Notification]) -> list[tuple[Notification, Told]]:
        return [(row, found[row.id]) for row in rows if row.id in found and not hides(muted, row, found[row.id])]

    unread = shown(listed.unread)
    gone = len(listed.unread) - len(unread)
    return Page(grouped(unread), grouped(shown(listed.read)), gone, listed.next_before)


def address_of(viewer: Viewer, row: Notification, language: str) -> str:
    """Where what a notification is about is read; empty where `viewer` may not see it any more."""
    words = notices.told(viewer, [row], language).get(row.id)
    return words.address if words is not None else ""
