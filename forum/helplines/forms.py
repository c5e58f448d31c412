"""The form of a line: whom it is for, in each language, and every way to reach it with its hours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import wtforms
from babel.core import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core.forms import Form, Needed, TooLong, choice, line
from forum.core.languages import NAMES, current_language
from forum.core.markdown import is_allowed_address
from forum.core.settings import LANGUAGES
from forum.core.stems import fold
from forum.helplines import queries
from forum.helplines.actions import LineFacts, Way, Words
from forum.helplines.hours import DAY, Interval, parse_hours, write_hours
from forum.helplines.models import Helpline
from forum.helplines.wording import COSTS, GROUPS, METHODS

WAYS = range(1, 5)

_NUMBER = re.compile(r"\+?[0-9*#][0-9 ()*#./-]{1,30}")
_EMAIL = re.compile(r"[^\s@<>\"',;:\\]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


@lru_cache(maxsize=8)
def country_choices(language: str) -> list[tuple[str, str]]:
    """Every country by its name in a language."""
    territories = Locale.parse(language).territories
    found = [
        (code, name) for code, name in territories.items() if len(code) == 2 and code not in ("EU", "EZ", "UN", "ZZ")
    ]
    return sorted(found, key=lambda pair: fold(pair[1]))


def _codes(_form: Any, field: Any) -> None:
    codes = re.findall(r"[a-z]+", (field.data or "").lower())
    known = Locale.parse("en").languages
    if not codes or any(code not in known for code in codes):
        raise ValidationError(_("Write the languages as codes: en, it, es."))
    field.data = " ".join(dict.fromkeys(codes))


def _zone(_form: Any, field: Any) -> None:
    if field.data not in available_timezones():
        raise ValidationError(_("Write the zone as continent and city: Europe/Rome, America/New_York."))


def _hours(_form: Any, field: Any) -> None:
    """Leaves the weekly hours in `field.intervals`, None when nothing is written."""
    field.intervals = None
    try:
        found = parse_hours(field.data or "")
    except ValueError as error:
        raise ValidationError(
            _("Write hours like 24/7, daily 09:00–24:00, or Mon–Fri 09:00–17:00; Sat 10:00–14:00.")
        ) from error
    if found and any(one.closes - one.opens > DAY for one in found):
        raise ValidationError(_("One opening lasts a day at most. Write each day by itself."))
    field.intervals = found


class HelplineForm(Form):
    """A line. Fields of words end in a language, fields of the ways to reach it in a number."""

    operator = line(_l("Who runs it"), 200, Needed(_l("Name who runs the line.")))
    country = wtforms.SelectField(_l("Country"), choices=lambda: country_choices(current_language()))
    languages = line(_l("Languages it speaks"), 100, _codes, description=_l("As codes: en, it, es."))
    group = choice(_l("Where it stands on the page"), list(GROUPS.items()), default="now")
    is_emergency = wtforms.BooleanField(_l("This is the country’s number for danger to life"))
    cost = choice(_l("What a call costs"), list(COSTS.items()), default="unknown")
    time_zone = line(_l("Time zone of its hours"), 60, _zone, description=_l("As Europe/Rome."))

    def words(self) -> list[tuple[str, list[Any]]]:
        """The fields of words, by language."""
        return [(code, [self[f"{part}_{code}"] for part in ("name", "audience", "note")]) for code in LANGUAGES]

    def ways(self) -> list[list[Any]]:
        """The fields of each way to reach it."""
        return [[self[f"{part}_{number}"] for part in ("method", "value", "hours")] for number in WAYS]

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields each; a name in one language, and one way to reach the line."""
        is_good = bool(super().validate(extra_validators))
        for code in LANGUAGES:
            name, *others = (self[f"{part}_{code}"] for part in ("name", "audience", "note"))
            if not name.data and any(field.data for field in others):
                name.errors, is_good = [_("Give it a name in this language too.")], False
        if not any(self[f"name_{code}"].data for code in LANGUAGES):
            self[f"name_{LANGUAGES[0]}"].errors, is_good = [_("Give the line a name, in one language at least.")], False
        for method, value, _hours_field in self.ways():
            if method.data and (trouble := _trouble(method.data, value.data or "")):
                value.errors, is_good = [*value.errors, trouble], False
        if not any(method.data and value.data for method, value, _hours_field in self.ways()):
            self.ways()[0][1].errors, is_good = [_("Write a number or an address, and how it is used.")], False
        return is_good

    def facts(self) -> LineFacts:
        """The line, once the form is valid."""
        ways: list[Way] = []
        for method, value, hours in self.ways():
            intervals: tuple[Interval, ...] | None = getattr(hours, "intervals", None)
            if method.data and value.data:
                ways.append(Way(method.data, value.data, intervals))
        words = {
            code: Words(name.data, audience.data or "", note.data or "")
            for code, (name, audience, note) in self.words()
            if name.data
        }
        return LineFacts(
            operator=self.operator.data or "", country=self.country.data, words=words, ways=tuple(ways),
            languages=tuple((self.languages.data or "").split()), group=self.group.data,
            is_emergency=bool(self.is_emergency.data), cost=self.cost.data, time_zone=self.time_zone.data or "",
        )  # fmt: skip

    @classmethod
    def of_line(cls, there: Helpline) -> HelplineForm:
        """The form filled with a line."""
        data: dict[str, Any] = {
            "operator": there.operator, "country": there.country, "languages": there.languages,
            "group": there.group_key, "is_emergency": there.is_emergency, "cost": there.cost,
            "time_zone": there.time_zone,
        }  # fmt: skip
        for text in there.texts:
            for part in ("name", "audience", "note"):
                data[f"{part}_{text.language}"] = getattr(text, part)
        for number, method in zip(WAYS, there.methods, strict=False):
            data[f"method_{number}"], data[f"value_{number}"] = method.method, method.value
            data[f"hours_{number}"] = write_hours(queries.intervals_of(method))
        return cls(data=data)


def _trouble(method: str, value: str) -> str:
    """What is wrong with a number or address for a method; "" when nothing is."""
    if method in ("phone", "sms") and not _NUMBER.fullmatch(value):
        return str(_("Write the number in figures, with spaces as you like: 02 2327 2327."))
    if method == "email" and not _EMAIL.fullmatch(value):
        return str(_("Write the address as name@example.org."))
    if method in ("chat", "web") and not (value.startswith("https://") and is_allowed_address(value)):
        return str(_("Write a whole address that begins with https://."))
    return ""


for _code in LANGUAGES:
    for _part, _label, _limit in (
        ("name", _l("Name, in %(language)s", language=NAMES[_code]), 120),
        ("audience", _l("For whom, in %(language)s", language=NAMES[_code]), 200),
        ("note", _l("What else to know, in %(language)s", language=NAMES[_code]), 500),
    ):
        setattr(HelplineForm, f"{_part}_{_code}", line(_label, _limit))
for _number in WAYS:
    setattr(
        HelplineForm,
        f"method_{_number}",
        wtforms.SelectField(_l("How"), choices=lambda: [("", _("Not used")), *METHODS.items()], default=""),
    )
    setattr(HelplineForm, f"value_{_number}", line(_l("Number or address"), 300))
    setattr(
        HelplineForm,
        f"hours_{_number}",
        wtforms.StringField(
            _l("Hours"), [TooLong(300), _hours],
            description=_l("As 24/7, daily 09:00–24:00, or Mon–Fri 09:00–17:00. Empty when nobody knows."),
        ),
    )  # fmt: skip
