"""Who keeps the lines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.policy import restriction_in_words
from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no


def can_keep_lines(viewer: Viewer) -> Verdict:
    """Whether `viewer` may add, change, verify and retire lines."""
    if not viewer.is_authenticated:
        return no(_l("Sign in to look after the lines."), 401)
    if not viewer.is_curator:
        return no(_l("The lines are looked after by curators."))
    if viewer.active_restriction:
        return no(restriction_in_words(viewer))
    return YES
