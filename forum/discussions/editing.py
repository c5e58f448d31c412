"""Changing a post: its words and what it rests on; what is kept of a change that isn't sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from forum.accounts.viewer import Viewer
from forum.contributions import actions as contributions
from forum.contributions import mentions, pointed_out, quotations
from forum.contributions.models import Contribution, Draft, Revision
from forum.contributions.queries import is_owner, latest_revision
from forum.core import richtext
from forum.core.db import db
from forum.core.unit_of_work import must_be_writing
from forum.core.verdict import YES, Verdict, no
from forum.discussions import mentioning, policy, queries, resting
from forum.discussions.models import Post
from forum.discussions.resting import Basis
from forum.discussions.rows import ThreadRow
from forum.discussions.sending import EMPTY, NOWHERE, TEASER, Written, clean_title, clean_words, set_words, written
from forum.moderation import actions as moderation
from forum.moderation import cases, unsent
from forum.moderation.hunks import Words
from forum.photos import actions as photos

NOT_THE_NEWEST = no(_l("This was changed while you were writing. Both versions are below; yours is not sent yet."), 409)


def edit(
    *,
    actor: Viewer,
    post_id: int,
    source: str,
    title: str = "",
    revision_id: int | None = None,
    meant: Iterable[str] = (),
    rests_on: Basis | None = None,
) -> Written:
    """Change one's own post. `revision_id` is the revision the writer had before her: a newer one is never written
    over. `rests_on`: None leaves it. Until a held edit is approved, readers keep what they have; what is refused stays
    as an unsent edit."""
    must_be_writing()
    title, source = clean_title(title), clean_words(source)
    post = own_post(post_id)
    thread = queries.thread_for(actor, post.thread_id) if post else None
    if post is None or thread is None:
        return Written(NOWHERE)
    title = title if thread.opening_id == post.id else ""
    newest = latest_revision(post.id)
    stands = stated(post, newest)
    rests_on = stands if rests_on is None else rests_on
    typed = Words(title, "", source)
    source = quotations.put_back(source, newest.source, post.language) if newest else source
    source = mentioning.ready(post.author_id, actor, source, thread.id)
    is_new = newest is None or (newest.source, newest.title, stands) != (source, title, rests_on)
    verdict = _may_edit(actor, post, thread, Words(title, "", source), None if rests_on == stands else rests_on)
    if verdict and is_new and revision_id is not None and newest and newest.id != revision_id:
        verdict = NOT_THE_NEWEST
    if not verdict:
        _keep_refused(actor, post, typed, rests_on, revision_id)
        return Written(verdict, post.id, post.thread_id)
    unsent.drop(actor=actor, contribution=post, place=contributions.edit_place(post.id))
    if not is_new:
        return written(post)
    return _change(actor, post, thread, Words(title, "", source), rests_on=rests_on, meant=tuple(meant))


def _may_edit(actor: Viewer, post: Post, thread: ThreadRow, words: Words, rests_on: Basis | None) -> Verdict:
    verdict = policy.can_edit(actor, post, is_owner(actor, post), thread)
    if verdict and rests_on is not None:
        verdict = resting.may_rest(actor, post.attribution, rests_on)
    if verdict and (not words.source or (thread.opening_id == post.id and not words.title)):
        return EMPTY
    return verdict


def _change(
    actor: Viewer, post: Post, thread: ThreadRow, words: Words, *, rests_on: Basis, meant: tuple[str, ...]
) -> Written:
    facts, is_reviewed_first = resting.to_facts(rests_on), thread.is_reviewed_first
    if post.status != "published":  # nobody has seen it yet: the words themselves change
        set_words(post, words.source, words.title)
        resting.put_on(post, rests_on)
        contributions.add_revision(post, facts=facts)
        pointed_out.keep_meant(post, meant)
        moderation.admit(actor=actor, contribution=post, review_first=is_reviewed_first)
        photos.send_with(actor=actor, story=post)
        return written(post)
    revision = contributions.add_revision(post, source=words.source, title=words.title, teaser="", facts=facts)
    revision.teaser = richtext.excerpt(revision.html, TEASER)
    pointed_out.keep_meant(post, meant, revision)
    is_shown = moderation.admit(actor=actor, contribution=post, revision=revision, review_first=is_reviewed_first)
    return replace(written(post), is_shown=is_shown)


def stated(post: Post, revision: Revision | None) -> Basis:
    """What a post rests on by its newest revision, which may wait to be read."""
    return resting.in_facts(revision.facts if revision else None, resting.of(post))


def own_post(post_id: int) -> Post | None:
    """The post to be changed, alone until this ends; whose it is, policies ask. Its case first, as moderators do."""
    cases.open_case_of(post_id, lock=True)
    return db.session.scalar(select(Post).where(Post.id == post_id).with_for_update(key_share=True, of=Contribution))


# What isn't sent


def unsent_edit(viewer: Viewer, post: Post) -> Draft | None:
    """What the author of a post has begun to change and not sent."""
    return unsent.draft_of(viewer, post, contributions.edit_place(post.id))


def keep(
    *, actor: Viewer, post: Post, source: str, title: str, version: int, facts: Mapping[str, Any]
) -> tuple[Draft | None, Verdict]:
    """Keep a change that one's own post may become; None where it is what stands there already, as when words arrive
    after they were sent. Another window's newer ones are not written over (409)."""
    must_be_writing()
    newest = latest_revision(post.id)
    if newest is not None and _is_the_same(post, newest, source, title, facts):
        unsent.drop(actor=actor, contribution=post, place=contributions.edit_place(post.id))
        return None, YES
    return _keep(actor, post, Words(title, "", source), facts, version)


def leave(*, actor: Viewer, post: Post) -> None:
    """Leave a post as it stands: what was begun is forgotten."""
    unsent.drop(actor=actor, contribution=post, place=contributions.edit_place(post.id))


def _is_the_same(post: Post, newest: Revision, source: str, title: str, facts: Mapping[str, Any]) -> bool:
    shown = mentions.as_typed(quotations.shown_source(newest.source, post.language))
    words = (mentions.as_typed(clean_words(source)), clean_title(title))
    return words == (shown, newest.title) and resting.in_facts(facts) == stated(post, newest)


def _keep_refused(actor: Viewer, post: Post, words: Words, rests_on: Basis, revision_id: int | None) -> None:
    if is_owner(actor, post) and words.source:
        _keep(actor, post, words, resting.to_facts(rests_on) | {"revision": str(revision_id or "")}, None)


def _keep(
    actor: Viewer, post: Post, words: Words, facts: Mapping[str, Any], version: int | None
) -> tuple[Draft, Verdict]:
    place = contributions.edit_place(post.id)
    return unsent.keep(
        actor=actor, contribution=post, place=place, words=words, beside=dict(facts), seen_version=version
    )
