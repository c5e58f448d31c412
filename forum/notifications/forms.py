"""The form of choices: how a member hears of each kind, by which clock, and whether her mails are discreet."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core.forms import Form, line
from forum.notifications import hours
from forum.notifications.choices import Way
from forum.notifications.choosing import Chosen
from forum.notifications.models import MailChoice
from forum.notifications.notices import Notice

MAIL_WORDS = (
    ("now", _l("At once")),
    ("daily", _l("Once a day")),
    ("weekly", _l("Once a week, on Monday")),
    ("none", _l("Never")),
)


def is_clock_time(_form: Any, field: Any) -> None:
    """Refuses what isn't a time of day; 7, 7.30 and 07:30 are."""
    if field.data and minutes(field.data) is None:
        raise ValidationError(_("Write a time of day, such as 22:00."))


def minutes(words: str) -> int | None:
    """The minutes after midnight of a time of day, or None where it isn't one."""
    hour, _colon, minute = words.replace(".", ":").partition(":")
    if not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and len(minute) in (0, 2)):
        return None
    if minute and not (minute.isascii() and minute.isdigit()):
        return None
    found = int(hour) * 60 + int(minute or 0)
    return found if int(minute or 0) < 60 and found < hours.DAY else None


class ChoicesForm(Form):
    """The mail as a whole; the fields of each kind are added by `form_for`."""

    is_discreet = wtforms.BooleanField(
        _l("Discreet mails"),
        description=_l("They say only that there is something new. No name of this place, no words of anybody."),
    )
    time_zone = wtforms.SelectField(_l("Your time zone"))
    quiet_from = line(_l("Nothing by mail from"), 10, is_clock_time)
    quiet_until = line(_l("Nothing by mail until"), 10, is_clock_time)

    def validate_quiet_until(self, field: Any) -> None:
        """Refuses half of the quiet hours, and a whole day of them."""
        if bool(field.data) != bool(self.quiet_from.data):
            raise ValidationError(_("Write both times, or leave both empty."))
        if (
            field.data
            and minutes(field.data) is not None
            and minutes(field.data) == minutes(self.quiet_from.data or "")
        ):
            raise ValidationError(_("These are the same time. Leave both empty to have no quiet hours."))

    def chosen(self, kinds: Any) -> Chosen:
        """What was chosen, clean."""
        quiet = minutes(self.quiet_from.data or ""), minutes(self.quiet_until.data or "")
        return Chosen(
            {kind: (bool(self[f"{kind}_listed"].data), str(self[f"{kind}_mail"].data)) for kind in kinds},
            bool(self.is_discreet.data),
            str(self.time_zone.data),
            (quiet[0], quiet[1]) if quiet[0] is not None and quiet[1] is not None else None,
        )


def form_for(notices: dict[str, Notice], site_zone: str, formdata: Any = None, **data: Any) -> ChoicesForm:
    """The form with two fields for each kind that a room tells of."""
    fields: dict[str, Any] = {}
    for kind in notices:
        fields[f"{kind}_listed"] = wtforms.BooleanField(_l("In your list"))
        fields[f"{kind}_mail"] = wtforms.SelectField(_l("By mail"), choices=MAIL_WORDS)
    made: ChoicesForm = type("ChoicesFormOfKinds", (ChoicesForm,), fields)(formdata, data=data or None)
    site = [("", _("As this site: %(zone)s", zone=site_zone.replace("_", " ")))]
    made.time_zone.choices = site + [(zone, zone.replace("_", " ")) for zone in hours.zones()]
    return made


def as_it_stands(ways: dict[str, Way], choice: MailChoice | None) -> dict[str, Any]:
    """What the form shows before anything is changed."""
    data: dict[str, Any] = {}
    for kind, way in ways.items():
        data[f"{kind}_listed"], data[f"{kind}_mail"] = way.is_listed, way.mail
    if choice is not None:
        data |= {"is_discreet": choice.is_discreet, "time_zone": choice.time_zone}
        if choice.quiet_from is not None and choice.quiet_until is not None:
            data |= {"quiet_from": _time(choice.quiet_from), "quiet_until": _time(choice.quiet_until)}
    return data


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
