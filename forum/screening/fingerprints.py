"""64 bits that are nearly the same for nearly the same text (Charikar, 2002), over runs of three words.

Keyed, so that nobody who only has the table can try texts on it. Quotations don't count: they are somebody else's.
"""

from __future__ import annotations

import hashlib
import re

from flask import current_app

from forum.screening.folding import folded
from forum.screening.models import BANDS

RUN = 3  # words
SHORTEST = 20  # words: shorter ones are thanks and good wishes, which people say alike
NEAR = 3  # bits at most that two doubles differ in: one of the four parts is the same then
_PART = 64 // BANDS
_QUOTED = re.compile(r"^[ ]{0,3}>.*$", re.MULTILINE)
_LANE = 20  # bits for a count: more words than any text has
# For each byte: its bits, each in a lane of its own, so that eight counts are added at once.
_SPREAD = [sum((byte >> bit & 1) << (_LANE * bit) for bit in range(8)) for byte in range(256)]


def own_words(source: str) -> str:
    """A source without its quotations."""
    return _QUOTED.sub("", source) if ">" in source else source


def bits_of(source: str) -> int | None:
    """The fingerprint of a text as a signed number of 64 bits; None for one that is too short to have one."""
    words = folded(own_words(source)).split()
    if len(words) < SHORTEST:
        return None
    key = hashlib.blake2b(str(current_app.config["SECRET_KEY"]).encode(), digest_size=32).digest()
    keyed = hashlib.blake2b(key=key, digest_size=8)
    runs = {" ".join(run) for run in zip(*(words[at:] for at in range(RUN)), strict=False)}
    hashes = bytearray()
    for run in runs:
        one = keyed.copy()
        one.update(run.encode())
        hashes += one.digest()
    bits = 0
    for at in range(8):
        counts = sum(map(_SPREAD.__getitem__, hashes[at::8]))
        for bit in range(8):
            is_set = 2 * (counts >> (_LANE * bit) & ((1 << _LANE) - 1)) > len(runs)
            bits |= is_set << (8 * at + bit)
    return bits - (1 << 64) if bits >> 63 else bits


def bands_of(bits: int) -> list[int]:
    """The parts of a fingerprint, in order."""
    return [(bits >> (_PART * band)) & ((1 << _PART) - 1) for band in range(BANDS)]


def distance(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return ((one ^ other) & ((1 << 64) - 1)).bit_count()
