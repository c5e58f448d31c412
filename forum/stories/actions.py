"""The verbs of stories: begin, keep, send, recall, change, withdraw, bring back, discard."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions import policy as contribution_policy
from forum.contributions import queries as contribution_queries
from forum.contributions.ledger import Use
from forum.contributions.models import Contribution, Draft, Seal
from forum.core import clock
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import actions as discussions
from forum.moderation import actions as moderation
from forum.stories import policy, queries
from forum.stories.models import Story, StoryUpdate
from forum.topics.models import Topic


@dataclass(frozen=True, slots=True)
class Words:
    """What an author has typed so far. Lengths are bounded by the form; nothing is needed."""

    title: str = ""
    teaser: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author said about her story, all of it optional."""

    condition_words: str = ""
    relation: str | None = None
    country: str | None = None
    region: str = ""
    first_symptoms: PartialDate | None = None
    diagnosed: PartialDate | None = None
    language: str = "en"
    topic_ids: tuple[int, ...] = ()
    content_notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What became of an act: the verdict, and the story as it stands."""

    verdict: Verdict
    story: Story | None = None
    draft: Draft | None = None


def _own(actor: Viewer, story_id: int) -> Story | None:
    story = queries.story_by_id(story_id)
    return story if story is not None and contribution_queries.is_owner(actor, story) else None


ON_SITE: Use = ("site", None)
GONE = Outcome(no(contribution_policy.NOT_YOURS, 404))


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
        )
        .limit(1)
    )
    if empty is not None:
        return Outcome(YES, empty)
    story = Story(language=language, created_at=clock.now(), status="draft")
    contributions.sign(story, actor.id, "member")
    return Outcome(YES, story)


def keep(*, actor: Viewer, story_id: int, words: Words, facts: Facts | None, seen_version: int) -> Outcome:
    """Keep what an author has typed. Newer words from another window are never written over (409).

    An unsent story is changed itself; a published one's words wait as a draft until they are sent. `facts` is None
    where some of them could not be read: then the words alone are kept.
    """
    must_be_writing()
    story = _own(actor, story_id)
    if story is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if not verdict:
        return Outcome(verdict, story)
    if story.status == "published":
        return _keep_change(actor, story, words, seen_version)
    now = (story.title, story.teaser, story.source)
    if story.version != seen_version and now != (words.title, words.teaser, words.source):
        return Outcome(no("", 409), story)
    contributions.set_words(story, title=words.title, teaser=words.teaser, source=words.source)
    if facts is not None:
        _set_facts(story, facts)
    db.session.flush()
    return Outcome(YES, story)


def _keep_change(actor: Viewer, story: Story, words: Words, seen_version: int) -> Outcome:
    contributions.hold_drafts(actor)
    draft = queries.unsent_edit(story, actor)
    if draft is None:
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
        seen_version = 0
    if (draft.title, draft.teaser, draft.source) == (words.title, words.teaser, words.source):
        return Outcome(YES, story, draft)
    if draft.version != seen_version:
        return Outcome(no("", 409), story, draft)
    draft.title, draft.teaser, draft.source = words.title, words.teaser, words.source
    draft.version, draft.saved_at = draft.version + 1, clock.now()
    db.session.flush()
    return Outcome(YES, story, draft)


def _set_facts(story: Story, facts: Facts) -> None:
    story.condition_words, story.region = facts.condition_words, facts.region
    story.relation, story.country = facts.relation, facts.country
    story.first_symptoms, story.diagnosed = facts.first_symptoms, facts.diagnosed
    story.language = facts.language
    story.content_notes = " ".join(facts.content_notes)
    if {topic.id for topic in story.topics} != set(facts.topic_ids):
        story.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(facts.topic_ids))))


def sign(*, actor: Viewer, story_id: int, attribution: str, byline: str | None) -> Outcome:
    """Set the name that an unsent story will go by; a published one keeps the name it was read and approved under."""
    must_be_writing()
    story = _own(actor, story_id)
    if story is None or actor.id is None:
        return GONE
    verdict = policy.can_change(actor, story, True)
    if verdict and story.status != "published" and (story.attribution, story.byline) != (attribution, byline):
        contributions.sign(story, actor.id, attribution, byline)
    return Outcome(verdict, story)


def send(*, actor: Viewer, story_id: int, uses: AbstractSet[Use], language: str) -> Outcome:
    """Send a story to be read by a reviewer; a change of a published one likewise, while readers keep the old words.

    `uses` are what the author allows, and all of it; what stands on the site goes on being allowed there. Without
    that nothing is sent. `language`: in which she read the wording.
    """
    must_be_writing()
    story = _own(actor, story_id)
    if story is None:
        return GONE
    if story.status == "pending":
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
    if draft is not None:
        revision = contributions.add_revision(story, source=draft.source, title=draft.title, teaser=draft.teaser)
        db.session.delete(draft)
    else:
        revision = contributions.add_revision(story)
        story.status = "sent"
        story.visible_from = clock.now()
    moderation.admit(actor=actor, contribution=story, revision=revision)
    return Outcome(YES, story)


def _judged(actor: Viewer, story_id: int, judge: Callable[[Viewer, Story, bool], Verdict]) -> Outcome:
    """The actor's own story with what a policy says of the act; nobody else's story is found."""
    must_be_writing()
    story = _own(actor, story_id)
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
    if outcome.verdict and story is not None:
        contributions.bring_back(story)
        if story.published_at is not None:
            moderation.readmit(story)  # what a moderator had hidden waits for one again
        else:
            story.status = "draft"
    return outcome


def discard(*, actor: Viewer, story_id: int) -> Outcome:
    """Throw a story away that nobody else ever saw. It is deleted, row and all."""
    outcome = _judged(actor, story_id, policy.can_discard)
    story = outcome.story
    if outcome.verdict and story is not None:
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
    for translation in db.session.scalars(select(Story).where(Story.translation_of_id == story.id)):
        dependents_follow(translation)


def _audience_below(story: Story, allowed: AbstractSet[Use] = frozenset(), language: str | None = None) -> str:
    is_allowed = language is None or ("translation", language) in allowed
    return story.audience if story.status == "published" and is_allowed else "participants"


def _set_audience(story: Story, audience: str) -> None:
    contributions.set_audience(select(Story.id).where(Story.id == story.id), audience)
    db.session.refresh(story, ["audience"])
