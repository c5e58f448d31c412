"""What the card shows at a moment: the lines of a country, open ones first, its emergency number, who is on duty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app
from werkzeug.datastructures import LanguageAccept

from forum.core import wordings
from forum.core.settings import the_settings
from forum.core.wordings import Words
from forum.helplines.models import GROUPS
from forum.helplines.page import HelpPage, help_page
from forum.helplines.rows import EmergencyNumber, Line

MOST = 4  # lines on the card; Get help has them all


class OnDuty(Protocol):
    """Somebody who looks after this place now."""

    @property
    def member_id(self) -> int: ...
    @property
    def name(self) -> str: ...


def register_on_duty(of: Callable[[], Sequence[OnDuty]]) -> None:
    """Let the card name who looks after this place now: `of()` are those whose duty it is."""
    current_app.extensions["on_duty"] = of


@dataclass(frozen=True, slots=True)
class Card:
    """The card as it is drawn. `words`: the site's own; `help`: the lines and numbers behind it."""

    words: Words
    help: HelpPage
    on_duty: Sequence[OnDuty]

    @property
    def lines(self) -> list[Line]:
        """The lines to show: those that are open now, verified ones first, then those that open later."""
        first = sorted(
            (line for line in self.help.lines if line.group == GROUPS[0]),
            key=lambda line: (not line.is_open, not line.is_verified, line.id),
        )
        return first[:MOST]

    @property
    def is_any_open(self) -> bool:
        """Whether one of the shown lines answers now."""
        return any(line.is_open for line in self.lines)

    @property
    def numbers(self) -> list[EmergencyNumber]:
        """The numbers for danger to life: the country's, or every country's where none is known."""
        return self.help.own_numbers or ([] if self.help.country else self.help.numbers)


def card(*, country: str | None, language: str, now: datetime, for_someone: bool = False) -> Card:
    """The card for a country, or without one. Five queries."""
    key = "care.worried" if for_someone else "care.card"
    of: Callable[[], Sequence[OnDuty]] | None = current_app.extensions.get("on_duty")
    on_duty = of()[:1] if of is not None and the_settings().messages else []  # she can write to them by message alone
    return Card(wordings.newest(key, language), help_page(country, now), on_duty)


def likely_country(chosen: str | None, language: str, browser: LanguageAccept) -> str | None:
    """The country whose lines come first: the one she chose, else the one the site assumes for the language, else what
    her browser says beside its language (en-GB). Nothing of it is kept."""
    if chosen is not None:
        return chosen
    assumed = the_settings().country_for(language)
    if assumed is not None:
        return assumed
    regions = (tag.replace("_", "-").partition("-")[2] for tag in browser.values())
    return next((region.upper() for region in regions if len(region) == 2 and region.isalpha()), None)
