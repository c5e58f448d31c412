"""Jobs of care: cards that count no longer are forgotten."""

from __future__ import annotations

from forum.care import cards
from forum.core import outbox
from forum.core.outbox import Payload


@outbox.handler("care.forget", daily=True)
def forget_cards(_payload: Payload) -> None:
    """Erase cards of long ago."""
    cards.forget()
