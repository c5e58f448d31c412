"""One address ends mails with one click (RFC 8058): what it ends is told by its first letter.

Other rooms register purposes of their own (`register`); a purpose without a letter is that of the oldest mails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import tokens
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.notifications import choosing, queries
from forum.notifications.models import Digest, Notification

NOTIFICATION, DIGEST = "notification-end", "digest-end"


@dataclass(frozen=True, slots=True)
class Ending:
    """What an address leads to: whether there is something to end still, the reader's language, and the words.

    asks: lazy translated sentence above the button: which mails these are.
    """

    is_open: bool
    language: str | None
    asks: Any = ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that a mail's address can end.

    letter: what its tokens begin with, before the row's id. find(token, without the letter): what it leads to, or
    None for one that was never given. end(token): end it; must be writing.
    """

    letter: str
    find: Callable[[str], Ending | None]
    end: Callable[[str], None]


def register(purpose: Purpose) -> None:
    """Register a purpose with the current application. Raises ValueError when its letter is taken."""
    if purpose.letter in _purposes():
        raise ValueError(f"The letter {purpose.letter!r} is registered twice.")
    _purposes()[purpose.letter] = purpose


def _purposes() -> dict[str, Purpose]:
    purposes: dict[str, Purpose] = current_app.extensions.setdefault("unsubscribing", {})
    return purposes


def _split(token: str) -> tuple[Purpose | None, str]:
    letter = token[:1] if token[:1].isalpha() else ""
    return _purposes().get(letter), token[len(letter) :]


def ending_by(token: str) -> Ending | None:
    """What a token from a mail ends; None for one that was never given."""
    purpose, rest = _split(token)
    return purpose.find(rest) if purpose is not None else None


def end(token: str) -> bool:
    """End what a token from a mail is for; again is well too. False for one that was never given."""
    must_be_writing()
    purpose, rest = _split(token)
    ending = purpose.find(rest) if purpose is not None else None
    if purpose is not None and ending is not None and ending.is_open:
        purpose.end(rest)
    return ending is not None


def row_id(token: str) -> int | None:
    """The row a token names, where a row can have such a number."""
    found = tokens.row_id_of(token)
    return found if found is not None and found < 2**31 else None


# --- The mails of one kind, and those of a day or a week ---


def token_of_notification(row: Notification) -> str:
    """The part of the address that ends the mails of a notification's kind."""
    return "n" + tokens.token_for(NOTIFICATION, row.id, row.nonce)


def token_of_digest(row: Digest) -> str:
    """The part of the address that ends a member's daily or weekly mails."""
    return "d" + tokens.token_for(DIGEST, row.id, row.nonce)


_GONE = Ending(is_open=False, language=None)  # its row went meanwhile, and what it told of with it


def _notification(token: str) -> Notification | None:
    key = row_id(token)
    return db.session.get(Notification, key) if key is not None else None


def _find_kind(token: str) -> Ending | None:
    row = _notification(token)
    if row is None:
        return _GONE if row_id(token) is not None else None
    if not tokens.is_same(tokens.token_for(NOTIFICATION, row.id, row.nonce), token):
        return None
    member_id = queries.member_of(row)
    if member_id is None:
        return _GONE
    way = queries.ways_of([member_id], row.kind)[member_id]
    return Ending(way.mail != "none", _language(member_id), _l("We write to you about one kind of news."))


def _end_kind(token: str) -> None:
    row = _notification(token)
    member_id = queries.member_of(row) if row is not None else None
    if row is not None and member_id is not None:
        choosing.end_mails(member_id, [row.kind])


def _digest(token: str) -> Digest | None:
    key = row_id(token)
    return db.session.get(Digest, key) if key is not None else None


def _find_digest(token: str) -> Ending | None:
    row = _digest(token)
    if row is None:
        return _GONE if row_id(token) is not None else None
    if not tokens.is_same(tokens.token_for(DIGEST, row.id, row.nonce), token):
        return None
    is_daily = row.period.startswith("daily")
    asks = _l("We write to you once a day when there is news.")
    weekly = _l("We write to you once a week when there is news.")
    return Ending(bool(_kinds_of(row)), _language(row.member_id), asks if is_daily else weekly)


def _end_digest(token: str) -> None:
    row = _digest(token)
    if row is not None:
        choosing.end_mails(row.member_id, _kinds_of(row))


def _kinds_of(row: Digest) -> list[str]:
    mail = row.period.partition(":")[0]
    ways = queries.all_ways_of(Viewer(id=row.member_id))
    return [kind for kind, way in ways.items() if way.mail == mail]


def _language(member_id: int) -> str | None:
    return db.session.scalar(select(Member.language).where(Member.id == member_id))


KIND_MAILS = Purpose("n", _find_kind, _end_kind)
DIGEST_MAILS = Purpose("d", _find_digest, _end_digest)
