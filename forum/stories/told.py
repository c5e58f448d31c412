"""Someone can write it for you. The verbs of curators: begin what was told, record what was agreed to, send it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import ledger, wording
from forum.contributions.ledger import Use
from forum.contributions.models import Contribution
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.moderation import actions as moderation
from forum.moderation import cases, log
from forum.stories import queries, told_policy
from forum.stories.models import Provenance, Story
from forum.stories.work import told_to

GONE = Verdict(False, "", 404)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Telling:
    """How a story was told: by letter, phone or voice, when, under which name, how to reach its author."""

    how: str
    told_on: PartialDate | None
    byline: str
    contact: str
    language: str


def told_story(viewer: Viewer, story_id: int) -> Story | None:
    """A story from elsewhere that `viewer`, a curator, looks after, with where it came from."""
    return db.session.scalar(
        select(Story)
        .where(Story.id == story_id, told_to(viewer), Contribution.status != "erased")
        .options(selectinload(Contribution.topics), joinedload(Contribution.author), joinedload(Story.provenance))
    )


def told_stories(viewer: Viewer, before: int | None = None) -> list[Story]:
    """The stories that were told to curators, newest first; one more than a page when there are more."""
    here = select(Provenance.story_id).where(Provenance.how != "import")
    found = (
        select(Story)
        .where(told_to(viewer), Story.id.in_(here), Contribution.status != "erased")
        .options(joinedload(Story.provenance))
        .order_by(Story.id.desc())
        .limit(PAGE + 1)
    )
    return list(db.session.scalars(found if before is None else found.where(Story.id < before)))


def begin(*, actor: Viewer, telling: Telling) -> tuple[Story | None, Verdict]:
    """Make a draft for what somebody told; nobody is its author here until she takes it over."""
    must_be_writing()
    verdict = told_policy.can_write_down(actor)
    if not verdict:
        return None, verdict
    now = clock.now()
    story = Story(
        language=telling.language,
        created_at=now,
        status="draft",
        attribution="pseudonym" if telling.byline else "anonymous",
        byline=telling.byline or None,
    )
    contributions.set_words(story, source="")
    db.session.add(story)
    db.session.flush()
    db.session.add(
        Provenance(
            story_id=story.id,
            how=telling.how,
            entered_by=actor.id,
            entered_at=now,
            told_on=telling.told_on,
            contact=tokens.seal_text(telling.contact) if telling.contact else "",
        )
    )
    db.session.flush()
    return story, YES


def record(
    *, actor: Viewer, story_id: int, uses: frozenset[Use], how: str, note: str, read_back_on: PartialDate | None,
    language: str,
) -> Verdict:  # fmt: skip
    """Write down what the author of a story from elsewhere agreed to, how she said so, and when it was read back.

    An imported story that waited for consent to this site goes on to be read.
    """
    must_be_writing()
    story = told_story(actor, story_id)
    if story is None or story.provenance is None:
        return told_policy.can_write_down(actor) and GONE
    if not (verdict := told_policy.can_record(actor, story)):
        return verdict
    if not uses:
        return no(told_policy.NO_USES, 422)
    if not note.strip():
        return no(told_policy.NO_NOTE, 422)
    came = db.session.get_one(Provenance, story.provenance.id)
    came.read_back_on = read_back_on or came.read_back_on
    for use, for_language in sorted(uses, key=str):
        ledger.give(
            story, use, for_language=for_language, version=wording.VERSION, language=language, how=how,
            recorded_by=actor.id, note=note,
        )  # fmt: skip
    log.append(actor, "record_consent", "contribution", story.id, data={"uses": sorted({use for use, _of in uses})})
    if story.status == "pending" and ledger.allows(story.id, "site"):
        cases.open_or_join(story, "review")
    return YES


def send(*, actor: Viewer, story_id: int) -> Verdict:
    """Send a story from elsewhere, or a change of its words, to be read by somebody else."""
    must_be_writing()
    story = told_story(actor, story_id)
    if story is None or story.provenance is None:
        return told_policy.can_write_down(actor) and GONE
    if story.status == "pending":
        return YES  # the same press twice
    has_consent = ledger.allows(story.id, "site")
    draft = queries.unsent_edit(story, actor) if story.status == "published" else None
    verdict = told_policy.can_send(actor, story, story.provenance, has_consent=has_consent, has_edit=draft is not None)
    if not verdict:
        return verdict
    if draft is not None:
        revision = contributions.add_revision(
            story, source=draft.source, title=draft.title, teaser=draft.teaser, facts=draft.facts
        )
        db.session.delete(draft)
    else:
        revision = contributions.add_revision(story)
        story.status, story.visible_from = "sent", clock.now()
    moderation.admit(actor=actor, contribution=story, revision=revision)
    return YES
