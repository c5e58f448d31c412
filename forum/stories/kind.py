"""What the rooms below need to know of stories and their later chapters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import ledger, wording
from forum.core import clock, richtext
from forum.core.kinds import Around, Fact, Kind
from forum.core.languages import current_language
from forum.core.templates import country, day, language_name
from forum.core.verdict import YES, Verdict, no
from forum.stories import actions, erasing, queries, work
from forum.stories.models import Story, StoryUpdate
from forum.stories.words import RELATION_WORDS, use_words


def _text(story: Story) -> str:
    # An excerpt begins with the story itself; what else is said of it can be found all the same.
    return "\n\n".join(part for part in (richtext.plain(story.html), story.teaser, story.condition_words) if part)


def _facts(story: Story) -> list[Fact]:
    allowed = ledger.allowed(story.id)
    consents = ", ".join(use_words(*use) for use in wording.uses_of(story.language) if use in allowed)
    rows = [
        (_l("In the author's words"), story.condition_words),
        (_l("Who is telling it"), RELATION_WORDS.get(story.relation or "", "")),
        (_l("Place"), ", ".join(part for part in (story.region, country(story.country)) if part)),
        (_l("First signs"), day(story.first_symptoms)),
        (_l("Given a name"), day(story.diagnosed)),
        (_l("Language"), language_name(story.language)),
        (_l("Consent"), consents or _l("none recorded")),
    ]
    return [Fact(label, value) for label, value in rows if value]


def _can_publish(story: Story) -> Verdict:
    """Whether its author allows it on this site; what somebody else translated: whether she allows the language."""
    if story.translator_id is not None and story.translation_of_id is not None:
        is_allowed = ledger.allows(story.translation_of_id, "translation", story.language)
        return YES if is_allowed else no(_l("Its author doesn’t allow a translation into this language."), 409)
    is_allowed = ledger.allows(story.id, "site")
    return (
        YES
        if is_allowed
        else no(_l("It waits for its author’s consent to this site. Nobody can publish it before."), 409)
    )


def _send_again(viewer: Viewer, story: Story) -> Verdict:
    uses = ledger.allowed(story.id)
    return actions.send(actor=viewer, story_id=story.id, uses=uses, language=current_language()).verdict


def _around(viewer: Viewer, story: Story) -> Around | None:
    chapters = queries.chapters_of(story.id, viewer)
    translations = queries.translations_of(story, viewer)
    if not chapters and not translations:
        return None
    return Around("stories/_around.html", {"chapters": chapters, "translations": translations})


def _chapter_appears(chapter: StoryUpdate) -> None:
    story = queries.story_by_id(chapter.story_id)
    if story is not None:
        story.updated_at = chapter.published_at or clock.now()


STORY = Kind(
    name="story",
    model=Story,
    label=_l("Story"),
    address=lambda story, language: f"/{language}/stories/{story.id}",
    title=lambda story: story.title,
    text=_text,
    is_always_reviewed=True,
    facts=_facts,
    around=_around,
    decisions=("ask_for_changes",),
    on_published=actions.dependents_follow,
    on_hidden=actions.dependents_follow,
    on_erased=erasing.erased,
    worked_on_by=work.worked_on_by,
    work_of=work.work_of,
    can_publish=_can_publish,
    send_again=_send_again,
)

STORY_UPDATE = Kind(
    name="story_update",
    model=StoryUpdate,
    label=_l("Later chapter"),
    address=lambda chapter, language: f"/{language}/stories/{chapter.story_id}#chapter-{chapter.id}",
    title=lambda chapter: chapter.title,
    text=lambda chapter: richtext.plain(chapter.html),
    is_always_reviewed=True,
    facts=lambda chapter: [Fact(_l("Dated"), day(chapter.dated))],
    decisions=("ask_for_changes",),
    on_published=_chapter_appears,
    on_erased=erasing.chapter_erased,
)
