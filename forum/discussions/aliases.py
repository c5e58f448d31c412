"""The name under which somebody writes in one discussion without hers.

It is drawn at random from the site's own list of birds and plants, in the discussion's language, and stands in that
discussion alone. No row says whose it is but her seals: by them she goes on with it when she writes there again.
"""

from __future__ import annotations

import secrets
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Member
from forum.accounts.names import reserve
from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.contributions.queries import sealed_by
from forum.core.db import db
from forum.core.settings import LANGUAGES
from forum.core.unit_of_work import must_be_writing
from forum.discussions.models import Alias, Post, Thread

CONTENT = Path(__file__).parent / "content"
POSTS: Any = Post.__table__.c


@cache
def names_in(language: str) -> tuple[str, ...]:
    """The names to draw from, for a discussion in `language`; in English for one that the site doesn't speak."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    return tuple((CONTENT / f"aliases.{spoken}.txt").read_text("utf-8").split())


reserve(name for language in LANGUAGES for name in names_in(language))  # nobody else is called so


def alias_of(viewer: Viewer, thread_id: int | None) -> Alias | None:
    """The alias under which `viewer` has written in a discussion, or None. For her own pages and posts only."""
    if not viewer.is_authenticated or thread_id is None:
        return None
    found: Alias | None = db.session.scalar(_hers(select(Alias), viewer).where(POSTS.thread_id == thread_id))
    return found


def name_of(viewer: Viewer) -> Any:
    """The name of that alias, as a column of a query of threads; NULL where she has none."""
    return _hers(select(Alias.name), viewer).where(POSTS.thread_id == Thread.id).correlate(Thread).scalar_subquery()


def _hers(query: Any, viewer: Viewer) -> Any:
    posts = query.join(Post.__table__, POSTS.alias_id == Alias.id)
    return posts.where(POSTS.id.in_(sealed_by(viewer))).order_by(POSTS.id).limit(1)


def sign(post: Post, actor: Viewer, attribution: str) -> None:
    """Sign a post that is being sent: with the member's name, or else with her alias in its discussion.

    The caller holds the discussion, so that two at once get one alias, and two members never the same.
    """
    must_be_writing()
    assert actor.id is not None  # policies have asked
    if attribution == "member":
        contributions.sign(post, actor.id, "member")
        return
    thread_id = post.thread_id or None
    alias = alias_of(actor, thread_id)
    contributions.sign(post, actor.id, "pseudonym", alias.name if alias else _draw(thread_id, post.language))
    post.alias_id = alias.id if alias else None


def settle(post: Post) -> None:
    """Keep the alias of a post whose discussion is known by now, where it is new there."""
    must_be_writing()
    if post.attribution != "pseudonym" or post.alias_id is not None:
        return
    assert post.byline is not None  # a pseudonym has one
    alias = Alias(thread_id=post.thread_id, name=post.byline)
    db.session.add(alias)
    db.session.flush()
    post.alias_id = alias.id


def forget(post: Post) -> None:
    """Leave nothing of how a post was signed, and of what it rested on: it is being erased."""
    post.alias_id = post.basis = post.reference_id = None


def free_name(thread_id: int, name: str) -> str:
    """A name for whoever was called `name` elsewhere: the same, or another where somebody here has it already."""
    return name if name.casefold() not in _taken(thread_id) else _draw(thread_id, "")


def _draw(thread_id: int | None, language: str) -> str:
    """A name that nobody in the discussion has, as an alias or as her own: "Heron", or "Heron 2" when all are taken."""
    taken = _taken(thread_id) if thread_id is not None else set()
    names = names_in(language)
    free = [name for name in names if name.casefold() not in taken]
    if free:
        return secrets.choice(free)
    name = secrets.choice(names)
    return next(found for number in count(2) if (found := f"{name} {number}").casefold() not in taken)


def _taken(thread_id: int) -> set[str]:
    aliases = db.session.scalars(select(Alias.name).where(Alias.thread_id == thread_id))
    signed = db.session.scalars(
        select(Member.display_name).where(
            Member.id.in_(
                select(Contribution.author_id)
                .join(Post.__table__, POSTS.id == Contribution.id)
                .where(POSTS.thread_id == thread_id)
            )
        )
    )
    return {name.casefold() for name in (*aliases, *signed)}
