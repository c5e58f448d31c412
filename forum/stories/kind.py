"""What the rooms below need to know of stories."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import ledger
from forum.contributions.models import Revision
from forum.core import richtext
from forum.core.dates import day
from forum.core.db import db
from forum.core.kinds import Around, Fact, Kind
from forum.core.languages import current_language
from forum.core.templates import country, language_name
from forum.core.verdict import YES, Verdict, no
from forum.stories import (
    actions,
    erasing,
    provenance,
    queries,
    rarity,
    telling,
    translation_queries,
    translations,
    work,
)
from forum.stories import facts as story_facts
from forum.stories.claim_words import CLAIM_WISH_FACTS, TOLD_HOW_WORDS
from forum.stories.models import Provenance, Story
from forum.stories.words import ABOUT_WHOM_WORDS, RELATION_WORDS, SUBJECT_CONSENT_WORDS


def _text(story: Story) -> str:
    # An excerpt begins with the story itself; what else is said of it can be found all the same.
    parts = (richtext.plain(story.html), story.teaser, story.condition_words, story.other_words, story.other_treatments)
    return "\n\n".join(part for part in parts if part)


def _facts(story: Story) -> list[Fact]:
    rows = [
        (_l("In the author’s words"), story.condition_words),
        (_l("Who is telling it"), RELATION_WORDS.get(story.relation or "", "")),
        (_l("Who it is about"), ABOUT_WHOM_WORDS.get(story.about_whom or "", "")),
        (_l("Whether that person agrees"), SUBJECT_CONSENT_WORDS.get(story.subject_consent or "", "")),
        (_l("Turns 18 in"), str(story.of_age_year or "")),
        (_l("Place"), ", ".join(part for part in (story.region, country(story.country)) if part)),
        (_l("First signs"), day(story.first_symptoms)),
        (_l("Given a name"), day(story.diagnosed)),
        (_l("Language"), language_name(story.language)),
        (_l("Easy to find"), _rare(story)),
        *_where_from(provenance.provenance_of(story.id)),
    ]
    return [Fact(label, value) for label, value in rows if value]


def _rare(story: Story) -> str:
    """What could make its author easy to find, in a sentence, before it is published; "" otherwise."""
    if story.status != "pending" or story.published_at is not None or story.translation_of_id is not None:
        return ""
    db.session.refresh(story, ["topics"])
    found = rarity.rarity_of(story.id, story_facts.of(story))
    return found.words if found else ""


def _where_from(came: Provenance | None) -> list[tuple[Any, str]]:
    if came is None:
        return []
    told = str(TOLD_HOW_WORDS[came.how]) if came.how in TOLD_HOW_WORDS else ""
    return [
        (_l("Came from"), came.archive or ""),
        (_l("How it was told"), told),
        (_l("First published or told"), day(came.told_on)),
        (_l("Read back on"), day(came.read_back_on)),
    ]


def _can_publish(story: Story) -> Verdict:
    """Whether its author allows it on this site; what was translated: whether she allows the language, and whoever
    translated it the site."""
    original_id = story.translation_of_id if story.translator_id is not None else None
    if original_id is not None and not ledger.allows(original_id, "translation", story.language):
        return no(_l("Its author doesn’t allow a translation into this language."), 409)
    is_allowed = ledger.allows(story.id, "site")
    waits = _l("It waits for its author’s consent to this site. Nobody can publish it before.")
    return YES if is_allowed else no(waits, 409)


def _send_again(viewer: Viewer, story: Story) -> Verdict:
    if story.translator_id is not None:
        language = current_language()
        return translations.send(actor=viewer, story_id=story.id, has_agreed=False, language=language).verdict
    uses = ledger.allowed(story.id)
    return actions.send(actor=viewer, story_id=story.id, uses=uses, language=current_language()).verdict


def _around(viewer: Viewer, story: Story) -> Around | None:
    if story.published_at is None and story.translation_of_id is None:
        return None  # nobody could add to it or claim it yet
    later = queries.chapters_of(story.id, viewer)
    others = queries.translations_of(story, viewer)
    original = queries.story_by_id(story.translation_of_id) if story.translation_of_id is not None else None
    claims = provenance.claims_of(story.id)
    if not later and not others and original is None and not claims:
        return None
    values = {"chapters": later, "translations": others, "original": original, "claims": claims}
    return Around("stories/_around.html", values | {"wishes": CLAIM_WISH_FACTS})


def _appears(story: Story) -> None:
    actions.dependents_follow(story)
    translations.appeared(story)
    telling.appeared(story)


def _shown(story: Story, revision: Revision) -> None:
    if "translated_from" in (revision.facts or {}):
        translations.shown(story, revision)
    else:
        story_facts.apply_revision(story, revision)


def _changed_facts(story: Story, before: Revision, after: Revision) -> list[tuple[Any, str, str]]:
    if before.facts is None and after.facts is None:
        return []
    stands = story_facts.Facts()
    if before.facts is None or after.facts is None:
        db.session.refresh(story, ["topics"])
        stands = story_facts.of(story)
    then, now = story_facts.from_json(before.facts, stands), story_facts.from_json(after.facts, stands)
    return story_facts.differences(then, now)


STORY = Kind(
    name="story",
    model=Story,
    label=_l("Story"),
    address=lambda story, language: f"/{language}/stories/{story.id}",
    title=lambda story: story.title,
    text=_text,
    asks_consent=True,
    is_always_reviewed=True,
    shows_edits=True,
    facts=_facts,
    around=_around,
    country=lambda story: story.country,
    decisions=("ask_for_changes",),
    on_shown=_shown,
    on_published=_appears,
    on_hidden=actions.dependents_follow,
    on_erased=erasing.erased,
    worked_on_by=work.worked_on_by,
    work_of=work.work_of,
    changed_facts=_changed_facts,
    can_publish=_can_publish,
    set_aside=translation_queries.set_aside,
    send_again=_send_again,
)
