"""The wording check: what safe messaging about suicide avoids, looked for in all that the site says itself.

Templates, messages of the code, catalogues, contents that rooms bring, guides. What members write is theirs. Where a
text names a word in order to warn of it, the file is listed in `EXEMPT`, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from babel.messages.pofile import read_po

from forum.care.phrases import Finder, Phrase, read_phrase
from forum.care.reading import CONTENT
from forum.care.sentences import Sentence, sentences
from forum.care.spelling import Spelling
from forum.core.settings import LANGUAGES, ROOT
from forum.core.stems import fold

EXEMPT: Mapping[str, str] = {
    "forum/care/content": "the protocol names what not to write, and the phrases are what members write",
    "forum/screening/content": "watched words are what others write",
    "forum/demo/content": "what invented members write is in their own words",
}
ENDINGS = (".html", ".txt", ".md", ".yaml", ".yml", ".csv", ".xml")
PLACES = ("templates", "forum", "docs")


@dataclass(frozen=True, slots=True)
class Avoided:
    """The avoided phrases of a language and, for each, what to say instead."""

    finder: Finder
    spelling: Spelling
    instead: Mapping[str, str]
    telling: frozenset[str]  # one of these is in every such phrase


@cache
def avoided(language: str) -> Avoided:
    """The avoided phrases of a language, read once."""
    content = yaml.safe_load((CONTENT / "avoided.yaml").read_text("utf-8"))[language]
    pairs = [(line.partition(" = ")[0], line.partition(" = ")[2]) for line in content["avoided"].splitlines()]
    phrases: list[Phrase] = [read_phrase(written, "avoided", content["lists"]) for written, _instead in pairs]
    spelling = Spelling(content["same"], (), {})
    telling = {word for phrase in phrases for word in phrase.rarest.words}
    return Avoided(Finder(phrases, frozenset()), spelling, dict(pairs), frozenset(telling))


def avoided_in(text: str) -> Iterator[tuple[str, str]]:
    """Each phrase in a text that is to be said otherwise, and how. In all languages: a text may quote another."""
    folded = fold(text)
    likely = [code for code in LANGUAGES if any(word in folded for word in avoided(code).telling)]
    written = sentences(folded) if likely else []
    for code in likely:
        words = avoided(code)
        for sentence in written:
            for hit in _hits(words, sentence):
                yield " ".join(hit[0]), words.instead[hit[1]]


def _hits(words: Avoided, sentence: Sentence) -> Iterator[tuple[list[str], str]]:
    spelt = {word: words.spelling.words_of(word) for word in sentence.words}
    plain = sentence.spelt(spelt, {})
    for hit in words.finder.hits(plain, words.finder.among(set(plain.words))):
        yield plain.words[hit.start : hit.end], hit.written


def own_texts() -> Iterator[tuple[str, str]]:
    """Everything that the site says itself: where it stands, and the text."""
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            name = file.relative_to(ROOT).as_posix()
            if file.is_file() and not name.startswith(tuple(EXEMPT)):
                yield from _texts_of(file, name)


def _texts_of(file: Path, name: str) -> Iterator[tuple[str, str]]:
    if file.suffix == ".po":
        with file.open("rb") as source:
            for message in read_po(source):
                for words in (message.id, message.string):
                    for text in (words,) if isinstance(words, str) else words or ():
                        yield f"{name}:{message.lineno}", text
    elif file.suffix in ENDINGS or (file.suffix == ".py" and "_(" in file.read_text("utf-8")):
        yield name, file.read_text("utf-8")


def problems() -> Iterator[str]:
    """Each place where our own words should be said otherwise, as a line."""
    for name, text in own_texts():
        for found, instead in avoided_in(text):
            yield f"{name}: “{found}”. Rather: {instead}."
