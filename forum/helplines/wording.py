"""What Get help says of a line: when it answers, in whose time, what it costs, and what to do when nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import flask_babel
from babel.core import Locale
from babel.dates import get_day_names, get_timezone_location
from babel.lists import format_list
from flask_babel import lazy_gettext as _l

from forum.core.languages import current_language
from forum.core.templates import country
from forum.helplines.hours import ALWAYS, DAY, Interval, OpenState, State
from forum.helplines.rows import Line

_: Callable[..., str] = flask_babel.gettext
# The number is the hour: "la 01:00", but "las 09:00".
ngettext: Callable[..., str] = flask_babel.ngettext

GROUPS = {
    "now": _l("Now"),
    "illness": _l("About the illness"),
    "money": _l("Money and work"),
    "family": _l("Family"),
}
COSTS = {
    "free": _l("free"),
    "local": _l("price of a local call"),
    "paid": _l("costs more than a local call"),
    "unknown": _l("price not known"),
}
METHODS = {
    "phone": _l("Phone"),
    "sms": _l("Text message"),
    "chat": _l("Chat"),
    "email": _l("Email"),
    "web": _l("Website"),
}
ACTS = {
    "phone": _l("Call"),
    "sms": _l("Send a text"),
    "chat": _l("Chat"),
    "email": _l("Write"),
    "web": _l("Open"),
}
ICONS = {"phone": "phone", "sms": "message-circle", "chat": "message-circle", "email": "mail", "web": "external-link"}

# Countries whose English name needs "the" inside a sentence.
_THE = frozenset({"AE", "BS", "CD", "CF", "DO", "GB", "GM", "KM", "MH", "MV", "NL", "PH", "SB", "SC", "US"})


def in_sentence(code: str) -> str:
    """A country's name as it stands inside a sentence: "the United States"."""
    name = country(code)
    return f"the {name}" if current_language() == "en" and code in _THE else name


def clock_words(minutes: int) -> str:
    """A time of day on the 24-hour clock; the midnight that ends a day is 24:00."""
    minutes = minutes - DAY if minutes > DAY else minutes
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours_words(intervals: Sequence[Interval] | None) -> str:
    """Weekly hours in words: "Monday to Friday 09:00 to 12:00 and 14:00 to 17:00; Saturday 10:00 to 14:00"."""
    if intervals is None:
        return _("not known")
    if set(intervals) == set(ALWAYS):
        return _("day and night, every day")
    times = {day: _times([one for one in intervals if one.weekday == day]) for day in range(7)}
    runs = [(list(days), words) for words, days in groupby(range(7), key=lambda day: times[day]) if words]
    if len(runs) == 1 and len(runs[0][0]) == 7:
        return _("every day %(times)s", times=runs[0][1])
    return "; ".join(f"{_days(days)} {words}" for days, words in runs)


def _times(intervals: Sequence[Interval]) -> str:
    spans = [
        _("%(opens)s to %(closes)s", opens=clock_words(one.opens), closes=clock_words(one.closes))
        for one in sorted(intervals)
    ]
    return format_list(spans, locale=current_language()) if spans else ""


def _days(days: list[int]) -> str:
    if len(days) == 1:
        return day_name(days[0])
    return _("%(first_day)s to %(last_day)s", first_day=day_name(days[0]), last_day=day_name(days[-1]))


def day_name(weekday: int) -> str:
    """The name of a weekday, 0 for Monday."""
    return str(get_day_names("wide", locale=current_language())[weekday])


def zone_words(zone: str) -> str:
    """Whose clock hours are on: "time in Rome"."""
    return _("time in %(place)s", place=get_timezone_location(zone, locale=current_language(), return_city=True))


def state_words(state: OpenState, zone: str, now: datetime) -> str:
    """Whether somebody answers, and until when on the line's own clock: "Closed until Monday 09:00"."""
    if state.state is State.NOT_KNOWN:
        return _("Hours not known")
    if state.until is None:
        return _("Open now") if state.is_open else _("Closed")
    day, time = _when(state.until, zone, now, ends=state.is_open)
    hour = int(time[:2])
    if state.is_open:
        if day:
            return ngettext("Open until %(day)s %(time)s", "Open until %(day)s %(time)s", hour, day=day, time=time)
        return ngettext("Open until %(time)s", "Open until %(time)s", hour, time=time)
    if day:
        return ngettext("Closed until %(day)s %(time)s", "Closed until %(day)s %(time)s", hour, day=day, time=time)
    return ngettext("Closed until %(time)s", "Closed until %(time)s", hour, time=time)


def _when(moment: datetime, zone: str, now: datetime, *, ends: bool = False) -> tuple[str, str]:
    """The day, empty when it is today on the line's clock, and the time of day there. An end at midnight is 24:00."""
    clock = ZoneInfo(zone)
    local = moment.astimezone(clock)
    today = now.astimezone(clock).date()
    if ends and (local.hour, local.minute) == (0, 0):
        day, time = local.date() - timedelta(days=1), "24:00"
    else:
        day, time = local.date(), f"{local:%H:%M}"
    return ("" if day == today else day_name(day.weekday())), time


def languages_words(codes: Sequence[str]) -> str:
    """The languages a line speaks, in words."""
    known = Locale.parse(current_language()).languages
    return format_list([known.get(code, code) for code in codes], locale=current_language()) if codes else ""


def nobody_open(lines: Sequence[Line], country_code: str, number: str, now: datetime) -> str:
    """What to say when none of a country's `lines` is open; "" when one is. `number` is its emergency number, or ""."""
    if any(line.is_open for line in lines):
        return ""
    danger = _("In danger, call %(number)s.", number=number) if number else ""
    place = in_sentence(country_code)
    if not lines:
        return " ".join(filter(None, (_("We know no line in %(country)s yet.", country=place), danger)))
    opening = [(contact.state.until, line) for line in lines for contact in line.contacts if contact.state.until]
    if not opening:
        unknown = _("We don’t know of a line in %(country)s that is open now.", country=place)
        return " ".join(filter(None, (unknown, danger)))
    moment, line = min(opening, key=lambda pair: pair[0])
    parts = [_("No line in %(country)s is open now.", country=place), _opens(line, moment, now), danger]
    if not line.is_verified:
        parts.append(_("We have not verified these hours yet."))
    return " ".join(filter(None, parts))


def _opens(line: Line, moment: datetime, now: datetime) -> str:
    day, time = _when(moment, line.time_zone, now)
    hour = int(time[:2])
    if day:
        return ngettext(
            "%(line)s opens on %(day)s at %(time)s.", "%(line)s opens on %(day)s at %(time)s.", hour,
            line=line.name, day=day, time=time,
        )  # fmt: skip
    return ngettext("%(line)s opens at %(time)s.", "%(line)s opens at %(time)s.", hour, line=line.name, time=time)
