"""The forms of a later chapter and of an afterword."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.contributions.models import ATTRIBUTIONS
from forum.core import clock
from forum.core.forms import Form, PartialDateField, line, text
from forum.core.richtext import MAX_LENGTH
from forum.stories.chapters import Lines, this_month
from forum.stories.forms import BYLINE_LIMIT, TITLE_LIMIT, UNKNOWN
from forum.stories.models import StoryUpdate
from forum.stories.words import WRITER_WORDS


def _is_past(_form: Any, field: Any) -> None:
    if field.data is not None and field.data.earliest > clock.today():
        raise ValidationError(_l("This day is still to come."))


class ChapterForm(Form):
    """What an author writes later of her story, and when it is of."""

    title = line(_l("Title"), TITLE_LIMIT, description=_l("Such as “Three years on”."))
    source = text(
        _l("Your words"), MAX_LENGTH, description=_l("An empty line begins a new paragraph. *Stars* make a word lean.")
    )
    dated = PartialDateField(_l("When this is of"), [_is_past], description=_l("A year is enough, or 2024-05."))
    version = wtforms.HiddenField()

    def lines(self, chapter: StoryUpdate) -> Lines:
        """What was typed, cleaned, whatever else is wrong; what can't be read stays as it was."""
        return Lines(
            title=(self.title.data or "")[:TITLE_LIMIT],
            source=(self.source.data or "")[:MAX_LENGTH],
            dated=chapter.dated if self.dated.errors else self.dated.data or this_month(),
        )


class AboutForm(Form):
    """Who begins an afterword says what she is to the story's author, and whether the author has died."""

    relation = wtforms.RadioField(_l("You are"), choices=list(WRITER_WORDS.items()), validate_choice=False)
    is_memorial = wtforms.BooleanField(_l("The author of this story has died"))
    died = PartialDateField(
        _l("In which year"), [_is_past], description=_l("A year is enough, or a day, such as 2019-10-08.")
    )

    def validate_relation(self, relation: Any) -> None:
        if relation.data not in WRITER_WORDS:
            raise ValidationError(_l("Say what you are to the author. Readers see it below your lines."))


class AfterwordForm(ChapterForm):
    """Lines below somebody else's story: what a chapter has, who she is to its author, and how she signs."""

    relation = wtforms.RadioField(_l("You are"), choices=list(WRITER_WORDS.items()), validate_choice=False)
    is_memorial = wtforms.BooleanField(_l("The author of this story has died"))
    died = PartialDateField(
        _l("In which year"), [_is_past], description=_l("A year is enough, or a day, such as 2019-10-08.")
    )
    attribution = wtforms.RadioField(_l("Sign as"), validate_choice=False)
    byline = line(_l("The other name"), BYLINE_LIMIT, description=_l("Such as “Rosa M.”"))

    def offer(self, display_name: str) -> None:
        """Set what she can sign with."""
        self.attribution.choices = [
            ("member", display_name),
            ("pseudonym", _l("Another name")),
            ("anonymous", _l("Without a name")),
        ]

    def validate_relation(self, relation: Any) -> None:
        if relation.data and relation.data not in WRITER_WORDS:
            raise ValidationError(UNKNOWN)

    def validate_attribution(self, attribution: Any) -> None:
        if attribution.data and attribution.data not in ATTRIBUTIONS:
            raise ValidationError(UNKNOWN)

    def validate_byline(self, byline: Any) -> None:
        if self.attribution.data == "pseudonym" and not byline.data:
            raise ValidationError(_l("Write the name you want to sign with."))

    def lines(self, chapter: StoryUpdate) -> Lines:
        """What was typed, cleaned, whatever else is wrong; what can't be read stays as it was."""
        plain = super().lines(chapter)
        return Lines(
            title=plain.title,
            source=plain.source,
            dated=plain.dated,
            relation=self.relation.data if self.relation.data in WRITER_WORDS else chapter.relation,
            is_memorial=bool(self.is_memorial.data),
            died=chapter.died if self.died.errors else self.died.data,
        )
