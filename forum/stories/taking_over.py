"""A translation whose translator's account is gone: another member takes it over to bring it up to date, or leaves it.

What she took over is not hers to take off until words of hers were shown: before that she leaves it as it stands.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions import queries as contribution_queries
from forum.contributions.ledger import Use
from forum.contributions.models import Draft
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict
from forum.stories import queries, translations, work
from forum.stories import translation_policy as policy
from forum.stories import translation_queries as reading
from forum.stories.models import Story
from forum.stories.translation_queries import TAKEN_OVER, Newest
from forum.stories.translations import GONE, Outcome

CREDIT_LIMIT = 60


def verdict_on(viewer: Viewer, story: Story, allowed: Collection[Use], newest: Newest, *, is_outdated: bool) -> Verdict:
    """Whether `viewer` may take over a translation of somebody else's now; `allowed`: what its author allows for the
    original. No query but where a change of it was sent."""
    is_allowed = ("translation", story.language) in allowed
    is_free = reading.is_left(story, newest)
    return policy.can_take_over(viewer, story, is_free=is_free, is_outdated=is_outdated, is_allowed=is_allowed)


def take_over(*, actor: Viewer, story_id: int) -> Outcome:
    """Look after a translation from now on. The change begins with what readers see; the same twice is one."""
    must_be_writing()
    translations.hold(story_id)
    story = queries.story_for(actor, story_id)
    if story is None or story.translation_of_id is None or actor.id is None:
        return GONE
    if story.translator_id == actor.id:
        return Outcome(YES, story)
    change, newest = reading.change_and_newest(actor, story)
    allowed = ledger.allowed(story.translation_of_id)
    verdict = verdict_on(actor, story, allowed, newest, is_outdated=change is not None)
    if not verdict:
        return Outcome(verdict, story)
    _forget_change(story)
    story.translator_id = actor.id
    facts = translations.facts_of(story) | {"translator": _credit(actor, story), TAKEN_OVER: "begun"}
    draft = Draft(
        contribution_id=story.id, place=reading.place_of(story.id), title=story.title, teaser=story.teaser,
        source=story.source, facts=facts, version=1, saved_at=clock.now(),
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return Outcome(YES, story, draft)


def _forget_change(story: Story) -> None:
    # Whoever looked after it is gone or left it lying: what she never sent is nobody else's to read.
    db.session.execute(
        delete(Draft).where(Draft.contribution_id == story.id, Draft.place == reading.place_of(story.id))
    )


def _credit(actor: Viewer, story: Story) -> str:
    # Whoever translated it first is still named, and the author never beside her own unsigned words.
    is_unsigned = story.attribution != "member" and contribution_queries.owner_id(story) == actor.id
    names = [story.translator, "" if is_unsigned else actor.display_name]
    both = ", ".join(name for name in dict.fromkeys(names) if name)
    return both if len(both) <= CREDIT_LIMIT else story.translator


def leave(*, actor: Viewer, story_id: int) -> Outcome:
    """Leave a translation that one has taken over to somebody else, as long as no words of one's own were shown."""
    contributions.hold_drafts(actor)
    translations.hold(story_id)
    story = work.work_translation(actor, story_id)
    if story is None:
        return GONE
    newest = reading.newest_words(story)
    verdict = policy.can_leave(
        actor, is_taken_over=newest.is_taken_over, is_being_read=reading.is_being_read(story, newest)
    )
    if verdict:
        _forget_change(story)
        story.translator_id = None
        db.session.flush()
    return Outcome(verdict, story)
