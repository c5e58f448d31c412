"""Who may write, change, send and take back a story. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Story

UNSENT = ("draft", "changes_asked", "declined")
BEING_READ = _l("Your story is being read. Take it back first if you want to change it.")


def can_write(viewer: Viewer) -> Verdict:
    """Whether `viewer` may begin a story."""
    return contributions.can_write(viewer)


def _writes_it(viewer: Viewer, story: Story) -> Verdict:
    """The words of a translation are its translator's, though the story is its author's."""
    if story.translator_id is None or story.translator_id == viewer.id:
        return YES
    return no(_l("Its translator writes these words. You can take the translation off the site."))


def can_change(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may change the words of a story: unsent, or published (then the change waits for approval)."""
    verdict = contributions.can_edit(viewer, story, is_owner) and _writes_it(viewer, story)
    if verdict and story.status in ("pending", "sent"):
        return no(BEING_READ, 409)
    return verdict


def can_send(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may send a story to be read."""
    verdict = can_change(viewer, story, is_owner)
    if verdict and story.status == "draft":
        verdict = contributions.can_send_another(viewer)
    if verdict and not story.title.strip():
        return no(_l("Give your story a title first. A word or two is enough."), 422)
    if verdict and not story.source.strip():
        return no(_l("Your story has no words yet. Write some first."), 422)
    return verdict


def can_recall(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may take a story back from being read, to work on it again."""
    verdict = contributions.can_edit(viewer, story, is_owner) and _writes_it(viewer, story)
    if verdict and story.status not in ("pending", "sent"):
        return no(_l("This story isn’t being read at the moment."), 409)
    return verdict


def can_discard(viewer: Viewer, story: Story, is_owner: bool) -> Verdict:
    """Whether `viewer` may throw a story away that was never published."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_owner:
        return no(contributions.NOT_YOURS)
    if story.status not in UNSENT or story.published_at is not None:
        return no(_l("This story was sent or published. Take it back instead."), 409)
    return _writes_it(viewer, story)
