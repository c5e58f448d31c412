"""Reading lines: those of a country, those about the illness, those that answer now, and all for their curators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from forum.core.db import db
from forum.core.languages import current_language
from forum.helplines.hours import Interval, OpenState, State, state_at
from forum.helplines.models import GROUPS, Helpline, HelplineMethod, HelplineText
from forum.helplines.rows import Contact, EmergencyNumber, Line

SHOWN = Helpline.retired_at.is_(None)


def _read(*criteria: ColumnElement[bool]) -> list[Helpline]:
    """Lines with their texts, methods and hours. One query."""
    found = db.session.scalars(
        select(Helpline)
        .where(*criteria)
        .options(joinedload(Helpline.texts), joinedload(Helpline.methods).joinedload(HelplineMethod.hours))
        .order_by(Helpline.id)
    ).unique()
    return list(found)


def _text_in(texts: Iterable[HelplineText], language: str) -> HelplineText:
    """A line's words in `language`, else in English, else in any; nameless when it has none."""
    by_language = {text.language: text for text in texts}
    found = by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), None)
    return found or HelplineText(language=language, name="", audience="", note="")


def intervals_of(method: HelplineMethod) -> tuple[Interval, ...] | None:
    """The weekly hours of a method, or None when they are not known."""
    if not method.has_hours:
        return None
    return tuple(sorted(Interval(hours.weekday, hours.opens, hours.closes) for hours in method.hours))


def _line(helpline: Helpline, language: str, now: datetime) -> Line:
    words = _text_in(helpline.texts, language)
    contacts = []
    for method in helpline.methods:
        intervals = intervals_of(method)
        state = OpenState(State.NOT_KNOWN) if intervals is None else state_at(intervals, helpline.time_zone, now)
        contacts.append(Contact(method.method, method.value, intervals, state))
    return Line(
        id=helpline.id, name=words.name or helpline.operator, language=words.language, audience=words.audience,
        note=words.note, operator=helpline.operator, country=helpline.country,
        languages=tuple(helpline.languages.split()), group=helpline.group_key, is_emergency=helpline.is_emergency,
        cost=helpline.cost, time_zone=helpline.time_zone, contacts=tuple(contacts),
        verified_at=helpline.verified_at, retired_at=helpline.retired_at,
    )  # fmt: skip


def lines_in(country: str, now: datetime) -> list[Line]:
    """The lines of a country (its emergency number aside) as they stand at `now`, in the page's language. One query."""
    found = _read(SHOWN, Helpline.country == country, Helpline.is_emergency.is_(False))
    return [_line(helpline, current_language(), now) for helpline in found]


def open_now(country: str | None, now: datetime) -> list[Line]:
    """The lines of a country that are open at `now`, verified ones first. Emergency numbers don't count as lines."""
    if not country:
        return []
    found = [line for line in lines_in(country, now) if line.is_open]
    return sorted(found, key=lambda line: (not line.is_verified, GROUPS.index(line.group), line.id))


def lines_about_illness(now: datetime, country: str | None = None, limit: int = 4) -> list[Line]:
    """Lines that know the illness, those of `country` first. One query."""
    found = _read(SHOWN, Helpline.group_key == "illness", Helpline.is_emergency.is_(False))
    found.sort(key=lambda helpline: (helpline.country != country, helpline.id))
    return [_line(helpline, current_language(), now) for helpline in found[:limit]]


def emergency_numbers() -> list[EmergencyNumber]:
    """Every country's emergency number. One query."""
    rows = db.session.execute(
        select(Helpline.country, HelplineMethod.value)
        .join(HelplineMethod, HelplineMethod.helpline_id == Helpline.id)
        .where(SHOWN, Helpline.is_emergency, HelplineMethod.method == "phone")
        .order_by(Helpline.country, HelplineMethod.id)
    )
    return [EmergencyNumber(*row) for row in rows]


def countries() -> set[str]:
    """The countries that any shown line or emergency number is for. One query."""
    return set(db.session.scalars(select(Helpline.country).where(SHOWN).distinct()))


def all_lines(now: datetime) -> list[Line]:
    """Every line, retired ones last, for curators. One query."""
    lines = [_line(helpline, current_language(), now) for helpline in _read()]
    return sorted(lines, key=lambda line: (line.retired_at is not None, line.country, line.is_emergency, line.id))


def line_by_id(line_id: int, now: datetime) -> Line | None:
    """A line, retired or not, for curators."""
    found = _read(Helpline.id == line_id)
    return _line(found[0], current_language(), now) if found else None


def helpline_by_id(line_id: int) -> Helpline | None:
    """A line's rows, for changing them."""
    found = _read(Helpline.id == line_id)
    return found[0] if found else None


def published_numbers() -> list[str]:
    """Every number and address by which a shown line is reached: they are nobody's own. One query."""
    return list(
        db.session.scalars(
            select(HelplineMethod.value)
            .join(Helpline, Helpline.id == HelplineMethod.helpline_id)
            .where(SHOWN, HelplineMethod.method.in_(("phone", "sms")))
        )
    )
