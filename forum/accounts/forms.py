"""Forms of accounts: addresses, names, codes and passwords, cleaned or refused with a sentence."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.accounts import passwords
from forum.accounts.addresses import normal_address
from forum.core.forms import Form, Needed, TooLong, choice, line, text
from forum.core.languages import NAMES
from forum.core.settings import the_settings
from forum.core.trap import TrapMixin

NAME_LIMIT, ABOUT_LIMIT = 60, 1000


def is_address(_form: Any, field: Any) -> None:
    """Refuses what isn't an email address; what is becomes its normal form."""
    address = normal_address(field.data or "")
    if address is None:
        raise ValidationError(
            _("This doesn’t look like an email address. It has a name, an @, and a place: ann@example.org.")
        )
    field.data = address


def has_a_letter(_form: Any, field: Any) -> None:
    """Refuses a name that nobody could see or say."""
    if not any(letter.isalnum() for letter in field.data or ""):
        raise ValidationError(_("A name needs at least one letter or number."))


def is_good_password(_form: Any, field: Any) -> None:
    """Refuses what is too short or known from leaks; there is no other rule."""
    password = field.data or ""
    if len(password) < passwords.SHORTEST:
        raise ValidationError(_("Ten characters at least. Three or four words that don’t belong together are good."))
    if len(password) > passwords.LONGEST:
        raise ValidationError(_("500 characters at most."))
    if passwords.is_leaked(password):
        raise ValidationError(_("This one is on the lists that thieves try first. Take another."))


def address_line() -> wtforms.StringField:
    """The field for an email address."""
    return line(_l("Email address"), 300, Needed(_l("Write your email address here.")), is_address)


def name_line() -> wtforms.StringField:
    """The field for a display name."""
    return line(
        _l("The name others see"),
        NAME_LIMIT,
        Needed(_l("Write a name here. Any name will do.")),
        has_a_letter,
        description=_l("It need not be your own."),
    )


class AgeField(wtforms.BooleanField):
    """A box whose words say the age that the settings ask for."""

    def __init__(self, **more: Any) -> None:
        age = the_settings().minimum_age
        super().__init__(_l("I am %(age)s or older", age=age), **more)


class SignInForm(Form):
    """Asking for the mail that signs in."""

    email = address_line()


class SignUpForm(TrapMixin, Form):
    """Asking for an account."""

    email = address_line()
    display_name = name_line()
    is_old_enough = AgeField(validators=[Needed(_l("Say that you are old enough: it is the law for sites like this."))])


class CodeForm(Form):
    """The six digits of the mail, with or without spaces."""

    code = line(_l("The code from the mail"), 20, Needed(_l("Type the six digits from the mail.")))

    def validate_code(self, field: Any) -> None:
        """Refuses what isn't six digits."""
        digits = "".join(letter for letter in field.data or "" if letter not in " -")
        if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
            raise ValidationError(_("The code is six digits, such as 042 817."))
        field.data = digits


class PasswordSignInForm(Form):
    """An address and its password."""

    email = address_line()
    password = wtforms.PasswordField(_l("Password"), [Needed(_l("Write your password here."))])


class SettingsForm(Form):
    """What a member says of herself."""

    display_name = name_line()
    about = text(_l("About you"), ABOUT_LIMIT, description=_l("A few lines, if you like. They are on your page."))
    is_page_public = wtforms.BooleanField(_l("Anyone may see my page"))
    language = choice(_l("The language of our mails to you"), list(NAMES.items()))


class NewPasswordForm(Form):
    """A new password."""

    new_password = wtforms.PasswordField(
        _l("A new password"), [Needed(_l("Write a password here.")), TooLong(10_000), is_good_password]
    )
