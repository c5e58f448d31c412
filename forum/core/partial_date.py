"""A date as people remember it: a year, a year and month, or a day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the year, month or day. `text` is YYYY[-MM[-DD]], its form in the database too.

    Ordered as text: a year before its months, a month before its days. Make one with `parse` or `of`.
    """

    text: str

    def __post_init__(self) -> None:
        if _checked(self.text) != self.text:
            raise ValueError(f"“{self.text}” isn’t written as YYYY, YYYY-MM or YYYY-MM-DD.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2009, 2009-03 or 2009-03-14 (2009-3 too). Raises ValueError with a sentence for the reader."""
        return cls(_checked(text.strip()))

    @classmethod
    def of(cls, day: date) -> Self:
        """The whole date of a day."""
        return cls(day.isoformat())

    @property
    def year(self) -> int:
        """The year."""
        return int(self.text[:4])

    @property
    def month(self) -> int | None:
        """The month, 1 to 12, if known."""
        return int(self.text[5:7]) if len(self.text) >= 7 else None

    @property
    def day(self) -> int | None:
        """The day of the month, if known."""
        return int(self.text[8:]) if len(self.text) == 10 else None

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return self.text


def _checked(text: str) -> str:
    """The normal form of `text`. Raises ValueError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("Write a year, a month or a day: 2009, 2009-03 or 2009-03-14.")
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year:
        raise ValueError("There is no year 0.")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"There is no month {month}. Months go from 01 to 12.")
    if month is not None and day is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"There is no day {day} in {year:04d}-{month:02d}, which has {monthrange(year, month)[1]}.")
    return f"{year:04d}" + "".join(f"-{part:02d}" for part in (month, day) if part is not None)


class PartialDateType(TypeDecorator[PartialDate]):
    """A column of partial dates, kept as text; sorts as they do. A string is read as one."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | str | None, dialect: Dialect) -> str | None:
        """The text to keep. Raises ValueError for a string that is no partial date."""
        return None if value is None else PartialDate.parse(str(value)).text

    def process_result_value(self, value: str | None, dialect: Dialect) -> PartialDate | None:
        """The date that was kept."""
        return None if value is None else PartialDate(value)
