"""Forms: untrusted strings become clean values or an error that helps. They hold no rules about persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.validators import InputRequired, StopValidation, ValidationError

from forum.core.languages import current_language
from forum.core.partial_date import PartialDate
from forum.core.richtext import clean_text


class TooLong:
    """Refuses a text above `limit` characters and says by how much."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Any, field: Any) -> None:
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(
                ngettext(
                    "This is %(num)d character too long. Nothing is lost: shorten it here and send again.",
                    "This is %(num)d characters too long. Nothing is lost: shorten it here and send again.",
                    over,
                )
            )


class Needed(InputRequired):
    """Refuses an empty field, with a sentence of its own."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("This is empty. Write something here first."))

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.data.strip() if isinstance(field.data, str) else field.data):
            raise StopValidation(str(self.message))


class Form(wtforms.Form):
    """The base of every form: no token (core/origin refuses other sites), messages in the page's language."""

    class Meta:
        csrf = False

        @property
        def locales(self) -> list[str]:
            return [current_language()]


def _line(value: Any) -> str:
    # A field that was not sent at all is an empty one.
    return " ".join(clean_text(value).split()) if isinstance(value, str) else ""


def _text(value: Any) -> str:
    return clean_text(value).strip() if isinstance(value, str) else ""


def line(label: Any, limit: int, *checks: Any, description: Any = "", **more: Any) -> wtforms.StringField:
    """A field of one line, cleaned, at most `limit` characters."""
    return wtforms.StringField(label, [TooLong(limit), *checks], [_line], description=description, **more)


def text(label: Any, limit: int, *checks: Any, description: Any = "", **more: Any) -> wtforms.TextAreaField:
    """A field of many lines, cleaned, at most `limit` characters."""
    return wtforms.TextAreaField(label, [TooLong(limit), *checks], [_text], description=description, **more)


def choice(label: Any, choices: Callable[[], Iterable[Any]] | Iterable[Any], **more: Any) -> wtforms.RadioField:
    """One of several, shown as big rows; an unknown value is refused with a sentence."""
    more.setdefault("validators", [])
    return wtforms.RadioField(label, choices=choices, validate_choice=True, **more)


class PartialDateField(wtforms.StringField):
    """A year, a month or a day, as much as is known: 2009, 2009-05, 2009-05-17."""

    data: PartialDate | None  # type: ignore[assignment] # the typing of WTForms knows strings only

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        raw = _line(valuelist[0]) if valuelist else ""
        if raw:
            try:
                self.data = PartialDate.parse(raw)
            except ValueError as error:
                raise ValueError(_l("Write a year, such as 2009, or a day, such as 2009-05-17.")) from error

    def _value(self) -> str:
        return (self.raw_data[0] if self.raw_data else str(self.data) if self.data else "") or ""
