"""Forms of told stories: how a story was told, and what its author agreed to."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.contributions.models import HOWS
from forum.contributions.wording import Question
from forum.core import clock
from forum.core.forms import Form, Needed, PartialDateField, line, text
from forum.core.languages import NAMES
from forum.core.settings import LANGUAGES
from forum.moderation.forms import OneOf
from forum.stories.claim_words import TOLD_HOW_WORDS
from forum.stories.told import Telling

BYLINE_LIMIT, CONTACT_LIMIT, NOTE_LIMIT = 60, 500, 2000
STILL_TO_COME = _l("This day is still to come.")


def _past(value: Any) -> None:
    if value is not None and value.earliest > clock.today():
        raise ValidationError(STILL_TO_COME)


class TellingForm(Form):
    """How a story was told."""

    how = OneOf(_l("How was it told?"), _l("Choose how it was told."), choices=list(TOLD_HOW_WORDS.items()))
    told_on = PartialDateField(_l("When, as far as you know"))
    byline = line(
        _l("The name it goes by"), BYLINE_LIMIT, description=_l("Empty: without a name. Never a name nobody agreed to.")
    )
    contact = text(
        _l("How to reach whoever told it"),
        CONTACT_LIMIT,
        description=_l("Sealed: opened only to compare, when somebody says this story is theirs."),
    )
    language = OneOf(_l("Told in"), _l("Choose a language."), choices=[(code, NAMES[code]) for code in LANGUAGES])

    def validate_told_on(self, told_on: Any) -> None:
        _past(told_on.data)

    def telling(self) -> Telling:
        """What was said. Only for a form that validates."""
        return Telling(
            self.how.data,
            self.told_on.data,
            self.byline.data or "",
            self.contact.data or "",
            self.language.data,
        )


class AgreedForm(Form):
    """What the author of a story from elsewhere agreed to, and how she said so."""

    read_back_on = PartialDateField(_l("Read back on"), description=_l("The day on which they heard or read it."))
    uses = wtforms.SelectMultipleField(_l("What they agree to"), validate_choice=False)
    how = OneOf(_l("How they said so"), _l("Choose how they said so."), choices=[])
    note = text(
        _l("In your words, for the record"),
        NOTE_LIMIT,
        Needed(_l("Write how the consent was given: “on the phone, on 14 May”, “signed letter in the file”.")),
    )

    def offer(self, questions: list[Question], *, keys: list[str]) -> AgreedForm:
        """Set what can be ticked."""
        self.uses.choices = [(key, one.ask) for key, one in zip(keys, questions, strict=True)]
        self.how.choices = [(word, TOLD_HOW_WORDS[word]) for word in HOWS if word in TOLD_HOW_WORDS]
        return self

    def validate_read_back_on(self, read_back_on: Any) -> None:
        _past(read_back_on.data)

    def validate_uses(self, uses: Any) -> None:
        known = {choice[0] for choice in self.uses.choices or ()}
        if not uses.data or not set(uses.data) <= known:
            raise ValidationError(_l("Tick what was agreed to."))
