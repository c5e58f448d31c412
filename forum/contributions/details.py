"""Personal details in a text that its writer may not have meant to share. Found here, on our own server; never sent.

It suggests and never decides: whoever wrote the text says what stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.contributions import detail_patterns as patterns
from forum.core import tokens

KINDS = ("email", "profile", "record_number", "postal_address", "birth_date", "phone", "doctor", "hospital")
KIND_WORDS: dict[str, Any] = {
    "phone": _l("This looks like a phone number."),
    "email": _l("This looks like an email address."),
    "profile": _l("This leads to a page about one person."),
    "postal_address": _l("This looks like somebody’s address."),
    "birth_date": _l("This looks like a date of birth."),
    "record_number": _l("This looks like a number by which an office knows one person."),
    "doctor": _l("This names somebody who treats you."),
    "hospital": _l("This names a hospital or clinic."),
}
KIND_HINTS: dict[str, Any] = {
    "phone": _l("Anybody could call it, today or in ten years."),
    "email": _l("Anybody could write to it. Members can always answer you here."),
    "profile": _l("It tells everybody who you are."),
    "postal_address": _l("The town or the region is enough to place a story."),
    "birth_date": _l("The year says as much to a reader, and less to a thief."),
    "record_number": _l("No reader needs it, and it can’t be changed."),
    "doctor": _l("“My rheumatologist” tells it as well. Whoever is named may not wish to be."),
    "hospital": _l("With the year and the illness, it can be enough to find you."),
}

# Numbers that regions write without +39: the reader's own first.
_REGIONS = {"it": ("IT",), "es": ("ES", "MX"), "en": ("GB", "US")}
MOST_TRIES = 1500  # candidates for a phone number that are looked at in one text
_HELPLINE = re.compile(
    r"helpline|hotline|lifeline|samaritans|crisis|emergency|numero verde|telefono amico|linea d|centralino|"
    r"emergenz|pronto|guardia medica|línea|linea de|teléfono de la esperanza|emergencias|urgencias|call centre",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SPELLED_MAIL = re.compile(
    r"\b[\w.-]{2,40}\s?[\[(]?\s?(?:at|chiocciola|arroba)\s?[\])]?\s?"
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|libero|virgilio|tiscali|alice|proton|gmx|live)"
    r"(?:\s?[\[(]?\s?(?:\.|dot|punto)\s?[\])]?\s?(?:com|it|es|co|uk|net|org|de|fr|me)){1,2}\b",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{1,3}\.)?(?:facebook\.com|instagram\.com|linkedin\.com/in|twitter\.com|x\.com|tiktok\.com|threads\.net)"
    r"/(?!groups\b|pages\b|watch\b|share\b|reel\b|events\b|hashtag\b|search\b|p/)@?[\w.-]{2,60}",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
IN_A_RECORD, IN_A_DATE = 5, 4  # digits at least: most texts have fewer, and are looked through in a third of the time
_HANDLE = re.compile(
    r"\b(?:instagram|twitter|facebook|tiktok|telegram|insta)\b[^.!?\n@]{0,25}(?P<this>@[A-Za-z_][\w.]{2,29})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Detail:
    """One personal detail: what it is (a word of KINDS), as it stands in the text, and from where to where."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def normal(self) -> str:
        """The same for the same detail, however it is written."""
        if self.kind in ("phone", "record_number"):
            return "".join(sign for sign in self.text.casefold() if sign.isalnum())
        return " ".join(self.text.casefold().split())

    @property
    def words(self) -> Any:
        """What it looks like, in kind words."""
        return KIND_WORDS[self.kind]

    @property
    def hint(self) -> Any:
        """Why one might leave it out."""
        return KIND_HINTS[self.kind]


def found_in(text: str, language: str, *, public_numbers: Collection[str] = ()) -> list[Detail]:
    """The personal details in a text, in its order, each distinct one once, at its first place.

    language: of the text. public_numbers: helplines' numbers as they are written; these are nobody's own.
    """
    known = {_digits(number)[-9:] for number in public_numbers}
    digits = len(_DIGIT.findall(text))
    finders: dict[str, Callable[[], Iterable[patterns.Place]]] = {
        "email": lambda: _emails(text),
        "profile": lambda: _profiles(text),
        "record_number": lambda: patterns.record_numbers(text) if digits >= IN_A_RECORD else (),
        "postal_address": lambda: patterns.addresses(text) if digits else (),
        "birth_date": lambda: patterns.birth_dates(text) if digits >= IN_A_DATE else (),
        "phone": lambda: _phones(text, language, known),
        "hospital": lambda: patterns.hospitals(text, language),
        "doctor": lambda: patterns.doctors(text),
    }
    taken: list[Detail] = []
    is_taken = bytearray(len(text))
    for kind, finder in finders.items():
        for start, end in sorted(finder(), key=lambda place: (place[0], -place[1])):
            if not any(is_taken[start:end]):
                is_taken[start:end] = b"\x01" * (end - start)
                taken.append(Detail(kind, text[start:end], start, end))
    once: dict[tuple[str, str], Detail] = {}
    for detail in sorted(taken, key=lambda detail: detail.start):
        once.setdefault((detail.kind, detail.normal), detail)
    return list(once.values())


def digest_of(contribution_id: int, detail: Detail) -> str:
    """What is kept of a detail its author means to share: nobody reads it back without the site's secret."""
    return tokens.token_for("detail", contribution_id, f"{detail.kind}\x1f{detail.normal}")


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _emails(text: str) -> Iterator[patterns.Place]:
    # From each @ outwards: a text of one long word costs nothing.
    at = text.find("@")
    while at >= 0:
        begin = at
        while begin > 0 and at - begin < 64 and (text[begin - 1].isalnum() or text[begin - 1] in "._+-"):
            begin -= 1
        if found := _MAIL.match(text, begin):
            yield begin, found.end() - (len(found[0]) - len(found[0].rstrip(".-_")))
        at = text.find("@", at + 1)
    for found in _SPELLED_MAIL.finditer(text):
        yield found.span()


def _profiles(text: str) -> Iterator[patterns.Place]:
    for found in _PROFILE.finditer(text):
        yield found.start(), found.end() - (len(found[0]) - len(found[0].rstrip(".-")))
    for found in _HANDLE.finditer(text):
        yield found.span("this")


def _phones(text: str, language: str, public: Collection[str]) -> Iterator[patterns.Place]:
    """Where numbers stand that ring at somebody's. Its tables are read at the first text with seven digits."""
    if sum(map(text.count, "0123456789")) < 7:
        return
    import phonenumbers  # noqa: PLC0415 - 3 MB that most processes never need

    of_services = {
        phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST, phonenumbers.PhoneNumberType.UAN,
    }  # fmt: skip
    for region in _REGIONS.get(language, ("GB",)):
        for match in phonenumbers.PhoneNumberMatcher(text, region, max_tries=MOST_TRIES):
            around = text[max(0, match.start - 45) : match.end + 25]
            if (
                phonenumbers.number_type(match.number) not in of_services
                and _digits(match.raw_string)[-9:] not in public
                and not _HELPLINE.search(around)
                and not _is_other_number(text, match.start, match.end)
            ):
                yield match.start, match.end


_MEASURED = re.compile(r"^\s?(?:mg|mcg|µg|ml|g/|u/|ui\b|iu\b|mmol|€|euros?|dollars?|[$£%])", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:isbn|issn|pmid|doi|nct|trial|orpha|mondo|omim|lot|lotto|lote|batch|order|[$£€]|protocollo|pubmed)[\s:.#nº-]{0,8}[\d\s./-]{0,12}$",
    re.IGNORECASE,
)
_RANGE_OR_DATE = re.compile(
    r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|\d{4}-\d\d-\d\d.*"
)


def _is_other_number(text: str, start: int, end: int) -> bool:
    """Whether what has a phone number's digits is a date, a range of years, a price, a dose or a book's number."""
    return bool(
        _RANGE_OR_DATE.fullmatch(text[start:end])
        or _MEASURED.match(text[end : end + 8])
        or _LABEL.search(text[max(0, start - 30) : start])
    )
