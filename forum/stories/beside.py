"""What stands beside a story on its page: what its reader began or was asked, follows, and could read or translate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.accounts.viewer import Viewer
from forum.contributions import ledger
from forum.core.settings import LANGUAGES
from forum.stories import chapter_queries, taking_over, translation_queries
from forum.stories.models import Story, StoryUpdate
from forum.stories.translation_queries import Change


@dataclass(frozen=True, slots=True)
class Beside:
    """begun: the reader's own chapters and afterwords that nobody sees yet. asked: afterwords of others on her story.
    change: how the original changed since this translation. is_translator: it is she who translated it. can_translate:
    its author allows a language in which it can't be read yet. can_take_over: nobody looks after this translation any
    more, and the reader may bring it up to date."""

    begun: Sequence[StoryUpdate] = ()
    asked: Sequence[StoryUpdate] = ()
    is_following: bool = False
    change: Change | None = None
    is_translator: bool = False
    can_translate: bool = False
    can_take_over: bool = False


def beside(story: Story, viewer: Viewer, is_own: bool, is_following: bool, languages: Sequence[str]) -> Beside:
    """All of it, for a story that `viewer` may open. `languages`: in which it can be read besides its own.

    One query for a visitor on a translation, none on an original; two more for a member, and one where the original
    has changed since.
    """
    change = translation_queries.change_since(viewer, story)
    if not viewer.is_authenticated:
        return Beside(change=change)
    # Her own story she would not offer to translate for somebody.
    missing = [code for code in LANGUAGES if code not in (story.language, *languages) and not is_own]
    is_another = change is not None and story.translator_id != viewer.id
    allowed = ledger.allowed(story.translation_of_id or story.id) if missing or is_another else set()
    begun, asked = chapter_queries.hers_below(viewer, story.id, is_own=is_own)
    return Beside(
        begun=begun,
        asked=asked,
        is_following=not is_own and is_following,
        change=change,
        is_translator=story.translator_id is not None and story.translator_id == viewer.id,
        can_translate=any(("translation", code) in allowed for code in missing),
        can_take_over=is_another and bool(taking_over.verdict_on(viewer, story, allowed, is_outdated=True)),
    )
