"""The verbs of writing: begin a story, keep what is typed, sign it, point no more at what she means to share."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.care import cards
from forum.contributions import actions as contributions
from forum.contributions import pointed_out
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Draft
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, no
from forum.stories import facts as story_facts
from forum.stories import policy, queries, signature, work
from forum.stories.actions import GONE, Outcome, own
from forum.stories.facts import Facts
from forum.stories.models import Story


@dataclass(frozen=True, slots=True)
class Words:
    """What an author has typed so far. Lengths are bounded by the form; nothing is needed."""

    title: str = ""
    teaser: str = ""
    source: str = ""


def begin(*, actor: Viewer, language: str) -> Outcome:
    """Make an empty draft, so that every word has a place from the first. An empty one at hand is used again."""
    must_be_writing()
    verdict = policy.can_write(actor)
    if not verdict or actor.id is None:
        return Outcome(verdict)
    empty = db.session.scalar(
        select(Story)
        .where(
            contribution_queries.owned_by(actor),
            Contribution.status == "draft",
            Contribution.title == "",
            Contribution.source == "",
            Contribution.teaser == "",
            Story.translation_of_id.is_(None),
        )
        .limit(1)
    )
    if empty is not None:
        return Outcome(YES, empty)
    story = Story(language=language, created_at=clock.now(), status="draft")
    contributions.sign(story, actor.id, "member")
    return Outcome(YES, story)


def _worked_on(actor: Viewer, story_id: int) -> Story | None:
    """A story whose words the actor writes: her own, or one that was told to a curator."""
    return own(actor, story_id) or work.work_story(actor, story_id)


def keep(
    *, actor: Viewer, story_id: int, words: Words, facts: Facts | None, seen_version: int, at_once: bool = False
) -> Outcome:
    """Keep what an author has typed. What is newer from another window is never written over (409).

    An unsent story is changed itself; a published one's words and facts wait as a draft until they are sent. `facts`
    is None where some of them could not be read: then the words alone are kept. `at_once`: she pressed a button, so
    what she takes away of place and time leaves a published story now.
    """
    must_be_writing()
    story = _worked_on(actor, story_id)
    if story is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if not verdict:
        return Outcome(verdict, story)
    if story.status == "published":
        outcome = _keep_change(actor, story, words, facts, seen_version, at_once=at_once)
        if outcome.verdict and outcome.draft is not None:
            _offer_card(actor, story, words)
        return outcome
    stands = (words_of(story), story_facts.of(story))
    if story.version != seen_version and stands != (words, facts or stands[1]):
        return Outcome(no("", 409), story)
    contributions.set_words(story, title=words.title, teaser=words.teaser, source=words.source)
    if facts is not None:
        story_facts.set_on(story, facts)
    db.session.flush()
    _offer_card(actor, story, words)
    return Outcome(YES, story)


def _offer_card(actor: Viewer, story: Story, words: Words) -> None:
    text = f"{words.title}\n\n{words.teaser}\n\n{words.source}"
    cards.offer_on_draft(actor=actor, text=text, language=story.language, of=story)


def words_of(written: Story | Draft) -> Words:
    """The words of a story or of an unsent change."""
    return Words(written.title, written.teaser, written.source)


def _keep_change(
    actor: Viewer, story: Story, words: Words, facts: Facts | None, seen_version: int, *, at_once: bool
) -> Outcome:
    contributions.hold_drafts(actor)
    draft = queries.unsent_edit(story, actor)
    stands = (words_of(draft or story), facts_kept(story, draft))
    typed = (words, facts or stands[1])
    if draft is None and stands == typed:
        return Outcome(YES, story)  # the page was looked at, and nothing changed
    if draft is not None and draft.version != seen_version and stands != typed:
        return Outcome(no("", 409), story, draft)
    if facts is not None and at_once:
        story_facts.take_away(story, facts)
    if stands == typed:
        return Outcome(YES, story, draft)
    draft = draft or _new_draft(actor, story)
    draft.title, draft.teaser, draft.source = words.title, words.teaser, words.source
    draft.facts = story_facts.to_json(typed[1])
    draft.version, draft.saved_at = draft.version + 1, clock.now()
    db.session.flush()
    return Outcome(YES, story, draft)


def _new_draft(actor: Viewer, story: Story) -> Draft:
    sealed = story.author_id is None
    draft = Draft(
        member_id=None if sealed else actor.id,
        contribution_id=story.id if sealed else None,
        place=contributions.edit_place(story.id),
        source="",
        version=0,
        saved_at=clock.now(),
    )
    db.session.add(draft)
    return draft


def facts_kept(story: Story, draft: Draft | None) -> Facts:
    """The facts of an unsent change, else those that stand on the story."""
    stands = story_facts.of(story)
    return story_facts.from_json(draft.facts, stands) if draft is not None else stands


def widen(*, actor: Viewer, story_id: int, leave_out: str) -> Outcome:
    """Leave out what makes a story easy to find: its region, its country (and region), or its years."""
    must_be_writing()
    story = _worked_on(actor, story_id)
    if story is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if not verdict:
        return Outcome(verdict, story)
    story_facts.take_away(story, story_facts.without(story_facts.of(story), leave_out))
    draft = queries.unsent_edit(story, actor) if story.status == "published" else None
    if draft is not None and draft.facts is not None:
        draft.facts = story_facts.to_json(story_facts.without(facts_kept(story, draft), leave_out))
        draft.version, draft.saved_at = draft.version + 1, clock.now()
    db.session.flush()
    return Outcome(YES, story, draft)


def keep_detail(*, actor: Viewer, story_id: int, digest: str) -> Outcome:
    """She means to share a personal detail: it isn't pointed out again."""
    must_be_writing()
    story = _worked_on(actor, story_id)
    if story is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if verdict:
        draft = queries.unsent_edit(story, actor) if story.status == "published" else None
        pointed_out.keep(story, digest, draft)
    return Outcome(verdict, story)


def sign(*, actor: Viewer, story_id: int, attribution: str, byline: str | None) -> Outcome:
    """Set the name that an unsent story will go by; a published one keeps the name it was read and approved under."""
    must_be_writing()
    story = _worked_on(actor, story_id)
    if story is None or actor.id is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if verdict and story.status != "published" and (story.attribution, story.byline) != (attribution, byline):
        if contribution_queries.is_owner(actor, story):
            contributions.sign(story, actor.id, attribution, byline)
            signature.hand_on(story, actor.id)
        elif attribution != "member":  # told to a curator: she is not its author, and no seal says so
            story.attribution, story.byline = attribution, byline if attribution == "pseudonym" else None
            signature.hand_on(story, None)
    return Outcome(verdict, story)
