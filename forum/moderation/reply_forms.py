"""The form of a canned reply: what it fits, and its words in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core.forms import Form, line, text
from forum.core.languages import NAMES
from forum.core.settings import LANGUAGES
from forum.moderation import replies
from forum.moderation.notices import Rule
from forum.moderation.replies import Texts
from forum.moderation.wording import DECIDED

HALF = _l("It needs both a name and its words in this language, or neither.")


class ReplyForm(Form):
    """A canned reply in the languages of the site."""

    decision = wtforms.SelectField(_l("The decision it fits"), choices=[], validate_choice=False)
    guideline = wtforms.SelectField(_l("The guideline it fits"), choices=[], validate_choice=False)
    title_en = line(_l("What it is called, in English"), 120)
    text_en = text(_l("What it says, in English"), 5000)
    title_it = line(_l("What it is called, in Italian"), 120)
    text_it = text(_l("What it says, in Italian"), 5000)
    title_es = line(_l("What it is called, in Spanish"), 120)
    text_es = text(_l("What it says, in Spanish"), 5000)

    def offer(self, rules: Iterable[Rule], decisions: Iterable[str]) -> ReplyForm:
        """Fill in what can be chosen."""
        self.decision.choices = [("", _l("Any decision")), *((word, DECIDED[word]) for word in decisions)]
        self.guideline.choices = [("", _l("Any guideline")), *((rule.key, rule.name) for rule in rules)]
        return self

    @property
    def texts(self) -> Texts:
        """Its words by language."""
        return {key: (self[f"title_{key}"].data or "", self[f"text_{key}"].data or "") for key in LANGUAGES}

    @property
    def parts(self) -> list[tuple[str, str, wtforms.Field, wtforms.Field]]:
        """Each language with its name and its two fields."""
        return [(key, NAMES[key], self[f"title_{key}"], self[f"text_{key}"]) for key in LANGUAGES]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Refuses half a text, and none at all."""
        is_good = bool(super().validate(extra_validators))
        for key in LANGUAGES:
            title, words = self[f"title_{key}"], self[f"text_{key}"]
            if bool(title.data) != bool(words.data):
                (title if words.data else words).errors = [str(HALF)]
                is_good = False
        if is_good and not any(title and words for title, words in self.texts.values()):
            self.text_en.errors = [str(replies.NO_WORDS)]
            is_good = False
        return is_good

    def validate_decision(self, field: wtforms.Field) -> None:
        """Refuses what isn't on the list."""
        self._one_of(field)

    def validate_guideline(self, field: wtforms.Field) -> None:
        """Refuses what isn't on the list."""
        self._one_of(field)

    def _one_of(self, field: Any) -> None:
        if (field.data or "") not in [value for value, *_rest in field.iter_choices()]:
            raise ValidationError(replies.UNKNOWN)
