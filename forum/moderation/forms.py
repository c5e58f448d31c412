"""Forms of moderation: a message, a suggestion, a moderator's decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation, ValidationError

from forum.core.forms import Form, Needed, line, text
from forum.core.richtext import MAX_LENGTH
from forum.moderation import canned, policy
from forum.moderation.hunks import Words
from forum.moderation.notices import Rule
from forum.moderation.wording import DECISIONS, DECISIONS_OF_EDIT

KEY_LIMIT = 2**31  # the database's largest id is one below


def key_of(value: str | None) -> int | None:
    """The id that a text names, or None."""
    if value is None or not (value.isascii() and value.isdigit()) or len(value) > 10:
        return None
    return int(value) if 0 < int(value) < KEY_LIMIT else None


class OneOf(wtforms.RadioField):
    """One of several; anything else is refused with the field's own sentence."""

    def __init__(self, label: Any, sentence: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.sentence = sentence

    def pre_validate(self, form: Any) -> None:
        if self.data not in [value for value, *_rest in self.iter_choices()]:
            raise StopValidation(str(self.sentence))


class DayField(wtforms.StringField):
    """A day as a browser's date field sends it."""

    data: date | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = date.fromisoformat(valuelist[0].strip())
            except ValueError as error:
                raise ValueError(_l("Write the day like this: 2026-05-14.")) from error

    def _value(self) -> str:
        return (self.raw_data[0] if self.raw_data else str(self.data or "")) or ""


class MessageForm(Form):
    """Words from one side of an exchange to the other."""

    message = text(_l("In your words"), 5000, Needed(_l("Write a word or two first. Nothing is sent yet.")))


class SuggestionForm(Form):
    """Other words that a moderator suggests to an author; `base` is the revision they were made from."""

    base = wtforms.HiddenField()
    version = wtforms.HiddenField()
    title = line(_l("Title"), 150)
    teaser = line(_l("The line for lists"), 200)
    source = text(_l("The text"), MAX_LENGTH, Needed(_l("The text is empty. Its author could take nothing from that.")))
    note = text(_l("Why, in a sentence"), 2000)

    @property
    def seen_version(self) -> int:
        """The version of the unsent suggestion that this window shows."""
        return key_of(self.version.data) or 0

    @property
    def base_id(self) -> int | None:
        """The revision that the words were made from."""
        return key_of(self.base.data)

    @property
    def words(self) -> Words:
        """The words as suggested."""
        return Words(self.title.data or "", self.teaser.data or "", self.source.data or "")


class SpamForm(Form):
    """The words to the authors of what is taken away as spam; empty: the guideline's, in each author's language."""

    letter = text(
        _l("Your own words to the authors"),
        5000,
        description=_l("Leave it empty and each reads the guideline’s words in their own language."),
    )


class DecisionForm(Form):
    """A moderator's decision, with its guideline and the words to the author.

    restricts: what its act asks for takes something from who could read it.
    """

    restricts = False
    version = wtforms.HiddenField()
    decision = OneOf(_l("Decide"), _l("Choose what to do. Your letter is kept."), choices=[])
    guideline = wtforms.SelectField(_l("The guideline it rests on"), choices=[], validate_choice=False)
    letter = text(_l("In your words, to the author"), 5000)
    until = DayField(_l("Until"))
    lasting = wtforms.BooleanField(_l("Until a moderator lifts it"))
    stays = wtforms.BooleanField(_l("There is more to decide: leave the case open"))
    over = wtforms.BooleanField(_l("It can’t wait: I decide it now"))
    note = text(_l("A note for the other moderators"), 2000)

    def offer(self, decisions: Iterable[str], rules: list[Rule], *, is_edit: bool) -> DecisionForm:
        """Fill in what can be chosen. `is_edit`: a change waits behind what readers see."""
        self.rules = rules
        names = DECISIONS | DECISIONS_OF_EDIT if is_edit else DECISIONS
        self.decision.choices = [(word, names[word]) for word in decisions]
        self.guideline.choices = [("", _l("No guideline")), *((str(rule.id), rule.name) for rule in rules)]
        return self

    @property
    def seen_version(self) -> int:
        """The version of the case that was read; 0 when the field says nonsense, which no case has."""
        return key_of(self.version.data) or 0

    @property
    def guideline_id(self) -> int | None:
        """The guideline chosen, or None."""
        return key_of(self.guideline.data)

    def begin_with(self, reply: canned.Canned | None, language: str) -> None:
        """Put a canned reply into the letter. It brings its decision and its guideline where none is chosen yet."""
        if reply is None:
            return
        if not self.decision.data and reply.decision in [choice[0] for choice in self.decision.iter_choices()]:
            self.decision.data = reply.decision
        if not self.guideline.data and self.decision.data == reply.decision:
            self.guideline.data = next((str(rule.id) for rule in self.rules if rule.key == reply.guideline_key), "")
        brought = [rule.to_author for rule in self.rules]
        self.letter.data = canned.with_reply(self.letter.data or "", reply, language, brought=brought)

    def validate_guideline(self, field: wtforms.Field) -> None:
        """Refuses a guideline that isn't offered, and none where one is needed."""
        if field.data and field.data not in [value for value, *_rest in self.guideline.iter_choices()]:
            raise ValidationError(policy.OLD_GUIDELINE)
        if not field.data and (self.restricts or self.decision.data in policy.NEED_GUIDELINE):
            raise ValidationError(policy.NO_GUIDELINE)

    def validate_letter(self, field: wtforms.Field) -> None:
        """Refuses a restriction without a word to its author."""
        if not field.data and self.decision.data in policy.NEED_LETTER:
            raise ValidationError(policy.NO_LETTER)

    def validate_until(self, field: wtforms.Field) -> None:
        """Refuses a silence or a limit that doesn't say how long it holds."""
        has_no_end = field.data is None and not field.errors and not self.lasting.data
        if has_no_end and self.decision.data in ("silence", "limit"):
            raise ValidationError(policy.NO_DAY)
