"""Who stands behind a contribution for moderation: its owner, signed or sealed, and whoever works on its words for it.

A translator or a curator who wrote down what was told hears what is said about the words; nobody of them judges them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_

from forum.accounts.viewer import Viewer
from forum.contributions import queries as contributions
from forum.contributions.models import Contribution
from forum.core import kinds


@dataclass(frozen=True, slots=True)
class Behind:
    """The members behind a contribution. `owner_id` may come from the seal: for rules, mails, sanctions; no page."""

    owner_id: int | None
    worker_id: int | None
    is_signed: bool

    @property
    def writer_id(self) -> int | None:
        """Who writes it and hears of it: who works on it where somebody does, else its owner."""
        return self.worker_id or self.owner_id

    @property
    def is_sealed(self) -> bool:
        """Whether no row but the seal may name the writer beside it: she wrote it, under no name of hers."""
        return not self.is_signed and self.writer_id == self.owner_id

    def includes(self, viewer: Viewer) -> bool:
        """Whether it is `viewer`'s own or her work."""
        return viewer.id is not None and viewer.id in (self.owner_id, self.worker_id)


def behind(contribution: Contribution) -> Behind:
    """Who stands behind a contribution. One query for the seal, what its kind needs for the rest."""
    owner_id = contributions.owner_id(contribution)
    return Behind(owner_id, kinds.kind_of(contribution).worked_on_by(contribution), contribution.author_id is not None)


def involves(viewer: Viewer, contribution: Contribution) -> bool:
    """Whether a contribution is `viewer`'s own or her work."""
    return viewer.is_authenticated and behind(contribution).includes(viewer)


def involving(viewer: Viewer) -> ColumnElement[bool]:
    """The criterion on `contributions` for what is `viewer`'s own or her work."""
    assert viewer.id is not None
    works = [kind.work_of(viewer.id) for kind in kinds.all_kinds().values() if kind.work_of is not None]
    return or_(contributions.owned_by(viewer), *(Contribution.id.in_(work) for work in works))
