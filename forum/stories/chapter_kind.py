"""What the rooms below need to know of later chapters and afterwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import ledger
from forum.core import richtext
from forum.core.dates import day
from forum.core.kinds import Around, Fact, Kind
from forum.core.languages import current_language
from forum.core.verdict import YES, Verdict, no
from forum.stories import chapter_policy, chapter_queries, chapter_sending, chapters, erasing, queries, standing
from forum.stories.models import StoryUpdate
from forum.stories.words import WRITER_WORDS


def _address(chapter: StoryUpdate, language: str) -> str:
    if chapter.status == "published":
        return f"/{language}/stories/{chapter.story_id}#chapter-{chapter.id}"
    return f"/{language}/chapters/{chapter.id}"


def _facts(chapter: StoryUpdate) -> list[Fact]:
    dated = Fact(_l("Dated"), day(chapter.dated))
    if chapter.part == "chapter":
        return [dated]
    is_allowed = ledger.allows(chapter.id, "site")
    rows = [
        Fact(_l("Afterword"), _l("Written by somebody else, not by the author of the story.")),
        Fact(_l("The writer is"), WRITER_WORDS.get(chapter.relation or "", "")),
        Fact(_l("Consent of the writer"), _l("this site") if is_allowed else _l("none recorded")),
        Fact(_l("The story’s author"), _l("is told by mail when it is sent, and can refuse these lines.")),
    ]
    if chapter.is_memorial:
        rows += [
            Fact(_l("Says that the author has died"), day(chapter.died) or _l("no date given")),
            Fact(_l("Make sure"), _l("Ask the writer how they know, and read what the author wrote here last.")),
        ]
    return [*rows, dated]


def _around(_viewer: Viewer, chapter: StoryUpdate) -> Around | None:
    story = queries.story_by_id(chapter.story_id)
    return Around("stories/_around_chapter.html", {"story": story}) if story is not None else None


def _can_publish(chapter: StoryUpdate) -> Verdict:
    """A chapter stands under the consent for its story; an afterword under its writer's, and never against a no."""
    if chapter.is_refused:
        return no(chapter_policy.REFUSED, 409)
    asked = chapter.id if chapter.part == "afterword" else chapter.story_id
    is_allowed = ledger.allows(asked, "site")
    return YES if is_allowed else no(_l("It waits for its author’s consent to this site."), 409)


def _send_again(viewer: Viewer, chapter: StoryUpdate) -> Verdict:
    language = current_language()
    return chapter_sending.send(actor=viewer, chapter_id=chapter.id, has_agreed=False, language=language).verdict


STORY_UPDATE = Kind(
    name="story_update",
    model=StoryUpdate,
    label=_l("Later chapter"),
    address=_address,
    title=lambda chapter: chapter.title,
    text=lambda chapter: richtext.plain(chapter.html),
    asks_consent=True,
    is_always_reviewed=True,
    facts=_facts,
    around=_around,
    decisions=("ask_for_changes",),
    on_shown=chapters.shown,
    on_published=standing.appeared,
    on_hidden=standing.vanished,
    on_erased=erasing.chapter_erased,
    can_publish=_can_publish,
    set_aside=chapter_queries.set_aside,
    send_again=_send_again,
)
