"""Who may go away, take a duty and hand over."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no

LONGEST_AWAY = timedelta(days=35)
SIGN_IN = _l("Sign in to come to the desk.")
NOT_A_MODERATOR = _l("The desk is for moderators.")


def can_keep_rota(viewer: Viewer) -> Verdict:
    """Whether `viewer` may say who looks after the desk, and when nobody does."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return YES if viewer.is_moderator and not viewer.active_restriction else no(NOT_A_MODERATOR)


def can_go_away_until(viewer: Viewer, until: datetime, now: datetime) -> Verdict:
    """Whether `viewer` may leave the desk to nobody until a moment."""
    if not (verdict := can_keep_rota(viewer)):
        return verdict
    if until <= now:
        return no(_l("Choose a day after today."), 422)
    if until > now + LONGEST_AWAY:
        return no(_l("Five weeks at most. Ask somebody to look in meanwhile."), 422)
    return YES
