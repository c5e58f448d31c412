"""A field that people don't see and programs fill in, on forms that anybody may send without an account.

Now and then a password manager fills it too. So nobody is refused for it: who filled it is asked, once, to press again.
"""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core import tokens

PURPOSE = "again"
GOOD_FOR = 86_400  # seconds
ONCE_MORE = _l(
    "A field was filled in that nobody sees here. Programs do that, and now and then a password manager. "
    "Press the button once more, and it is sent."
)


def mark() -> str:
    """What the form carries that was sent back once: the moment, signed."""
    return tokens.moment_token(PURPOSE)


def _was_sent_back(value: str) -> bool:
    passed = tokens.seconds_since(PURPOSE, value)
    return passed is not None and 0 <= passed <= GOOD_FOR


class TrapMixin:
    """The two fields of a trap; `templates/_trap.html` draws them."""

    website = wtforms.StringField(_l("Leave this empty"))
    again = wtforms.HiddenField()

    def validate_website(self, field: wtforms.Field) -> None:
        """Sends a form back once where it was filled in."""
        if (field.data or "").strip() and not _was_sent_back(self.again.data or ""):
            raise ValidationError(ONCE_MORE)
