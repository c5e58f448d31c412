"""Where the demo's sign-ins and the mailbox may be shown, and who the cast is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.viewer import Viewer
from forum.core.settings import Settings
from forum.core.verdict import YES, Verdict, no

ADMINS_ONLY = _l("Only administrators can do this.")
SIGN_IN = _l("Sign in to come to the panel.")

# What each of the cast can show a visitor of the demo, by the key of the content.
CAST: Mapping[str, Any] = {
    "alice": _l("Has written stories and answers. Reads, writes, reports."),
    "bob": _l("Writes and answers. A letter from the moderators waits for him."),
    "nia": _l("New today. A moderator reads her first texts before others do."),
    "sam": _l("Silenced for a while. He can read, not write."),
    "mona": _l("Moderator. Reads what waits, hides, restores, writes letters."),
    "cora": _l("Curator. Looks after guides, references and the numbers on Get help."),
    "ada": _l("Administrator. Members and roles, boards, pages."),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request says of where it comes from."""

    host: str
    remote: str
    headers: Iterable[str]


def can_show(asking: Asking, settings: Settings) -> Verdict:
    """Whether a request comes straight from this machine to a site that is on this machine only; else 404.

    A forwarding header means that something stands between, and that whoever asks may be anywhere.
    """
    is_direct = not any(
        name.lower() == "forwarded" or name.lower().startswith("x-forwarded") for name in asking.headers
    )
    is_here = settings.is_loopback and asking.host == settings.site_host and _is_loopback(asking.remote)
    return YES if is_here and is_direct else no("", 404)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def can_sign_in_as(key: str, *, has_examples: bool) -> Verdict:
    """Whether the demo signs a visitor in as one of the cast."""
    return YES if has_examples and key in CAST else no("", 404)


def can_remove(viewer: Viewer) -> Verdict:
    """Whether `viewer` may remove the examples."""
    if not viewer.is_authenticated:
        return no(SIGN_IN, 401)
    return YES if viewer.is_admin else no(ADMINS_ONLY)
