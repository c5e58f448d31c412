"""Jobs of screening: what texts are known again by is forgotten in time."""

from __future__ import annotations

from forum.core import outbox
from forum.core.outbox import Payload
from forum.screening import remembering


@outbox.handler("screening.sweep", daily=True)
def sweep(_payload: Payload) -> None:
    """Forget fingerprints and links that are older than 60 days."""
    remembering.sweep()
