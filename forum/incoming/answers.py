"""An answer by mail: posted as on the site, or kept as a draft, with a mail to her that says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import Viewer
from forum.contributions import pointed_out
from forum.contributions.queries import draft_for
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.discussions import actions as discussions
from forum.discussions import aliases, policy
from forum.discussions import queries as discussion_queries
from forum.discussions.forms import WORDS_LIMIT
from forum.discussions.models import Post
from forum.discussions.places import reply_place
from forum.discussions.rows import ThreadRow
from forum.incoming import cutting, heavy, pictures, queries
from forum.incoming.opening import Mail
from forum.incoming.queries import Answered
from forum.notifications.models import Notification

TELL = "incoming.tell"
SHORTEST_NAME = 3  # letters of a name that gives somebody away


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: a word of `received_mails.outcome`, or *later* when it should come again. `why`: a word
    of WHYS, or empty; `contribution_id`: what was made of it."""

    what: str
    why: str = ""
    contribution_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A mail in hand: its row's number, which names the mails that answer it; whose it is; what it says."""

    id: int
    member: Member
    mail: Mail

    @property
    def viewer(self) -> Viewer:
        """The member as the rules know her."""
        return viewer_of(self.member)

    @property
    def is_hers(self) -> bool:
        """Whether it says to come from her own address, and from nobody else's."""
        return self.mail.senders == (self.member.email,)


def answer(received: Received, notification: Notification, keys: Sequence[str] = ()) -> Outcome:
    """Do with an answer what the site would do with it. `keys`: of the pictures that came with it, stored already."""
    must_be_writing()
    answered = queries.answered_by(notification)
    if not received.is_hers:
        # Once a day: whoever has got hold of the address must not be able to fill her mailbox.
        key = f"{TELL}:foreign:{notification.id}:{clock.today().isoformat()}"
        return _told(received, notification, Outcome("refused", "foreign"), dedupe_key=key)
    if received.mail.is_too_large:
        return _told(received, notification, Outcome("refused", "large"))
    words = cutting.own_words(received.mail.text, received.mail.sender_name)
    if not words:
        return _told(received, notification, Outcome("refused", "empty"))
    outcome = _answer(received, answered, words, keys) if answered is not None else Outcome("refused", "gone")
    return _told(received, notification, outcome) if outcome.why else outcome


def _told(received: Received, notification: Notification, outcome: Outcome, dedupe_key: str | None = None) -> Outcome:
    payload = {"notification_id": notification.id, "received_id": received.id, "why": outcome.why}
    if outcome.contribution_id is not None:
        payload["post_id"] = outcome.contribution_id
    enqueue(TELL, payload, dedupe_key=dedupe_key)
    return outcome


def _answer(received: Received, answered: Answered, words: str, keys: Sequence[str]) -> Outcome:
    viewer = received.viewer
    thread = discussion_queries.thread_for(viewer, answered.thread_id)
    if thread is None:
        return _kept(viewer, answered.place, words, "gone")
    answers_id = answered.post_id if stands(answered.post_id) else None
    place = reply_place(thread, answers_id)
    why = _reason_to_ask(received, answered, thread, words)
    if why:
        return _kept(viewer, place, words, why)
    if answered.post_id is not None and answers_id is None:
        return _kept(viewer, place, words, "answered-gone")
    outcome = _send(received, answered, thread, answers_id, words)
    if outcome.contribution_id is not None and pictures.put_on(outcome.contribution_id, viewer, keys):
        return replace(outcome, why="pictures" if outcome.what == "posted" else "waits-pictures")
    # On the site the next page brings the card; here the next thing that she sees is a mail.
    is_heavy = outcome.what == "posted" and heavy.is_heavy(outcome.contribution_id or 0)
    return replace(outcome, why="posted") if is_heavy else outcome


def stands(post_id: int | None) -> bool:
    """Whether a post can be answered: readers see it."""
    post = db.session.get(Post, post_id) if post_id is not None else None
    return post is not None and bool(policy.can_answer(post.thread_id, post.thread_id, post.status))


def _reason_to_ask(received: Received, answered: Answered, thread: ThreadRow, words: str) -> str:
    """What she should see on the site before it is sent, in a word; empty for nothing."""
    if len(words) > WORDS_LIMIT:
        return "long"
    if answered.is_sealed:
        if aliases.alias_of(received.viewer, thread.id) is None:
            return "unnamed"
        if _is_named(words, (received.mail.sender_name, received.member.display_name)):
            return "named"
    found = pointed_out.not_meant([("source", words)], thread.language or received.member.language, ())
    kinds = sorted({one.detail.kind for one in found})
    return " ".join(("details", *kinds)) if kinds else ""


def _is_named(words: str, names: tuple[str, ...]) -> bool:
    """Whether words by which she is known stand in what goes out without her name."""
    said = set(re.findall(r"\w+", words.casefold()))
    return any(
        part in said for name in names for part in re.findall(r"\w+", name.casefold()) if len(part) >= SHORTEST_NAME
    )


def _send(received: Received, answered: Answered, thread: ThreadRow, answers_id: int | None, words: str) -> Outcome:
    viewer, place = received.viewer, reply_place(thread, answers_id)
    before = _kept_at(viewer, place)
    written = discussions.reply(
        actor=viewer,
        thread_id=thread.id,
        source=words,
        answers_id=answers_id,
        attribution="anonymous" if answered.is_sealed else "member",
    )
    if not written.verdict:
        discussions.keep_draft(actor=viewer, place=place, source=_joined(before, words))
        return Outcome("drafted", "refused")
    if before.strip() and before != words:  # sending dropped what she had begun to write on the site
        discussions.keep_draft(actor=viewer, place=place, source=before)
    return Outcome("posted", "", written.post_id) if written.is_shown else Outcome("held", "waits", written.post_id)


def _kept(viewer: Viewer, place: str, words: str, why: str) -> Outcome:
    discussions.keep_draft(actor=viewer, place=place, source=_joined(_kept_at(viewer, place), words))
    return Outcome("drafted", why)


def _kept_at(viewer: Viewer, place: str) -> str:
    draft = draft_for(viewer, place)
    return draft.source if draft is not None else ""


def _joined(before: str, words: str) -> str:
    """What she had begun on the site, and what came by mail."""
    return f"{before.rstrip()}\n\n{words}" if before.strip() and words not in before else words
