"""The links of a text, and what is kept of them: keyed digests. The same link is known again, and never read."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from forum.core.settings import the_settings
from forum.screening.fingerprints import own_words

_LINK = re.compile(r"(?:https?://|\bwww\.)([^\s<>()\[\]\"'`]+)", re.IGNORECASE)
MOST = 100  # of one text that are looked at


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is compared: its host, and its address without scheme, fragment and a slash at its end."""

    host: str
    address: str


def links_in(source: str) -> list[Link]:
    """The distinct links of a text to other sites, quotations aside."""
    found: dict[Link, None] = {}
    if "://" in source or "www." in source.lower():
        for match in _LINK.finditer(own_words(source)):
            link = _link(match[1].rstrip(".,;:!?*_"))
            if link is not None and len(found) < MOST:
                found[link] = None
    return list(found)


def _link(address: str) -> Link | None:
    try:
        parts = urlsplit(f"//{address}")
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return None
    if "." not in host or host == (urlsplit(the_settings().origin).hostname or ""):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return Link(host, f"{host}{parts.path.rstrip('/')}{query}")


def digest(text: str) -> str:
    """What is kept of a host or an address."""
    return hmac.digest(str(current_app.config["SECRET_KEY"]).encode(), f"link\x1f{text}".encode(), "sha256").hex()[:32]
