"""What may be in a text at all, before anything reads it: no control characters, no hidden direction."""

from __future__ import annotations

import re
import unicodedata

# Base letters may wear this many marks. Vietnamese needs 2, vocalised Hebrew 4; fifty cover the lines above.
MAX_MARKS = 6

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0 and C1 controls but tab and newline; surrogates and non-characters, which no database stores; explicit
# bidirectional overrides, embeddings and isolates; annotation and object marks.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff"
    "\u202a-\u202e\u2066-\u206f]"
    "|" + "|".join(f"[{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}]" for plane in range(0x10000, 0x110000, 0x10000))
)
# Invisible: soft hyphen, zero-width space, word joiner and invisible operators, byte-order mark, Hangul fillers,
# Mongolian vowel separator, shorthand controls. Between two letters they split a watched word that a reader sees whole.
_INVISIBLE = re.compile(
    "[\xad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\U0001bca0-\U0001bca3]"
)
# Tag letters belong to the flags of Scotland, Wales and England and nowhere else.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]{1,12})|[\U000e0000-\U000e0fff]")
# Joiners are spelling in Persian and Hindi and part of emoji, but only single and between two visible characters;
# direction marks are harmless but single.
_JOINERS = re.compile("(?<=[^\\s\u200c-\u200f])([\u200c\u200d])[\u200c\u200d]*(?=[^\\s\u200c-\u200f])|[\u200c\u200d]")
_DIRECTION_MARKS = re.compile("([\u200e\u200f\u061c])[\u200e\u200f\u061c]+")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    f"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MAX_MARKS}}})"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_SPACES = re.compile(r"\s+")


def clean_text(value: str, *, single_line: bool = False) -> str:
    """A text without what could hide in it: NFC, newlines as \\n, no NUL or other controls, no bidirectional
    overrides, no invisible characters, no towers of combining marks.

    With `single_line`, every run of white space becomes one space and the ends are trimmed (names, titles, searches).
    Cleaning what is clean changes nothing.
    """
    if value.isascii() and value.isprintable():
        return " ".join(value.split()) if single_line else value
    value = _NEWLINES.sub("\n", value)
    value = _FORBIDDEN.sub("", value)
    value = _INVISIBLE.sub("", value)
    value = _TAGS.sub(lambda found: found[1] or "", value)
    value = _DIRECTION_MARKS.sub(r"\1", value)
    value = _JOINERS.sub(lambda found: found[1] or "", value)
    value = unicodedata.normalize("NFC", value)
    value = _MARKS.sub(r"\1", value)
    return _SPACES.sub(" ", value).strip() if single_line else value
