"""What a text is looked through for before it is shown at once."""

from __future__ import annotations

import re

from forum.accounts.viewer import Viewer
from forum.core.settings import the_settings

MANY_LINKS = 6
_LINK = re.compile(r"https?://([^\s/<>()\"']+)", re.IGNORECASE)


def approvals_needed() -> int:
    """Approved contributions before a member's own are shown at once; 0: nobody waits for being new."""
    settings = the_settings()
    return settings.approvals_until_established


def must_wait(viewer: Viewer, source: str) -> bool:
    """Whether a text waits for what is in it: links to many places, from somebody who isn't trusted yet."""
    if viewer.is_moderator or viewer.standing == "trusted":
        return False
    return len({host.lower() for host in _LINK.findall(source)}) >= MANY_LINKS
