"""What *More choices* offers for signing a post and saying what it rests on, and what is chosen there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from forum.accounts.models import Profession
from forum.accounts.viewer import Viewer
from forum.core.languages import current_language
from forum.references import queries as references
from forum.references.rows import Cited

NONE_FOUND = _l("No paper here matches this. Try other words of its title, or its DOI.")
CHOOSE_ONE = _l("Choose one of these papers, and send again.")


@dataclass(frozen=True, slots=True)
class Signing:
    """What a box offers and what is chosen in it.

    `alias`: the name she has in this discussion already; then that is what she goes on with unless she says otherwise.
    `profession`: the one verified for her today. `papers`: those found for what she searched, or the one chosen.
    """

    display_name: str = ""
    allows_alias: bool = False
    alias: str | None = None
    profession: str | None = None
    verified_until: date | None = None
    attribution: str = "member"
    basis: str = ""
    reference_id: int | None = None
    searched: str = ""
    papers: Sequence[Cited] = field(default=())
    error: Any = ""

    @property
    def is_chosen(self) -> bool:
        """Whether something here is otherwise than usual, so that it is shown opened."""
        return self.attribution != "member" or bool(self.basis or self.error)


NO_SIGNING = Signing()


def signing_in(viewer: Viewer, thread: Any) -> Signing:
    """What the box of a discussion (a ThreadRow) offers `viewer`."""
    alias = thread.own_alias if thread.allows_anonymous else None
    return Signing(
        viewer.display_name, thread.allows_anonymous, alias, thread.own_profession, thread.own_verified_until,
        "anonymous" if alias else "member",
    )  # fmt: skip


def signing_new(viewer: Viewer, allows_alias: bool, row: Profession | None) -> Signing:
    """What a box offers `viewer`, with her profession of today, where there is no discussion yet."""
    if not viewer.is_authenticated:
        return NO_SIGNING
    return Signing(
        viewer.display_name, allows_alias, None, row.profession if row else None, row.expires_on if row else None
    )


def chosen(signing: Signing, form: Any) -> Signing:
    """The same, with what was posted in it, and the papers that were searched for. Four queries where one is meant."""
    papers: Sequence[Cited] = ()
    searched, is_paper = form.paper.data or "", form.basis.data == "paper"
    error: Any = " ".join(str(words) for words in form.basis.errors)
    if is_paper and searched:
        papers = references.found(searched, current_language())
        error = error and (CHOOSE_ONE if papers else NONE_FOUND)
    reference_id = form.rests_on.reference_id
    if reference_id is not None and all(paper.id != reference_id for paper in papers):
        papers = [*references.by_ids([reference_id], current_language()), *papers]
    return replace(
        signing, attribution=form.signed_as or signing.attribution, basis=form.basis.data or "",
        reference_id=reference_id, searched=searched, papers=papers, error=error,
    )  # fmt: skip
