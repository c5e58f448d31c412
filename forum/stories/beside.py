"""What stands beside a story on its page: what its reader began or was asked, follows, and could read or translate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.accounts.viewer import Viewer
from forum.contributions import ledger
from forum.core.settings import LANGUAGES
from forum.stories import taking_over, translation_queries
from forum.stories.chapter_queries import Below
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


def beside(story: Story, viewer: Viewer, *, below: Below, is_following: bool, languages: Sequence[str]) -> Beside:
    """All of it, for a story that `viewer` may open. `languages`: in which it can be read besides its own.

    One query on a translation, none on an original; for a member one more.
    """
    if not viewer.is_authenticated:
        return Beside(change=translation_queries.change_since(viewer, story))
    change, newest = translation_queries.change_and_newest(viewer, story)
    # Her own story she would not offer to translate for somebody.
    missing = [code for code in LANGUAGES if code not in (story.language, *languages) and not below.is_own]
    is_another = change is not None and story.translator_id != viewer.id
    allowed = ledger.allowed(story.translation_of_id or story.id) if missing or is_another else set()
    return Beside(
        begun=below.begun,
        asked=below.asked,
        is_following=not below.is_own and is_following,
        change=change,
        is_translator=story.translator_id is not None and story.translator_id == viewer.id,
        can_translate=any(("translation", code) in allowed for code in missing),
        can_take_over=is_another and bool(taking_over.verdict_on(viewer, story, allowed, newest, is_outdated=True)),
    )
