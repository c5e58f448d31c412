"""Forms of Tonight: being away, a note, a duty, a line for every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from forum.core.forms import Form, Needed, line, text
from forum.moderation.forms import DayField

LONGEST_LINE, LONGEST_NOTE = 300, 2000


class ADayField(DayField):
    """A day that was asked for; read it once the form is valid."""

    @property
    def day(self) -> date:
        """The day. Raises ValueError where the form wasn't valid."""
        if self.data is None:
            raise ValueError("There is no day.")
        return self.data


class _Day:
    """A day is needed, and one that a calendar near ours has."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.errors:
            return
        if field.data is None:
            raise StopValidation(str(_l("Choose a day.")))
        if not date(2000, 1, 1) <= field.data <= date(2200, 1, 1):
            raise StopValidation(str(_l("Choose a day near this one.")))


class HourField(wtforms.StringField):
    """An hour as a browser's time field sends it."""

    data: time | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        try:
            self.data = time.fromisoformat(valuelist[0].strip()).replace(tzinfo=None) if valuelist else None
        except ValueError as error:
            raise ValueError(_l("Write the hour like this: 18:30.")) from error

    def _value(self) -> str:
        return (self.raw_data[0] if self.raw_data else f"{self.data:%H:%M}" if self.data else "") or ""


class AwayForm(Form):
    """Until which day nobody is at the desk."""

    until = ADayField(_l("Away until the morning of"), [_Day()])


class HandOverForm(Form):
    """A note to whoever comes next."""

    note = text(_l("For whoever comes next"), LONGEST_NOTE, Needed(_l("Write a word or two first.")))


class DutyForm(Form):
    """From when to when somebody looks after the desk."""

    day = ADayField(_l("The day it begins"), [_Day()])
    starts = HourField(_l("At what time it begins"))
    last_day = ADayField(_l("The day it ends"), [_Day()])
    ends = HourField(_l("At what time it ends"))

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Beginning and end in UTC, of what was meant in `zone`."""
        first = datetime.combine(self.day.day, self.starts.data or time(0), zone)
        last = datetime.combine(self.last_day.day, self.ends.data or time(0), zone)
        return first.astimezone(UTC), last.astimezone(UTC)


class LineForm(Form):
    """A line for the top of every page, in each language, until the morning of a day."""

    text_en = line(_l("In English"), LONGEST_LINE)
    text_it = line(_l("In Italian"), LONGEST_LINE)
    text_es = line(_l("In Spanish"), LONGEST_LINE)
    until = ADayField(_l("Until the morning of"), [_Day()])
