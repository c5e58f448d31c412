"""Forms about members: a decision, a note, a second person's answer, opening a seal, another mailbox."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.validators import ValidationError

from forum.accounts.forms import is_address
from forum.core.forms import Form, Needed, line, text
from forum.moderation import notes, policy, seals, second_policy
from forum.moderation.forms import DayField, OneOf, key_of
from forum.moderation.notices import Rule

DECISIONS = {
    "no_action": _l("Leave it as it is"),
    "made_to_hurt": _l("Leave it: the report was made to hurt"),
    "reopen": _l("Take it back: it wasn’t only spam"),
    "lift": _l("Lift the restriction"),
    "warn": _l("Warn"),
    "limit": _l("Read everything first"),
    "silence": _l("Silence"),
    "ban": _l("Close the account"),
    "close_spam": _l("Close the account and take what was signed out of sight: it is only spam"),
}
HINTS = {
    "reopen": _l("The account opens again, and what went out of sight with it comes back. The member reads that."),
    "no_action": _l("The member hears nothing. Who reported hears that somebody looked."),
    "made_to_hurt": _l("The member hears nothing. It counts against whoever reports like this."),
    "warn": _l("A letter, and a line in the record. Nothing is kept from the member."),
    "limit": _l("What the member sends waits to be read, and only a few a day."),
    "silence": _l("The member can read, not write."),
    "ban": _l("The member can’t come in any more. A second moderator has to agree."),
}
ANSWERS = {
    "granted": _l("I agree. Do it now"),
    "refused": _l("I don’t agree"),
    "override": _l("Nobody else is here. I decide it alone"),
    "taken_back": _l("I take it back"),
}


def hints_for(signed: int) -> dict[str, object]:
    """What stands below each decision. `signed`: how many contributions would go with an account that is only spam."""
    goes = ngettext(
        "%(num)d contribution signed by the member leaves readers’ sight. A second moderator has to agree. "
        "What was written without a name stays.",
        "%(num)d contributions signed by the member leave readers’ sight. A second moderator has to agree. "
        "What was written without a name stays.",
        signed,
    )
    return HINTS | {"close_spam": goes}


class MemberDecisionForm(Form):
    """What a moderator decides about a member, with its guideline and the words to her."""

    decision = OneOf(_l("Decide"), _l("Choose what to do. Your letter is kept."), choices=[])
    until = DayField(_l("Until"))
    lasting = wtforms.BooleanField(_l("Until a moderator lifts it"))
    guideline = wtforms.SelectField(_l("The guideline it rests on"), choices=[], validate_choice=False)
    letter = text(_l("In your words, to the member"), 5000)
    note = text(_l("Why, for the other moderators"), 2000)
    seen = wtforms.HiddenField()  # how things stood when the page was drawn

    def offer(self, decisions: Iterable[str], rules: list[Rule]) -> MemberDecisionForm:
        """Fill in what can be chosen."""
        self.decision.choices = [(word, DECISIONS[word]) for word in decisions]
        self.guideline.choices = [("", _l("No guideline")), *((str(rule.id), rule.name) for rule in rules)]
        return self

    @property
    def guideline_id(self) -> int | None:
        """The guideline chosen, or None."""
        return key_of(self.guideline.data)

    def validate_guideline(self, field: wtforms.Field) -> None:
        """Refuses a guideline that isn't offered, and none where one is needed."""
        if field.data and field.data not in [value for value, *_rest in self.guideline.iter_choices()]:
            raise ValidationError(policy.OLD_GUIDELINE)
        if not field.data and self._restricts():
            raise ValidationError(policy.NO_GUIDELINE)

    def validate_letter(self, field: wtforms.Field) -> None:
        """Refuses a sanction without a word to her."""
        if not field.data and self._restricts():
            raise ValidationError(policy.NO_LETTER)

    def validate_until(self, field: wtforms.Field) -> None:
        """Refuses a silence or a limit that doesn't say how long it holds."""
        has_no_end = field.data is None and not field.errors and not self.lasting.data
        if has_no_end and self.decision.data in ("silence", "limit"):
            raise ValidationError(policy.NO_DAY)

    def _restricts(self) -> bool:
        return self.decision.data in ("warn", *policy.RESTRICT, "close_spam")


class NoteForm(Form):
    """A note about a member, or who spoke to her and about what."""

    contact = wtforms.SelectField(_l("What it is"), choices=list(notes.CONTACT_WORDS.items()))
    text = text(_l("In your words"), 2000, Needed(notes.EMPTY), description=_l("Only moderators read this."))


class AnswerForm(Form):
    """A second person's answer."""

    answer = OneOf(_l("Your answer"), second_policy.NO_ANSWER, choices=list(ANSWERS.items()))
    words = text(_l("Why"), 2000, description=_l("Needed when you don’t agree. The moderators read it."))

    def validate_words(self, field: wtforms.Field) -> None:
        """Refuses a no, or a decision alone, without a word."""
        if not field.data and self.answer.data in ("refused", "override"):
            raise ValidationError(second_policy.NO_WORDS)


class SealForm(Form):
    """Why a seal has to be opened."""

    why = OneOf(_l("Why does it have to be opened?"), seals.NO_WHY, choices=list(seals.WHYS.items()))
    reason = text(_l("In your words, for the second moderator"), 2000, Needed(_l("Write why, in a sentence or two.")))


class RecoveryForm(Form):
    """The address that takes the place of a lost one, and how its member was recognised."""

    email = line(_l("The new address"), 300, Needed(_l("Write the address where mail is read now.")), is_address)
    reason = text(
        _l("How did you recognise the member?"),
        2000,
        Needed(_l("Write how you recognised the member. The second moderator decides by it.")),
        description=_l("What nobody else could know, who you spoke to, when."),
    )
