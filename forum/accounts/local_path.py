"""Addresses of this site that arrive as a parameter: only these may be gone to."""

from __future__ import annotations

from urllib.parse import urlsplit

from forum.core.settings import LANGUAGES

LONGEST = 500


def local_path(value: str) -> str:
    """`value` when it is a path of this site under a language, with its query; else an empty string."""
    if len(value) > LONGEST or "\\" in value or not value.isprintable() or not value.startswith("/"):
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.path.split("/", 2)[1] not in LANGUAGES:
        return ""
    return value
