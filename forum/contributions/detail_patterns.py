"""How addresses, birth dates, record numbers, and the names of doctors and hospitals are written in three languages.

Precision before recall: somebody whose ordinary sentences are pointed at stops reading what is pointed out. Every
pattern is bounded, so that no text makes it slow; words of its list say what it must not be taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CAP = r"[A-ZÀ-ÖØ-Þ][\w’'-]{0,30}"
Place = tuple[int, int]

# What stands after a number that counts or measures: no house has it.
_UNITS = (
    r"(?!\s*(?:%|mg|mcg|ml|kg|g\b|cm|mm|km|x\b|times|years?|months?|weeks?|days?|hours?|minutes?|people|volte|anni|anno|"
    r"mesi|mese|settiman|giorn|or[ae]\b|minut|persone|veces|años?|mes|seman|d[ií]as?|horas?|personas)|[.,]\d|\d)"
)
_HOUSE = (
    r"(?:,?\s*(?:n\.?º?\s?|nº\s?|núm\.?\s?|número\s|numero\s|snc\b|#))?\s?,?\s?\d{1,4}(?:\s?[/-]?\s?[a-zA-Z]\b)?"
    + _UNITS
)
_ENGLISH_STREETS = (
    r"Street|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Court|Crescent|Terrace|Gardens|Square|Place|Way|Boulevard|Blvd|"
    r"Hill|Grove|Mews|Row|Walk|Parade|Highway|Hwy|Green|Circle|Quay|(?:St|Dr|Ct)\b(?!\.?\s[A-Z][a-z])"
)
_PARTICLES = r"(?:(?:de la|de los|de las|del|dell[ao’']|dei|delle|degli|de|di|da|la|las|los|el|san|santa|d[’'])\s?)"
_NAMED = (
    rf"{_PARTICLES}{{0,2}}(?:{CAP}|[IVX]{{1,5}}\b|\d{{1,2}}\s{CAP})"
    rf"(?:\s(?:{_PARTICLES}{{0,2}}{CAP}|[ey]\s{CAP})){{0,4}}"
)
_UK_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY "
    "G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR "
    "NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA "
    "WC WD WF WN WR WS WV YO ZE"
).replace(" ", "|")
_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY DC"
).replace(" ", "|")
_POSTCODE = rf"(?:{_UK_AREAS})\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{{2}}\b"
_TOWN = rf"(?:,?\s(?:{CAP}\s?){{1,3}},?\s(?:{_POSTCODE}|(?:{_STATES})\s\d{{5}}(?:-\d{{4}})?\b))?"
_CODE_AND_TOWN = rf"(?:,?\s(?:-\s)?\d{{5}},?\s{CAP}(?:\s\([A-Z]{{2}}\))?)?"
_FLOOR = r"(?:,\s?\d{1,2}\s?[ºª°]?\s?[A-Za-z]?\b(?!\s\d))?"

ADDRESSES = [
    re.compile(rf"\b\d{{1,5}}[A-Za-z]?,?\s(?:{CAP}\s){{1,4}}(?:{_ENGLISH_STREETS})\b{_TOWN}"),
    re.compile(
        rf"\b(?:[Vv]ia|[Vv]iale|[Pp]iazz(?:a|ale|etta)|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada|[Cc]ontrada|[Ll]ungomare|"
        rf"[Ss]alita|[Bb]orgo)\s{_NAMED}{_HOUSE}{_CODE_AND_TOWN}"
    ),
    re.compile(
        rf"(?:\b(?:[Cc]alle|[Aa]venida|[Aa]vda\.?|[Aa]v\.|[Pp]laza|[Pp]za\.?|[Pp]aseo|[Cc]amino|[Cc]arretera|[Rr]onda|"
        rf"[Tt]ravesía|[Cc]arrer|[Pp]asaje|[Uu]rbanización)\s|\b[Cc]/\s?){_NAMED}{_HOUSE}{_FLOOR}{_CODE_AND_TOWN}"
    ),
    re.compile(rf"\b{_POSTCODE}"),
    re.compile(rf"\b{CAP}(?:\s{CAP})?,\s(?:{_STATES})\s\d{{5}}(?:-\d{{4}})?\b"),
    re.compile(rf"\b\d{{5}}\s{CAP}(?:\s{CAP}){{0,2}}\s\([A-Z]{{2}}\)"),
    re.compile(r"\b[Pp]\.?\s?[Oo]\.?\s[Bb]ox\s\d{1,6}\b"),
    re.compile(r"\b(?:[Aa]partado de [Cc]orreos|[Cc]asella [Pp]ostale)\s(?:n\.?º?\s?)?\d{1,6}\b"),
]
_YEAR_BEFORE = re.compile(r"\b(?:in|since|by|until|nel|dal|en|desde)\s$", re.IGNORECASE)
_A_YEAR = re.compile(r"(?:19|20)\d\d\b")

_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic|ene|abr)[a-zé]{0,8}\.?"
_DATE = (
    r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}\b|"
    rf"\d{{1,2}}(?:st|nd|rd|th|º|°)?\s(?:of\s|de\s|di\s)?{_MONTHS},?\s(?:de\s|del\s)?\d{{4}}\b|"
    rf"{_MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}\b)"
)
_BORN = (
    r"\b(?:born|birth|birthday|d\.?o\.?b\.?|nat[ao]|nacqu[ei]|nascita|compleanno|nac[ií]|naci[óo]|nacid[ao]|nacimiento|"
    r"cumpleaños)\b"
)
BIRTH_DATES = [
    re.compile(rf"{_BORN}[^.!?\n]{{0,40}}?(?P<this>(?<!\d){_DATE})", re.IGNORECASE),
    re.compile(
        rf"(?P<this>(?<!\d){_DATE}),?\s(?:is|was|è|es|it’s)?\s?"
        r"(?:the day |when |quando |il giorno in cui |el día que |cuando )?"
        rf"(?:my |i was |sono |il mio |mi )?{_BORN}",
        re.IGNORECASE,
    ),
]

_NUMBERED = r"(?:\s?(?:is|are|was|è|era|es|number|numero|número|no|nr|num|núm|id|n|code|of|del|de|:|#|º|°|\.)\s?){0,4}"
RECORD_NUMBERS = [
    re.compile(r"\b[A-Z]{6}\s?\d{2}[A-EHLMPRST]\d{2}\s?[A-Z]\d{3}[A-Z]\b", re.IGNORECASE),  # codice fiscale
    re.compile(r"\b[A-Z]{3}\s[A-Z]{3}\s\d{2}[A-EHLMPRST]\d{2}\s[A-Z]\d{3}[A-Z]\b", re.IGNORECASE),
    re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"),  # US social security
    re.compile(r"\b(?![DFIQUV])[A-Z](?![DFIQUVO])[A-Z]\s?\d{2}\s\d{2}\s\d{2}\s?[A-D]\b"),  # UK National Insurance
    re.compile(
        r"\b(?:NHS|MRN|CHI|SSN|medical record|patient|hospital|clinic|chart|case|record|health card|health insurance|"
        r"medicare|medicaid|insurance|policy|social security|national insurance|passport|tessera sanitaria|"
        r"cartella(?: clinica)?|codice paziente|codice sanitario|pratica|nosologico|STP|tarjeta sanitaria|SIP|CIP|"
        r"historia(?: clínica)?|expediente|seguridad social|afiliaci[óo]n|pasaporte|passaporto|DNI|NIF|NIE)"
        rf"\b{_NUMBERED}\s?(?P<this>(?=[A-Z0-9/ .-]{{0,14}}\d)[A-Z]{{0,4}}[-/ ]?\d[\d/ .-]{{3,22}}\d[-\s]?(?:[A-Z]\b)?)"
        r"(?!\s?(?:mg|ml|%|°))",
        re.IGNORECASE,
    ),
]
_SPANISH_ID = re.compile(r"\b(?:(?P<nie>[XYZ])[-\s]?)?(?P<digits>\d{7,8}|\d{2}\.\d{3}\.\d{3})[-\s]?(?P<letter>[A-Z])\b")
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
# What only a label makes a record, and what then must be said: a number, not a count ("hospital 12 times").
_NEEDS_NUMBER = re.compile(r"^(?:patient|hospital|clinic|chart|case|record|policy|insurance|pratica|historia|cartella|"
                           r"expediente|passport|pasaporte|passaporto|afiliaci[óo]n)\b", re.IGNORECASE)  # fmt: skip
_SAID_NUMBER = re.compile(r"\b(?:number|no|nr|id|code|numero|número|num|núm|n)\b|[:#º°]", re.IGNORECASE)

_TITLES = (
    r"Dr|Dra|Dres|Doctor|Doctora|Dott|Dott\.?ssa|Dottor|Dottoressa|Prof|Prof\.?ssa|Professor|Professoressa|Professore|"
    r"Profesor|Profesora|Nurse|Infermiera|Infermiere|Enfermera|Enfermero"
)
_NAME = rf"{CAP}(?:\s(?:(?:de|de la|del|della|di|da|van|von|der|d[’'])\s)?{CAP}){{0,2}}"
_SPECIALISTS = (
    r"doctor|physician|GP|rheumatologist|dermatologist|cardiologist|pulmonologist|surgeon|consultant|specialist|nurse|"
    r"medico|dottoressa|reumatolog[oa]|dermatolog[oa]|cardiolog[oa]|pneumolog[oa]|chirurg[oa]|infermier[ea]|"
    r"médic[oa]|doctora|reumatólog[oa]|dermatólog[oa]|cardiólog[oa]|neumólog[oa]|cirujan[oa]|enfermer[oa]"
)
DOCTORS = [
    re.compile(rf"\b(?:(?i:{_TITLES}))(?P<dot>\.?)\s(?:[Mm]ed\.?\s)?(?P<name>(?:[A-Z]\.\s?){{0,2}}{_NAME})"),
    re.compile(rf"\b(?:{_SPECIALISTS}),\s(?P<name>{CAP}\s{CAP})(?=[\s,.;:])"),
    re.compile(
        rf"\b(?:{_SPECIALISTS})(?:\s(?:is|was))?\s(?:called|named|si chiama(?:va)?|se llama(?:ba)?)\s(?P<name>{_NAME})"
    ),
]
_ABBREVIATED = re.compile(r"^(?:dra?|dres|dott|prof)", re.IGNORECASE)
# Doctors nobody has met, and words that begin a sentence.
_NO_NAMES_TEXT = (
    "google who house strange martens pepper seuss no jekyll frankenstein watson dolittle zhivago phil oz "
    "internet quinn i the she he it my but and when then we they you this that there his her their our in on at "
    "for with after before la lo il le gli un una ma poi quando non mi si e ed che el los las pero y cuando su se "
    "en de con por para dice monday tuesday wednesday thursday friday saturday sunday january february march "
    "april may june july august september october november december "
)
_NO_NAMES = frozenset(_NO_NAMES_TEXT.split())
_OF_NAMES = frozenset({"de", "la", "lo", "el", "los", "las"})  # De Santis, Lo Russo

_ENGLISH_HOUSE = re.compile(
    r"\b(?:Hospitals?|Clinic|Infirmary|Hospice|Medical (?:Center|Centre)|Health Cent(?:er|re))\b"
)
_BEFORE_HOUSE = re.compile(rf"(?:(?:{CAP}|St\.)(?:\s(?:and|&|of|of the)\s|[\s-])){{1,5}}$")
_AFTER_HOUSE = re.compile(rf"\s(?:of|for|in)\s(?:the\s)?{CAP}(?:\s{CAP}){{0,2}}")
_GENERIC_TEXT = (
    "the a an my our your his her their this that at in from to every no day pain lung wound hand foot eye skin "
    "general local university children's children’s childrens teaching private public city county community "
    "regional mental outpatient rheumatology dermatology cardiology pulmonary scleroderma raynaud raynaud's "
    "raynaud’s raynauds ulcer infusion specialist national state military field and of & memory sleep "
    "hypertension i then but when after before sunday monday tuesday wednesday thursday friday saturday "
)
_GENERIC = frozenset(_GENERIC_TEXT.split())
_LATIN_HOUSE = re.compile(
    r"\b(?P<house>[Oo]spedale|[Pp]oliclinico|[Cc]linica|[Cc]asa di [Cc]ura|IRCCS|ASST|[Aa]mbulatorio|[Hh]ospital|"
    r"[Cc]línica|[Pp]oliclínic[oa]|[Ss]anatorio|[Cc]entro de [Ss]alud)\s"
    r"(?:(?:[Uu]niversitari[oa]|[Gg]eneral|[Cc]ivile|[Mm]aggiore|[Pp]ediatrico|[Pp]rovincial|[Rr]egional|[Cc]línico?|"
    r"[Mm]ilitar|[Ii]nfantil|dell[’']|de la|de los|del|della|dei|degli|de|di|d[’'])\s?){0,3}"
    rf"(?P<name>(?:\d{{1,2}}\sde\s)?{CAP}(?:\s(?:(?:de la|de|del|di|d[’']|y|e)\s?)?{CAP}){{0,3}})"
)  # fmt: skip


def addresses(text: str) -> Iterator[Place]:
    """Where postal addresses stand."""
    for pattern in ADDRESSES:
        for found in pattern.finditer(text):
            is_year = _A_YEAR.match(found[0]) and _YEAR_BEFORE.search(text, max(0, found.start() - 8), found.start())
            if not is_year:
                yield found.span()


def birth_dates(text: str) -> Iterator[Place]:
    """Where a whole date stands that the sentence calls a birth."""
    for pattern in BIRTH_DATES:
        for found in pattern.finditer(text):
            yield found.span("this")


def record_numbers(text: str) -> Iterator[Place]:
    """Where a number stands by which an office knows one person."""
    *shapes, labelled = RECORD_NUMBERS
    for pattern in shapes:
        for found in pattern.finditer(text):
            yield found.span()
    for found in labelled.finditer(text):
        said = text[found.start() : found.start("this")]
        is_number = not _NEEDS_NUMBER.match(said) or _SAID_NUMBER.search(said)
        if is_number and sum(sign.isdigit() for sign in found["this"]) >= 5:
            start, end = found.span("this")
            yield start, end - (len(found["this"]) - len(found["this"].rstrip()))
    for found in _SPANISH_ID.finditer(text):
        digits = found["digits"].replace(".", "")
        if len(digits) == (7 if found["nie"] else 8):
            whole = int(str("XYZ".index(found["nie"])) + digits if found["nie"] else digits)
            if _LETTERS[whole % 23] == found["letter"]:
                yield found.span()


def doctors(text: str) -> Iterator[Place]:
    """Where somebody who treats is called by name."""
    for number, pattern in enumerate(DOCTORS):
        for found in pattern.finditer(text):
            first, *more = (word.strip(".’'").lower() for word in found["name"].split())
            if first.removesuffix("’s").removesuffix("'s") in _NO_NAMES and not (more and first in _OF_NAMES):
                continue
            if number == 0 and found["dot"] and not _ABBREVIATED.match(found[0]):
                continue  # "the doctor. Anna said"
            yield (found.start(), found.end()) if number == 0 else found.span("name")


def hospitals(text: str, language: str) -> Iterator[Place]:
    """Where a hospital or clinic is called by name."""
    for found in _ENGLISH_HOUSE.finditer(text):
        begin = max(0, found.start() - 90)
        before = _BEFORE_HOUSE.search(text[begin : found.start()])
        after = _AFTER_HOUSE.match(text, found.end())
        words = before[0].split() if before else []
        while words and words[0].lower().strip(".") in {
            "the",
            "in",
            "at",
            "from",
            "to",
            "my",
            "our",
            "i",
            "then",
            "and",
            "&",
        }:
            words.pop(0)
        named = [word for word in words if word.lower().strip("-.") not in _GENERIC]
        if named or (after and words):
            start = found.start() - sum(len(word) + 1 for word in words)
            yield start, after.end() if after else found.end()
    for found in _LATIN_HOUSE.finditer(text):
        is_word_of_page = language != "en" or found["house"][0].isupper()
        first = found["name"].split()[0].lower()
        if is_word_of_page and first not in _NO_NAMES | _GENERIC | {
            "medica",
            "médica",
            "universitaria",
            "dermatologica",
        }:
            yield found.span()
