"""Reading canned replies: what a moderator can begin a letter with, and what fits what she decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.core import public_state
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation.guideline_models import Reply, ReplyText


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned reply in one language; `language` is the first it is written in where it lacks the one asked for."""

    id: int
    key: str
    decision: str | None
    guideline_key: str | None
    title: str
    text: str
    language: str
    is_retired: bool

    def fits(self, decision: str, guideline_key: str | None) -> bool:
        """Whether it is written for this decision and, where it names one, this guideline."""
        return self.decision in (None, decision) and self.guideline_key in (None, guideline_key)


@dataclass(frozen=True, slots=True)
class Suggested:
    """The replies for a letter: those that fit what is chosen so far, and the others."""

    fitting: Sequence[Canned]
    others: Sequence[Canned]

    @property
    def groups(self) -> dict[str, list[Canned]]:
        """The others by their decision; "" for any."""
        found: dict[str, list[Canned]] = {}
        for one in self.others:
            found.setdefault(one.decision or "", []).append(one)
        return found


def replies_in(language: str, *, with_retired: bool = False) -> list[Canned]:
    """The canned replies in a language, in their order. One query after a change."""
    return public_state.kept(("replies", language, with_retired), lambda: _replies_in(language, with_retired))


def _replies_in(language: str, with_retired: bool) -> list[Canned]:
    query = select(Reply, ReplyText).join(ReplyText, ReplyText.reply_id == Reply.id)
    if not with_retired:
        query = query.where(Reply.retired_at.is_(None))
    order = [language, *LANGUAGES]
    best: dict[int, tuple[Reply, ReplyText]] = {}
    for reply, text in db.session.execute(query.order_by(Reply.position, Reply.id)).tuples():
        kept = best.get(reply.id)
        if kept is None or order.index(text.language) < order.index(kept[1].language):
            best[reply.id] = (reply, text)
    return [
        Canned(
            one.id, one.key, one.decision, one.guideline_key, text.title, text.text, text.language,
            one.retired_at is not None,
        )
        for one, text in best.values()
    ]  # fmt: skip


def suggested(decision: str, guideline_key: str | None, language: str) -> Suggested:
    """The replies for a letter in a language, those that fit first; before anything is chosen, all. One query."""
    rows = replies_in(language)
    fitting = [one for one in rows if decision and one.fits(decision, guideline_key)]
    if decision and not fitting:
        fitting = [one for one in rows if one.decision == decision]
    fitting.sort(key=lambda one: (one.decision is None, one.guideline_key is None))
    return Suggested(fitting, [one for one in rows if one not in fitting])


def with_reply(words: str, reply_id: int | None, language: str) -> str:
    """A letter's words with a canned reply in them: instead of another one, else below a moderator's own. One query."""
    rows = replies_in(language)
    chosen = next((one.text for one in rows if one.id == reply_id), "")
    if not chosen or chosen in words:
        return words
    for row in rows:
        if row.text in words:
            return words.replace(row.text, chosen)
    return f"{words}\n\n{chosen}".strip()


def reply_by_id(reply_id: int) -> tuple[Reply, dict[str, ReplyText]] | None:
    """A canned reply with its texts by language, retired or not; or None."""
    reply = db.session.get(Reply, reply_id)
    if reply is None:
        return None
    texts = db.session.scalars(select(ReplyText).where(ReplyText.reply_id == reply_id))
    return reply, {text.language: text for text in texts}
