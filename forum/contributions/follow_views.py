"""The addresses of following and muting a topic or a member, and of blocking her. Threads and boards have theirs in
their own room, with the same answers."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from forum.accounts import queries as accounts
from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions import follows, queries
from forum.contributions.views import ID, bp
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.notifications import mutes
from forum.topics import queries as topics

FOLLOWED = {True: _l("We’ll tell you of what is new."), False: _l("You’ll hear no more of it.")}
MUTED = {
    "1": _l("You’ll hear nothing more of it. Nobody is told."),
    "block": _l("Blocked: no message from this member reaches you, and you’ll hear nothing more. Nobody is told."),
    "0": _l("You’ll hear of it again."),
}


@bp.app_context_processor
def _standing() -> dict[str, object]:
    """How the viewer stands to what a page is about: whether she follows it, has muted it."""
    return {"standing_to": follows.standing}


@bp.post(f"/members/<{ID}:member_id>/following")
def member_following_create(member_id: int) -> ResponseReturnValue:
    """Begin to follow what a member signs with her name, or end it (`value` 0)."""
    if request.form.get("value") != "0" and not _is_found(member_id):
        abort(404)
    return set_following("member", member_id, f"/{current_language()}/members/{member_id}")


@bp.post(f"/members/<{ID}:member_id>/mute")
def member_mute_create(member_id: int) -> ResponseReturnValue:
    """Mute a member (`value` 1), block her (`block`), or end both (0)."""
    return set_mute("member", member_id, f"/{current_language()}/members/{member_id}")


@bp.post("/topics/<slug>/following")
def topic_following_create(slug: str) -> ResponseReturnValue:
    """Begin to follow a topic, or end it (`value` 0)."""
    topic = topics.topic_by_slug(slug) or abort(404)
    return set_following("topic", topic.id, f"/{current_language()}/topics/{topic.slug}")


@bp.post("/topics/<slug>/mute")
def topic_mute_create(slug: str) -> ResponseReturnValue:
    """Mute a topic, or end it (`value` 0)."""
    topic = topics.topic_by_slug(slug) or abort(404)
    return set_mute("topic", topic.id, f"/{current_language()}/topics/{topic.slug}")


def _is_found(member_id: int) -> bool:
    """Whether a member has a page for the viewer: made public, or by what she signed."""
    viewer, member = the_viewer(), accounts.member_by_id(member_id)
    if member is None:
        return False
    return member.is_page_public or bool(queries.public_contributions(member_id, viewer, limit=1))


# What the rooms with something to follow share


def set_following(what: str, key: int, back: str) -> ResponseReturnValue:
    """The answer to a form that begins to follow something that the viewer may see, or ends it (`value` 0)."""
    viewer, is_on = the_viewer(), request.form.get("value") != "0"
    slow_down("follow", limit=120, seconds=3600, value=str(viewer.id) if viewer.is_authenticated else None)
    verdict = follows.can_follow(viewer, what, key)
    if verdict:
        with write():
            verdict = follows.follow(actor=viewer, what=what, key=key, is_on=is_on)
    return _answered(verdict, FOLLOWED[is_on], back)


def set_mute(what: str, key: int, back: str) -> ResponseReturnValue:
    """The answer to a form that mutes something that the viewer may see, or ends it (`value` 0)."""
    viewer, value = the_viewer(), request.form.get("value", "1")
    slow_down("mute", limit=120, seconds=3600, value=str(viewer.id) if viewer.is_authenticated else None)
    is_block = value == "block" and what == "member"
    verdict = mutes.can_mute(viewer, what, key)
    if verdict:
        with write():
            verdict = mutes.mute(actor=viewer, what=what, key=key, is_on=value != "0", is_block=is_block)
    return _answered(verdict, MUTED["block" if is_block else "0" if value == "0" else "1"], back)


def _answered(verdict: Verdict, words: str, back: str) -> ResponseReturnValue:
    if not verdict:
        return refused(verdict)
    if "list" in request.form:
        return redirect(url_for("follows.following_index"), 303)
    flash(str(words), "good")
    return redirect(back, 303)
