"""What posts tell the rooms below: their address, words, context on a case, and that threads are counted again."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from forum.accounts.viewer import Viewer
from forum.contributions import bookmarks, follows, reactions, renaming
from forum.contributions.models import Revision
from forum.core import richtext
from forum.core.db import db
from forum.core.kinds import Around, Fact, Kind
from forum.discussions import actions, aliases, marks, placing, reading, resting, threads
from forum.discussions.models import Post, ReadingView
from forum.discussions.resting import Basis
from forum.discussions.words import BASIS_WORDS
from forum.notifications import mutes, personal
from forum.photos import following as photos
from forum.references.models import Reference

RESTS_ON = _l("What it rests on")
OF_MEMBERS = (follows, mutes, reactions, bookmarks, personal)  # what of a member hangs on no contribution of hers


def _address(post: Post, language: str) -> str:
    return f"/{language}/posts/{post.id}"


def _title(post: Post) -> str:
    return post.title or post.teaser


def _text(post: Post) -> str:
    words = richtext.plain(post.html)
    return f"{post.title}\n\n{words}" if post.title else words


def _facts(post: Post) -> list[Fact]:
    notes = [Fact(_l("Content notes"), ", ".join(post.notes))] if post.notes else []
    return [*notes, Fact(RESTS_ON, BASIS_WORDS[post.basis])] if post.basis else notes


def _changed_facts(post: Post, before: Revision, after: Revision) -> list[tuple[Any, str, str]]:
    stands = resting.of(post)
    then, now = resting.in_facts(before.facts, stands), resting.in_facts(after.facts, stands)
    return [(RESTS_ON, _said(then), _said(now))] if then != now else []


def _said(basis: Basis) -> str:
    """What it rests on, in words; a paper by its title."""
    words = str(BASIS_WORDS[basis.basis]) if basis.basis else ""
    paper = db.session.get(Reference, basis.reference_id) if basis.reference_id is not None else None
    return f"{words}: {paper.title}" if paper else words


def _shown(post: Post, revision: Revision) -> None:
    resting.put_on(post, resting.in_facts(revision.facts, resting.of(post)))


def _around(viewer: Viewer, post: Post) -> Around | None:
    found = reading.around(viewer, post)
    return Around("discussions/_around.html", found) if found else None


def _appeared(post: Post) -> None:
    threads.appeared(post)
    photos.follow_post(post)


def _gone(post: Post) -> None:
    actions.recount(post.thread_id)
    photos.follow_post(post)


def _erase_for(member_id: int) -> None:
    db.session.execute(delete(ReadingView).where(ReadingView.member_id == member_id))
    marks.erase_for(member_id)
    for own in OF_MEMBERS:
        own.erase_for(member_id)
    renaming.name_anew(member_id)


def _export_for(member_id: int) -> list[dict[str, Any]]:
    view = db.session.scalar(select(ReadingView.view).where(ReadingView.member_id == member_id))
    chosen = [{"how_threads_are_read": view}] if view else []
    return [*chosen, *marks.export_for(member_id), *(row for own in OF_MEMBERS for row in own.export_for(member_id))]


POST = Kind(
    name="post",
    model=Post,
    label=_l("Post"),
    address=_address,
    title=_title,
    text=_text,
    facts=_facts,
    changed_facts=_changed_facts,
    on_shown=_shown,
    around=_around,
    beside="thread",
    shows_edits=True,
    all_acts=placing.ACTS,
    acts=placing.possible_on,
    on_published=_appeared,
    on_hidden=_gone,
    on_erased=aliases.forget,
    erase_for=_erase_for,
    export_for=_export_for,
)
