"""The form of writing a story. Everything is optional until it is sent."""

from __future__ import annotations

from typing import Any

import wtforms
from babel import Locale
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from forum.contributions.models import ATTRIBUTIONS, CONTENT_NOTES
from forum.core.forms import Form, PartialDateField, line, text
from forum.core.languages import NAMES, current_language
from forum.core.richtext import MAX_LENGTH
from forum.core.settings import LANGUAGES
from forum.discussions.words import NOTE_WORDS
from forum.stories.actions import Facts, Words
from forum.stories.models import RELATIONS
from forum.stories.words import RELATION_WORDS

TITLE_LIMIT, TEASER_LIMIT, OWN_WORDS_LIMIT, BYLINE_LIMIT = 150, 200, 120, 60
UNKNOWN = _l("Choose one of the answers shown, or none.")


def countries() -> list[tuple[str, str]]:
    """Every ISO 3166-1 country with its name in the page's language, by name."""
    names = Locale.parse(current_language()).territories
    found = [
        (code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda pair: pair[1])


NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN", "XA", "XB", "ZZ", "QO"}


class StoryForm(Form):
    """What an author writes and, if she likes, says about it."""

    title = line(_l("Title"), TITLE_LIMIT)
    source = text(
        _l("Your words"), MAX_LENGTH, description=_l("An empty line begins a new paragraph. *Stars* make a word lean.")
    )
    teaser = line(
        _l("A line for the list"),
        TEASER_LIMIT,
        description=_l("One sentence of yours that makes somebody want to read on."),
    )
    condition_words = line(
        _l("The illness, in your own words"),
        OWN_WORDS_LIMIT,
        description=_l("As you would say it: “CREST”, “diffuse, stage 2”."),
    )
    relation = wtforms.RadioField(_l("Who is telling it"), validate_choice=False)
    country = wtforms.SelectField(_l("Country"), validate_choice=False)
    region = line(_l("Region or town"), OWN_WORDS_LIMIT, description=_l("Only as much as you want strangers to know."))
    first_symptoms = PartialDateField(_l("First signs, year"))
    diagnosed = PartialDateField(_l("Given a name, year"))
    language = wtforms.SelectField(_l("Written in"), validate_choice=False)
    topics = wtforms.SelectMultipleField(_l("What it is about"), coerce=int, validate_choice=False)
    content_notes = wtforms.SelectMultipleField(_l("What a reader may want to know first"), validate_choice=False)
    attribution = wtforms.RadioField(_l("Sign as"), validate_choice=False)
    byline = line(_l("The other name"), BYLINE_LIMIT, description=_l("Such as “Rosa M.”"))
    version = wtforms.HiddenField()

    def offer(self, topics: list[tuple[int, str]], display_name: str) -> None:
        """Set what can be chosen: topics by id and name, and the author's own name to sign with."""
        self.relation.choices = [*RELATION_WORDS.items()]
        self.country.choices = [("", _l("Not said")), *countries()]
        self.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
        self.topics.choices = topics
        self.content_notes.choices = [(note, NOTE_WORDS[note]) for note in CONTENT_NOTES]
        self.attribution.choices = [
            ("member", display_name),
            ("pseudonym", _l("Another name")),
            ("anonymous", _l("Without a name")),
        ]

    def validate_relation(self, relation: Any) -> None:
        if relation.data and relation.data not in RELATIONS:
            raise ValidationError(UNKNOWN)

    def validate_country(self, country: Any) -> None:
        if country.data and country.data not in dict(countries()):
            raise ValidationError(UNKNOWN)

    def validate_language(self, language: Any) -> None:
        if language.data and language.data not in LANGUAGES:
            raise ValidationError(UNKNOWN)

    def validate_topics(self, topics: Any) -> None:
        if not set(topics.data or ()) <= {choice[0] for choice in topics.choices or ()}:
            raise ValidationError(UNKNOWN)

    def validate_content_notes(self, content_notes: Any) -> None:
        if not set(content_notes.data or ()) <= set(CONTENT_NOTES):
            raise ValidationError(UNKNOWN)

    def validate_attribution(self, attribution: Any) -> None:
        if attribution.data and attribution.data not in ATTRIBUTIONS:
            raise ValidationError(UNKNOWN)

    def validate_byline(self, byline: Any) -> None:
        if self.attribution.data == "pseudonym" and not byline.data:
            raise ValidationError(_l("Write the name you want to sign with."))

    def words(self) -> Words:
        """What was typed, cleaned, whatever else is wrong."""
        return Words(
            (self.title.data or "")[:TITLE_LIMIT],
            (self.teaser.data or "")[:TEASER_LIMIT],
            (self.source.data or "")[:MAX_LENGTH],
        )

    def facts(self) -> Facts:
        """What was said about the story. Only for a form that validates."""
        return Facts(
            condition_words=self.condition_words.data or "",
            relation=self.relation.data or None,
            country=self.country.data or None,
            region=self.region.data or "",
            first_symptoms=self.first_symptoms.data,
            diagnosed=self.diagnosed.data,
            language=self.language.data or current_language(),
            topic_ids=tuple(self.topics.data or ()),
            content_notes=tuple(note for note in CONTENT_NOTES if note in (self.content_notes.data or ())),
        )
