"""Who may use the administrator's panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no

SIGN_IN = _l("Sign in to come to the panel.")
NOT_AN_ADMIN = _l("The panel is for administrators.")
CHANGED_MEANWHILE = _l("Somebody changed this page while you were writing. Both stand below; yours isn’t kept yet.")
YOUR_OWN_DEVICES = _l("These are your own devices. You sign them out on your page of devices.")
NO_PAGE = _l("There is no such page.")
NO_JOB = _l("This job is done, or was never there.")


def can_administer(viewer: Viewer) -> Verdict:
    """Whether `viewer` may use the panel."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return YES if viewer.is_admin and not viewer.active_restriction else no(NOT_AN_ADMIN)


def can_sign_out(viewer: Viewer, member_id: int) -> Verdict:
    """Whether `viewer` may end a member's sessions: an administrator, of anybody but herself."""
    if not (verdict := can_administer(viewer)):
        return verdict
    return no(YOUR_OWN_DEVICES) if viewer.id == member_id else YES
