"""Reading canned replies: what a moderator can begin a letter with, and what fits what she decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from forum.core import public_state
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.stems import fold
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


def by_decision(rows: Iterable[Canned]) -> dict[str, list[Canned]]:
    """Replies by the decision that they fit; "" for any."""
    found: dict[str, list[Canned]] = {}
    for one in rows:
        found.setdefault(one.decision or "", []).append(one)
    return found


def with_words(rows: Iterable[Canned], looked_for: str, said_of: Callable[[Canned], str]) -> list[Canned]:
    """The replies that hold every word looked for: in their name, in what they say, or in what the page says of them.

    Accents and case aside; the beginning of a word is enough.
    """
    wanted = fold(looked_for).split()
    texts = ((one, fold(f"{one.title} {one.text} {said_of(one)}")) for one in rows)
    return [one for one, text in texts if all(f" {word}" in f" {text}" for word in wanted)]


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


def offered(
    decision: str, guideline_key: str | None, language: str, possible: Iterable[str]
) -> dict[str, list[Canned]]:
    """The replies for a letter in a language, by decision: those of what is chosen first, and of these the ones that
    fit its guideline. possible: the decisions that can be made. One query."""
    groups = by_decision(one for one in replies_in(language) if one.decision is None or one.decision in possible)
    for rows in groups.values():
        rows.sort(key=lambda one: not (guideline_key and one.guideline_key == guideline_key))
    return dict(sorted(groups.items(), key=lambda group: group[0] != decision))


def reply_in(language: str, reply_id: int | None) -> Canned | None:
    """A canned reply that is offered, in a language. One query."""
    return next((one for one in replies_in(language) if one.id == reply_id), None)


def with_reply(words: str, chosen: Canned, language: str, *, brought: Iterable[str] = ()) -> str:
    """A letter's words with a canned reply in them: instead of another one, or of words that only a choice `brought`;
    else below a moderator's own. One query."""
    if chosen.text in words:
        return words
    for row in replies_in(language):
        if row.text in words:
            return words.replace(row.text, chosen.text)
    own = "" if words.strip() in brought else words
    return f"{own}\n\n{chosen.text}".strip()


def reply_by_id(reply_id: int) -> tuple[Reply, dict[str, ReplyText]] | None:
    """A canned reply with its texts by language, retired or not; or None."""
    reply = db.session.get(Reply, reply_id)
    if reply is None:
        return None
    texts = db.session.scalars(select(ReplyText).where(ReplyText.reply_id == reply_id))
    return reply, {text.language: text for text in texts}
