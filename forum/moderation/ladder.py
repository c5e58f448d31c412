"""What a member's record suggests: warned, silent for three days, for a week, her account closed. Never automatic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

LOOKS_BACK = timedelta(days=365)
_STEPS: tuple[tuple[str, int | None], ...] = (("warn", None), ("silence", 3), ("silence", 7), ("ban", None))
_WORDS = (
    _l("If a sanction is needed: a warning, because nothing stands in the record of the last year."),
    _l("If a sanction is needed: a silence of 3 days, because one stands in the record of the last year."),
    _l("If a sanction is needed: a silence of 7 days, because two stand in the record of the last year."),
    _l("If a sanction is needed: to close the account, because three or more stand in the record of the last year."),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The next step, in the decision's word, for how many days, and the sentence that says why."""

    decision: str
    days: int | None
    words: Any


def suggest(sanctions: int) -> Suggestion:
    """What the record suggests where so many sanctions of the last year still stand (none that was overturned)."""
    step = min(sanctions, len(_STEPS) - 1)
    return Suggestion(*_STEPS[step], _WORDS[step])
