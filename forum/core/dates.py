"""Dates in words: the one place where the site writes a day, on pages, in letters and in mails."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_timezone_location
from flask_babel import gettext as _

from forum.core import clock
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


def moment(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """A date with its time by the clock of `zone`, which it names: 14 May 2026, 21:06 (Rome), or 19:06 UTC without."""
    if value is None:
        return ""
    if zone is None or zone.key == "UTC":
        return f"{day(value)}, {value:%H:%M} UTC"
    local = value.astimezone(zone)
    city = get_timezone_location(zone, locale=current_language(), return_city=True)
    return f"{day(local)}, {local:%H:%M} ({city})"


def near(value: datetime | None) -> str:
    """A moment not far away, in a few words that don't break in two: tomorrow, 19:06 UTC; 3 December."""
    if value is None:
        return ""
    today = clock.today()
    time = f"{value:%H:%M} UTC"
    words: str
    if value.date() == today:
        words = _("today, %(time)s", time=time)
    elif value.date() == today + timedelta(days=1):
        words = _("tomorrow, %(time)s", time=time)
    elif value.date() == today - timedelta(days=1):
        words = _("yesterday, %(time)s", time=time)
    elif value.year == today.year:
        language = current_language()
        words = format_skeleton("MMMMd", value, locale=DATES.get(language, language))
    else:
        words = day(value)
    return words.replace(" ", "\N{NO-BREAK SPACE}")
