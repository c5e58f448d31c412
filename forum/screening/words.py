"""The verbs of watched words: watch one or a whole list, retire one, load those that an installation begins with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.cleantext import clean_text
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.screening import queries
from forum.screening.folding import folded
from forum.screening.models import WatchedWord

CONTENT = Path(__file__).parent / "content" / "words.yaml"
LONGEST, SHORTEST, SHORTEST_BEGINNING = 100, 2, 3
MOST_AT_ONCE = 5_000
TOO_SHORT = _l("One letter stands in every text. Write a word or a phrase.")
TOO_SHORT_A_BEGINNING = _l("Too many words begin like this. Write three letters at least.")
TOO_LONG = _l("A watched phrase has 100 characters at most. Take the words that tell it from others.")
THERE_ALREADY = _l("This is watched already, in this language.")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or phrase as a moderator gives it."""

    phrase: str
    language: str
    act: str
    is_prefix: bool = False
    note: str = ""

    @property
    def folded(self) -> str:
        """What is compared."""
        return folded(self.phrase)


def can_be_watched(phrase: Phrase) -> Verdict:
    """Whether a phrase is one that texts can be looked through for."""
    if len(phrase.phrase) > LONGEST:
        return no(TOO_LONG, 422)
    if len(phrase.folded.replace(" ", "")) < SHORTEST:
        return no(TOO_SHORT, 422)
    if phrase.is_prefix and len(phrase.folded) < SHORTEST_BEGINNING:
        return no(TOO_SHORT_A_BEGINNING, 422)
    return YES


def watch(*, actor: Viewer | None, phrases: Iterable[Phrase]) -> list[WatchedWord]:
    """Watch phrases from now on. What can't be watched, and what is already, is left out."""
    must_be_writing()
    wanted: dict[tuple[str, str], Phrase] = {}
    for phrase in phrases:
        if can_be_watched(phrase):
            wanted.setdefault((phrase.folded, phrase.language), phrase)
    there = {
        (word, language)
        for language in {language for _word, language in wanted}
        for word in queries.same_words([word for word, spoken in wanted if spoken == language], language)
    }
    rows = [
        WatchedWord(
            phrase=phrase.phrase,
            folded=word,
            language=language,
            act=phrase.act,
            is_prefix=phrase.is_prefix,
            note=phrase.note,
            made_by=actor.id if actor else None,
            made_at=clock.now(),
        )
        for (word, language), phrase in wanted.items()
        if (word, language) not in there
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def retire(word: WatchedWord) -> None:
    """Watch a word no more. Its row stays, for what it once held."""
    must_be_writing()
    word.retired_at = word.retired_at or clock.now()
    db.session.flush()


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of phrases, one a line: what can be watched, and the numbers of the lines that can't."""

    phrases: Sequence[Phrase]
    refused: Sequence[int]


def lines_of(text: str, **each: Any) -> Lines:
    """The phrases of a list. Empty lines, and such as begin with #, don't count; neither does the same phrase again."""
    good: dict[str, Phrase] = {}
    refused: list[int] = []
    for number, line in enumerate(clean_text(text).split("\n"), 1):
        words = " ".join(line.split())
        if not words or words.startswith("#"):
            continue
        phrase = Phrase(words, **each)
        if can_be_watched(phrase) and len(good) < MOST_AT_ONCE:
            good.setdefault(phrase.folded, phrase)
        else:
            refused.append(number)
    return Lines(list(good.values()), refused)


def load_defaults() -> None:
    """Watch the words that an installation begins with; one that has any keeps its own."""
    must_be_writing()
    if db.session.scalar(select(func.count()).select_from(WatchedWord)):
        return
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text("utf-8"))
    watch(
        actor=None,
        phrases=[
            Phrase(phrase, group["language"], group["act"]) for group in content["words"] for phrase in group["phrases"]
        ],
    )


def digest_of(phrases: Iterable[Phrase]) -> str:
    """The same for the same phrases, watched in the same way."""
    each = (f"{one.folded}\x1f{one.language}\x1f{one.act}\x1f{one.is_prefix}" for one in phrases)
    return hashlib.sha256("\x1e".join(each).encode()).hexdigest()[:32]
