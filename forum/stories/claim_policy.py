"""Who may say that a story from elsewhere is hers, and who answers. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no
from forum.stories.models import Claim

SIGN_IN = _l("Sign in to come to the desk.")
NOT_YOURS_TO_ANSWER = _l("Moderators and curators answer this.")
ANSWERED = _l("This was answered already. The answer stands on this page.")
NOT_CONFIRMED = _l("Confirm your address first, with the button on this page.")
TAKEN = _l("This story is in its author’s hands already.")
NO_WORDS = _l("Write why, in a sentence or two.")
SIGN_IN_TO_TAKE = _l("Sign in or join first. Then the story becomes yours with one button.")
NOT_HANDED_OVER = _l("Nobody has handed this story over to you.")


def can_answer(viewer: Viewer) -> Verdict:
    """Whether `viewer` may read and answer what people say of stories that they call theirs."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    if viewer.active_restriction or not (viewer.is_moderator or viewer.is_curator):
        return no(NOT_YOURS_TO_ANSWER)
    return YES


def can_give_outcome(viewer: Viewer, claim: Claim, outcome: str, words: str, has_owner: bool) -> Verdict:
    """Whether `viewer` may answer a claim so. `has_owner`: a member has the story already."""
    if not (verdict := can_answer(viewer)):
        return verdict
    if claim.confirmed_at is None:
        return no(NOT_CONFIRMED, 409)
    if claim.answered_at is not None:
        return no(ANSWERED, 409)
    if outcome == "handed_over" and has_owner:
        return no(TAKEN, 409)
    if outcome in ("changed", "declined") and not words.strip():
        return no(NO_WORDS, 422)
    return YES


def can_take(viewer: Viewer, claim: Claim, has_owner: bool) -> Verdict:
    """Whether `viewer`, who holds the private address of a claim, may take the story as hers."""
    if claim.outcome != "handed_over":
        return no(NOT_HANDED_OVER, 409)
    if has_owner:
        return no(TAKEN, 409)
    return YES if viewer.is_authenticated else no(SIGN_IN_TO_TAKE, 401)


def can_add(claim: Claim) -> Verdict:
    """Whether whoever holds the private address of a claim may add words to it."""
    if claim.confirmed_at is None:
        return no(NOT_CONFIRMED, 409)
    return YES if claim.answered_at is None else no(ANSWERED, 409)
