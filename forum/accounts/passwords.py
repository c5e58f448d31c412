"""Passwords: what makes one usable, and its hash (argon2id, RFC 9106; parameters of the OWASP cheat sheet).

Hashing takes long on purpose, so nothing here may run inside a transaction: call `end_reading()` before.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 500
LEAKED = Path(__file__).parent / "content" / "leaked-passwords.txt"

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared with when nobody has the address or no password is set: a wrong guess costs the same everywhere.
_NOBODYS = _hasher.hash(secrets.token_urlsafe(24))


def _prepared(password: str) -> str:
    # The same letters may arrive composed or not, as the keyboard likes (RFC 8265, 4.2.2).
    return unicodedata.normalize("NFC", password)[:LONGEST]


def hash_of(password: str) -> str:
    """The hash under which a password is kept."""
    return _hasher.hash(_prepared(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password belongs to a hash; without one it takes as long and is wrong."""
    try:
        return _hasher.verify(kept or _NOBODYS, _prepared(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _leaked() -> frozenset[str]:
    lines = LEAKED.read_text("ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_leaked(password: str) -> bool:
    """Whether a password stands in the list of those known from leaks, in capitals or not."""
    return hashlib.sha256(_prepared(password).lower().encode()).hexdigest()[:16] in _leaked()
