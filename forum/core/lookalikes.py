"""Names that look alike: by the table of confusable characters that Unicode keeps (UTS 39)."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from confusable_homoglyphs.utils import load


@cache
def _prototypes() -> dict[str, str]:
    """Of each character that can be taken for another, the plain one it stands for."""
    data: dict[str, list[dict[str, Any]]] = load("confusables.json")  # large; what is kept of it is a tenth
    found = {}
    for character, others in data.items():
        if len(others) != 1 or len(character) != 1:
            continue  # a prototype, for which many others stand
        plain = "".join(letter for letter in others[0]["c"] if unicodedata.category(letter) != "Cf")
        is_mutual = len(data.get(plain, [])) == 1
        if plain and plain != character and not (is_mutual and plain > character):
            found[character] = plain
    return found


def skeleton(name: str) -> str:
    """What a name looks like: the same for two that an eye can take for each other, in whatever script and case."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) not in ("Cf", "Cc")
    )
    # In capitals a large i is itself; among small letters it can be taken for an l.
    plain = " ".join(word.casefold() if len(word) > 1 and word.isupper() else word for word in plain.split())
    table = _prototypes()
    for _turn in range(2):  # a character's plain form may be a capital, whose small form stands for another
        plain = "".join(table.get(letter, letter) for letter in unicodedata.normalize("NFC", plain))
        plain = plain.casefold()
    return unicodedata.normalize("NFC", plain)


def folded(name: str) -> str:
    """A name without regard to case, width and space: what two people who have the same name have the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def without_accents(text: str) -> str:
    """A text in small letters without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


class _Plain(dict[int, str]):
    """Of each character its plain form, worked out when it is first met."""

    def __missing__(self, key: int) -> str:
        bare = without_accents(_prototypes().get(chr(key), chr(key))) if key > 127 else ""
        found = bare if bare.isascii() and bare.isalpha() else without_accents(chr(key))
        small = unicodedata.name(chr(key), "").partition("LATIN LETTER SMALL CAPITAL ")[2]
        found = small.lower() if len(small) == 1 else found
        self[key] = "".join(letter for letter in found if unicodedata.category(letter) != "Cf")
        return self[key]


_plain = _Plain()


def plain(text: str) -> str:
    """A text in small letters without accents, and in the letters of the alphabet that an eye takes others for.

    A digit stays one. Linear in the text's length.
    """
    return text.lower() if text.isascii() else text.translate(_plain)
