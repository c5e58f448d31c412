"""The forms of consent: what is asked before a story is sent, a wish, an administrator's reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from forum.contributions import cooling, ledger, wording
from forum.contributions.ledger import Use
from forum.contributions.models import IF_UNREACHABLE
from forum.contributions.wording import Question
from forum.core.forms import Form, Needed, line, text
from forum.core.languages import current_language
from forum.stories import consent_policy, wishes
from forum.stories.consent_words import WISH_WORDS
from forum.stories.models import Story

NOT_HOURS = _l("Write a whole number of hours from 1 to 72, or leave it empty.")
WAITS = {
    "0": _l("At once"),
    "1": _l("In an hour"),
    "6": _l("In six hours"),
    "24": _l("In a day"),
    "72": _l("In three days"),
}


class WishForm(Form):
    """What shall happen if the author can't be reached."""

    if_unreachable = wtforms.RadioField(
        _l("If we can’t reach you one day"), choices=[*WISH_WORDS.items()], validate_choice=False
    )
    deputy = text(
        _l("Who may decide for you"),
        wishes.DEPUTY_LIMIT,
        description=_l("A name, and how to reach that person. Only an administrator sees it, and only when needed."),
    )

    def validate_if_unreachable(self, field: Any) -> None:
        if field.data not in IF_UNREACHABLE:
            raise ValidationError(consent_policy.UNKNOWN_ANSWER)

    def wish(self) -> dict[str, str]:
        """What she wishes, for `wishes.say`."""
        return {"if_unreachable": self.if_unreachable.data, "deputy": self.deputy.data or ""}


class RestForm(Form):
    """How long something rests before anybody reads it."""

    wait = wtforms.RadioField(_l("When shall somebody read it?"), choices=[*WAITS.items()], validate_choice=False)
    wait_other = line(_l("Or after so many hours"), 12, description=_l("From 1 to 72."))

    def validate_wait(self, field: Any) -> None:
        if field.data not in WAITS:
            raise ValidationError(consent_policy.UNKNOWN_ANSWER)

    def validate_wait_other(self, field: Any) -> None:
        if field.data and not (_is_number(field.data) and 1 <= int(field.data) <= cooling.LONGEST):
            raise ValidationError(NOT_HOURS)

    def hours(self) -> int:
        """How long it rests. Only for a form that validates."""
        return int(self.wait_other.data or self.wait.data)


class SendingForm(WishForm, RestForm):
    """What an author allows, what she wishes, and how long her story rests before anybody reads it."""

    consent = wtforms.SelectMultipleField(_l("What we may do with it"), validate_choice=False)
    story: Story

    def uses(self) -> frozenset[Use]:
        """What she allows."""
        return wording.chosen(self.consent.data or [], self.story.language)

    def rows(self) -> Sequence[tuple[Question, bool]]:
        """Each question with whether its box is ticked."""
        uses = self.uses()
        questions = wording.questions(self.story.language, language=current_language())
        return [(one, (one.use, one.for_language) in uses) for one in questions]


def _is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < 4


def sending_form(story: Story, posted: MultiDict[str, str] | None = None) -> SendingForm:
    """The form before a story is sent, with what was posted, else with what she has said so far."""
    wish = wishes.wish_of(story.id)
    form = SendingForm(
        posted,
        data={
            "consent": [wording.key_of(*use) for use in ledger.allowed(story.id)],
            "if_unreachable": wish.if_unreachable if wish else "keep",
            "deputy": wish.deputy if wish else "",
            "wait": "0",
        },
    )
    form.story = story
    return form


class ReasonForm(Form):
    """Why an administrator does what an author wished."""

    reason = text(
        _l("How did you try to reach the author?"),
        wishes.REASON_LIMIT,
        Needed(consent_policy.NO_REASON),
        description=_l("By which ways, how often, since when. It is kept with the wish."),
    )
