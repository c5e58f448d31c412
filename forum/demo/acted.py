"""What moderators changed in the demo's discussions: readers see the line, the author has a letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.contributions import actions as contributions
from forum.contributions.models import Revision
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.demo import content
from forum.discussions.models import Post, Thread
from forum.moderation import actions as moderation
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Decision, Letter


def act(members: Mapping[str, Member], threads: Mapping[str, Thread]) -> None:
    """Change what the content says; moments are counted back from now."""
    must_be_writing()
    for entry in content.acted()["edited"]:
        _edit(entry, members, threads[entry["thread"]])


def _edit(entry: dict[str, Any], members: Mapping[str, Member], thread: Thread) -> None:
    begins = Post.source.startswith(entry["begins"])
    post = db.session.scalars(select(Post).where(Post.thread_id == thread.id, begins)).one()
    told, title = post.source, post.title
    first = db.session.get_one(Revision, post.shown_revision_id)
    contributions.set_words(post, source=f"{told}\n\n{entry['more'].strip()}", title=title, teaser=post.teaser)
    first.source, first.html = post.source, post.html
    rule = select(Guideline.id).where(Guideline.key == entry["guideline"], Guideline.replaced_at.is_(None))
    case, verdict = moderation.take_up(actor=viewer_of(members[entry["by"]]), contribution=post)
    assert case is not None, verdict.reason
    verdict = moderation.decide(
        actor=viewer_of(members[entry["by"]]),
        case_id=case.id,
        seen_version=case.version,
        decision="edit",
        guideline_id=db.session.scalars(rule).one(),
        letter=entry["letter"].strip(),
        note="",
        fields={"base": first.id, "title": title, "source": told, "note": entry["note"]},
    )
    if not verdict:
        raise RuntimeError(f"The demo's change was refused: {verdict.reason}")
    moment = clock.now() - timedelta(hours=entry["hours"])
    case.opened_at = case.closed_at = moment
    decision = db.session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    decision.made_at = moment
    db.session.flush()
    db.session.execute(update(Letter).where(Letter.decision_id == decision.id).values(sent_at=moment, read_at=moment))
