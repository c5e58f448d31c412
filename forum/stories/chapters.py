"""The verbs of later chapters and afterwords: begin, keep, recall, withdraw, bring back, discard, refuse.

Those of sending stand in chapter_sending.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.care import cards
from forum.contributions import actions as contributions
from forum.contributions import pointed_out
from forum.contributions import policy as contribution_policy
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Draft, Revision, Seal
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.outbox import enqueue
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import actions as moderation
from forum.stories import chapter_policy as policy
from forum.stories import chapter_queries, queries, signature, work
from forum.stories.models import Story, StoryUpdate

TEASER = 200


@dataclass(frozen=True, slots=True)
class Lines:
    """What a writer has typed so far, and what she says of it. Lengths are bounded by the form.

    relation, is_memorial and died (when the story's author died, as much as is known) are of an afterword only.
    """

    title: str
    source: str
    dated: PartialDate
    relation: str | None = None
    is_memorial: bool = False
    died: PartialDate | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an act: the verdict, and the chapter as it stands, with its unsent change."""

    verdict: Verdict
    chapter: StoryUpdate | None = None
    draft: Draft | None = None


GONE = Outcome(no(contribution_policy.NOT_YOURS, 404))


def is_memorial(story_id: int) -> bool:
    """Whether an afterword that readers see says that the author of this story has died."""
    return bool(db.session.scalar(select(Story.is_in_memory).where(Story.id == story_id)))


def this_month() -> PartialDate:
    """The date that a later chapter bears unless its author says another."""
    return PartialDate.parse(clock.today().isoformat()[:7])


def _story_held(story_id: int) -> Story | None:
    # Who begins twice at once waits here and finds what the first has begun.
    db.session.execute(select(Story.id).where(Story.id == story_id).with_for_update())
    return queries.story_by_id(story_id)


def begin(*, actor: Viewer, story_id: int) -> Outcome:
    """Begin a later chapter of a story: an empty draft, signed as the story is. One at hand is used again."""
    must_be_writing()
    story = _story_held(story_id)
    is_worker = work.work_story(actor, story_id) is not None
    if story is None or not is_worker:
        return GONE
    if not (verdict := policy.can_add(actor, story, is_worker)):
        return Outcome(verdict)
    chapter = chapter_queries.empty_of(actor, story_id, "chapter")
    if chapter is None:
        chapter = _new(story, "chapter", story.language)
        signature.sign_as(chapter, story, contribution_queries.owner_id(story))
    return Outcome(YES, chapter)


def begin_afterword(
    *, actor: Viewer, story_id: int, language: str, relation: str, is_memorial: bool, died: PartialDate | None
) -> Outcome:
    """Begin lines below somebody else's story; who begins says what she is to its author."""
    must_be_writing()
    story = _story_held(story_id)
    if story is None or actor.id is None:
        return GONE
    verdict = policy.can_write_below(actor, story, contribution_queries.is_owner(actor, story))
    if not verdict:
        return Outcome(verdict)
    afterword = chapter_queries.empty_of(actor, story_id, "afterword")
    if afterword is None:
        afterword = _new(story, "afterword", language)
        contributions.sign(afterword, actor.id, "member")
    _set_relation(afterword, relation, is_memorial, died)
    db.session.flush()
    return Outcome(YES, afterword)


def _new(story: Story, part: str, language: str) -> StoryUpdate:
    return StoryUpdate(
        story_id=story.id,
        part=part,
        dated=this_month(),
        language=language,
        audience=story.audience,
        created_at=clock.now(),
        status="draft",
        topics=[],
    )


def _set_relation(afterword: StoryUpdate, relation: str | None, is_memorial: bool, died: PartialDate | None) -> None:
    afterword.relation, afterword.is_memorial = relation, is_memorial
    afterword.died = died if is_memorial else None


def keep(*, actor: Viewer, chapter_id: int, lines: Lines, seen_version: int) -> Outcome:
    """Keep what was typed. Newer words from another window are never written over (409)."""
    outcome = judged(actor, chapter_id, policy.can_change)
    chapter = outcome.chapter
    if not outcome.verdict or chapter is None:
        return outcome
    if chapter.status == "published":
        changed = _keep_change(actor, chapter, lines, seen_version)
        if changed.verdict and changed.draft is not None:
            _offer_card(actor, chapter, lines)
        return changed
    if chapter.version != seen_version and (chapter.title, chapter.source) != (lines.title, lines.source):
        return Outcome(no("", 409), chapter)
    contributions.set_words(chapter, title=lines.title, source=lines.source)
    chapter.teaser = richtext.excerpt(chapter.html, TEASER)
    _set_facts(chapter, facts_of(lines))
    db.session.flush()
    _offer_card(actor, chapter, lines)
    return outcome


def _offer_card(actor: Viewer, chapter: StoryUpdate, lines: Lines) -> None:
    text = f"{lines.title}\n\n{lines.source}"
    cards.offer_on_draft(actor=actor, text=text, language=chapter.language, of=chapter)


def facts_of(lines: Lines | StoryUpdate) -> dict[str, Any]:
    """What a revision or a draft keeps of it beside the words."""
    return {
        "dated": str(lines.dated),
        "relation": lines.relation,
        "is_memorial": lines.is_memorial,
        "died": str(lines.died) if lines.died else None,
    }


def _set_facts(chapter: StoryUpdate, facts: dict[str, Any]) -> None:
    chapter.dated = PartialDate.parse(facts["dated"])
    if chapter.part == "afterword":
        died = PartialDate.parse(facts["died"]) if facts["died"] else None
        _set_relation(chapter, facts["relation"], facts["is_memorial"], died)


def _keep_change(actor: Viewer, chapter: StoryUpdate, lines: Lines, seen_version: int) -> Outcome:
    contributions.hold_drafts(actor)
    draft = chapter_queries.unsent_change(chapter, actor)
    kept = (lines.title, lines.source, facts_of(lines))
    if draft is None:
        sealed = chapter.author_id is None
        draft = Draft(
            member_id=None if sealed else actor.id,
            contribution_id=chapter.id if sealed else None,
            place=contributions.edit_place(chapter.id),
            source="",
            version=0,
            saved_at=clock.now(),
        )
        db.session.add(draft)
        seen_version = 0
    if (draft.title, draft.source, draft.facts) == kept:
        return Outcome(YES, chapter, draft)
    if draft.version != seen_version and (draft.title, draft.source) != (lines.title, lines.source):
        return Outcome(no("", 409), chapter, draft)
    draft.title, draft.source, draft.facts = kept
    draft.version, draft.saved_at = draft.version + 1, clock.now()
    db.session.flush()
    return Outcome(YES, chapter, draft)


def sign(*, actor: Viewer, chapter_id: int, attribution: str, byline: str | None) -> Outcome:
    """Set the name that an unsent afterword goes by. A later chapter goes by the story's."""
    outcome = judged(actor, chapter_id, policy.can_change)
    chapter = outcome.chapter
    if outcome.verdict and chapter is not None and chapter.part == "afterword" and chapter.status != "published":
        assert actor.id is not None  # judged
        if (chapter.attribution, chapter.byline) != (attribution, byline):
            contributions.sign(chapter, actor.id, attribution, byline)
    return outcome


def keep_detail(*, actor: Viewer, chapter_id: int, digest: str) -> Outcome:
    """She means to share a personal detail: it isn't pointed out again."""
    outcome = judged(actor, chapter_id, policy.can_change)
    chapter = outcome.chapter
    if outcome.verdict and chapter is not None:
        draft = chapter_queries.unsent_change(chapter, actor) if chapter.status == "published" else None
        pointed_out.keep(chapter, digest, draft)
    return outcome


def shown(chapter: StoryUpdate, revision: Revision) -> None:
    """Let what a revision holds beside the words be what readers see."""
    if revision.facts:
        _set_facts(chapter, revision.facts)


def own(actor: Viewer, chapter_id: int) -> StoryUpdate | None:
    """The actor's own chapter for an act on it, held until the end; nobody else's is found."""
    chapter = chapter_queries.locked(chapter_id)
    return chapter if chapter is not None and chapter_queries.own_chapter(actor, chapter_id) is not None else None


def judged(actor: Viewer, chapter_id: int, judge: Callable[[Viewer, StoryUpdate, bool], Verdict]) -> Outcome:
    """The actor's own chapter with what a policy says of the act; nobody else's is found."""
    must_be_writing()
    chapter = own(actor, chapter_id)
    return GONE if chapter is None else Outcome(judge(actor, chapter, True), chapter)


def recall(*, actor: Viewer, chapter_id: int) -> Outcome:
    """Take it back from being read, to work on it again."""
    outcome = judged(actor, chapter_id, policy.can_recall)
    if outcome.verdict and outcome.chapter is not None:
        moderation.withdraw_cases(outcome.chapter)
        outcome.chapter.status = "draft"
    return outcome


def withdraw(*, actor: Viewer, chapter_id: int) -> Outcome:
    """Take it off the story's page at once; for 30 days it can return."""
    outcome = judged(actor, chapter_id, contribution_policy.can_withdraw)
    if outcome.verdict and outcome.chapter is not None:
        moderation.withdraw_cases(outcome.chapter)
        contributions.withdraw(outcome.chapter)
    return outcome


def bring_back(*, actor: Viewer, chapter_id: int) -> Outcome:
    """Bring back what was withdrawn: what readers could see at once, anything else as a draft."""
    outcome = judged(actor, chapter_id, contribution_policy.can_bring_back)
    chapter = outcome.chapter
    if outcome.verdict and chapter is not None:
        contributions.bring_back(chapter)
        if chapter.published_at is None or chapter.is_refused:
            chapter.status = "draft"
        else:
            moderation.readmit(chapter)  # what a moderator had hidden waits for one again
    return outcome


def discard(*, actor: Viewer, chapter_id: int) -> Outcome:
    """Throw away what nobody else ever saw. It is deleted, row and all."""
    outcome = judged(actor, chapter_id, policy.can_discard)
    chapter = outcome.chapter
    if outcome.verdict and chapter is not None:
        chapter.shown_revision_id = None
        db.session.flush()
        db.session.execute(delete(Seal).where(Seal.contribution_id == chapter.id))
        db.session.delete(chapter)
    return outcome


def refuse(*, actor: Viewer, chapter_id: int, is_refused: bool) -> Outcome:
    """The story's author doesn't want an afterword below it (at once off the page, if it stands there), or does after
    all: then its writer may send it again."""
    must_be_writing()
    afterword = chapter_queries.locked(chapter_id)
    if afterword is None or chapter_queries.asked_afterword(actor, chapter_id) is None:
        return GONE
    verdict = policy.can_refuse(actor, afterword, True)
    if not verdict or afterword.is_refused == is_refused:
        return Outcome(verdict, afterword)
    afterword.is_refused = is_refused
    if is_refused:
        moderation.withdraw_cases(afterword)
        if afterword.status == "published":
            contributions.hide(afterword)
        contributions.decline(afterword)
        enqueue("stories.tell_writer", {"chapter_id": chapter_id}, dedupe_key=f"refused:{chapter_id}")
    return Outcome(YES, afterword)
