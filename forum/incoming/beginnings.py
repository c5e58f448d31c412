"""A story that begins as a mail: its subject the title, its text the words, a draft that only its author sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.richtext import MAX_LENGTH
from forum.core.unit_of_work import must_be_writing
from forum.incoming import cutting, pictures
from forum.incoming.answers import Outcome, Received
from forum.stories import drafting
from forum.stories.forms import TITLE_LIMIT

TELL = "incoming.tell_of_story"


def begin(received: Received, keys: Sequence[str]) -> Outcome:
    """Make a draft of a mail. `keys`: of the pictures that came with it, stored already."""
    must_be_writing()
    if not received.is_hers:
        # Once a day: whoever has got hold of the address must not be able to fill her mailbox.
        key = f"{TELL}:foreign:{received.member.id}:{clock.today().isoformat()}"
        return _told(received, Outcome("refused", "foreign"), dedupe_key=key)
    if received.mail.is_too_large:
        return _told(received, Outcome("refused", "large"))
    title, words = _words(received)
    if not words and not keys:
        return _told(received, Outcome("refused", "empty"))
    if len(words) > MAX_LENGTH:
        return _told(received, Outcome("refused", "long"))
    begun = drafting.begin(actor=received.viewer, language=received.member.language)
    if not begun.verdict or begun.story is None:
        return _told(received, Outcome("refused", "refused"))
    story = begun.story
    db.session.refresh(story, ["topics"])
    drafting.keep(
        actor=received.viewer,
        story_id=story.id,
        words=drafting.Words(title=title, source=words),
        facts=None,
        seen_version=story.version,
    )
    pictures.put_on(story.id, received.viewer, keys)
    return _told(received, Outcome("drafted", "begun", story.id))


def _words(received: Received) -> tuple[str, str]:
    """The title and the words; of a subject that is too long for a title nothing is lost."""
    words = cutting.without_signature(received.mail.text, received.mail.sender_name)
    subject = received.mail.subject
    if len(subject) <= TITLE_LIMIT:
        return subject, words
    title = subject[: TITLE_LIMIT - 1].rsplit(None, 1)[0]
    return f"{title}…", f"{subject}\n\n{words}".strip()


def _told(received: Received, outcome: Outcome, dedupe_key: str | None = None) -> Outcome:
    payload: dict[str, Any] = {"received_id": received.id, "why": outcome.why}
    if outcome.contribution_id is not None:
        payload["story_id"] = outcome.contribution_id  # never beside her: she may send it without her name
    else:
        payload["member_id"] = received.member.id
    enqueue(TELL, payload, dedupe_key=dedupe_key)
    return outcome
