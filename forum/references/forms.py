"""The form of a publication: its identifiers are read in any of the ways people copy them."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation, ValidationError

from forum.core import clock
from forum.core.forms import Form, Needed, PartialDateField, choice, line, text
from forum.core.languages import NAMES
from forum.core.markdown import is_allowed_address
from forum.core.settings import LANGUAGES
from forum.references.actions import Publication
from forum.references.wording import KIND_WORDS, SECTION_WORDS

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[^\s<>\"]{1,200})", re.IGNORECASE | re.ASCII)
_PMID = re.compile(r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?\s*)?(\d{1,9})/?", re.IGNORECASE | re.ASCII)
_PMCID = re.compile(
    r"(?:https?://(?:www\.|pmc\.)?ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/|pmcid:?\s*)?(PMC\d{1,9})/?",
    re.IGNORECASE | re.ASCII,
)


def _identifier(pattern: re.Pattern[str], sentence: Any) -> Any:
    """A check that leaves the bare identifier in the field, or refuses it with `sentence`."""

    def check(_form: Any, field: Any) -> None:
        if not field.data:
            return
        found = pattern.fullmatch(field.data)
        if found is None:
            raise ValidationError(str(sentence))
        field.data = found[1]

    return check


def _address(_form: Any, field: Any) -> None:
    if field.data and not (field.data.startswith(("https://", "http://")) and is_allowed_address(field.data)):
        raise ValidationError(_("Write a whole address, such as https://www.example.org/page."))


def _dated(_form: Any, field: Any) -> None:
    if field.data is None and not field.errors:
        raise StopValidation(_("Write the year, at least."))


def _not_ahead(_form: Any, field: Any) -> None:
    if field.data is not None and field.data.earliest > clock.today():
        raise ValidationError(_("This day has not come yet. Look at the year again."))


class PublicationForm(Form):
    """A publication, and what it says in our words, in at least one language."""

    title = line(_l("Title"), 500, Needed(_l("Copy the title as it was published.")))
    source = line(_l("Where it was published"), 300, Needed(_l("Name the journal, the book or the site.")),
                  description=_l("A journal with volume and pages, a book, a site."))  # fmt: skip
    published = PartialDateField(
        _l("When it was published"), [_dated, _not_ahead],
        description=_l("2009, 2009-05 or 2009-05-17, as much as is known."),
    )  # fmt: skip
    kind = choice(_l("What it is"), list(KIND_WORDS.items()), default="study")
    section = choice(_l("Its place in the guide"), list(SECTION_WORDS.items()), default="about")
    doi = line(_l("DOI"), 250, _identifier(_DOI, _l("A DOI begins with 10. and has a slash: 10.1136/ard.2010.130658.")))
    pmid = line(_l("PubMed number"), 80, _identifier(_PMID, _l("A PubMed number is made of digits only: 20805294.")))
    pmcid = line(_l("PubMed Central number"), 120,
                 _identifier(_PMCID, _l("This number begins with PMC: PMC3329234.")))  # fmt: skip
    url = line(_l("Another address"), 500, _address)

    def says(self) -> list[Any]:
        """The fields of what it says, one for each language."""
        return [self[f"says_{code}"] for code in LANGUAGES]

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields each, and something said in one language."""
        is_good = bool(super().validate(extra_validators))
        if any(field.data for field in self.says()):
            return is_good
        self.says()[0].errors = [_("Say in a line what it says, in one language at least.")]
        return False

    def publication(self) -> Publication:
        """The publication, once the form is valid."""
        assert self.published.data is not None
        return Publication(
            title=self.title.data or "", source=self.source.data or "", published=self.published.data,
            kind=self.kind.data, section=self.section.data, doi=self.doi.data or None, pmid=self.pmid.data or None,
            pmcid=(self.pmcid.data or "").upper() or None, url=self.url.data or None,
            says={code: self[f"says_{code}"].data for code in LANGUAGES if self[f"says_{code}"].data},
        )  # fmt: skip


for _code in LANGUAGES:
    setattr(PublicationForm, f"says_{_code}", text(_l("What it says, in %(language)s", language=NAMES[_code]), 1000))
