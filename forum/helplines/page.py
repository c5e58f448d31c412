"""What the page Get help shows, put together at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forum.core.stems import fold
from forum.core.templates import country as country_name
from forum.helplines import queries, wording
from forum.helplines.models import GROUPS
from forum.helplines.rows import EmergencyNumber, Line


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The lines of a country by group and its own emergency numbers, or, without one, only the numbers of all.

    `nobody` is the sentence for when no line is open, else "".
    """

    now: datetime
    country: str | None
    countries: list[str]
    numbers: list[EmergencyNumber]
    lines: list[Line]
    nobody: str = ""

    @property
    def own_numbers(self) -> list[EmergencyNumber]:
        """The emergency numbers of the page's country."""
        return [number for number in self.numbers if number.country == self.country]

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The groups that hold lines, in their order."""
        found = [(group, [line for line in self.lines if line.group == group]) for group in GROUPS]
        return [(group, lines) for group, lines in found if lines]


def help_page(wanted: str | None, now: datetime) -> HelpPage:
    """The page for a country by its code, however written; for one without numbers, the page of all. Three queries."""
    known = queries.countries()
    code = (wanted or "").strip().upper()
    country = code if code in known else None
    lines = queries.lines_in(country, now) if country else []
    numbers = sorted(queries.emergency_numbers(), key=lambda number: fold(country_name(number.country)))
    own = next((number.number for number in numbers if number.country == country), "")
    return HelpPage(
        now=now,
        country=country,
        countries=sorted(known, key=lambda code: fold(country_name(code))),
        numbers=numbers,
        lines=lines,
        nobody=wording.nobody_open(lines, country, own, now) if country else "",
    )
