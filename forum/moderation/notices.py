"""Reading what readers and authors meet of moderation: guidelines, what can be reported, letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, union_all

from forum.accounts.viewer import Viewer
from forum.contributions import queries as contribution_queries
from forum.contributions.models import Contribution, Seal
from forum.core import kinds
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.moderation.guideline_models import Guideline, GuidelineText
from forum.moderation.models import Decision, Letter

LETTERS = 50


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

    @property
    def name(self) -> str:
        """Its number and title, as letters and lists call it."""
        return f"{self.number}. {self.title}"


def guidelines_in(language: str) -> list[Rule]:
    """The guidelines in force, in a language; one not yet written in it comes in the first that has it. One query."""
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
    return [
        Rule(one.id, one.number, one.version, text.title, text.text, text.to_author, text.language, one.in_force_from)
        for one, text in best.values()
    ]


def reportable(viewer: Viewer, contribution_id: int) -> Contribution | None:
    """A contribution that `viewer` can see and so report, or None. A message only by one of the two who read it."""
    contribution = db.session.scalar(
        select(Contribution).where(Contribution.id == contribution_id, contribution_queries.visible_or_shared(viewer))
    )
    if contribution is None or not kinds.kind_of(contribution).can_see(viewer, contribution):
        return None
    return contribution


def letters_to(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `letters` for those to `viewer`: to her, or about what she wrote, also sealed, or works on."""
    assert viewer.id is not None
    works = [kind.work_of(viewer.id) for kind in kinds.all_kinds().values() if kind.work_of is not None]
    return Letter.id.in_(
        union_all(
            select(Letter.id).where(Letter.member_id == viewer.id),
            select(Letter.id)
            .join(Contribution, Contribution.id == Letter.contribution_id)
            .where(Contribution.author_id == viewer.id),
            select(Letter.id)
            .join(Seal, Seal.contribution_id == Letter.contribution_id)
            .where(Seal.member_id == viewer.id),
            *(select(Letter.id).where(Letter.contribution_id.in_(work)) for work in works),
        )
    )


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter as its reader sees it, with what it is about."""

    letter: Letter
    decision: str
    contribution: Contribution | None

    def address(self, language: str) -> str:
        """Where what it is about stands, or empty when it is gone."""
        if self.contribution is None or self.contribution.status == "erased":
            return ""
        return kinds.kind_of(self.contribution).address(self.contribution, language)


def letters_for(viewer: Viewer, before: int | None = None) -> Sequence[OwnLetter]:
    """The letters to `viewer`, newest first; one more than a page when there are more."""
    query = (
        select(Letter, Decision.decision, Contribution)
        .join(Decision, Decision.id == Letter.decision_id)
        .outerjoin(Contribution, Contribution.id == Letter.contribution_id)
        .where(letters_to(viewer))
    )
    if before is not None:
        query = query.where(Letter.id < before)
    rows = db.session.execute(query.order_by(Letter.id.desc()).limit(LETTERS + 1))
    return [OwnLetter(*row) for row in rows]


def unread_letters(viewer: Viewer) -> int:
    """How many letters to `viewer` she hasn't marked read."""
    if not viewer.is_authenticated:
        return 0
    return (
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.read_at.is_(None), letters_to(viewer)))
        or 0
    )


def own_letter(viewer: Viewer, letter_id: int) -> Letter | None:
    """A letter to `viewer`, also through a seal, or None."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, letters_to(viewer)))
