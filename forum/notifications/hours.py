"""A member's own clock: when a mail to her may go, by her time zone and her quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

MORNING = time(8)  # when a digest goes out
DAY = 24 * 60  # minutes


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The time zones to choose from, by name: those of a place (Europe/Rome), and UTC."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return (*sorted(zone for zone in available_timezones() if zone.partition("/")[0] in areas), "UTC")


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name; one that isn't known any more is UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a member lives in time, and the minutes of her day between which nothing is mailed."""

    zone: str = "UTC"
    quiet_from: int | None = None
    quiet_until: int | None = None

    def due(self, mail: str, now: datetime) -> datetime:
        """When a mail may go at the earliest: `now`, or the next morning of a `daily` or `weekly` one."""
        moment = now if mail == "now" else self._morning(now, is_weekly=mail == "weekly")
        return self.after_quiet(moment)

    def after_quiet(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet hours it falls into."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return moment
        local = moment.astimezone(zone_of(self.zone))
        minute = local.hour * 60 + local.minute
        if self.quiet_from < self.quiet_until:
            is_quiet = self.quiet_from <= minute < self.quiet_until
        else:
            is_quiet = minute >= self.quiet_from or minute < self.quiet_until
        if not is_quiet:
            return moment
        day = local.date() + timedelta(days=int(minute >= self.quiet_until))
        return self._at(day, time(self.quiet_until // 60, self.quiet_until % 60))

    def period(self, mail: str, due: datetime) -> str:
        """The word of a digest that was due at a moment: daily:2026-11-21, weekly:2026-W47."""
        day = due.astimezone(zone_of(self.zone)).date()
        year, week, _weekday = day.isocalendar()
        return f"weekly:{year}-W{week:02d}" if mail == "weekly" else f"daily:{day.isoformat()}"

    def _morning(self, now: datetime, *, is_weekly: bool) -> datetime:
        local = now.astimezone(zone_of(self.zone))
        day = local.date() + timedelta(days=int(local.time() >= MORNING))
        if is_weekly:
            day += timedelta(days=-day.weekday() % 7)  # the next Monday
        return self._at(day, MORNING)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, zone_of(self.zone)).astimezone(UTC)
