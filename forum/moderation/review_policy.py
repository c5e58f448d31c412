"""When a contribution's author and the moderators who read it may write to each other, and what she may take. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from forum.accounts.policy import restriction_in_words
from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.moderation import policy

OPEN = ("pending", "changes_asked")
NOT_YOURS = _l("Only its author can do this.")
SHUT = _l("This isn’t being read at the moment, so nobody would see your answer. Your words are kept here.")
NOBODY = _l("There is nobody left who could read it.")
EMPTY = _l("Write a word or two first.")
NOTHING_CHANGED = _l("Nothing is changed yet. Change a word, then send the suggestion.")
NOTHING_TICKED = _l("Tick what you want to take, or leave it all.")
ANSWERED = _l("You have answered this suggestion already.")
NO_EDIT = _l("No change of yours is waiting.")
NEWER_WORDS = _l(
    "You have newer words that you haven’t sent yet. Send those: they take the place of the change that waits."
)


@dataclass(frozen=True, slots=True)
class Talk:
    """What decides whether there is anything to talk about: how a contribution stands.

    has_waiting_edit: a change waits behind what readers see. was_asked: the moderators' last word asked for changes.
    """

    status: str
    has_waiting_edit: bool = False
    was_asked: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody reads it, or waits for its author."""
        return self.status in OPEN or (self.status == "published" and (self.has_waiting_edit or self.was_asked))


def can_answer(viewer: Viewer, is_involved: bool, talk: Talk) -> Verdict:
    """Whether `viewer` may write to the moderators about it. Whoever is silenced may: it is between them."""
    if not viewer.is_authenticated:
        return no(policy.SIGN_IN, 401)
    if not is_involved:
        return no(NOT_YOURS, 404)
    if viewer.active_restriction == "banned":
        return no(restriction_in_words(viewer))
    return YES if talk.is_open else no(SHUT, 409)


def can_write_to_author(viewer: Viewer, matter: policy.Matter, talk: Talk) -> Verdict:
    """Whether `viewer` may write to the author from the desk, or suggest changes."""
    if not (verdict := policy.can_judge(viewer, matter)):
        return verdict
    if not matter.has_author:
        return no(NOBODY, 409)
    return (
        YES
        if talk.is_open
        else no(_l("This isn’t being read at the moment. Write to its author with a decision."), 409)
    )


def can_take(viewer: Viewer, is_involved: bool, talk: Talk) -> Verdict:
    """Whether `viewer` may put suggested changes into her own words."""
    if viewer.active_restriction == "silenced":
        return no(_l("You can read, not write, at the moment. The suggestion waits here."))
    verdict = can_answer(viewer, is_involved, talk)
    if not verdict and talk.status in ("declined", "draft", "published") and is_involved:
        return verdict if viewer.is_silent else YES
    return verdict
