"""Who may write, and who may change or take back what stands there."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.policy import restriction_in_words
from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core.verdict import YES, Verdict, no

SIGN_IN = _l("Sign in to write here. Your words are kept.")
NOT_YOURS = _l("Only its author can do this.")
CONSENT_NEEDED = _l(
    "To publish your story here we need your consent to this site. Tick it, or keep the story as a draft."
)
LIMIT_REACHED = _l(
    "For now you can send a few contributions a day, and today’s are sent. Your words are kept here: send them "
    "tomorrow."
)
WITHDRAWN = _l("This was taken back by its author.")


def can_write(viewer: Viewer) -> Verdict:
    """Whether `viewer` may write anything at all."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return no(restriction_in_words(viewer)) if viewer.is_silent else YES


def can_send_another(viewer: Viewer) -> Verdict:
    """Whether `viewer` may send one more contribution today: anybody but who is limited to a few."""
    if not (verdict := can_write(viewer)):
        return verdict
    return no(LIMIT_REACHED, 429) if viewer.left_today == 0 else YES


def can_edit(viewer: Viewer, contribution: Contribution, is_owner: bool) -> Verdict:
    """Whether `viewer`, who is its author or not, may change a contribution's words."""
    if not is_owner:
        return no(NOT_YOURS)
    if contribution.status in ("withdrawn", "erased"):
        return no(WITHDRAWN, 409)
    if contribution.status == "hidden":
        return no(_l("A moderator has hidden this. You can read why in your letters."), 409)
    return can_write(viewer)


def can_withdraw(viewer: Viewer, contribution: Contribution, is_owner: bool) -> Verdict:
    """Whether `viewer` may take a contribution back: its author always may, whatever else she may not."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    if not is_owner:
        return no(NOT_YOURS)
    if contribution.status in ("withdrawn", "erased"):
        return no(WITHDRAWN, 409)
    return YES


def can_bring_back(viewer: Viewer, contribution: Contribution, is_owner: bool) -> Verdict:
    """Whether `viewer` may bring back what she withdrew less than 30 days ago."""
    if not is_owner:
        return no(NOT_YOURS)
    if contribution.status != "withdrawn":
        return no(_l("There is nothing to bring back: this was not withdrawn, or its text is already erased."), 409)
    return can_write(viewer)
