"""Forms of claims: what somebody says of a story that is hers, and the answer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.accounts.addresses import LONGEST, normal_address
from forum.core.forms import Form, Needed, line, text
from forum.core.trap import TrapMixin
from forum.moderation.forms import OneOf
from forum.stories.claim_words import CLAIM_OUTCOME_WORDS, CLAIM_WISH_WORDS

WORDS = 4000


class ClaimForm(TrapMixin, Form):
    """What somebody says of a story that is hers."""

    wish = OneOf(_l("What would you like?"), _l("Choose what you would like."), choices=list(CLAIM_WISH_WORDS.items()))
    words = text(
        _l("In your words"),
        WORDS,
        description=_l("How we can know that it is yours; what should be different. A line is enough."),
    )
    email = line(
        _l("Your email address"),
        LONGEST,
        Needed(_l("Write the address at which we can answer you.")),
        description=_l("For our answer, and for nothing else."),
    )

    def validate_email(self, email: Any) -> None:
        if normal_address(email.data or "") is None:
            raise ValidationError(_l("This doesn’t look like an email address. Look at it once more."))


class MoreWordsForm(Form):
    """Words added to a claim."""

    words = text(_l("Something to add"), WORDS, Needed())


class AnswerForm(Form):
    """The answer to a claim."""

    outcome = OneOf(_l("Answer"), _l("Choose an answer."), choices=list(CLAIM_OUTCOME_WORDS.items()))
    answer = text(_l("In your words, to whoever asked"), WORDS)
