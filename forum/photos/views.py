"""The addresses of photos for readers: the library, and a page for each photo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request

from forum.accounts.login import the_viewer
from forum.accounts.viewer import Viewer
from forum.contributions import reactions
from forum.contributions.models import Contribution
from forum.contributions.queries import is_owner
from forum.core.languages import PREFIX, current_language
from forum.core.stems import fold
from forum.photos import policy, queries
from forum.photos.kind import title
from forum.photos.models import Photo
from forum.topics import queries as topics

bp = Blueprint("photos", __name__, url_prefix=PREFIX)
bp.add_app_template_filter(title, "photo_title")


@bp.app_template_global("photos_on_story")
def _photos_on_story(
    story: Contribution, posts: Sequence[Any], viewer: Viewer, is_own: bool, pictured: Collection[int] | None = None
) -> dict[int, list[Photo]]:
    """For the story's page, which belongs to a room above: the photos on it and on its comments, by their ids, as
    `viewer` may see them. `pictured`: where there are any, if the page has seen to that already."""
    if is_own and story.status != "published":
        return queries.ready_on(story.id, viewer)
    holders = [story.id, *_standing(posts)]
    return queries.photos_on_all([key for key in holders if pictured is None or key in pictured], viewer)


@bp.app_template_global("photos_on_posts")
def _photos_on_posts(posts: Sequence[Any], viewer: Viewer) -> dict[int, list[Photo]]:
    """For the pages of threads: the photos on the posts of one page that are not gone, by the post's id."""
    return queries.photos_on_all(_standing(posts), viewer)


def _standing(posts: Sequence[Any]) -> list[int]:
    return [post.id for post in posts if not post.is_gone]


def _key(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


@bp.get("/photos")
def library_show() -> str:
    """The photo library: newest first, by topic, 24 a page."""
    viewer = the_viewer()
    slug = request.args.get("topic", "")[:80]
    topic = topics.topic_by_slug(slug) if slug else None
    page = queries.library_page(
        viewer, topics.family(topic.id) if topic else (), after=_key("after"), before=_key("before")
    )
    counts = queries.library_topics(viewer)
    names = topics.names(list(counts), current_language())
    choices = sorted(((one.slug, one.name, counts[one.id]) for one in names.values()), key=lambda row: fold(row[1]))
    return render_template(
        "photos/library.html",
        page=page,
        topic=topic.slug if topic else "",
        topic_name=next((name for slug, name, _ in choices if topic and slug == topic.slug), ""),
        topic_choices=choices,
        can_offer=policy.can_offer(viewer),
    )


@bp.get("/photos/<int:photo_id>")
def photo_show(photo_id: int) -> Response | str:
    """One photo, large, with all that is said of it; the place of one that its author took back (410)."""
    viewer = the_viewer()
    photo = queries.photo_for(viewer, photo_id)
    if photo is None:
        return _gone(photo_id)
    is_own = is_owner(viewer, photo)
    if is_own and photo.status != "published":
        g.is_private = True
    names = topics.names([topic.id for topic in photo.topics], current_language())
    return render_template(
        "photos/photo.html",
        photo=photo,
        is_own=is_own,
        about=sorted(names.values(), key=lambda topic: fold(topic.name)),
        story=queries.story_of(photo, viewer),
        taps=reactions.taps_of(viewer, photo.id) if photo.status == "published" else reactions.NONE,
    )


def _gone(photo_id: int) -> Response:
    own = queries.own_photo(the_viewer(), photo_id)
    is_own = own is not None and own.status == "withdrawn"
    if not is_own and not queries.was_taken_back(photo_id):
        abort(404)
    g.is_private = True
    return make_response(render_template("photos/taken_back.html", photo_id=photo_id, is_own=is_own), 410)
