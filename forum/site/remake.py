"""Making stored HTML and the index anew: after a change of the gate's policy, or of what the index holds of a word.

Some rows at a time, each lot in a transaction of its own, so that the site goes on and an interruption costs nothing:
what is left to render is what an older policy made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from forum.contributions import actions as contributions
from forum.contributions import quotations
from forum.contributions.models import Contribution, Revision
from forum.core import kinds, richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.guides.models import GuideSection
from forum.site.models import Page

LOT = 200
# Whose words may hold headings: what curators and administrators write.
RENDERED: tuple[tuple[type[Any], bool], ...] = (
    (Contribution, False),
    (Revision, False),
    (GuideSection, True),
    (Page, True),
)


def render_some() -> int:
    """Render a lot of rows that an older policy made. Returns how many; 0 when none is left."""
    must_be_writing()
    for model, headings in RENDERED:
        rows = db.session.scalars(
            select(model).where(model.html_policy < richtext.POLICY_VERSION).order_by(model.id).limit(LOT)
        ).all()
        for row in rows:
            row.html = richtext.render(row.source, headings=True) if headings else _of_member(row)
            row.html_policy = richtext.POLICY_VERSION
        if rows:
            return len(rows)
    return 0


def _of_member(row: Contribution | Revision) -> Markup:
    language = row.language if isinstance(row, Contribution) else _language_of(row)
    return quotations.rendered(row.source, language)


def _language_of(revision: Revision) -> str:
    owner = select(Contribution.language).where(Contribution.id == revision.contribution_id)
    return db.session.scalars(owner).one()


def index_some(after: int) -> int | None:
    """Put a lot of published contributions with ids above `after` into the index anew. Returns the last id, or None."""
    must_be_writing()
    loaded = selectin_polymorphic(Contribution, [kind.model for kind in kinds.all_kinds().values()])
    rows: Sequence[Contribution] = db.session.scalars(
        select(Contribution)
        .where(Contribution.id > after, Contribution.status == "published")
        .options(loaded)
        .order_by(Contribution.id)
        .limit(LOT)
    ).all()
    for row in rows:
        db.session.refresh(row, ["topics"])
        contributions.reindex(row)
    return rows[-1].id if rows else None
