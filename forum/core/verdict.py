"""A verdict: yes, or no with the sentence that page, template and test share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a person and a thing. True in a condition when it allows.

    `reason` is a lazy translated sentence; empty when allowed. `status` is the HTTP status of a refusal.
    """

    allowed: bool
    reason: Any = ""
    status: int = 403

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


def no(reason: Any, status: int = 403) -> Verdict:
    """A refusal with its sentence (a lazy translated string) and HTTP status."""
    return Verdict(False, reason, status)
