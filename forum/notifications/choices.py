"""How a member hears of each kind: the site's own way, until she chooses another."""

from __future__ import annotations

from dataclasses import dataclass

from forum.notifications.hours import Clock
from forum.notifications.models import KINDS

MAIL = {
    "answer": "now", "mention": "now", "message": "now", "review": "now", "decision": "now",
    "quote": "daily", "thread": "daily", "story": "daily",
    "reaction": "none",
}  # fmt: skip
assert set(MAIL) == set(KINDS)


@dataclass(frozen=True, slots=True)
class Way:
    """How one member hears of one kind: in her list or not, by which mail, by which clock."""

    is_listed: bool
    mail: str
    clock: Clock

    @property
    def is_off(self) -> bool:
        """Whether she wants to hear nothing of it at all."""
        return not self.is_listed and self.mail == "none"
