"""Words of the site that its administrators may change: each version is kept, the newest counts.

A room registers what it comes with (`register`), asks for the words in a language (`newest`), and saves what somebody
has written over them (`save`). A text that nobody has changed is the room's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Key, Model, db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing

LONGEST = 20_000  # characters of one text
SHOWN = 50  # versions in a history


class Wording(Model):
    """One version of one text of the site in one language."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("key", "language", "version"),)
    is_public = True
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key)
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


@dataclass(frozen=True, slots=True)
class Default:
    """A text as its room brings it. label, help: lazy translated, for whoever edits it. texts: by language, English
    always among them. is_markdown: it is a page; else plain lines, of which the first may be a heading."""

    key: str
    label: Any
    help: Any
    texts: Mapping[str, str]
    is_markdown: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it counts now. version 0: nobody has changed it. language: the one it is in, should the asked-for one
    be missing."""

    key: str
    text: str
    language: str
    version: int

    @property
    def heading(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0].strip()

    @property
    def paragraphs(self) -> list[str]:
        """What follows the first line, one paragraph for each run of lines."""
        rest = self.text.partition("\n")[2]
        return [" ".join(part.split()) for part in rest.split("\n\n") if part.strip()]


_DEFAULTS: dict[str, Default] = {}


def register(default: Default) -> Default:
    """Make a text known. Raises ValueError when its key is taken by another, or it has no English."""
    if _DEFAULTS.setdefault(default.key, default) != default:
        raise ValueError(f"The wording {default.key} is registered twice.")
    if LANGUAGES[0] not in default.texts:
        raise ValueError(f"The wording {default.key} has no words in English.")
    return default


def all_defaults() -> Sequence[Default]:
    """Every text that may be changed, by its key."""
    return [_DEFAULTS[key] for key in sorted(_DEFAULTS)]


def default_of(key: str) -> Default | None:
    """What a text came as; None for a key that no room has."""
    return _DEFAULTS.get(key)


def newest(key: str, language: str) -> Words:
    """A text as it counts now, in a language, else in English. One query. Raises KeyError for an unknown key."""
    return newest_of((key,), language)[key]


def newest_of(keys: Sequence[str], language: str) -> dict[str, Words]:
    """Several texts as they count now. One query."""
    last = (
        select(Wording.key, Wording.language, Wording.version, Wording.text)
        .where(Wording.key.in_(keys), Wording.language.in_((language, LANGUAGES[0])))
        .order_by(Wording.version)
    )
    changed = {(row.key, row.language): Words(row.key, row.text, row.language, row.version) for row in _rows(last)}
    return {key: _best(_DEFAULTS[key], language, changed) for key in keys}


def _rows(query: Any) -> Sequence[Any]:
    return db.session.execute(query).all()


def _best(default: Default, language: str, changed: Mapping[tuple[str, str], Words]) -> Words:
    for code in (language, LANGUAGES[0]):
        if (words := changed.get((default.key, code))) is not None:
            return words
        if code in default.texts:
            return Words(default.key, default.texts[code], code, 0)
    raise KeyError(default.key)


def version_of(key: str, language: str) -> int:
    """The number of the newest version in exactly this language; 0 where nobody has changed it."""
    query = select(Wording.version).where(Wording.key == key, Wording.language == language)
    return db.session.scalar(query.order_by(Wording.version.desc()).limit(1)) or 0


def history(key: str, language: str) -> Sequence[Wording]:
    """The versions of a text in a language, newest first; what it came as is not among them."""
    query = select(Wording).where(Wording.key == key, Wording.language == language)
    return db.session.scalars(query.order_by(Wording.version.desc()).limit(SHOWN)).all()


def save(*, made_by: int | None, key: str, language: str, text: str, seen_version: int) -> Wording | None:
    """Keep a new version; None when somebody else's is newer than `seen_version`. The same words again change nothing.

    Raises KeyError for a key that no room has and ValueError for a language that the site doesn't speak.
    """
    must_be_writing()
    if language not in LANGUAGES:
        raise ValueError(f"The site does not speak {language}.")
    now, version = newest(key, language), version_of(key, language)
    if version != seen_version:
        return None
    if version and now.text == text:
        return history(key, language)[0]
    row = Wording(key=key, language=language, version=version + 1, text=text, made_at=clock.now(), made_by=made_by)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody saved in the same moment
        return None
    return row
