"""The desk's hand on watched words: what moderators may do with them, said in the log; and how each has served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true

from forum.accounts.models import Member
from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import log, policy
from forum.moderation.models import Case, Decision, Signal
from forum.screening import queries, words
from forum.screening.models import WatchedWord
from forum.screening.words import Phrase

PAGE = 25
DAYS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """How a rule has served in thirty days: what it noticed and held, what a moderator published after all, and what
    still waits."""

    noticed: int = 0
    held: int = 0
    released: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class WordRow:
    """A watched word as its list shows it."""

    word: WatchedWord
    by: str | None
    served: Served


def watch(*, actor: Viewer, phrases: Sequence[Phrase]) -> tuple[list[WatchedWord], Verdict]:
    """Watch phrases from now on; each stands in the log. Refused when none is left to watch."""
    must_be_writing()
    if not (verdict := policy.can_work(actor)):
        return [], verdict
    if len(phrases) == 1 and not (verdict := words.can_be_watched(phrases[0])):
        return [], verdict
    rows = words.watch(actor=actor, phrases=phrases)
    for row in rows:
        log.append(actor, "watch_word", "word", row.id, data={"act": row.act, "language": row.language})
    return rows, YES if rows else no(words.THERE_ALREADY, 409)


def retire(*, actor: Viewer, word_id: int) -> Verdict:
    """Watch a word no more."""
    must_be_writing()
    if not (verdict := policy.can_work(actor)):
        return verdict
    word = queries.word_by_id(word_id)
    if word is None:
        return no(policy.NOT_FOR_THIS, 404)
    if word.retired_at is None:
        words.retire(word)
        log.append(actor, "retire_word", "word", word.id)
    return YES


def list_for(before: int | None = None, *, is_retired: bool = False) -> list[WordRow]:
    """Watched words, newest first, or the retired ones; one more than a page when there are more. Two queries."""
    found = select(WatchedWord, Member.display_name).outerjoin(Member, Member.id == WatchedWord.made_by)
    found = found.where(WatchedWord.retired_at.is_not(None) if is_retired else WatchedWord.retired_at.is_(None))
    if before is not None:
        found = found.where(WatchedWord.id < before)
    rows = db.session.execute(found.order_by(WatchedWord.id.desc()).limit(PAGE + 1)).all()
    served = served_by(Signal.word_id, Signal.word_id.in_([word.id for word, _name in rows])) if rows else {}
    return [WordRow(word, name, served.get(word.id, Served())) for word, name in rows]


def word_for(word_id: int) -> WordRow | None:
    """One watched word, or None. Two queries."""
    row = db.session.execute(
        select(WatchedWord, Member.display_name)
        .outerjoin(Member, Member.id == WatchedWord.made_by)
        .where(WatchedWord.id == word_id)
    ).first()
    if row is None:
        return None
    return WordRow(row[0], row[1], served_by(Signal.word_id, Signal.word_id == word_id).get(word_id, Served()))


def served_by(rule: Any, which: ColumnElement[bool]) -> dict[Any, Served]:
    """How rules have served in thirty days, by `rule` (the signal, or the word). One query."""
    published = exists().where(
        Decision.case_id == Signal.case_id, Decision.decision == "approve", Decision.made_at >= Signal.made_at
    )
    is_open = exists().where(Case.id == Signal.case_id, Case.closed_at.is_(None))
    waits = Signal.is_hold & Signal.reversed_at.is_(None) & is_open
    rows = db.session.execute(
        select(
            rule,
            func.count(),
            func.count().filter(Signal.is_hold),
            func.count().filter(Signal.is_hold & published),
            func.count().filter(waits),
        )
        .where(which, Signal.made_at > clock.now() - timedelta(days=DAYS))
        .group_by(rule)
    )
    return {key: Served(*numbers) for key, *numbers in rows}


def rules_served() -> dict[str, Served]:
    """How each of the site's own rules has served in thirty days, by its signal. One query."""
    return served_by(Signal.signal, true())
