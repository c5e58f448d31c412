"""Reading the letters to a member: in her list, one by one, and by the private address of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, union_all

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution, Seal
from forum.core import kinds, tokens
from forum.core.db import db
from forum.moderation import particulars
from forum.moderation.models import Decision, Letter
from forum.moderation.particulars import Line

PAGE = 50
PURPOSE = "letter"  # of its private address


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
    """A letter as its reader sees it, with what it is about and the statement of reasons in her language."""

    letter: Letter
    decision: Decision
    contribution: Contribution | None
    statement: Sequence[Line]

    def address(self, language: str) -> str:
        """Where what it is about stands, or empty when it is gone."""
        if self.contribution is None or self.contribution.status == "erased":
            return ""
        return kinds.kind_of(self.contribution).address(self.contribution, language)

    @property
    def can_be_appealed(self) -> bool:
        """Whether the letter says of itself that somebody else looks again when asked; the date is judged elsewhere."""
        return self.letter.appeal_until is not None


def letters_for(viewer: Viewer, language: str, before: int | None = None) -> Sequence[OwnLetter]:
    """The letters to `viewer`, newest first; one more than a page when there are more. Two queries."""
    return _read(language, letters_to(viewer), *(() if before is None else (Letter.id < before,)), most=PAGE + 1)


def letter_for(viewer: Viewer, letter_id: int, language: str) -> OwnLetter | None:
    """One letter to `viewer`, also through a seal, or None."""
    if not viewer.is_authenticated:
        return None
    return next(iter(_read(language, Letter.id == letter_id, letters_to(viewer), most=1)), None)


def letter_by(token: str, language: str) -> OwnLetter | None:
    """The letter that a private address opens, or None for one that nobody was given."""
    letter_id = tokens.row_id_of(token)
    if letter_id is None or letter_id >= 2**31:
        return None
    found = next(iter(_read(language, Letter.id == letter_id, most=1)), None)
    if found is None or found.letter.nonce is None:
        return None
    return found if tokens.is_same(tokens.token_for(PURPOSE, letter_id, found.letter.nonce), token) else None


def token_of(letter: Letter) -> str | None:
    """The private address of a letter; None for one from before there were any."""
    return tokens.token_for(PURPOSE, letter.id, letter.nonce) if letter.nonce is not None else None


def statement_of(letter: Letter, language: str) -> Sequence[Line]:
    """The statement of reasons below one letter, in `language`, which gettext must speak. Two queries at most."""
    law = db.session.scalar(select(Decision.law).where(Decision.id == letter.decision_id)) or ""
    return particulars.lines_of(letter, particulars.cited_by([letter], language), language, law=law)


def _read(language: str, *which: ColumnElement[bool], most: int) -> Sequence[OwnLetter]:
    rows = db.session.execute(
        select(Letter, Decision, Contribution)
        .join(Decision, Decision.id == Letter.decision_id)
        .outerjoin(Contribution, Contribution.id == Letter.contribution_id)
        .where(*which)
        .order_by(Letter.id.desc())
        .limit(most)
    ).all()
    cited = particulars.cited_by([row[0] for row in rows], language)
    return [
        OwnLetter(letter, decision, contribution, particulars.lines_of(letter, cited, language, law=decision.law))
        for letter, decision, contribution in rows
    ]


def unread_letters(viewer: Viewer) -> int:
    """How many letters to `viewer` she hasn't marked read."""
    if not viewer.is_authenticated:
        return 0
    return (
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.read_at.is_(None), letters_to(viewer)))
        or 0
    )


def own_letter(viewer: Viewer, letter_id: int) -> Letter | None:
    """The row of a letter to `viewer`, also through a seal, or None."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, letters_to(viewer)))
