"""Whether somebody could be found by being the only one: few stories of one country, condition and year.

The archive's filters show values with fewer than three stories as *elsewhere*; here the author hears of it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, exists, or_, select

from forum.accounts.viewer import VISITOR
from forum.contributions.models import contribution_topics
from forum.core.db import db
from forum.stories.facts import Facts
from forum.stories.models import Story
from forum.stories.queries import is_listed
from forum.topics.models import Topic

ENOUGH = 3  # stories that share a combination hide each other
MOST_CONDITIONS = 4  # of a story's that are asked for together


@dataclass(frozen=True, slots=True)
class Rarity:
    """A combination that fewer than three published stories share: which facts make it, how many others there are."""

    parts: tuple[str, ...]  # of country, condition, year
    others: int
    can_leave_out: tuple[str, ...]  # of region, country, years

    @property
    def words(self) -> str:
        """What it means, in a sentence."""
        return _sentence(self.parts, self.others)


def rarity_of(story_id: int, facts: Facts) -> Rarity | None:
    """What makes a story easy to find, or None: at least two of country, condition and year, and few who share them.

    Two queries, whatever the size of the archive: it counts no further than three.
    """
    conditions = _conditions(facts)
    dated = facts.diagnosed or facts.first_symptoms
    parts = {"country": facts.country, "condition": conditions, "year": dated}
    said = tuple(name for name, value in parts.items() if value)
    if len(said) < 2:
        return None
    others = len(db.session.scalars(_sharing(story_id, facts, conditions)).all())
    if others >= ENOUGH:
        return None
    offers = {"region": facts.region, "country": facts.country, "years": dated}
    return Rarity(said, others, tuple(name for name, value in offers.items() if value))


def _conditions(facts: Facts) -> list[int]:
    if not facts.topic_ids:
        return []
    return list(
        db.session.scalars(
            select(Topic.id).where(Topic.id.in_(facts.topic_ids), Topic.kind == "condition").order_by(Topic.id.desc())
        )
    )[:MOST_CONDITIONS]


def _sharing(story_id: int, facts: Facts, conditions: list[int]) -> Select[int]:
    """At most three published stories that share what is said, this one and its translations aside."""
    found = select(Story.id).where(
        *is_listed(VISITOR),
        Story.id != story_id,
        or_(Story.translation_of_id.is_(None), Story.translation_of_id != story_id),
    )
    if facts.country:
        found = found.where(Story.country == facts.country)
    if facts.diagnosed is not None:
        found = found.where(Story.diagnosed.between(str(facts.diagnosed.year), f"{facts.diagnosed.year}-12-31"))
    elif facts.first_symptoms is not None:
        year = facts.first_symptoms.year
        found = found.where(Story.first_symptoms.between(str(year), f"{year}-12-31"))
    about = contribution_topics.c
    for condition in conditions:
        found = found.where(exists().where(about.contribution_id == Story.id, about.topic_id == condition))
    return found.limit(ENOUGH)


def _sentence(parts: tuple[str, ...], others: int) -> str:
    if others == 0:
        only: dict[tuple[str, ...], Any] = {
            ("country", "condition", "year"): _(
                "With this country, condition and year, yours is the only story like it. Make it wider?"
            ),
            ("country", "condition"): _(
                "With this country and condition, yours is the only story like it. Make it wider?"
            ),
            ("country", "year"): _("With this country and year, yours is the only story like it. Make it wider?"),
            ("condition", "year"): _("With this condition and year, yours is the only story like it. Make it wider?"),
        }
        return str(only[parts])
    few: str = ngettext(
        "Only %(num)d other story has the same country, condition or year together. Make it wider?",
        "Only %(num)d other stories have the same country, condition or year together. Make it wider?",
        others,
    )
    return few
