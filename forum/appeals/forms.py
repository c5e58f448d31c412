"""Forms of appeals: asking for another look, a verdict, somebody outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.accounts.addresses import normal_address
from forum.appeals import policy
from forum.core.forms import Form, Needed, line, text
from forum.moderation.forms import OneOf


class AppealForm(Form):
    """What whoever asks for another look says."""

    words = text(
        _l("What should we see differently?"),
        5000,
        Needed(policy.EMPTY),
        description=_l("Somebody who didn’t decide this reads it, with what was written and the first letter."),
    )


class VerdictForm(Form):
    """What becomes of an appeal, with the words to whoever made it."""

    outcome = OneOf(_l("What becomes of it?"), policy.NO_OUTCOME, choices=[])
    answer = text(_l("In your words, to whoever asked"), 5000, Needed(policy.NO_WORDS))
    over = wtforms.BooleanField(_l("It can’t wait: I decide it now"))
    alone = wtforms.BooleanField(
        _l("I decide this alone, though I decided it the first time"),
        description=_l("Nobody else can. The log and the public page on moderation say so."),
    )

    def offer(self, outcomes: Iterable[str], names: Mapping[str, Any]) -> VerdictForm:
        """Fill in what can be chosen."""
        self.outcome.choices = [(word, names[word]) for word in outcomes]
        return self


class OutsideForm(Form):
    """Somebody outside who is asked to hear an appeal."""

    name = line(
        _l("Name"), 100, Needed(_l("Write who it is. Whoever asked is told only that somebody outside decided it."))
    )
    email = line(_l("Mail address"), 254, Needed(_l("Write where the private address is sent.")))

    def validate_email(self, field: wtforms.Field) -> None:
        """Refuses what is no mail address."""
        if normal_address(field.data or "") is None:
            raise ValidationError(_l("This doesn’t look like a mail address. Nothing was sent."))
