"""The form of a report: the reason in plain words with its guideline, and what the law asks of a legal notice."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.accounts.addresses import normal_address
from forum.core.forms import Form, line, text
from forum.moderation.forms import OneOf
from forum.moderation.notices import Rule
from forum.moderation.reporting import Legal
from forum.moderation.wording import REASONS

# Which guideline each reason rests on, by its key; "other" on none.
GUIDELINE_OF = {
    "hurtful": "kindness",
    "unsafe_advice": "experience_not_instruction",
    "spam": "no_selling",
    "private_details": "private_details",
    "illegal": "law",
    "worried": "self_harm",
}


def hints_for(rules: list[Rule]) -> dict[str, str]:
    """What stands under each reason: the guideline it rests on, or what happens then."""
    by_key = {rule.key: rule for rule in rules}
    hints = {
        reason: _("Guideline %(number)s: %(title)s", number=by_key[key].number, title=by_key[key].title)
        for reason, key in GUIDELINE_OF.items()
        if key in by_key
    }
    hints["worried"] = _("It reaches the moderators at once. The next page says what you can do.")
    hints["other"] = _("Anything else that shouldn’t be here as it is.")
    return hints


class ReportForm(Form):
    """What a reader says about a contribution or a member's page."""

    contribution = wtforms.HiddenField()
    member = wtforms.HiddenField()
    reason = OneOf(_l("What is it about?"), _l("Choose what it is about."), choices=list(REASONS.items()))
    words = text(
        _l("In your words"),
        4000,
        description=_l("What we should look at. Whoever wrote it never sees this, or your name."),
    )
    grounds = text(
        _l("Why you think it is against the law"),
        4000,
        description=_l("Which words or picture, and which law if you know it."),
    )
    is_of_children = wtforms.BooleanField(_l("It shows or is about the sexual abuse of a child"))
    notifier = line(_l("Your name"), 200)
    email = line(
        _l("Your email address"),
        300,
        description=_l("We confirm your legal notice there, and tell you what we decide."),
    )
    good_faith = wtforms.BooleanField(_l("What I say here is true and complete, as far as I know"))
    website = wtforms.StringField(_l("Leave this empty"))  # people don't see it; who filled it in waits longer

    @property
    def is_legal(self) -> bool:
        """Whether it is a notice of something illegal."""
        return bool(self.reason.data == "illegal")

    @property
    def legal(self) -> Legal | None:
        """What a legal notice says besides, or None."""
        if not self.is_legal:
            return None
        return Legal(
            self.grounds.data or "", self.notifier.data or "", self.email.data or "", self.good_faith.data,
            self.is_of_children.data,
        )  # fmt: skip

    def validate_grounds(self, field: wtforms.Field) -> None:
        """Refuses a legal notice without its reason."""
        if self.is_legal and not field.data:
            raise ValidationError(_("Say why it is against the law, in a sentence or two."))

    def validate_notifier(self, field: wtforms.Field) -> None:
        """Refuses a legal notice without a name, unless the law lets it be left out."""
        if self.is_legal and not field.data and not self.is_of_children.data:
            raise ValidationError(_("A legal notice needs a name."))

    def validate_email(self, field: wtforms.Field) -> None:
        """Refuses a legal notice without an address, unless the law lets it be left out, and what is none."""
        if not self.is_legal or (not field.data and self.is_of_children.data):
            return
        address: Any = normal_address(field.data or "")
        if address is None:
            raise ValidationError(_("Write an email address like ann@example.org, so that we can answer."))
        field.data = address

    def validate_good_faith(self, field: wtforms.Field) -> None:
        """Refuses a legal notice that its sender doesn't stand behind."""
        if self.is_legal and not field.data:
            raise ValidationError(_("Tick this if it is so. A legal notice needs it."))
