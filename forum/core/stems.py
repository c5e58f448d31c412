"""Words as the search knows them: accents folded, lowercase, reduced to their stem; the same on both databases.

One term a word, in the order of the text, so that a phrase is still a phrase. A document is stemmed by its own
language, and each term says by which: Italian "mani" and English "man" have one stem and nothing else in common. A
question is stemmed by every language we know: a word asked for is found wherever a document's own stemmer would have
made the same of it, so that an English word in an Italian document is found too, whichever language the reader asks in.

Accents are folded before stemming: who types "cancion" and who types "canción" must meet.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

from snowballstemmer import stemmer

LANGUAGES = {"en": "english", "it": "italian", "es": "spanish"}
UNKNOWN = "xx"  # stands for every other language
# Longer runs are addresses and noise; PostgreSQL refuses lexemes beyond 2 KB.
MAX_WORD = 64

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
# Little words, folded. They stay in the index (phrases need them) and leave a question that has other words.
_LITTLE_WORDS = (
    "a about an and any are as at be been but by can could did do does for from get had has have how i if in is it its "
    "me my no not of on or our so some than that the their them then there they this to was we were what when where "
    "which who why will with would you your "
    "al alla alle agli ai allo anche c che chi ci come con cosa cui da dal dalla dei del della delle dello degli di e "
    "ed gli ho i il io la le li lo l ma mi mia mie miei mio ne nei nel nella non o per perche piu quale quali quando "
    "se si sono su sul sulla un una uno un d dell all nell sull quell "
    "como cual cuales cuando de donde el ella en era es esta este esto fue ha han hay las los lo mas me mi mis muy "
    "ni nos o para pero por porque que quien se ser si sin sobre su sus te tu tus u una unas uno unos y ya yo"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())


class _Stemmers(threading.local):
    """A stemmer keeps the word it works on: one of each per thread."""

    def __init__(self) -> None:
        self.by_language: dict[str, Any] = {code: stemmer(name) for code, name in LANGUAGES.items()}


_stemmers = _Stemmers()


def fold(text: str) -> str:
    """The text without accents and in lowercase: "Perché" → "perche". Its length may differ."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


def words(text: str) -> list[str]:
    """The folded words of a text, in order; "Raynaud's" counts as "raynaud"."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(_POSSESSIVE.sub("", text)))]


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The stem of one folded word in `language`; the word itself in a language we don't know."""
    by_language = _stemmers.by_language.get(language)
    return str(by_language.stemWord(word)) if by_language is not None else word


@lru_cache(maxsize=65_536)
def term(word: str, language: str) -> str:
    """The term of one folded word: its stem behind a mark of the language, which no word begins with."""
    return f"0{language if language in LANGUAGES else UNKNOWN}{stem(word, language)}"


def terms(text: str, language: str) -> list[str]:
    """What the index holds of a text: one term a word, in order. An unknown language keeps the folded words."""
    return [term(word, language) for word in words(text)]


def is_little(word: str) -> bool:
    """Whether a folded word, or a term, is one of the little ones that say nothing of what is looked for."""
    return (word[3:] if word.startswith("0") else word) in _LITTLE


def query_terms(text: str, language: str) -> list[tuple[str, ...]]:
    """What to ask the index for: for each word of the question (all must match) the terms it may stand as (any may).

    The first is the stem in the reader's `language`, the others those of the other languages and the word itself.
    Little words ("why", "della", "para") and repeated ones are left out, unless there are no others.
    """
    asked = list(dict.fromkeys(words(text)))
    telling = [word for word in asked if word not in _LITTLE and (len(word) > 1 or word.isdigit())]
    return [_forms(word, language) for word in telling or asked]


def phrase_terms(text: str) -> list[tuple[str, ...]]:
    """A phrase as each language's index would hold it: any of them, word after word, may match."""
    asked = words(text)
    return [tuple(term(word, code) for word in asked) for code in (*LANGUAGES, UNKNOWN)] if asked else []


def _forms(word: str, language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term(word, code) for code in (language, *LANGUAGES, UNKNOWN)))
