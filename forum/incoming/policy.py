"""Who may have an address for stories by mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.contributions.policy import can_write
from forum.core.verdict import Verdict, no

CLOSED = _l("This site takes no mail.")


def can_have_address(viewer: Viewer, is_open: bool = True) -> Verdict:
    """Whether a member may have a private address where her mails become stories of hers."""
    verdict = can_write(viewer)
    return no(CLOSED, 404) if verdict and not is_open else verdict
