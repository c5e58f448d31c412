"""The form of a guide's text, and that of a topic's address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.core import clock
from forum.core.forms import Form, Needed, line, text
from forum.guides.actions import Guide
from forum.guides.models import GuideText
from forum.references.models import SECTIONS
from forum.references.wording import SECTION_WORDS

SECTION_LIMIT, SHORT_LIMIT, NAME_LIMIT = 40_000, 2_000, 200


def _a_day(_form: Any, field: Any) -> None:
    """Leaves a date in `field.data`, or None; refuses what is none, or has not come yet."""
    written, field.day = (field.data or "").strip(), None
    if not written:
        return
    try:
        field.day = date.fromisoformat(written)
    except ValueError as error:
        raise ValidationError(_("Write the day as 2026-05-17.")) from error
    if field.day > clock.today():
        raise ValidationError(_("This day has not come yet. Look at it again."))


class GuideForm(Form):
    """A guide's text in the language of the page. `seen` is the change that its writer had before her."""

    in_short = text(
        _l("In short"), SHORT_LIMIT, Needed(_l("Say in two or three sentences what this is.")),
        description=_l("Two or three sentences, for somebody who reads no further."),
    )  # fmt: skip
    author = line(_l("Written by"), NAME_LIMIT, Needed(_l("Say who wrote it: readers want to know.")))
    reviewer = line(_l("Reviewed by"), NAME_LIMIT)
    reviewed_on = line(_l("Last reviewed on"), 40, _a_day, description=_l("As 2026-05-17."))
    seen = wtforms.HiddenField()

    def sections(self) -> list[Any]:
        """The fields of the sections, in their order."""
        return [self[f"section_{section}"] for section in SECTIONS]

    def guide(self) -> Guide:
        """The text, once the form is valid."""
        return Guide(
            author=self.author.data or "",
            in_short=self.in_short.data or "",
            sections={section: self[f"section_{section}"].data or "" for section in SECTIONS},
            reviewer=self.reviewer.data or "",
            reviewed_on=getattr(self.reviewed_on, "day", None),
        )

    def seen_at(self) -> datetime | None:
        """The change that the writer had before her; None when there was no text, or it can't be read."""
        try:
            return datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None

    def show_seen(self, there: GuideText | None) -> None:
        """Let the form be about the text that is there now."""
        self.seen.data = there.updated_at.isoformat() if there else ""

    @classmethod
    def of_text(cls, there: GuideText | None) -> GuideForm:
        """The form filled with a text, or empty."""
        if there is None:
            return cls()
        words = {f"section_{section.section}": section.source for section in there.sections}
        reviewed = there.reviewed_on.isoformat() if there.reviewed_on else ""
        form = cls(
            data={"in_short": there.in_short, "author": there.author, "reviewer": there.reviewer,
                  "reviewed_on": reviewed, **words}
        )  # fmt: skip
        form.show_seen(there)
        return form


for _section in SECTIONS:
    setattr(GuideForm, f"section_{_section}", text(SECTION_WORDS[_section], SECTION_LIMIT))
