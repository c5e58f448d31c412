"""The verbs of stories: send, recall, withdraw, bring back, discard. Those of writing stand in drafting.py."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import cooling, ledger
from forum.contributions import policy as contribution_policy
from forum.contributions import queries as contribution_queries
from forum.contributions.ledger import Use
from forum.contributions.models import Draft, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import actions as discussions
from forum.moderation import actions as moderation
from forum.moderation import caring, signals
from forum.photos import actions as photos
from forum.photos import following as photos_following
from forum.screening.sending import UNKNOWN, Sent
from forum.stories import consent_policy, policy, queries
from forum.stories.models import Story, StoryUpdate


@dataclass(slots=True)
class Outcome:
    """What became of an act: the verdict, and the story as it stands."""

    verdict: Verdict
    story: Story | None = None
    draft: Draft | None = None


def own(actor: Viewer, story_id: int) -> Story | None:
    """The actor's own story for an act on it; nobody else's is found."""
    story = queries.story_by_id(story_id)
    return story if story is not None and contribution_queries.is_owner(actor, story) else None


LEFT = _l("Whoever translated it took it off, and only that hand could bring it back.")
ON_SITE: Use = ("site", None)
ADMIT = "stories.admit"  # the job at the end of a cool-off
GONE = Outcome(no(contribution_policy.NOT_YOURS, 404))


def send(
    *,
    actor: Viewer,
    story_id: int,
    uses: AbstractSet[Use],
    language: str,
    wait_hours: int = 0,
    sent: Sent = UNKNOWN,
) -> Outcome:
    """Send a story to be read by a reviewer; a change of a published one likewise, while readers keep the old words.

    `uses` are what the author allows, and all of it; what stands on the site goes on being allowed there. Without
    that nothing is sent. `language`: in which she read the wording. `wait_hours`: how long a first sending rests,
    seen by nobody else, before anybody reads it. `sent`: what came with the form.
    """
    must_be_writing()
    story = own(actor, story_id)
    if story is None:
        return GONE
    if story.status in ("sent", "pending"):
        return Outcome(YES, story)  # the same press twice
    verdict = policy.can_send(actor, story, True)
    if not verdict:
        return Outcome(verdict, story)
    if ON_SITE not in uses and not ledger.allows(story.id, *ON_SITE):
        return Outcome(no(contribution_policy.CONSENT_NEEDED, 422), story)
    if ledger.keep_to(story, uses | {ON_SITE}, language=language) and story.status == "published":
        dependents_follow(story)
    draft = queries.unsent_edit(story, actor) if story.status == "published" else None
    if story.status == "published" and draft is None:
        return Outcome(YES, story)  # nothing was changed
    signals.note_form(actor, story, sent)
    if draft is not None:
        revision = contributions.add_revision(
            story, source=draft.source, title=draft.title, teaser=draft.teaser, facts=draft.facts
        )
        db.session.delete(draft)
    else:
        revision = contributions.add_revision(story)
        story.status, story.visible_from = "sent", clock.now()
        if wait_hours:
            cooling.send_later(story, wait_hours, job=ADMIT)
            caring.offer_card(actor, story)
            return Outcome(YES, story)
    moderation.admit(actor=actor, contribution=story, revision=revision)
    photos.send_with(actor=actor, story=story)
    return Outcome(YES, story)


def send_on(*, actor: Viewer, story_id: int) -> Outcome:
    """Send a story on before the time is over that its author left herself."""
    outcome = _judged(actor, story_id, consent_policy.can_hurry)
    if outcome.verdict and outcome.story is not None:
        cooling.end_now(outcome.story)
        moderation.admit(actor=actor, contribution=outcome.story)
        photos.send_with(actor=actor, story=outcome.story)
    return outcome


def _judged(actor: Viewer, story_id: int, judge: Callable[[Viewer, Story, bool], Verdict]) -> Outcome:
    """The actor's own story with what a policy says of the act; nobody else's story is found."""
    must_be_writing()
    story = own(actor, story_id)
    return GONE if story is None else Outcome(judge(actor, story, True), story)


def recall(*, actor: Viewer, story_id: int) -> Outcome:
    """Take a story back from being read, to work on it again."""
    outcome = _judged(actor, story_id, policy.can_recall)
    if outcome.verdict and outcome.story is not None:
        moderation.withdraw_cases(outcome.story)
        outcome.story.status = "draft"
    return outcome


def withdraw(*, actor: Viewer, story_id: int) -> Outcome:
    """Take a story off the site at once, with its chapters, comments and translations; for 30 days it can return."""
    outcome = _judged(actor, story_id, contribution_policy.can_withdraw)
    if outcome.verdict and outcome.story is not None:
        moderation.withdraw_cases(outcome.story)
        contributions.withdraw(outcome.story)
    return outcome


def bring_back(*, actor: Viewer, story_id: int) -> Outcome:
    """Bring a withdrawn story back as it was: what readers could see at once, anything else as a draft."""
    outcome = _judged(actor, story_id, contribution_policy.can_bring_back)
    story = outcome.story
    if outcome.verdict and story is not None and _was_left(story):
        return Outcome(no(LEFT, 409), story)
    if outcome.verdict and story is not None:
        contributions.bring_back(story)
        if story.published_at is not None:
            moderation.readmit(story)  # what a moderator had hidden waits for one again
        else:
            story.status = "draft"
    return outcome


def _was_left(story: Story) -> bool:
    """Whether it is a translation that its translator took off: her words come back by nobody else's hand."""
    if story.translator_id is None:
        return False
    given = [row.withdrawn_at for row in ledger.history(story.id) if row.use == "site"]
    return story.withdrawn_at not in given


def discard(*, actor: Viewer, story_id: int) -> Outcome:
    """Throw a story away that nobody else ever saw. It is deleted, row and all."""
    outcome = _judged(actor, story_id, policy.can_discard)
    story = outcome.story
    if outcome.verdict and story is not None:
        photos_following.leave(story)
        story.shown_revision_id = None
        db.session.flush()
        db.session.execute(delete(Seal).where(Seal.contribution_id == story.id))
        db.session.delete(story)
        return Outcome(outcome.verdict)
    return outcome


def dependents_follow(story: Story) -> None:
    """Let a story's chapters and comments be read only while the story is, and its translations only while it is and
    its author allows their language."""
    must_be_writing()
    if story.translation_of_id is not None:
        original = db.session.get_one(Story, story.translation_of_id)
        _set_audience(story, _audience_below(original, ledger.allowed(original.id), story.language))
    audience = _audience_below(story)
    contributions.set_audience(select(StoryUpdate.id).where(StoryUpdate.story_id == story.id), audience)
    discussions.follow(story)
    photos_following.follow(story)
    for translation in db.session.scalars(select(Story).where(Story.translation_of_id == story.id)):
        dependents_follow(translation)


def _audience_below(story: Story, allowed: AbstractSet[Use] = frozenset(), language: str | None = None) -> str:
    is_allowed = language is None or ("translation", language) in allowed
    return story.audience if story.status == "published" and is_allowed else "participants"


def _set_audience(story: Story, audience: str) -> None:
    contributions.set_audience(select(Story.id).where(Story.id == story.id), audience)
    db.session.refresh(story, ["audience"])
