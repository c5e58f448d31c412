"""The form of what is said of a photo, and the squares that cover it."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from forum.contributions.models import ATTRIBUTIONS
from forum.core.forms import Form, line, text
from forum.core.languages import NAMES, current_language
from forum.core.settings import LANGUAGES
from forum.photos.actions import About, Square

CAPTION_LIMIT, DESCRIPTION_LIMIT, CREDIT_LIMIT, BYLINE_LIMIT = 150, 1000, 150, 60
UNKNOWN = _l("Choose one of the answers shown, or none.")


class PhotoForm(Form):
    """What an author says of a photo. Only the description is needed, and only to send it."""

    caption = line(_l("Caption"), CAPTION_LIMIT, description=_l("As it would stand beside a picture in a museum."))
    description = text(
        _l("What can be seen"),
        DESCRIPTION_LIMIT,
        description=_l("A sentence or two for readers who can’t see it. A photo is shown only with this."),
    )
    credit = line(_l("Who made it"), CREDIT_LIMIT, description=_l("Such as “Photo: my sister”."))
    graphic = wtforms.BooleanField(
        _l("Some may not want to see it unprepared"),
        description=_l("Wounds, surgery: the photo is shown only when a reader asks for it."),
    )
    topics = wtforms.SelectMultipleField(_l("What it is about"), coerce=int, validate_choice=False)
    language = wtforms.SelectField(_l("Described in"), validate_choice=False)
    in_library = wtforms.BooleanField(
        _l("In the photo library too"), description=_l("Under its topics, with a way to your story.")
    )
    attribution = wtforms.RadioField(_l("Sign as"), validate_choice=False)
    byline = line(_l("The other name"), BYLINE_LIMIT, description=_l("Such as “Rosa M.”"))
    consent = wtforms.BooleanField("")
    seen = wtforms.HiddenField()

    def offer(self, topics: list[tuple[int, str]], display_name: str) -> None:
        """Set what can be chosen: topics by id and name, and the author's own name to sign with."""
        self.topics.choices = topics
        self.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
        self.attribution.choices = [
            ("member", display_name),
            ("pseudonym", _l("Another name")),
            ("anonymous", _l("Without a name")),
        ]

    def validate_topics(self, topics: Any) -> None:
        if not set(topics.data or ()) <= {choice[0] for choice in topics.choices or ()}:
            raise ValidationError(UNKNOWN)

    def validate_language(self, language: Any) -> None:
        if language.data and language.data not in LANGUAGES:
            raise ValidationError(UNKNOWN)

    def validate_attribution(self, attribution: Any) -> None:
        if attribution.data and attribution.data not in ATTRIBUTIONS:
            raise ValidationError(UNKNOWN)

    def validate_byline(self, byline: Any) -> None:
        if self.attribution.data == "pseudonym" and not byline.data:
            raise ValidationError(_l("Write the name you want to sign with."))

    def about(self) -> About:
        """What was said. Only for a form that validates."""
        return About(
            caption=self.caption.data or "",
            description=self.description.data or "",
            credit=self.credit.data or "",
            is_graphic=bool(self.graphic.data),
            language=self.language.data or current_language(),
            topic_ids=tuple(self.topics.data or ()),
            is_in_library=bool(self.in_library.data),
            attribution=self.attribution.data or "member",
            byline=self.byline.data or None if self.attribution.data == "pseudonym" else None,
        )


def squares_in(fields: MultiDict[str, str]) -> list[Square]:
    """The small squares that were chosen; a large one, chosen as such, stands for four. What is none is left out."""
    found = []
    for name, size in (("square", 1), ("large", 2)):
        for value in fields.getlist(name):
            row, _, column = value.partition("-")
            if all(part.isascii() and part.isdigit() and len(part) < 3 for part in (row, column)):
                found += [
                    [int(row) * size + down, int(column) * size + over] for down in range(size) for over in range(size)
                ]
    return found
