"""Reading what readers and authors meet of moderation: guidelines, what can be reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution
from forum.core import kinds, public_state
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation.guideline_models import Guideline, GuidelineText


@dataclass(frozen=True, slots=True)
class Rule:
    """A guideline in one language."""

    id: int
    number: int
    version: int
    title: str
    text: str
    to_author: str
    language: str
    in_force_from: datetime
    key: str

    @property
    def name(self) -> str:
        """Its number and title, as letters and lists call it."""
        return f"{self.number}. {self.title}"


def guidelines_in(language: str) -> list[Rule]:
    """The guidelines in force, in a language; one not yet written in it comes in the first that has it. One query after
    a change."""
    return public_state.kept(("guidelines", language), lambda: _guidelines_in(language))


def _guidelines_in(language: str) -> list[Rule]:
    rows = db.session.execute(
        select(Guideline, GuidelineText)
        .join(GuidelineText, GuidelineText.guideline_id == Guideline.id)
        .where(Guideline.replaced_at.is_(None))
        .order_by(Guideline.number)
    ).all()
    order = [language, *LANGUAGES]
    best: dict[int, tuple[Guideline, GuidelineText]] = {}
    for guideline, text in rows:
        kept = best.get(guideline.id)
        if kept is None or order.index(text.language) < order.index(kept[1].language):
            best[guideline.id] = (guideline, text)
    return [_rule(guideline, text) for guideline, text in best.values()]


def _rule(one: Guideline, text: GuidelineText) -> Rule:
    words = (text.title, text.text, text.to_author, text.language)
    return Rule(one.id, one.number, one.version, *words, one.in_force_from, one.key)


def reportable(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """A contribution that `viewer` can see and so report, or None. A message only by one of the two who read it."""
    contribution = db.session.scalar(
        select(Contribution).where(Contribution.id == contribution_id, contribution_queries.visible_or_shared(viewer))
    )
    if contribution is None or not kinds.kind_of(contribution).can_see(viewer, contribution):
        return None
    return contribution
