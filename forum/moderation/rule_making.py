"""Changing the guidelines: a new version of one, another number, taking one out of force. What was decided keeps citing
the version that was in force then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log
from forum.moderation.guideline_models import Guideline, GuidelineText
from forum.moderation.models import Decision

NOT_AN_ADMIN = _l("Guidelines are changed by administrators.")
CHANGED = _l("Somebody changed this guideline while you were writing. Both stand below; yours isn’t in force yet.")
NO_WORDS = _l("Write its title, its text and the words for letters in at least one language.")
GONE = _l("There is no such guideline in force.")


@dataclass(frozen=True, slots=True)
class Words:
    """A guideline's words in one language."""

    title: str
    text: str
    to_author: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is missing."""
        return bool(self.title and self.text and self.to_author)

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing of it at all."""
        return not (self.title or self.text or self.to_author)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a guideline, and how often it was cited."""

    guideline: Guideline
    cited: int


def can_make_rules(viewer: Viewer) -> Verdict:
    """Whether `viewer` may change the guidelines."""
    return YES if viewer.is_admin and not viewer.active_restriction else no(NOT_AN_ADMIN)


def versions() -> Sequence[Version]:
    """Every version of every guideline, those in force first, with its words. Two queries."""
    cited = select(func.count()).where(Decision.guideline_id == Guideline.id).scalar_subquery()
    rows = db.session.execute(
        select(Guideline, cited)
        .options(selectinload(Guideline.texts))
        .order_by(Guideline.replaced_at.is_not(None), Guideline.number, Guideline.version.desc())
    )
    return [Version(*row) for row in rows]


def in_force(number: int) -> Guideline | None:
    """The version of a guideline that is in force, with its words in every language."""
    query = select(Guideline).where(Guideline.number == number, Guideline.replaced_at.is_(None))
    return db.session.scalar(query.options(selectinload(Guideline.texts)))


def make(*, actor: Viewer, words: Mapping[str, Words]) -> tuple[int, Verdict]:
    """Put another guideline into force, with the next number. words: by language. Returns its number."""
    must_be_writing()
    if not (verdict := _judge(actor, words)):
        return 0, verdict
    number = (db.session.scalar(select(func.max(Guideline.number))) or 0) + 1
    _add(actor, Guideline(number=number, version=1, key=f"own_{number}", in_force_from=clock.now()), words)
    return number, YES


def change(*, actor: Viewer, number: int, seen_version: int, words: Mapping[str, Words]) -> Verdict:
    """Put a new version of a guideline into force; refused when somebody made one since `seen_version`."""
    must_be_writing()
    if not (verdict := _judge(actor, words)):
        return verdict
    present = in_force(number)
    if present is None:
        return no(GONE, 404)
    if present.version != seen_version:
        return no(CHANGED, 409)
    if {text.language: Words(text.title, text.text, text.to_author) for text in present.texts} == _whole(words):
        return YES
    present.replaced_at = clock.now()
    db.session.flush()
    following = Guideline(
        number=number, version=present.version + 1, key=present.key, in_force_from=present.replaced_at
    )
    _add(actor, following, words)
    return YES


def retire(*, actor: Viewer, number: int) -> Verdict:
    """Take a guideline out of force. Its number is not given again."""
    must_be_writing()
    if not (verdict := can_make_rules(actor)):
        return verdict
    present = in_force(number)
    if present is not None:
        present.replaced_at = clock.now()
        log.append(actor, "retire_guideline", "guideline", number)
        db.session.flush()
    return YES


def _judge(actor: Viewer, words: Mapping[str, Words]) -> Verdict:
    if not (verdict := can_make_rules(actor)):
        return verdict
    halves = [one for one in words.values() if not one.is_nothing and not one.is_whole]
    return no(NO_WORDS, 422) if halves or not _whole(words) else YES


def _whole(words: Mapping[str, Words]) -> dict[str, Words]:
    return {language: one for language, one in words.items() if one.is_whole}


def _add(actor: Viewer, row: Guideline, words: Mapping[str, Words]) -> None:
    row.texts = [
        GuidelineText(language=language, title=one.title, text=one.text, to_author=one.to_author)
        for language, one in _whole(words).items()
    ]
    db.session.add(row)
    db.session.flush()
    log.append(actor, "make_guideline", "guideline", row.number, data={"version": row.version})
