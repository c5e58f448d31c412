"""Private addresses and short codes, remade from a row's id, and the encryption of what is kept only for a while.

A token is HMAC-SHA256(secret, purpose ‖ row id ‖ row nonce) (RFC 2104): the worker can make it again from the
row, the table holds only its hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from forum.core import clock


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def new_nonce() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


def _mac(purpose: str, row_id: int | str, nonce: str) -> bytes:
    return hmac.digest(_secret(), f"{purpose}\x1f{row_id}\x1f{nonce}".encode(), "sha256")


def token_for(purpose: str, row_id: int, nonce: str) -> str:
    """The private address part for a row: `<id>-<43 characters>`."""
    return f"{row_id}-{base64.urlsafe_b64encode(_mac(purpose, row_id, nonce)).rstrip(b'=').decode()}"


def stamp(purpose: str, value: str) -> str:
    """What only this site can put beside a value (HMAC-SHA256, hexadecimal): it shows later that the site wrote it."""
    return _mac(purpose, "stamp", value).hex()


def moment_token(purpose: str) -> str:
    """The present moment, signed, for a form to carry: tenths of a second stand where a row's id would."""
    return token_for(purpose, int(clock.now().timestamp() * 10), "")


def seconds_since(purpose: str, token: str) -> float | None:
    """How long ago a signed moment was, in seconds; None when it isn't one of ours."""
    tenths = row_id_of(token)
    if tenths is None or not is_same(token, token_for(purpose, tenths, "")):
        return None
    return clock.now().timestamp() - tenths / 10


def code_for(purpose: str, row_id: int, nonce: str) -> str:
    """A code of six digits for typing on another device; guesses are counted by its table."""
    return f"{int.from_bytes(_mac(purpose + ':code', row_id, nonce)[:8], 'big') % 1_000_000:06d}"


def row_id_of(token: str) -> int | None:
    """The row id a token names, or None when it isn't one; says nothing about whether it is genuine."""
    head, _, tail = token.partition("-")
    return int(head) if head.isascii() and head.isdigit() and len(head) <= 15 and tail else None


def digest(value: str) -> str:
    """The hash by which a random token is kept: SHA-256, hexadecimal."""
    return hashlib.sha256(value.encode()).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(_secret(), b"box", "sha256")))


def seal_text(text: str) -> str:
    """Encrypt a text under the site's secret (Fernet)."""
    return _box().encrypt(text.encode()).decode()


def open_text(sealed: str) -> str | None:
    """The text of `seal_text`, or None when it was made under another secret."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
