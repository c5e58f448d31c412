"""Who may write, change, send and take back a later chapter or an afterword. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Story, StoryUpdate

UNSENT = ("draft", "changes_asked", "declined")
STORY_AWAY = _l("The story isn’t on the site at the moment. Your words are kept here.")
REFUSED = _l("The author of the story doesn’t want lines below it. Your words are kept here.")
CONSENT_NEEDED = _l("To publish your lines here we need your consent to this site. Tick it, or keep them as a draft.")


def can_add(viewer: Viewer, story: Story, is_worker: bool) -> Verdict:
    """Whether `viewer` may begin a later chapter of a story."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_worker:
        return no(contributions.NOT_YOURS)
    if story.status != "published":
        return no(_l("A later chapter joins a story that readers can see. Until then, change the story itself."), 409)
    return contributions.can_write(viewer)


def can_write_below(viewer: Viewer, story: Story, is_own: bool) -> Verdict:
    """Whether `viewer` may begin an afterword: lines of her own below somebody else's story."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if is_own:
        return no(_l("This story is yours. Write a later chapter of it instead."))
    if story.status != "published":
        return no(STORY_AWAY, 409)
    return contributions.can_write(viewer)


def can_change(viewer: Viewer, chapter: StoryUpdate, is_writer: bool) -> Verdict:
    """Whether `viewer` may change its words: unsent, or published (then the change waits for approval)."""
    verdict = contributions.can_edit(viewer, chapter, is_writer)
    if verdict and chapter.status in ("pending", "sent"):
        return no(_l("This is being read. Take it back first if you want to change it."), 409)
    return verdict


def can_send(viewer: Viewer, chapter: StoryUpdate, story: Story, is_writer: bool) -> Verdict:
    """Whether `viewer` may send it to be read."""
    verdict = can_change(viewer, chapter, is_writer)
    if verdict and chapter.status == "draft":
        verdict = contributions.can_send_another(viewer)
    if verdict and chapter.is_refused:
        return no(REFUSED, 409)
    if verdict and story.status != "published":
        return no(STORY_AWAY, 409)
    if verdict and not chapter.source.strip():
        return no(_l("There are no words yet. Write some first."), 422)
    return verdict


def can_recall(viewer: Viewer, chapter: StoryUpdate, is_writer: bool) -> Verdict:
    """Whether `viewer` may take it back from being read, to work on it again."""
    verdict = contributions.can_edit(viewer, chapter, is_writer)
    if verdict and chapter.status not in ("pending", "sent"):
        return no(_l("This isn’t being read at the moment."), 409)
    return verdict


def can_hurry(viewer: Viewer, chapter: StoryUpdate, is_writer: bool) -> Verdict:
    """Whether `viewer` may send it on before her rest is over; when it went on meanwhile, that is all right."""
    return can_recall(viewer, chapter, is_writer)


def can_discard(viewer: Viewer, chapter: StoryUpdate, is_writer: bool) -> Verdict:
    """Whether `viewer` may throw away what was never published."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_writer:
        return no(contributions.NOT_YOURS)
    if chapter.status not in UNSENT or chapter.published_at is not None:
        return no(_l("This was sent or published. Take it back instead."), 409)
    return YES


def can_refuse(viewer: Viewer, afterword: StoryUpdate, is_story_owner: bool) -> Verdict:
    """Whether `viewer` may say that she doesn't want an afterword below her story, or that she does after all."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_story_owner or afterword.part != "afterword":
        return no(contributions.NOT_YOURS)
    if afterword.status not in ("pending", "sent", "changes_asked", "published", "hidden", "declined"):
        return no(_l("There is nothing to refuse: these lines aren’t waiting and aren’t on the site."), 409)
    return YES
