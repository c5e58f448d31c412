"""How long ago a story was written, and how long it takes to read."""

from __future__ import annotations

import calendar
from datetime import datetime

WORDS_A_MINUTE = 200  # slower than the 238 of silent reading in English (Brysbaert 2019): tired eyes, small screens
OLD = 5  # years after which a story says how old it is


def years_since(moment: datetime | None, now: datetime) -> int:
    """Whole years between a moment and now; 0 where nothing is known."""
    if moment is None:
        return 0
    return now.year - moment.year - ((now.month, now.day) < (moment.month, moment.day))


def turns_older_at(moment: datetime | None, now: datetime) -> datetime | None:
    """The next moment at which the page says another number of years."""
    if moment is None:
        return None
    year = moment.year + years_since(moment, now) + 1
    month, day = moment.month, moment.day
    if (month, day) == (2, 29) and not calendar.isleap(year):
        month, day = 3, 1
    return moment.replace(year=year, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)


def reading_minutes(text: str) -> int:
    """Minutes to read a text, at least one."""
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))
