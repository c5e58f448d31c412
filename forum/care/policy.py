"""When a card is shown, to whom, and who may change its words."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no

AGAIN_AFTER = timedelta(days=14)  # the same card is shown to one person at most once in this time
SIGN_IN = _l("Sign in to see your own pages.")
FOR_MODERATORS = _l("This page is for moderators.")
CHANGED_MEANWHILE = _l("Somebody changed this while you were writing. Your words are below; look at theirs first.")


def may_show(last_shown: datetime | None, now: datetime) -> bool:
    """Whether the card may be shown to somebody who last saw it at a moment; else a quiet link stands in its place."""
    return last_shown is None or last_shown <= now - AGAIN_AFTER


def can_see_own(viewer: Viewer) -> Verdict:
    """Whether `viewer` has a page of help of her own."""
    return YES if viewer.is_authenticated else no(SIGN_IN, 401)


def can_change_words(viewer: Viewer) -> Verdict:
    """Whether `viewer` may read the protocol and change its words and the card's: moderators and administrators."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    if not viewer.is_moderator or viewer.active_restriction:
        return no(FOR_MODERATORS)
    return YES
