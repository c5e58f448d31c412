"""The form of a translation."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core.forms import Form, line, text
from forum.core.richtext import MAX_LENGTH
from forum.stories.forms import BYLINE_LIMIT, OWN_WORDS_LIMIT, TEASER_LIMIT, TITLE_LIMIT, UNKNOWN
from forum.stories.translations import Translated

CREDITS = ("own", "other", "none")


class TranslationForm(Form):
    """What a translator writes beside the original, and the name she is credited with."""

    title = line(_l("Title"), TITLE_LIMIT)
    teaser = line(_l("The line for the list"), TEASER_LIMIT)
    source = text(
        _l("Your translation"),
        MAX_LENGTH,
        description=_l("An empty line begins a new paragraph. *Stars* make a word lean."),
    )
    condition_words = line(_l("The illness, in the author’s words"), OWN_WORDS_LIMIT)
    region = line(_l("Region or town"), OWN_WORDS_LIMIT)
    credit = wtforms.RadioField(_l("Translated by"), validate_choice=False)
    credit_name = line(_l("The other name"), BYLINE_LIMIT, description=_l("Such as “Rosa M.”"))
    is_current = wtforms.BooleanField(_l("My translation has what changed in the original"))
    current = wtforms.HiddenField()
    version = wtforms.HiddenField()

    def offer(self, display_name: str) -> None:
        """Set what she can be credited with."""
        self.credit.choices = [("own", display_name), ("other", _l("Another name")), ("none", _l("Nobody is named"))]

    def validate_credit(self, credit: Any) -> None:
        if credit.data and credit.data not in CREDITS:
            raise ValidationError(UNKNOWN)

    def validate_credit_name(self, credit_name: Any) -> None:
        if self.credit.data == "other" and not credit_name.data:
            raise ValidationError(_l("Write the name you want to be credited with."))

    def words(self, display_name: str, translated_from: int | None) -> Translated:
        """What was typed, cleaned, whatever else is wrong. `translated_from`: the original that it renders."""
        names = {"own": display_name, "other": (self.credit_name.data or "")[:BYLINE_LIMIT]}
        return Translated(
            title=(self.title.data or "")[:TITLE_LIMIT],
            teaser=(self.teaser.data or "")[:TEASER_LIMIT],
            source=(self.source.data or "")[:MAX_LENGTH],
            condition_words=(self.condition_words.data or "")[:OWN_WORDS_LIMIT],
            region=(self.region.data or "")[:OWN_WORDS_LIMIT],
            credit=names.get(self.credit.data or "", ""),
            translated_from=translated_from if self.is_current.data else None,
        )


def credit_choice(credit: str, display_name: str) -> str:
    """Which of the choices a kept credit is."""
    return "own" if credit == display_name else "other" if credit else "none"
