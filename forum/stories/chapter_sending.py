"""The verbs of sending a later chapter or an afterword: at once, after a rest, or before the rest is over."""

from __future__ import annotations

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import cooling, ledger, quotations, wording
from forum.contributions.models import Revision
from forum.contributions.queries import is_owner, latest_revision
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, no
from forum.moderation import actions as moderation
from forum.moderation import caring, signals
from forum.screening.sending import UNKNOWN, Sent
from forum.stories import chapter_policy as policy
from forum.stories import chapter_queries, queries
from forum.stories.actions import ADMIT
from forum.stories.chapters import GONE, TEASER, Outcome, facts_of, judged, own
from forum.stories.models import StoryUpdate


def send(
    *,
    actor: Viewer,
    chapter_id: int,
    has_agreed: bool,
    language: str,
    wait_hours: int = 0,
    sent: Sent = UNKNOWN,
) -> Outcome:
    """Send it to be read by a reviewer; a change of a published one likewise, while readers keep the old words.

    A chapter stands under the consent its author gave for the story. The writer of an afterword gives her own
    (`has_agreed`, read in `language`), and the story's author is told before anybody reads it. `wait_hours`: how long
    a first sending of her own rests, seen by nobody else. `sent`: what came with the form.
    """
    must_be_writing()
    chapter = own(actor, chapter_id)
    story = queries.story_by_id(chapter.story_id) if chapter is not None else None
    if chapter is None or story is None:
        return GONE
    if chapter.status in ("sent", "pending"):
        return Outcome(YES, chapter)  # the same press twice
    if not (verdict := policy.can_send(actor, chapter, story, True)):
        return Outcome(verdict, chapter)
    if chapter.part == "afterword":
        if has_agreed:
            ledger.give(chapter, "site", version=wording.VERSION, language=language, how="site")
        elif not ledger.allows(chapter.id, "site"):
            return Outcome(no(policy.CONSENT_NEEDED, 422), chapter)
    revision = _revision(actor, chapter)
    if revision is not None:
        signals.note_form(actor, chapter, sent)
    if wait_hours and chapter.status == "sent" and is_owner(actor, chapter):
        cooling.send_later(chapter, wait_hours, job=ADMIT)
        caring.offer_card(actor, chapter)
    elif revision is not None:
        go_on(actor=actor, chapter=chapter, revision=revision)
    return Outcome(YES, chapter)


def go_on(*, actor: Viewer, chapter: StoryUpdate, revision: Revision | None = None) -> None:
    """Let what was sent be read; of an afterword the story's author hears first."""
    must_be_writing()
    moderation.admit(actor=actor, contribution=chapter, revision=revision)
    if chapter.part == "afterword" and chapter.published_at is None:
        enqueue("stories.ask_author", {"chapter_id": chapter.id}, dedupe_key=f"afterword:{chapter.id}")


def send_on(*, actor: Viewer, chapter_id: int) -> Outcome:
    """Send one on before the time is over that its writer left herself."""
    outcome = judged(actor, chapter_id, policy.can_hurry)
    if outcome.verdict and outcome.chapter is not None and outcome.chapter.status == "sent":
        cooling.end_now(outcome.chapter)
        go_on(actor=actor, chapter=outcome.chapter, revision=latest_revision(chapter_id))
    return outcome


def _revision(actor: Viewer, chapter: StoryUpdate) -> Revision | None:
    """What is sent, or None where nothing was changed."""
    if chapter.status != "published":
        revision = contributions.add_revision(chapter)
        revision.facts = facts_of(chapter)
        chapter.status, chapter.visible_from = "sent", clock.now()
        return revision
    draft = chapter_queries.unsent_change(chapter, actor, lock=True)
    if draft is None:
        return None
    teaser = richtext.excerpt(quotations.rendered(draft.source, chapter.language), TEASER)
    revision = contributions.add_revision(chapter, source=draft.source, title=draft.title, teaser=teaser)
    revision.facts = draft.facts
    db.session.delete(draft)
    return revision
