"""Who may translate a story, and change, send and take back a translation. Pure: no database, no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions import policy as contributions
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Story

UNSENT = ("draft", "changes_asked", "declined")
CONSENT_NEEDED = _l("To publish your words here we need your consent to this site. Tick it, or keep them as a draft.")
NOT_ALLOWED = _l("The author hasn’t allowed translations into this language. Your words are kept here.")


@dataclass(frozen=True, slots=True)
class Opening:
    """A language a story could be read in. state: open, begun by the viewer, taken by somebody else, there, or not
    allowed by the author."""

    language: str
    state: str
    story_id: int | None = None  # of the translation that is there or that the viewer began


def can_translate(viewer: Viewer, root: Story, openings: Sequence[Opening], language: str) -> Verdict:
    """Whether `viewer` may begin a translation of a story into a language."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    state = next((one.state for one in openings if one.language == language), "")
    if root.status != "published" or not state:
        return no(_l("Choose one of the languages shown."), 422)
    if state == "not_allowed":
        return no(NOT_ALLOWED)
    if state == "taken":
        return no(_l("Somebody else is translating it into this language at the moment."), 409)
    if state == "there":
        return no(_l("It can be read in this language already."), 409)
    return contributions.can_write(viewer)


def can_change(viewer: Viewer, story: Story) -> Verdict:
    """Whether its translator may change a translation: unsent, or published (then the change waits for approval)."""
    verdict = contributions.can_edit(viewer, story, True)
    if verdict and story.status in ("pending", "sent"):
        return no(_l("This is being read. Take it back first if you want to change it."), 409)
    return verdict


def can_send(
    viewer: Viewer, story: Story, root: Story, *, is_allowed: bool, is_done_by_another: bool = False
) -> Verdict:
    """Whether its translator may send a translation: its original stands, and its author allows the language."""
    verdict = can_change(viewer, story)
    if verdict and root.status != "published":
        return no(_l("The original isn’t on the site at the moment. Your words are kept here."), 409)
    if verdict and not is_allowed:
        return no(NOT_ALLOWED, 409)
    if verdict and is_done_by_another:
        return no(_l("It can be read in this language already."), 409)
    if verdict and not story.title.strip():
        return no(_l("Translate the title first."), 422)
    if verdict and not story.source.strip():
        return no(_l("There are no words yet. Write some first."), 422)
    return verdict


def can_recall(viewer: Viewer, story: Story) -> Verdict:
    """Whether its translator may take a translation back from being read."""
    verdict = contributions.can_edit(viewer, story, True)
    if verdict and story.status not in ("pending", "sent"):
        return no(_l("This isn’t being read at the moment."), 409)
    return verdict


def can_take_over(viewer: Viewer, story: Story, *, is_free: bool, is_outdated: bool, is_allowed: bool) -> Verdict:
    """Whether `viewer` may bring somebody else's translation up to date: nobody looks after it any more (`is_free`),
    its original has changed since, and its author allows the language."""
    verdict = contributions.can_write(viewer)
    if verdict and (story.status != "published" or not is_free):
        return no(_l("Somebody else looks after this translation."), 409)
    if verdict and not is_outdated:
        return no(_l("The original hasn’t changed since."), 409)
    if verdict and not is_allowed:
        return no(_l("The author hasn’t allowed this language."))
    return verdict


def can_leave(viewer: Viewer, *, is_taken_over: bool, is_being_read: bool) -> Verdict:
    """Whether whoever took a translation over may leave it again: until words of hers were shown."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if not is_taken_over:
        return no(_l("Readers see your words. You can take them off."), 409)
    if is_being_read:
        return no(_l("This is being read. Take it back first if you want to change it."), 409)
    return YES


def can_withdraw(viewer: Viewer, story: Story, *, is_taken_over: bool = False) -> Verdict:
    """Whether its translator may take a published translation off: always, whatever else she may not, once the words
    that readers see are hers."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if is_taken_over:
        return no(_l("Readers don’t see your words yet. You can leave the translation to somebody else."), 409)
    if story.status not in ("published", "hidden"):
        return no(_l("This isn’t on the site."), 409)
    return YES


def can_discard(viewer: Viewer, story: Story) -> Verdict:
    """Whether its translator may throw a translation away that was never published."""
    if not viewer.is_authenticated:
        return no(contributions.SIGN_IN, 401)
    if story.status not in UNSENT or story.published_at is not None:
        return no(_l("This was sent or published. Take it back instead."), 409)
    return YES
