"""Letting an invented text stand as if it had been written, read and published on its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Revision
from forum.core import richtext
from forum.core.db import db
from forum.discussions.models import Post
from forum.discussions.sending import TEASER
from forum.topics.models import Topic


def topics_by_slug(slugs: Iterable[str]) -> list[Topic]:
    """The topics of these slugs. Raises LookupError for one that isn't in the vocabulary."""
    wanted = set(slugs)
    found = list(db.session.scalars(select(Topic).where(Topic.slug.in_(wanted)).order_by(Topic.slug))) if wanted else []
    if missing := wanted - {topic.slug for topic in found}:
        raise LookupError(f"The vocabulary has no topic {', '.join(sorted(missing))}.")
    return found


def put_down(
    contribution: Contribution,
    *,
    member_id: int,
    attribution: str = "member",
    byline: str | None = None,
    source: str,
    title: str = "",
    teaser: str = "",
) -> Revision:
    """Give a new contribution its writer, its words and their first revision, of the day in `created_at`.

    Without a teaser it gets the first of its words, as posts have it.
    """
    contribution.is_demo = True
    contributions.set_words(contribution, source=source, title=title, teaser=teaser)
    contribution.teaser = teaser or richtext.excerpt(contribution.html, TEASER)
    contributions.sign(contribution, member_id, attribution, byline)
    revision = contributions.add_revision(contribution)
    revision.made_at = contribution.created_at
    return revision


def publish_on(contribution: Contribution, revision: Revision, moment: datetime) -> None:
    """Let a contribution be read since `moment`. Its kind isn't told: who builds many posts counts them once."""
    contributions.show(contribution, revision)
    revision.shown_at = moment
    contribution.status, contribution.published_at = "published", moment
    if isinstance(contribution, Post):
        contribution.shown_at = moment
    db.session.flush()
    contributions.reindex(contribution)
