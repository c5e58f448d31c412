"""A text as watched words are looked for in it: its words alone, in small letters of one script, a space between two.

Accents, case, width and letters that look alike are folded; so are digits that stand for letters inside a word
("v1agra"), letters that are set apart ("v i a g r a") and a word written with signs that no reader sees ("via**gra**").
The same for a phrase and for a text: what is typed as a
phrase is letters, never an expression.
"""

from __future__ import annotations

import html
import re

from forum.core.lookalikes import plain

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile(r"(?<=\w)[*~`\\]{1,3}(?=\w)")  # marks of emphasis inside a word: it is shown whole
_APART = re.compile(r"(?<=\s)(?:\w ){4,}")  # a run of single letters, each with its space
_DIGITS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t"}
_AS_I, _AS_L = (str.maketrans({**_DIGITS, "1": letter}) for letter in "il")


def folded(text: str) -> str:
    """The words of a text as they are compared, one space between two."""
    return " ".join(_WORD.findall(plain(text)))


def ways_to_read(text: str) -> list[str]:
    """What is looked through for a text: its folded words between spaces, and once more for each way to read it."""
    as_it_is = f" {folded(text)} "
    found = [as_it_is]
    as_shown = _UNSEEN.sub("", html.unescape(text))
    if as_shown != text:
        as_it_is = f" {folded(as_shown)} "
        found.append(as_it_is)
    tokens = as_it_is.split()
    if any(_is_mixed(token) for token in tokens):
        found += (
            f" {' '.join(token.translate(table) if _is_mixed(token) else token for token in tokens)} "
            for table in (_AS_I, _AS_L)
        )
    found += [f" {run[0].replace(' ', '')} " for run in _APART.finditer(as_it_is)]
    return found


def _is_mixed(token: str) -> bool:
    return not token.isalpha() and not token.isdigit()
