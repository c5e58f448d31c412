"""The verbs of Get help: load what the site comes with, add, change, verify and retire a line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.core import Locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.helplines import queries
from forum.helplines.hours import Interval, parse_hours
from forum.helplines.models import Helpline, HelplineHours, HelplineMethod, HelplineText
from forum.search import actions as search

DATA = Path(__file__).parent / "data" / "helplines.csv"
GONE = no(_l("This line isn’t here any more."), 404)


@dataclass(frozen=True, slots=True)
class Words:
    """Name, audience and note of a line in one language."""

    name: str
    audience: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a line; `intervals` is None when nobody knows its hours."""

    method: str
    value: str
    intervals: tuple[Interval, ...] | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Everything a curator says of a line."""

    operator: str
    country: str
    languages: tuple[str, ...]
    group: str
    is_emergency: bool
    cost: str
    time_zone: str
    words: Mapping[str, Words]
    ways: tuple[Way, ...]


def load_defaults() -> int:
    """Add the lines that the site comes with and never had, unverified. Returns how many were added."""
    must_be_writing()
    known = set(db.session.scalars(select(Helpline.key).where(Helpline.key.is_not(None))))
    rows: dict[str, list[dict[str, str]]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["key"], []).append(row)
    added = [key for key in rows if key not in known]
    for key in added:
        _keep(Helpline(key=key), _facts(rows[key]))
    return len(added)


def _facts(rows: list[dict[str, str]]) -> LineFacts:
    """The line that rows of helplines.csv, one for each way to reach it, speak of."""
    first = rows[0]
    words = {
        code: Words(
            first[f"name_{code}"] or first["name_en"],
            first[f"audience_{code}"],
            "; ".join(dict.fromkeys(row[f"note_{code}"] for row in rows if row[f"note_{code}"])),
        )
        for code in LANGUAGES
    }
    return LineFacts(
        operator=first["operator"], country=first["country"], languages=tuple(first["languages"].split(";")),
        group=first["group"], is_emergency=bool(first["emergency"]), cost=first["cost"],
        time_zone=first["time_zone"], words=words,
        ways=tuple(Way(row["method"], row["value"], parse_hours(row["hours"])) for row in rows),
    )  # fmt: skip


def add(*, facts: LineFacts) -> tuple[int, Verdict]:
    """Add an unverified line. Returns its id, or 0 and a refusal when another line already has a number of it."""
    must_be_writing()
    if _has_twin(facts, apart_from=None):
        return 0, no(_l("A line with this number is on the list already."), 409)
    helpline = Helpline()
    _keep(helpline, facts)
    return helpline.id, YES


def change(*, line_id: int, facts: LineFacts) -> Verdict:
    """Change a line. Whoever changes its numbers, hours or zone has to verify it anew."""
    must_be_writing()
    helpline = queries.helpline_by_id(line_id)
    if helpline is None:
        return GONE
    if _has_twin(facts, apart_from=line_id):
        return no(_l("A line with this number is on the list already."), 409)
    ways = tuple(Way(one.method, one.value, queries.intervals_of(one)) for one in helpline.methods)
    if (ways, helpline.time_zone) != (facts.ways, facts.time_zone):
        helpline.verified_at = helpline.verified_by = None
    _keep(helpline, facts)
    return YES


def verify(*, actor: Viewer, line_id: int) -> Verdict:
    """Note that `actor` called a line today and found it as it stands."""
    must_be_writing()
    helpline = db.session.get(Helpline, line_id, with_for_update=True)
    if helpline is None or helpline.retired_at is not None:
        return GONE
    if helpline.is_emergency:
        return no(_l("Nobody rings an emergency number to try it."), 409)
    helpline.verified_at, helpline.verified_by = clock.now(), actor.id
    return YES


def retire(*, line_id: int) -> Verdict:
    """Take a line off every page; its row stays, so that it doesn't come back by itself."""
    must_be_writing()
    helpline = queries.helpline_by_id(line_id)
    if helpline is None:
        return GONE
    helpline.retired_at = helpline.retired_at or clock.now()
    _index(helpline)
    return YES


def bring_back(*, line_id: int) -> Verdict:
    """Put a retired line back on the pages, to be verified anew."""
    must_be_writing()
    helpline = queries.helpline_by_id(line_id)
    if helpline is None:
        return GONE
    if helpline.retired_at is not None:
        helpline.retired_at = helpline.verified_at = helpline.verified_by = None
        _index(helpline)
    return YES


def index_all() -> None:
    """Put every line into the index anew."""
    must_be_writing()
    for line_id in db.session.scalars(select(Helpline.id)).all():
        helpline = queries.helpline_by_id(line_id)
        if helpline is not None:
            _index(helpline)


def _has_twin(facts: LineFacts, apart_from: int | None) -> bool:
    """Whether another shown line of the country can be reached in a way that `facts` names."""
    rows = db.session.execute(
        select(HelplineMethod.method, HelplineMethod.value)
        .join(Helpline, Helpline.id == HelplineMethod.helpline_id)
        .where(Helpline.country == facts.country, Helpline.retired_at.is_(None), Helpline.id != (apart_from or 0))
    )
    return bool({(method, value) for method, value in rows} & {(way.method, way.value) for way in facts.ways})


def _keep(helpline: Helpline, facts: LineFacts) -> None:
    helpline.operator, helpline.country = facts.operator, facts.country
    helpline.languages = " ".join(facts.languages)
    helpline.group_key, helpline.is_emergency = facts.group, facts.is_emergency
    helpline.cost, helpline.time_zone = facts.cost, facts.time_zone
    texts = {text.language: text for text in helpline.texts}
    for code, words in facts.words.items():
        text = texts.pop(code, None)
        if text is None:
            text = HelplineText(language=code)
            helpline.texts.append(text)
        text.name, text.audience, text.note = words.name, words.audience, words.note
    _forget(texts.values())
    for text in texts.values():
        helpline.texts.remove(text)
    helpline.methods = [_method(way) for way in facts.ways]
    db.session.add(helpline)
    db.session.flush()
    _index(helpline)


def _method(way: Way) -> HelplineMethod:
    return HelplineMethod(
        method=way.method, value=way.value, has_hours=way.intervals is not None,
        hours=[HelplineHours(weekday=one.weekday, opens=one.opens, closes=one.closes) for one in way.intervals or ()],
    )  # fmt: skip


def _index(helpline: Helpline) -> None:
    """One document for each language of a line's words; none while it is retired."""
    if helpline.retired_at is not None:
        _forget(helpline.texts)
        return
    for text in helpline.texts:
        numbers = ", ".join(method.value for method in helpline.methods)
        place = Locale.parse(text.language).territories.get(helpline.country, helpline.country)
        search.index(
            "helpline",
            text.id,
            language=text.language,
            title=text.name,
            text=". ".join(filter(None, (f"{numbers} ({place})", text.audience, text.note))),
            synonyms=helpline.operator,
            address=f"/help?country={helpline.country}",
        )


def _forget(texts: Iterable[HelplineText]) -> None:
    for text in texts:
        search.remove("helpline", text.id)
