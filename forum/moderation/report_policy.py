"""Who may report a member."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.verdict import YES, Verdict, no


def can_report_member(viewer: Viewer, member_id: int) -> Verdict:
    """Whether `viewer` may report a member whose page she can open: anybody, account or not, but not herself."""
    if viewer.id == member_id:
        return no(_l("This is your own page. You can change it in your settings."))
    return YES
