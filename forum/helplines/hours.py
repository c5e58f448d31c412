"""When a line answers: weekly hours on its own clock, and whether it is open at a moment.

Written as "24/7", "daily 09:00–24:00", "Mon–Fri 09:00–12:00, 14:00–17:00; Sat 10:00–14:00"; an end may pass midnight
("Fri 20:00–26:00", or "Fri 20:00–02:00"). Nothing written means that nobody knows, which is never open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 24 * 60

_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_SEGMENT = re.compile(r"(?P<days>\D*?)\s*(?P<times>\d.*)")
_TIMES = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")
_HINT = "Write hours like “24/7”, “daily 09:00–24:00” or “Mon–Fri 09:00–17:00; Sat 10:00–14:00”."


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """One stretch of opening on the line's own clock: weekday (0 is Monday), minutes after its midnight.

    `closes` may pass 24:00 (1440) by up to a day: Friday 20:00–26:00 ends on Saturday at two.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday < 7 and 0 <= self.opens < DAY and self.opens < self.closes <= 2 * DAY):
            raise ValueError(f"{_HINT} An end comes after its beginning and at most a day after midnight (48:00).")


class State(StrEnum):
    """Whether a line answers."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class OpenState:
    """A line's state and, in UTC, the moment it changes by itself: closing or next opening; None: it doesn't."""

    state: State
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody answers now."""
        return self.state is State.OPEN


ALWAYS = tuple(Interval(weekday, 0, DAY) for weekday in range(7))


def parse_hours(text: str) -> tuple[Interval, ...] | None:
    """The weekly intervals that `text` says, in order; None when it is blank (not known).

    Raises ValueError, with a sentence that shows how to write them.
    """
    text = _DASH.sub("-", text.strip())
    if not text:
        return None
    if text == "24/7":
        return ALWAYS
    segments = [segment.strip() for segment in text.split(";") if segment.strip()]
    if not segments:
        raise ValueError(_HINT)
    return tuple(sorted({interval for segment in segments for interval in _segment(segment)}))


def write_hours(intervals: Sequence[Interval] | None) -> str:
    """The text that `parse_hours` reads as these intervals, days with the same times together."""
    if intervals is None:
        return ""
    if set(intervals) == set(ALWAYS):
        return "24/7"
    by_day = {
        day: ", ".join(f"{_clock(i.opens)}–{_clock(i.closes)}" for i in sorted(found))
        for day, found in groupby(sorted(intervals), key=lambda i: i.weekday)
    }
    runs = groupby(range(7), key=lambda day: by_day.get(day, ""))
    written = [(list(days), times) for times, days in runs if times]
    if len(written) == 1 and len(written[0][0]) == 7:
        return f"daily {written[0][1]}"
    return "; ".join(f"{_run(days)} {times}" for days, times in written)


def state_at(intervals: Sequence[Interval] | None, zone: str, now: datetime) -> OpenState:
    """The state of a line with these hours in the IANA `zone` at the aware moment `now`, and until when.

    Unknown hours or an unknown zone give *not known*. Where clocks go back, an hour that comes twice is open both
    times; where they go forward, a time that is left out counts as the moment of the change or the time it stands for.
    """
    if now.tzinfo is None:
        raise ValueError("state_at needs a moment with its zone.")
    try:
        clock = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return OpenState(State.NOT_KNOWN)
    if intervals is None:
        return OpenState(State.NOT_KNOWN)
    for begins, ends in _merged(_spans(intervals, clock, now.astimezone(clock).date())):
        if now < begins:
            return OpenState(State.CLOSED, begins)
        if now < ends:
            is_endless = ends - now > timedelta(days=7)
            return OpenState(State.OPEN, None if is_endless else ends)
    return OpenState(State.CLOSED)


def _segment(segment: str) -> Iterator[Interval]:
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        raise ValueError(f"{_HINT} “{segment}” has no times.")
    days = _days(found["days"].strip(" ,:"))
    for part in found["times"].split(","):
        times = _TIMES.fullmatch(part.strip())
        if times is None:
            raise ValueError(f"{_HINT} “{part.strip()}” isn’t a time like 09:00–17:00.")
        hour, minute, end_hour, end_minute = map(int, times.groups())
        opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
        if closes < opens:
            closes += DAY
        for day in days:
            yield Interval(day, opens, closes)


def _days(text: str) -> list[int]:
    if text.lower() in ("daily", "every day"):
        return list(range(7))
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        begin, end = _day(first), _day(last or first)
        days += [day % 7 for day in range(begin, begin + (end - begin) % 7 + 1)]
    return days


def _day(name: str) -> int:
    name = name.strip()
    for number, day in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")):
        if len(name) >= 3 and day.startswith(name.lower()):
            return number
    raise ValueError(f"{_HINT} “{name}” isn’t a day.")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _run(days: list[int]) -> str:
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}–{DAYS[days[-1]]}"


def _spans(intervals: Iterable[Interval], clock: ZoneInfo, today: date) -> Iterator[tuple[datetime, datetime]]:
    """Each opening from two days before `today` (one may reach over midnight) to nine days after it, in UTC."""
    by_day: dict[int, list[Interval]] = {}
    for interval in intervals:
        by_day.setdefault(interval.weekday, []).append(interval)
    for offset in range(-2, 10):
        midnight = datetime.combine(today + timedelta(days=offset), time())
        for interval in by_day.get(midnight.weekday(), ()):
            opens = (midnight + timedelta(minutes=interval.opens)).replace(tzinfo=clock)
            closes = (midnight + timedelta(minutes=interval.closes)).replace(tzinfo=clock)
            # A time that comes twice: opens at the first, closes at the last. One that doesn't come: fold 0 is later.
            yield opens.astimezone(UTC), max(closes.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """The same openings in order, those that touch or overlap made one."""
    current: tuple[datetime, datetime] | None = None
    for begins, ends in sorted(spans):
        if current is not None and begins <= current[1]:
            current = current[0], max(current[1], ends)
            continue
        if current is not None:
            yield current
        current = begins, ends
    if current is not None:
        yield current
