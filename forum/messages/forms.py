"""The forms of messages: one box; whether she takes messages."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l

from forum.core.forms import Form, Needed, choice, text

WORDS_LIMIT = 10_000


class MessageForm(Form):
    """One box and one button."""

    source = text(_l("Your message"), WORDS_LIMIT, Needed())
    version = wtforms.HiddenField(default="0")
    meant = wtforms.SelectMultipleField(validate_choice=False)


class ChoicesForm(Form):
    """Whether a member takes messages."""

    accepts = choice(
        _l("Who can write to you"),
        [
            ("no", _l("Nobody")),
            ("yes", _l("Members who have been here a while")),
        ],
    )
