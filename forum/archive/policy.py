"""Who may vouch for an archive. Pure: no database, no request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no

SIGN_IN = _l("Sign in to come here.")
FOR_ADMINISTRATORS = _l("Only an administrator vouches for an archive.")


def can_attest(viewer: Viewer) -> Verdict:
    """Whether `viewer` may see the archives and vouch for the consent of their authors."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return YES if viewer.is_admin else no(FOR_ADMINISTRATORS)
