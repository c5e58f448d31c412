"""What the page of an author's choices over all her stories reads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import load_only

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.contributions.queries import owned_by
from forum.core.db import db
from forum.stories.models import Story


def stories_to_choose(viewer: Viewer) -> Sequence[Story]:
    """The viewer's own stories about which there is something to choose, newest first; translations go by theirs."""
    columns = (
        Story.kind, Story.title, Story.language, Story.status, Story.attribution, Story.author_id, Story.byline,
        Story.version, Story.about_whom, Story.of_age_year,
    )  # fmt: skip
    return db.session.scalars(
        select(Story)
        .where(
            owned_by(viewer),
            Contribution.status.not_in(("withdrawn", "erased")),
            Story.translation_of_id.is_(None),
        )
        .options(load_only(*columns))
        .order_by(Story.id.desc())
        .limit(100)
    ).all()
