"""What a record of an archive says, made clean; or the reason why it can't be taken in, in plain words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nh3
from babel import Locale

from forum.archive.lines import Fields
from forum.contributions import ledger
from forum.contributions.models import CONTENT_NOTES
from forum.core import clock, richtext
from forum.core.partial_date import PartialDate
from forum.core.settings import LANGUAGES
from forum.core.stems import fold
from forum.core.to_markdown import to_markdown
from forum.stories.facts import BETWEEN
from forum.stories.forms import BYLINE_LIMIT, NO_COUNTRY, OWN_WORDS_LIMIT, TEASER_LIMIT, TITLE_LIMIT
from forum.stories.models import RELATIONS
from forum.stories.old_addresses import path_of
from forum.topics.models import key_of

KEY_LIMIT, ADDRESS_LIMIT, CONTACT_LIMIT, HTML_LIMIT = 200, 1000, 500, 4 * richtext.MAX_LENGTH
# What a file may name. Anything else is said once and not read.
LIMITS = {
    "key": KEY_LIMIT, "language": 20, "byline": BYLINE_LIMIT, "title": TITLE_LIMIT, "teaser": TEASER_LIMIT,
    "text": richtext.MAX_LENGTH, "html": HTML_LIMIT, "condition_words": OWN_WORDS_LIMIT, "relation": 40,
    "topics": 2000, "treatments": 2000, "country": 100, "region": OWN_WORDS_LIMIT, "first_symptoms": 40,
    "diagnosed": 40, "content_notes": 200, "date": 40, "dated": 40, "update_of": KEY_LIMIT,
    "translation_of": KEY_LIMIT, "translator": BYLINE_LIMIT, "address": ADDRESS_LIMIT, "contact": CONTACT_LIMIT,
    "consent": 200,
}  # fmt: skip
MANY_LINES = ("text", "html", "contact")
CONSENTS = ("site", "translation", "print", "research")
MOST_TOPICS = 30
# Of a page only what the dialect of Markdown knows is kept, then turned into it.
_KEPT_TAGS = {"p", "br", "hr", "em", "i", "strong", "b", "a", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4",
              "h5", "h6", "div", "pre", "code"}  # fmt: skip
_DROPPED_WHOLE = {"script", "style", "iframe", "object", "noscript", "template", "svg", "math", "title"}
_HIDDEN = {"\0": "a NUL character", "\u202d": "a left-to-right override (U+202D)",
           "\u202e": "a right-to-left override (U+202E)"}  # fmt: skip
_SEPARATORS = re.compile(r"[;|\n]")
_TIME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[T ]\d{2}:.*", re.DOTALL)


class RefusedError(ValueError):
    """A record that can't be taken in; its text says why."""


@dataclass(slots=True)
class Line:
    """One clean record. `of`: the key of the story that it is a later chapter or a translation of (`role`)."""

    number: int
    key: str
    digest: str
    role: str = "story"
    of: str = ""
    language: str = ""
    byline: str = ""
    title: str = ""
    teaser: str = ""
    source: str = ""
    condition_words: str = ""
    relation: str | None = None
    country: str | None = None
    region: str = ""
    first_symptoms: PartialDate | None = None
    diagnosed: PartialDate | None = None
    date: PartialDate | None = None
    translator: str = ""
    topic_ids: list[int] = field(default_factory=list)
    other_words: str = ""  # what was named that the vocabulary doesn't know
    other_treatments: str = ""
    content_notes: str = ""
    address: str = ""
    path: str | None = None
    contact: str = ""
    uses: frozenset[ledger.Use] = frozenset()
    remarks: list[str] = field(default_factory=list)


def clean_line(number: int, fields: Fields, topics: Mapping[str, list[int]]) -> Line:
    """What a record says. Raises RefusedError. `topics`: the ids by every name and synonym there is."""
    said = {name: _clean(name, value) for name, value in fields.items() if name in LIMITS}
    said = {name: value for name, value in said.items() if value}
    line = Line(number, said.get("key", ""), _digest(said))
    if not line.key:
        raise RefusedError("it has no key")
    _read_role(line, said)
    _read_words(line, said)
    _read_facts(line, said)
    _read_dates(line, said)
    _read_topics(line, said, topics)
    _read_address(line, said)
    line.contact = said.get("contact", "")
    line.uses = _uses(said, line)
    return line


def _clean(name: str, value: Any) -> str:
    if isinstance(value, list):
        value = ";".join(str(one) for one in value)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise RefusedError(f"“{name}” has to be a text")
    if len(value) > LIMITS[name]:
        raise RefusedError(f"“{name}” has {len(value)} characters; {LIMITS[name]} fit")
    for letter, words in _HIDDEN.items():
        if letter in value:
            raise RefusedError(f"“{name}” holds {words}")
    return richtext.clean_text(value, single_line=name not in MANY_LINES).strip()


def _digest(said: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _read_role(line: Line, said: Mapping[str, str]) -> None:
    for role, name in (("update", "update_of"), ("translation", "translation_of")):
        if said.get(name):
            if line.of:
                raise RefusedError("it can’t be both an update and a translation")
            line.role, line.of = role, said[name]
    if line.of == line.key:
        raise RefusedError(f"it names itself: {line.role} of “{line.of}”")


def _read_words(line: Line, said: Mapping[str, str]) -> None:
    if said.get("text") and said.get("html"):
        raise RefusedError("it has “text” and “html”; one of them is enough")
    line.source = said.get("text", "") or _markdown(said.get("html", ""))
    if not line.source:
        raise RefusedError("it has no text")
    if len(line.source) > richtext.MAX_LENGTH:
        raise RefusedError(f"its text has {len(line.source)} characters; {richtext.MAX_LENGTH} fit")
    line.title, line.teaser = said.get("title", ""), said.get("teaser", "")
    if not line.title and line.role != "update":
        raise RefusedError("it has no title")
    line.byline, line.translator = said.get("byline", ""), said.get("translator", "")
    line.language = said.get("language", "").lower()
    if line.language not in LANGUAGES and (line.language or line.role != "update"):
        given = f"“{line.language}” isn’t a language of this site" if line.language else "it has no language"
        raise RefusedError(f"{given}: {', '.join(LANGUAGES)}")


def _markdown(page: str) -> str:
    if not page:
        return ""
    kept = nh3.clean(
        page, tags=_KEPT_TAGS, clean_content_tags=_DROPPED_WHOLE, attributes={"a": {"href"}}, link_rel=None
    )
    try:
        made = to_markdown(kept)
    except RecursionError:
        raise RefusedError("its html is nested too deep") from None
    return re.sub(r"\n{3,}", "\n\n", richtext.clean_text(made)).strip()


def _read_facts(line: Line, said: Mapping[str, str]) -> None:
    line.condition_words, line.region = said.get("condition_words", ""), said.get("region", "")
    line.relation = said.get("relation", "").lower() or None
    if line.relation is not None and line.relation not in RELATIONS:
        raise RefusedError(f"“{line.relation}” isn’t a relation: {', '.join(RELATIONS)}")
    if said.get("country"):
        line.country = _countries().get(fold(said["country"]))
        if line.country is None:
            raise RefusedError(f"there is no country “{said['country']}”: use its two letters, such as IT")
    notes = re.split(r"[\s;|,]+", said.get("content_notes", "").lower())
    if unknown := [note for note in notes if note and note not in CONTENT_NOTES]:
        raise RefusedError(f"“{unknown[0]}” isn’t a content note: {', '.join(CONTENT_NOTES)}")
    line.content_notes = " ".join(note for note in CONTENT_NOTES if note in notes)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in reversed(LANGUAGES):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY:
                found[fold(name)] = found[code.lower()] = code
    return found


def _read_dates(line: Line, said: Mapping[str, str]) -> None:
    line.first_symptoms = _date(said, "first_symptoms")
    line.diagnosed = _date(said, "diagnosed")
    line.date = _date(said, "dated") or _date(said, "date")
    if line.role == "update" and line.date is None:
        raise RefusedError("an update needs “dated”: the year, month or day it was written")


def _date(said: Mapping[str, str], name: str) -> PartialDate | None:
    value = said.get(name, "")
    if not value:
        return None
    with_time = _TIME.fullmatch(value)
    try:
        found = PartialDate.parse(with_time[1] if with_time else value)
    except ValueError:
        raise RefusedError(f"“{value}” in “{name}” isn’t a date: write 2004, 2004-05 or 2004-05-17") from None
    if found.earliest > clock.today():
        raise RefusedError(f"“{value}” in “{name}” is still to come")
    if found.year < 1850:
        raise RefusedError(f"“{value}” in “{name}” is too long ago")
    return found


def _read_topics(line: Line, said: Mapping[str, str], topics: Mapping[str, list[int]]) -> None:
    for name, others in (("topics", "other_words"), ("treatments", "other_treatments")):
        unknown = []
        for part in _SEPARATORS.split(said.get(name, "")):
            words = [part] if key_of(part) in topics else part.split(",")
            for word in filter(None, (one.strip() for one in words)):
                if ids := topics.get(key_of(word)):
                    line.topic_ids.append(ids[0])
                else:
                    unknown.append(word)
                    line.remarks.append(f"no topic is called “{word}”")
        setattr(line, others, BETWEEN.join(unknown))
    line.topic_ids = list(dict.fromkeys(line.topic_ids))[:MOST_TOPICS]


def _read_address(line: Line, said: Mapping[str, str]) -> None:
    line.address = said.get("address", "")
    if line.address:
        line.path = path_of(line.address)
        if line.path is None:
            line.remarks.append(f"“{line.address}” can’t redirect here")


def _uses(said: Mapping[str, str], line: Line) -> frozenset[ledger.Use]:
    found: set[ledger.Use] = set()
    for word in filter(None, re.split(r"[\s;|,]+", said.get("consent", "").lower())):
        use, _mark, language = word.partition(":")
        if use not in CONSENTS or (language and (use != "translation" or language not in LANGUAGES)):
            raise RefusedError(f"“{word}” isn’t a use that is consented to: {', '.join(CONSENTS)}")
        if use == "translation":
            found |= {(use, code) for code in LANGUAGES if code != line.language and language in ("", code)}
        else:
            found.add((use, None))
    return frozenset(found)
