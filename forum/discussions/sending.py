"""How a post is sent: what it is, whether it is the same press of the button, its row, its way to readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import mentions, pointed_out
from forum.contributions.models import CONTENT_NOTES, Contribution, Draft
from forum.contributions.queries import draft_for, owned_by
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.verdict import YES, Verdict, no
from forum.discussions import aliases, mentioning, policy, resting
from forum.discussions.models import DEEPEST, SEGMENT, Post
from forum.discussions.resting import NOTHING, Basis
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation import actions as moderation
from forum.screening.sending import UNKNOWN, Sent
from forum.topics.models import Topic

SAME_PRESS = timedelta(minutes=5)  # the same words in the same place within this time are the same press of the button
LOOKED_BACK = 50  # posts; more than come between two presses
TEASER = 160  # characters of a post's first words, for lists
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
NOWHERE = no(_l("This isn’t here any more. Your words are kept."), 404)
EMPTY = no(_l("This is empty. Write something here first."), 422)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody sends: her words, how she signs them, what they touch on, their language (None: the thread's), the
    digests of the personal details that she was shown and means to share, and what came with the form."""

    source: str
    attribution: str
    content_notes: Iterable[str]
    language: str | None
    title: str = ""
    meant: tuple[str, ...] = ()
    rests_on: Basis = NOTHING
    sent: Sent = UNKNOWN

    def ready(self, actor: Viewer, thread_id: int | None) -> Words:
        """The words with the names of those whom they mention made mentions."""
        writer_id = actor.id if self.attribution == "member" else None
        return replace(self, source=mentioning.ready(writer_id, actor, self.source, thread_id))


@dataclass(frozen=True, slots=True)
class Written:
    """What became of something sent: the post, whether readers see it now, or the refusal."""

    verdict: Verdict
    post_id: int = 0
    thread_id: int = 0
    is_shown: bool = False


def segment(post_id: int) -> str:
    """A post's part of a path: its id in base 36, of fixed width, so that paths sort like ids."""
    digits = ""
    while post_id:
        post_id, digit = divmod(post_id, 36)
        digits = DIGITS[digit] + digits
    return digits.rjust(SEGMENT, "0")


def path_below(parent_path: str, post_id: int) -> str:
    """The path of a post under another ("" for the thread itself); below the deepest level it joins that level."""
    return parent_path[: (DEEPEST - 1) * SEGMENT] + segment(post_id)


def clean_words(source: str) -> str:
    """A text without what may not be in one, and without blank ends."""
    return richtext.clean_text(source).strip()


def clean_title(title: str) -> str:
    """A title: one line."""
    return richtext.clean_text(title, single_line=True)


def may_send(verdict: Verdict, place: BoardRow | ThreadRow | None, words: Words) -> Verdict:
    """The verdict so far, and then: may it be signed like this, and is there anything in it?"""
    if verdict and place is not None:
        verdict = policy.can_sign(place, words.attribution)
    return EMPTY if verdict and not words.source else verdict


def refused(actor: Viewer, verdict: Verdict, place: str, words: Words) -> Written:
    """The refusal; the words stay as the draft of their place."""
    if actor.is_authenticated and words.source:
        facts: dict[str, Any] = {"attribution": words.attribution, "content_notes": [*words.content_notes]}
        if words.rests_on.basis:
            facts |= {"basis": words.rests_on.basis, "reference": str(words.rests_on.reference_id or "")}
        keep_draft(actor=actor, place=place, source=words.source, title=words.title, facts=facts)
    return Written(verdict)


def may_go(actor: Viewer, words: Words, is_time: Verdict) -> Verdict:
    """The verdict on a post that isn't there yet: is it time for another, and may it say what it rests on?"""
    return is_time and resting.may_rest(actor, words.attribution, words.rests_on)


def twin_of(actor: Viewer, recent: Any, words: Words, is_same: Any) -> Post | None:
    """The post that `actor` has just sent with the same words in the same place, signed or sealed."""
    return db.session.scalar(
        select(Post)
        .where(
            Post.id.in_(recent.limit(LOOKED_BACK)),
            Contribution.source == words.source,
            Contribution.created_at > clock.now() - SAME_PRESS,
            Contribution.status.in_(("sent", "pending", "published")),
            is_same,
            owned_by(actor),
        )
        .limit(1)
    )


def was_just_sent(actor: Viewer, source: str) -> bool:
    """Whether `actor` has just sent these words: what her window kept of them may arrive after them."""
    recent = select(Contribution.source).where(
        Contribution.kind == "post", Contribution.created_at > clock.now() - SAME_PRESS, owned_by(actor)
    )
    typed = mentions.as_typed(clean_words(source)).casefold()
    return any(mentions.as_typed(sent).casefold() == typed for sent in db.session.scalars(recent.limit(LOOKED_BACK)))


def new_post(
    actor: Viewer,
    words: Words,
    *,
    audience: str,
    topics: Iterable[int] = (),
    thread_id: int = 0,
    answers_id: int | None = None,
) -> Post:
    """The row of a post, signed or sealed; its path, and a thread of its own, come after."""
    assert actor.id is not None  # policies have asked
    post = Post(
        language=words.language,
        audience=audience,
        status="sent",
        content_notes=" ".join(note for note in CONTENT_NOTES if note in set(words.content_notes)),
        created_at=clock.now(),
        thread_id=thread_id,
        answers_id=answers_id,
        basis=words.rests_on.basis,
        reference_id=words.rests_on.reference_id if words.rests_on.basis == "paper" else None,
        topics=list(db.session.scalars(select(Topic).where(Topic.id.in_(set(topics))))) if topics else [],
    )
    set_words(post, words.source, words.title)
    aliases.sign(post, actor, words.attribution)
    return post


def set_words(post: Post, source: str, title: str) -> None:
    """Set what a post says, and its first words for lists."""
    contributions.set_words(post, source=source, title=title)
    post.teaser = richtext.excerpt(post.html, TEASER)


def send(actor: Viewer, post: Post, place: str, review_first: bool, words: Words) -> Written:
    """Drop the draft, keep the words as the first revision, and let moderation decide who sees it."""
    aliases.settle(post)
    contributions.drop_draft(actor=actor, place=place)
    contributions.add_revision(post, facts=resting.to_facts(resting.of(post)) if post.basis else None)
    pointed_out.keep_meant(post, words.meant)
    moderation.admit(actor=actor, contribution=post, review_first=review_first, sent=words.sent)
    return written(post)


def written(post: Post) -> Written:
    """What became of a post."""
    return Written(YES, post.id, post.thread_id, post.status == "published")


def keep_draft(
    *, actor: Viewer, place: str, source: str, title: str = "", facts: dict[str, Any] | None = None
) -> Draft:
    """Keep words that were refused as the unsent text of their place; they are the newest there are."""
    kept = draft_for(actor, place)
    version = kept.version if kept else 0
    return contributions.save_draft(actor=actor, place=place, source=source, title=title, version=version, facts=facts)[
        0
    ]
