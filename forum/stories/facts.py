"""What an author says about her story beside its words. All of it is optional; here is every fact, in one place.

Kept with a draft or a revision of a published story (`Draft.facts`, `Revision.facts`) as a JSON object:
condition_words, region: text; relation, about_whom, subject_consent, country, language: a word of their lists or
null; first_symptoms, diagnosed: YYYY[-MM[-DD]] or null; of_age_year: a year or null; topics: ids; content_notes:
words of CONTENT_NOTES; other_words, other_treatments: what was typed that the vocabulary doesn't know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from forum.contributions.models import CONTENT_NOTES, Revision
from forum.core.dates import day
from forum.core.db import db
from forum.core.languages import current_language
from forum.core.partial_date import PartialDate
from forum.core.settings import LANGUAGES
from forum.core.templates import country as country_name
from forum.core.templates import language_name
from forum.core.unit_of_work import must_be_writing
from forum.discussions.words import NOTE_WORDS
from forum.stories.models import ABOUT_WHOM, RELATIONS, SUBJECT_CONSENTS, Story
from forum.stories.words import ABOUT_WHOM_WORDS, RELATION_WORDS, SUBJECT_CONSENT_WORDS
from forum.topics import queries as topics
from forum.topics.models import Topic

BETWEEN = "; "  # between the words of other_words


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author said about her story."""

    condition_words: str = ""
    relation: str | None = None
    about_whom: str | None = None
    subject_consent: str | None = None
    of_age_year: int | None = None
    country: str | None = None
    region: str = ""
    first_symptoms: PartialDate | None = None
    diagnosed: PartialDate | None = None
    language: str = "en"
    topic_ids: tuple[int, ...] = ()
    other_words: tuple[str, ...] = ()
    other_treatments: tuple[str, ...] = ()
    content_notes: tuple[str, ...] = ()


DATES = ("first_symptoms", "diagnosed")
COLUMNS = (
    "condition_words", "relation", "about_whom", "subject_consent", "of_age_year", "country", "region", "language",
    *DATES,
)  # fmt: skip
LISTS = ("other_words", "other_treatments")
LABELS: dict[str, Any] = {
    "condition_words": _l("In the author’s words"),
    "relation": _l("Who is telling it"),
    "about_whom": _l("Who it is about"),
    "subject_consent": _l("Whether that person agrees"),
    "of_age_year": _l("Turns 18 in"),
    "country": _l("Country"),
    "region": _l("Region or town"),
    "first_symptoms": _l("First signs"),
    "diagnosed": _l("Given a name"),
    "language": _l("Language"),
    "topic_ids": _l("What it is about"),
    "other_words": _l("The author’s own words for it"),
    "other_treatments": _l("The author’s own words for treatments"),
    "content_notes": _l("What a reader may want to know first"),
}


def of(story: Story) -> Facts:
    """The facts that stand on a story, whose topics are loaded."""
    values: dict[str, Any] = {name: getattr(story, name) for name in COLUMNS}
    values |= {name: tuple(filter(None, getattr(story, name).split(BETWEEN))) for name in LISTS}
    return Facts(**values, topic_ids=tuple(sorted(topic.id for topic in story.topics)), content_notes=story.notes)


def to_json(facts: Facts) -> dict[str, Any]:
    """The facts as they are kept with a draft or a revision."""
    kept = {field.name: getattr(facts, field.name) for field in fields(facts) if field.name != "topic_ids"}
    for name in DATES:
        kept[name] = str(kept[name]) if kept[name] is not None else None
    return kept | {name: list(kept[name]) for name in (*LISTS, "content_notes")} | {"topics": list(facts.topic_ids)}


UNREADABLE: Any = object()


def _text(value: object) -> Any:
    return value if isinstance(value, str) else UNREADABLE


def _list(value: object, kind: type) -> Any:
    return tuple(one for one in value if isinstance(one, kind)) if isinstance(value, list) else UNREADABLE


def _word(value: object, of_these: tuple[str, ...], *, is_needed: bool = False) -> Any:
    return value if value in of_these or (value is None and not is_needed) else UNREADABLE


def _year(value: object) -> Any:
    return value if value is None or isinstance(value, int) else UNREADABLE


def _country(value: object) -> Any:
    return value if value is None or (isinstance(value, str) and len(value) == 2) else UNREADABLE


def _date(value: object) -> Any:
    try:
        return None if value is None else PartialDate.parse(str(value))
    except ValueError:
        return UNREADABLE


READ: dict[str, Callable[[Any], Any]] = {
    "condition_words": _text,
    "region": _text,
    "relation": lambda value: _word(value, RELATIONS),
    "about_whom": lambda value: _word(value, ABOUT_WHOM),
    "subject_consent": lambda value: _word(value, SUBJECT_CONSENTS),
    "language": lambda value: _word(value, LANGUAGES, is_needed=True),
    "country": _country,
    "of_age_year": _year,
    "first_symptoms": _date,
    "diagnosed": _date,
    "other_words": lambda value: _list(value, str),
    "other_treatments": lambda value: _list(value, str),
    "content_notes": lambda value: _list([note for note in CONTENT_NOTES if note in value], str),
}


def from_json(kept: Mapping[str, Any] | None, before: Facts) -> Facts:
    """The facts that were kept; what is missing or can't be read is as it was `before`."""
    found = {name: read(kept[name]) for name, read in READ.items() if kept and name in kept}
    if kept and "topics" in kept:
        found["topic_ids"] = _list(kept["topics"], int)
    return replace(before, **{name: value for name, value in found.items() if value is not UNREADABLE})


def set_on(story: Story, facts: Facts) -> None:
    """Let a story, whose topics are loaded, say these facts. Topics that no longer exist are left out."""
    must_be_writing()
    before = of(story)
    if facts == before:
        return
    for name in COLUMNS:
        setattr(story, name, getattr(facts, name))
    for name in LISTS:
        setattr(story, name, BETWEEN.join(getattr(facts, name)))
    story.content_notes = " ".join(facts.content_notes)
    if set(facts.topic_ids) != set(before.topic_ids):
        story.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(facts.topic_ids))))
        flag_modified(story, "content_notes")  # topics alone would leave the version as it was
    db.session.flush()


def apply_revision(story: Story, revision: Revision) -> None:
    """An approved revision is shown: what it says about the story is said from now on."""
    if revision.facts is not None:
        db.session.refresh(story, ["topics"])
        set_on(story, from_json(revision.facts, of(story)))


def differences(before: Facts, after: Facts) -> list[tuple[Any, str, str]]:
    """What changed between two sets of facts: a label, and both values in words. One query at most."""
    changed = [field.name for field in fields(Facts) if getattr(before, field.name) != getattr(after, field.name)]
    names: dict[int, str] = {}
    if "topic_ids" in changed:
        found = topics.names({*before.topic_ids, *after.topic_ids}, current_language())
        names = {key: topic.name for key, topic in found.items()}
    return [(LABELS[name], in_words(name, before, names), in_words(name, after, names)) for name in changed]


def changes_in(story: Story, revision: Revision) -> list[tuple[Any, str, str]]:
    """What a revision that waits would change of a story's facts, whose topics are loaded."""
    stands = of(story)
    return differences(stands, from_json(revision.facts, stands))


def in_words(name: str, facts: Facts, topic_names: Mapping[int, str]) -> str:
    """One fact as a reader sees it; "" where it isn't said."""
    value = getattr(facts, name)
    if not value:
        return ""
    match name:
        case "relation":
            return str(RELATION_WORDS[value])
        case "about_whom":
            return str(ABOUT_WHOM_WORDS[value])
        case "subject_consent":
            return str(SUBJECT_CONSENT_WORDS[value])
        case "country":
            return country_name(value)
        case "language":
            return language_name(value)
        case "first_symptoms" | "diagnosed":
            return day(value)
        case "topic_ids":
            return ", ".join(sorted(topic_names[key] for key in value if key in topic_names))
        case "content_notes":
            return ", ".join(str(NOTE_WORDS[note]) for note in value)
        case "other_words" | "other_treatments":
            return ", ".join(value)
    return str(value)


def with_less(before: Facts, after: Facts) -> Facts:
    """The facts `before`, with what `after` takes away of place and time: emptied, or a year where a day stood."""
    less: dict[str, Any] = {}
    for name in ("country", "region"):
        if not getattr(after, name):
            less[name] = getattr(after, name)
    for name in DATES:
        then, now = getattr(before, name), getattr(after, name)
        if then is not None and (now is None or (now != then and then.text.startswith(now.text))):
            less[name] = now
    return replace(before, **less)


def without(facts: Facts, leave_out: str) -> Facts:
    """The facts without their region, country (the region is in it), or years; as they are for any other word."""
    less: dict[str, dict[str, Any]] = {
        "region": {"region": ""},
        "country": {"country": None, "region": ""},
        "years": {"first_symptoms": None, "diagnosed": None},
    }
    return replace(facts, **less.get(leave_out, {}))


def take_away(story: Story, after: Facts) -> bool:
    """Take from a story, at once, what `after` no longer says of place and time; nothing kept brings it back.

    A reader who finds less needs no moderator first. Says whether there was anything to take.
    """
    must_be_writing()
    before = of(story)
    less = with_less(before, after)
    if less == before:
        return False
    set_on(story, less)
    for revision in db.session.scalars(
        select(Revision).where(Revision.contribution_id == story.id, Revision.facts.is_not(None))
    ):
        if revision.facts is not None:
            revision.facts = to_json(with_less(from_json(revision.facts, before), after))
    db.session.flush()
    return True
