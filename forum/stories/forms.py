"""The form of writing a story. Everything is optional until it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
from forum.stories.drafting import Words
from forum.stories.facts import Facts
from forum.stories.models import ABOUT_WHOM, RELATIONS, SUBJECT_CONSENTS
from forum.stories.words import ABOUT_WHOM_WORDS, RELATION_WORDS, SUBJECT_CONSENT_WORDS
from forum.topics.forms import OwnTopicsField
from forum.topics.queries import TopicName

TITLE_LIMIT, TEASER_LIMIT, OWN_WORDS_LIMIT, BYLINE_LIMIT = 150, 200, 120, 60
FIRST_YEAR_OF_AGE, LAST_YEAR_OF_AGE = 1950, 2100
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
    about_whom = wtforms.RadioField(_l("Who it is about"), validate_choice=False)
    subject_consent = wtforms.RadioField(
        _l("Does that person agree?"),
        validate_choice=False,
        description=_l(
            "It is their life too. If you can, show it to them first. If you can’t, a moderator thinks with you."
        ),
    )
    of_age_year = line(
        _l("In which year does the child turn 18?"),
        4,
        description=_l("Then we ask again whether it may stay. Nobody else sees the year."),
    )
    country = wtforms.SelectField(_l("Country"), validate_choice=False)
    region = line(_l("Region or town"), OWN_WORDS_LIMIT, description=_l("Only as much as you want strangers to know."))
    first_symptoms = PartialDateField(_l("First signs, year"))
    diagnosed = PartialDateField(_l("Given a name, year"))
    language = wtforms.SelectField(_l("Written in"), validate_choice=False)
    topics = wtforms.SelectMultipleField(_l("What it is about"), coerce=int, validate_choice=False)
    topic_words = OwnTopicsField(_l("Type a word for it"))
    treatments = wtforms.SelectMultipleField(_l("What has been tried"), coerce=int, validate_choice=False)
    treatment_words = OwnTopicsField(_l("Type a treatment"))
    content_notes = wtforms.SelectMultipleField(_l("What a reader may want to know first"), validate_choice=False)
    attribution = wtforms.RadioField(_l("Sign as"), validate_choice=False)
    byline = line(_l("The other name"), BYLINE_LIMIT, description=_l("Such as “Rosa M.”"))
    version = wtforms.HiddenField()

    def offer(self, topics: list[TopicName], display_name: str) -> None:
        """Set what can be chosen: topics, treatments apart, and the author's own name to sign with."""
        self.relation.choices = [("", _l("Not said")), *RELATION_WORDS.items()]
        self.about_whom.choices = [("", _l("Not said")), *ABOUT_WHOM_WORDS.items()]
        self.subject_consent.choices = [("", _l("Not said")), *SUBJECT_CONSENT_WORDS.items()]
        self.country.choices = [("", _l("Not said")), *countries()]
        self.language.choices = [(code, NAMES[code]) for code in LANGUAGES]
        self.topics.choices = [(topic.id, topic.name) for topic in topics if topic.kind != "treatment"]
        self.treatments.choices = [(topic.id, topic.name) for topic in topics if topic.kind == "treatment"]
        self.content_notes.choices = [(note, NOTE_WORDS[note]) for note in CONTENT_NOTES]
        self.attribution.choices = [
            ("member", display_name),
            ("pseudonym", _l("Another name")),
            ("anonymous", _l("Without a name")),
        ]

    def validate_relation(self, relation: Any) -> None:
        if relation.data and relation.data not in RELATIONS:
            raise ValidationError(UNKNOWN)

    def validate_about_whom(self, about_whom: Any) -> None:
        if about_whom.data and about_whom.data not in ABOUT_WHOM:
            raise ValidationError(UNKNOWN)

    def validate_subject_consent(self, subject_consent: Any) -> None:
        if subject_consent.data and subject_consent.data not in SUBJECT_CONSENTS:
            raise ValidationError(UNKNOWN)

    def validate_of_age_year(self, of_age_year: Any) -> None:
        year = of_age_year.data or ""
        is_year = re.fullmatch("[0-9]{4}", year) and FIRST_YEAR_OF_AGE <= int(year) <= LAST_YEAR_OF_AGE
        if year and not is_year:
            raise ValidationError(_l("Write a year, such as 2031, or leave it empty."))

    def validate_country(self, country: Any) -> None:
        if country.data and country.data not in dict(countries()):
            raise ValidationError(UNKNOWN)

    def validate_language(self, language: Any) -> None:
        if language.data and language.data not in LANGUAGES:
            raise ValidationError(UNKNOWN)

    def validate_topics(self, topics: Any) -> None:
        offered = {choice[0] for choice in [*(self.topics.choices or ()), *(self.treatments.choices or ())]}
        if not set(topics.data or ()) <= offered:
            raise ValidationError(UNKNOWN)

    validate_treatments = validate_topics

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

    def facts(self, known: Mapping[str, int]) -> Facts:
        """What was said about the story. Only for a form that validates. `known`: topics that typed words mean."""
        about_whom = self.about_whom.data or None
        is_another = about_whom in ("adult", "child", "deceased")
        year = self.of_age_year.data if about_whom == "child" else ""
        chosen = {*(self.topics.data or ()), *(self.treatments.data or ()), *known.values()}
        return Facts(
            condition_words=self.condition_words.data or "",
            relation=self.relation.data or None,
            about_whom=about_whom,
            subject_consent=(self.subject_consent.data or None) if is_another else None,
            of_age_year=int(year) if year else None,
            country=self.country.data or None,
            region=self.region.data or "",
            first_symptoms=self.first_symptoms.data,
            diagnosed=self.diagnosed.data,
            language=self.language.data or current_language(),
            topic_ids=tuple(sorted(chosen)),
            other_words=tuple(word for word in self.topic_words.data or () if word not in known),
            other_treatments=tuple(word for word in self.treatment_words.data or () if word not in known),
            content_notes=tuple(note for note in CONTENT_NOTES if note in (self.content_notes.data or ())),
        )
