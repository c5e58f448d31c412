"""The verbs of translations: offer, keep, send, recall, discard, take back. The words are the translator's; the story
stays its author's, who allows each language in the ledger and may take a translation off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import ledger, pointed_out, wording
from forum.contributions import policy as contribution_policy
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Draft, Revision, Seal
from forum.core import clock
from forum.core.dates import day
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import actions as moderation
from forum.moderation import signals
from forum.screening.sending import UNKNOWN, Sent
from forum.stories import queries, signature, work
from forum.stories import translation_policy as policy
from forum.stories import translation_queries as reading
from forum.stories.models import Story
from forum.stories.translation_queries import TAKEN_OVER


@dataclass(frozen=True, slots=True)
class Translated:
    """What a translator has typed so far. `translated_from`: the revision of the original that she says it renders,
    None where she says nothing of it. `credit`: her name on the page, empty for none."""

    title: str
    teaser: str
    source: str
    condition_words: str
    region: str
    credit: str
    translated_from: int | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an act: the verdict, and the translation as it stands, with its unsent change."""

    verdict: Verdict
    story: Story | None = None
    draft: Draft | None = None


GONE = Outcome(no(contribution_policy.NOT_YOURS, 404))


def begin(*, actor: Viewer, story_id: int, language: str) -> Outcome:
    """Begin a translation of a story into a language, or carry on with the one at hand. The same twice makes one."""
    must_be_writing()
    asked = queries.story_for(actor, story_id)
    root_id = (asked.translation_of_id or asked.id) if asked is not None else 0
    db.session.execute(select(Contribution.id).where(Contribution.id == root_id).with_for_update())
    root = queries.story_by_id(root_id)
    if root is None or actor.id is None:
        return GONE
    own = reading.unsent_of(actor, root.id, language)
    if own is not None:
        return Outcome(YES, own)
    verdict = policy.can_translate(actor, root, reading.openings(actor, root), language)
    if not verdict:
        return Outcome(verdict)
    return Outcome(YES, _new(root, actor, language))


def _new(root: Story, actor: Viewer, language: str) -> Story:
    copied = ("condition_words", "relation", "country", "region", "first_symptoms", "diagnosed", "about_whom")
    more = ("subject_consent", "of_age_year", "content_notes", "is_in_memory")
    db.session.refresh(root, ["topics"])
    owner_id = contribution_queries.owner_id(root)
    # Her own name beside her unsigned words is never where she begins: she may still choose it.
    is_unsigned = owner_id == actor.id and root.attribution != "member"
    story = Story(
        language=language,
        created_at=clock.now(),
        status="draft",
        translation_of_id=root.id,
        translated_from_revision_id=root.shown_revision_id,
        translator_id=actor.id,
        translator="" if is_unsigned else actor.display_name,
        topics=list(root.topics),
        **{name: getattr(root, name) for name in (*copied, *more)},
    )
    signature.sign_as(story, root, owner_id)
    return story


def keep(*, actor: Viewer, story_id: int, words: Translated, seen_version: int) -> Outcome:
    """Keep what a translator has typed. Newer words from another window are never written over (409)."""
    outcome = _judged(actor, story_id, policy.can_change)
    story = outcome.story
    if not outcome.verdict or story is None:
        return outcome
    if story.status == "published":
        return _keep_change(actor, story, words, seen_version)
    if story.version != seen_version and _typed(story) != _typed(words):
        return Outcome(no("", 409), story)
    contributions.set_words(story, title=words.title, teaser=words.teaser, source=words.source)
    _set_facts(story, facts_of(story, words))
    db.session.flush()
    return outcome


def _typed(one: Any) -> tuple[str, str, str]:
    return one.title, one.teaser, one.source


def facts_of(story: Story, words: Translated | None = None) -> dict[str, Any]:
    """What a revision or a draft of a translation keeps beside the words: as it stands, or with what was typed."""
    said = words or story
    now = story.translated_from_revision_id
    return {
        "condition_words": said.condition_words,
        "region": said.region,
        "translator": words.credit if words else story.translator,
        "translated_from": _genuine(story, words.translated_from) or now if words else now,
    }


def _genuine(story: Story, revision_id: int | None) -> int | None:
    # Only a revision of the original that readers have seen.
    if revision_id is None or story.translation_of_id is None:
        return None
    return reading.seen_revision(story.translation_of_id, revision_id)


def _set_facts(story: Story, facts: dict[str, Any]) -> None:
    story.condition_words, story.region, story.translator = (
        facts["condition_words"],
        facts["region"],
        facts["translator"],
    )
    story.translated_from_revision_id = facts["translated_from"]


def _keep_change(actor: Viewer, story: Story, words: Translated, seen_version: int) -> Outcome:
    contributions.hold_drafts(actor)
    draft, newest = reading.unsent_change(story), reading.newest_words(story)
    facts = facts_of(story, words)
    if draft is None:
        # It hangs on the translation, never on a member: the story may be sealed.
        draft = Draft(
            contribution_id=story.id, place=reading.place_of(story.id), source="", version=0, saved_at=clock.now()
        )
        db.session.add(draft)
        seen_version = 0
    elif words.translated_from is None and draft.facts:
        facts["translated_from"] = draft.facts["translated_from"]
    if newest.is_taken_over:
        facts[TAKEN_OVER] = newest.draft_facts.get(TAKEN_OVER) or newest.facts[TAKEN_OVER]
    if (*_typed(draft), draft.facts) == (*_typed(words), facts):
        return Outcome(YES, story, draft)
    if draft.version != seen_version and _typed(draft) != _typed(words):
        return Outcome(no("", 409), story, draft)
    draft.title, draft.teaser, draft.source, draft.facts = *_typed(words), facts
    draft.version, draft.saved_at = draft.version + 1, clock.now()
    db.session.flush()
    return Outcome(YES, story, draft)


def send(*, actor: Viewer, story_id: int, has_agreed: bool, language: str, sent: Sent = UNKNOWN) -> Outcome:
    """Send a translation to be read, or a change of a published one while readers keep the old words.

    `has_agreed`: the translator lets the site show her words; `language`: in which she read that. `sent`: what came
    with the form.
    """
    must_be_writing()
    story = _own(actor, story_id)
    root = queries.story_by_id(story.translation_of_id) if story is not None and story.translation_of_id else None
    if story is None or root is None:
        return GONE
    if story.status == "pending":
        return Outcome(YES, story)  # the same press twice
    is_allowed = ledger.allows(root.id, "translation", story.language)
    others = reading.published_in(root.id, story.language, besides=story.id)
    verdict = policy.can_send(actor, story, root, is_allowed=is_allowed, is_done_by_another=others)
    if not verdict:
        return Outcome(verdict, story)
    is_new_to_it = is_new_to(reading.unsent_change(story)) if story.status == "published" else False
    if has_agreed:
        ledger.give(story, "site", version=wording.VERSION, language=language, how="site")
    elif is_new_to_it or not ledger.allows(story.id, "site"):
        return Outcome(no(policy.CONSENT_NEEDED, 422), story)
    if is_new_to_it:
        _agree_anew(story)
    revision = _revision(story)
    if revision is not None:
        signals.note_form(actor, story, sent)
        moderation.admit(actor=actor, contribution=story, revision=revision)
    return Outcome(YES, story)


def is_new_to(draft: Draft | None) -> bool:
    """Whether an unsent change is of somebody who took the translation over and hasn't agreed for her words yet."""
    return draft is not None and (draft.facts or {}).get(TAKEN_OVER) == "begun"


def _agree_anew(story: Story) -> None:
    # Who translated it before agreed for her words; it is the same consent, with a line of hers.
    draft = reading.unsent_change(story, lock=True)
    if draft is not None:
        draft.facts = (draft.facts or {}) | {TAKEN_OVER: "agreed"}
        said = _("%(day)s: whoever brings the translation up to date agrees too.", day=day(clock.today()))
        ledger.annotate(story, "site", None, said)


def _revision(story: Story) -> Revision | None:
    """What is sent, or None where nothing was changed."""
    if story.status != "published":
        revision = contributions.add_revision(story)
        revision.facts = facts_of(story)
        story.status, story.visible_from = "sent", clock.now()
        return revision
    draft = reading.unsent_change(story, lock=True)
    if draft is None:
        return None
    revision = contributions.add_revision(story, source=draft.source, title=draft.title, teaser=draft.teaser)
    revision.facts = draft.facts
    db.session.delete(draft)
    return revision


def keep_detail(*, actor: Viewer, story_id: int, digest: str) -> Outcome:
    """She means to share a personal detail: it isn't pointed out again."""
    outcome = _judged(actor, story_id, policy.can_change)
    story = outcome.story
    if outcome.verdict and story is not None:
        pointed_out.keep(story, digest, reading.unsent_change(story) if story.status == "published" else None)
    return outcome


def shown(story: Story, revision: Revision) -> None:
    """Let what a translation's revision holds beside the words be what readers see."""
    if revision.facts and "translated_from" in revision.facts:
        facts = dict(revision.facts)
        facts["translated_from"] = _genuine(story, facts["translated_from"]) or story.translated_from_revision_id
        _set_facts(story, facts)


def appeared(story: Story) -> None:
    """A translation can be read: its original's author hears of it once."""
    must_be_writing()
    if story.translation_of_id is not None and story.translator_id is not None:
        enqueue("stories.tell_of_translation", {"story_id": story.id}, dedupe_key=f"translated:{story.id}")


def hold(story_id: int) -> None:
    """Let nobody else change a translation until the end of this writing."""
    must_be_writing()
    db.session.execute(select(Contribution.id).where(Contribution.id == story_id).with_for_update())


def _own(actor: Viewer, story_id: int) -> Story | None:
    hold(story_id)
    return work.work_translation(actor, story_id)


def _judged(actor: Viewer, story_id: int, judge: Callable[[Viewer, Story], Verdict]) -> Outcome:
    """The actor's own translation with what a policy says of the act; nobody else's is found."""
    must_be_writing()
    story = _own(actor, story_id)
    return GONE if story is None else Outcome(judge(actor, story), story)


def recall(*, actor: Viewer, story_id: int) -> Outcome:
    """Take a translation back from being read, to work on it again."""
    outcome = _judged(actor, story_id, policy.can_recall)
    if outcome.verdict and outcome.story is not None:
        moderation.withdraw_cases(outcome.story)
        outcome.story.status = "draft"
    return outcome


def withdraw(*, actor: Viewer, story_id: int) -> Outcome:
    """Take a translation off the site: its translator no longer gives her words."""

    def judge(viewer: Viewer, story: Story) -> Verdict:
        return policy.can_withdraw(viewer, story, is_taken_over=reading.newest_words(story).is_taken_over)

    outcome = _judged(actor, story_id, judge)
    if outcome.verdict and outcome.story is not None:
        moderation.withdraw_cases(outcome.story)
        ledger.take_back(outcome.story, "site")
        contributions.withdraw(outcome.story)
    return outcome


def discard(*, actor: Viewer, story_id: int) -> Outcome:
    """Throw a translation away that readers never saw. It is deleted, row and all."""
    outcome = _judged(actor, story_id, policy.can_discard)
    story = outcome.story
    if outcome.verdict and story is not None:
        story.shown_revision_id = None
        db.session.flush()
        db.session.execute(delete(Seal).where(Seal.contribution_id == story.id))
        db.session.delete(story)
    return outcome
