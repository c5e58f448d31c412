"""Who has notifications: everybody with an account, also who may not write."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no

SIGN_IN = _l("Sign in to see what is new for you.")


def can_have_notifications(viewer: Viewer) -> Verdict:
    """Whether `viewer` has a list of notifications and choices about them."""
    return YES if viewer.is_authenticated else no(SIGN_IN, 401)
