"""The private addresses that take mail: `reply+…`, `story+…` and `bounce+…`, remade from a row like every token.

Servers on the way may write a local part in lower case and cut one longer than 64 characters (RFC 5321, 4.5.3.1.1), so
the token's HMAC stands here in base 32, cut to 160 bits (RFC 2104, 5, allows half or more).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from forum.core import tokens
from forum.core.settings import the_settings
from forum.notifications.models import Digest, Notification

REPLY, STORY, BOUNCE = "reply", "story", "bounce"
DIGEST_BOUNCE = "bounced"  # of a digest: its rows have numbers of their own
PURPOSES = (REPLY, STORY, BOUNCE, DIGEST_BOUNCE)
BYTES = 20
LARGEST_ID = 2**31  # no row has such a number, and PostgreSQL would not even ask

_LOCAL = re.compile(rf"({'|'.join(PURPOSES)})\+([1-9][0-9]{{0,9}})-([a-z2-7]{{32}})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """What a private address names: what for, which row; and what only this site could have written."""

    purpose: str
    row_id: int
    mac: str

    def is_genuine(self, nonce: str) -> bool:
        """Whether this site made the address for the row with this nonce."""
        return tokens.is_same(self.mac, _mac(self.purpose, self.row_id, nonce))


def _mac(purpose: str, row_id: int, nonce: str) -> str:
    whole = tokens.token_for(purpose, row_id, nonce).partition("-")[2]
    return base64.b32encode(base64.urlsafe_b64decode(whole + "=")[:BYTES]).decode().lower()


def is_open() -> bool:
    """Whether this site takes mail."""
    return bool(the_settings().mail_in_domain)


def address(purpose: str, row_id: int, nonce: str) -> str | None:
    """The private address of a row, or None where the site takes no mail."""
    if not is_open():
        return None
    return f"{purpose}+{row_id}-{_mac(purpose, row_id, nonce)}@{the_settings().mail_in_domain}"


def read(recipient: str) -> Token | None:
    """The token in a recipient's address, or None where it isn't one of ours; says nothing about whether it is genuine.

    Upper and lower case are the same: servers on the way may have changed them.
    """
    local, _, domain = recipient.strip().strip("<>").rpartition("@")
    found = _LOCAL.fullmatch(local) if is_open() and domain.lower() == the_settings().mail_in_domain else None
    if found is None or int(found[2]) >= LARGEST_ID:
        return None
    return Token(found[1].lower(), int(found[2]), found[3].lower())


def reply_address(notification: Notification) -> str | None:
    """Where an answer to the mail of a notification goes; None for one that is about no post."""
    if notification.thread_id is None or notification.kind not in ("answer", "mention", "quote", "thread"):
        return None
    return address(REPLY, notification.id, notification.nonce)


def return_path(row: Notification | Digest) -> str | None:
    """Where the mail of a notification or a digest goes back to when it can't be delivered."""
    return address(BOUNCE if isinstance(row, Notification) else DIGEST_BOUNCE, row.id, row.nonce)


def story_address(member_id: int, nonce: str) -> str | None:
    """Where a member's mail becomes a story of hers."""
    return address(STORY, member_id, nonce)
