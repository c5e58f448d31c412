"""Long threads, written straight into the tables."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from forum.accounts.viewer import Viewer
from forum.contributions.models import Contribution
from forum.core import clock, richtext
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.actions import path_below, recount
from forum.discussions.models import Post, tier_of
from forum.discussions.rows import ThreadRow

CHUNK = 2000


def fill(
    thread: ThreadRow, author: Viewer, count: int, *, seed: int = 1, chain: bool = False, gone: float = 0
) -> list[int]:
    """Add `count` posts, each answering one before it at random (or always the last); a share `gone` of them hidden."""
    chance, html, begun = random.Random(seed), richtext.render("Some *words* of an answer."), clock.now()
    first = 1 + (db.session.scalar(db.select(db.func.max(Contribution.id))) or 0)
    paths: dict[int, str] = {}
    contributions: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    for number in range(count):
        post_id = first + number
        answers = (
            (post_id - 1 if number else None)
            if chain
            else chance.choice([None, *range(max(first, post_id - 200), post_id)])
        )
        paths[post_id] = path_below(paths[answers] if answers else "", post_id)
        path, at = paths[post_id], begun + timedelta(seconds=number)
        posts.append({
            "id": post_id, "thread_id": thread.id, "answers_id": answers, "path": path, "tier": tier_of(path),
            "shown_at": at,
        })  # fmt: skip
        contributions.append(_row(post_id, author, html, at, chance.random() < gone))
    with write():
        for at in range(0, count, CHUNK):
            db.session.execute(insert(Contribution.__table__), contributions[at : at + CHUNK])  # type: ignore[arg-type]
            db.session.execute(insert(Post.__table__), posts[at : at + CHUNK])  # type: ignore[arg-type]
        if db.engine.dialect.name == "postgresql":  # its sequence doesn't hear of ids that were given
            db.session.execute(
                db.text("SELECT setval(pg_get_serial_sequence('contributions', 'id'), :id)"), {"id": first + count}
            )
        recount(thread.id)
    return [*paths]


def _row(post_id: int, author: Viewer, html: Any, at: datetime, is_gone: bool) -> dict[str, Any]:
    return {
        "id": post_id, "kind": "post", "author_id": author.id, "attribution": "member", "title": "",
        "teaser": f"Words {post_id}", "source": f"Words {post_id}", "html": html, "html_policy": 1, "language": "en",
        "audience": "everyone", "status": "hidden" if is_gone else "published", "content_notes": "", "created_at": at,
        "published_at": at, "cloth_seed": post_id, "version": 1, "is_listed": True, "is_demo": False,
    }  # fmt: skip
