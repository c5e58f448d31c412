"""Dates in words: the one place where the site writes a day, on pages, in letters and in mails."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date

from forum.core.languages import current_language
from forum.core.partial_date import PartialDate

# How a language writes its dates: 14 May 2026, not May 14, 2026.
DATES = {"en": "en_GB"}
MONTH = {"en": "MMMM y", "it": "MMMM y", "es": "MMMM 'de' y"}


@lru_cache(maxsize=4096)
def date_in(value: date, language: str) -> str:
    """A date in a language's words: 14 May 2026."""
    return format_date(value, "long", locale=DATES.get(language, language))


def day(value: datetime | date | PartialDate | None) -> str:
    """A date in words, as much of it as is known: 14 May 2026, May 2026, 2026."""
    if value is None:
        return ""
    language = current_language()
    if isinstance(value, PartialDate):
        if value.month is None:
            return str(value.year)
        if value.day is None:
            return format_date(date(value.year, value.month, 1), MONTH[language], locale=language)
        return date_in(date(value.year, value.month, value.day), language)
    return date_in(value.date() if isinstance(value, datetime) else value, language)


def moment(value: datetime | None) -> str:
    """A date with its time in UTC, in words."""
    return "" if value is None else f"{day(value)}, {value:%H:%M}"
