"""The demo's guide texts."""

from __future__ import annotations

from forum.demo import content


def make_guides() -> None:
    """Save every guide text of the content."""
    for file in content.guides():
        del file
