"""How a notification of a kind reads, in the list and in the mail, and whether its recipient may still see it.

Each room registers one `Notice` for each kind it tells of. The list, the mails and the digests know no room: they ask
`told`, when the page is made and again when the mail is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from forum.accounts.viewer import Viewer
from forum.notifications.models import KINDS, Notification


@dataclass(frozen=True, slots=True)
class Told:
    """What one notification says to its recipient now, in the language it was asked in.

    line: a whole sentence, plain: "Bea answered you." address: the path where it is read, with its language.
    place: the title of the thread or story it belongs to, which groups the list; empty for none. excerpt: its first
    words, plain; empty where they should be met by nobody unprepared, and `notes` says what they are about, in whole
    phrases: "About a death". language: of place and excerpt, where it isn't the page's. author_id (never a sealed
    one), board_id, topic_ids: what she may have muted; the thread is the notification's own.
    """

    line: str
    address: str
    place: str = ""
    excerpt: str = ""
    notes: str = ""
    language: str = ""
    author_id: int | None = None
    board_id: int | None = None
    topic_ids: frozenset[int] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class MailWords:
    """A mail of a kind's own: `templates/mail/<template>.txt` and `.html` with these values, `told` among them.

    subject: instead of the notice's, as carefully worded. discreet_path: where a discreet mail leads instead of her
    list, for who can't sign in to read that.
    """

    template: str
    values: Mapping[str, Any]
    subject: str = ""
    discreet_path: str = ""


Tell = Callable[[Viewer, Sequence[Notification], str], dict[int, Told]]


def _no_words(_viewer: Viewer, _notification: Notification) -> MailWords | None:
    return None


def _no_ending(_notification: Notification, _member_id: int) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a room says of one kind of notification.

    kind: a word of `models.KINDS`. label: lazy translated, how the choices call it: "Somebody answers you".
    subject: lazy translated, of its mail; never a name, a title or a word of health.
    tell(viewer, notifications, language): for each she may still see, by its id, what it says; the others are left
    out. It is asked for a whole page at once, for several kinds where they share it: a fixed number of queries.
    mail(viewer, notification): a mail of its own instead of the plain one (a letter's text), or None.
    about: the first word of the keys it tells of, where several rooms tell of one kind; empty: all others.
    ending(notification, member_id): the token of an address that ends just this (a follow), or None: the kind's mails.
    """

    kind: str
    label: Any
    subject: Any
    tell: Tell
    mail: Callable[[Viewer, Notification], MailWords | None] = _no_words
    ending: Callable[[Notification, int], str | None] = _no_ending
    about: str = ""


def register(notice: Notice) -> None:
    """Register a notice with the current application. Raises ValueError when its place is taken."""
    if (notice.kind, notice.about) in _registered():
        raise ValueError(f"The notice {notice.kind} {notice.about} is registered twice.")
    _registered()[notice.kind, notice.about] = notice


def _registered() -> dict[tuple[str, str], Notice]:
    notices: dict[tuple[str, str], Notice] = current_app.extensions.setdefault("notices", {})
    return notices


def all_notices() -> dict[str, Notice]:
    """The notice of each kind that some room tells of, which names it, in the order of the kinds."""
    return {kind: _registered()[kind, ""] for kind in KINDS if (kind, "") in _registered()}


def notice_of(notification: Notification) -> Notice | None:
    """The notice that tells of a notification; None where no room does."""
    about = notification.key.partition(":")[0]
    return _registered().get((notification.kind, about)) or _registered().get((notification.kind, ""))


def told(viewer: Viewer, notifications: Sequence[Notification], language: str) -> dict[int, Told]:
    """What each notification says to `viewer`, by id, as far as she may still see what it is about."""
    by_room: dict[Tell, list[Notification]] = defaultdict(list)  # kinds that one room tells of together ask once
    for one in notifications:
        notice = notice_of(one)
        if notice is not None:
            by_room[notice.tell].append(one)
    found: dict[int, Told] = {}
    for tell, rows in by_room.items():
        found |= tell(viewer, rows, language)
    return found


ReplyAddress = Callable[[Notification], str | None]


def register_reply_address(of: ReplyAddress) -> None:
    """Let mails about a post be answered: `of(notification)` is the address an answer goes to, or None."""
    current_app.extensions["reply_address"] = of


def reply_address(notification: Notification) -> str | None:
    """Where an answer to the mail of a notification goes, or None where it can't be answered by mail."""
    of: ReplyAddress | None = current_app.extensions.get("reply_address")
    return of(notification) if of is not None else None


def register_return_path(of: Callable[[Any], str | None]) -> None:
    """Let mails that come back be counted: `of(notification or digest)` is the address they come back to, or None."""
    current_app.extensions["return_path"] = of


def return_path(row: Any) -> str:
    """Where the mail of a notification or a digest comes back to when it can't be delivered; empty: to its sender."""
    of: Callable[[Any], str | None] | None = current_app.extensions.get("return_path")
    return (of(row) if of is not None else None) or ""
