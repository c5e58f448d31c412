"""The addresses where photos come in: for the library, and on a story of one's own."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from forum.accounts.login import the_viewer
from forum.accounts.refusal import refused
from forum.contributions.models import Contribution
from forum.core.languages import current_language
from forum.core.limits import slow_down
from forum.core.settings import the_settings
from forum.core.unit_of_work import write
from forum.photos import actions, policy, queries, uploads
from forum.photos.models import Photo
from forum.photos.views import bp


def my_photo(photo_id: int) -> Photo:
    """A photo of the viewer's own; nobody else's is found (404)."""
    photo = queries.own_photo(the_viewer(), photo_id)
    return photo or abort(404)


def _my_holder(holder_id: int, kind: str) -> Contribution:
    holder = queries.own_contribution(the_viewer(), holder_id, (kind,))
    return holder or abort(404)


@bp.get("/photos/new")
def photo_new() -> ResponseReturnValue:
    """Where a member offers a photo to the library, and those of hers that wait for her."""
    viewer = the_viewer()
    if not (verdict := policy.can_offer(viewer)):
        return refused(verdict)
    return _new_page([])


def _new_page(refusals: list[Any], status: int = 200) -> Response:
    g.is_private = True
    mine = queries.own_unfinished(the_viewer())
    most = the_settings().photo_megabytes
    return make_response(render_template("photos/new.html", photos=mine, refusals=refusals, most=most), status)


@bp.post("/photos")
def photo_create() -> ResponseReturnValue:
    """Take photos for the library; each gets a page of its own."""
    viewer = the_viewer()
    if not (verdict := policy.can_offer(viewer)):
        return refused(verdict)
    slow_down("photo", limit=60, seconds=3600, value=str(viewer.id))
    found, kept = _take(None)
    if found.refusals:
        return _new_page([*_came_in(kept), *found.refusals], found.status)
    address = url_for("photos.photo_edit", photo_id=kept[0]) if len(kept) == 1 else url_for("photos.photo_new")
    return redirect(address, 303)


@bp.get("/stories/<int:story_id>/photos")
def story_photos(story_id: int) -> ResponseReturnValue:
    """The photos on a story of the viewer's own, and how each stands."""
    return _shown_on(story_id, "story")


@bp.get("/posts/<int:post_id>/photos")
def post_photos(post_id: int) -> ResponseReturnValue:
    """The photos on a post of the viewer's own, and how each stands."""
    return _shown_on(post_id, "post")


def _shown_on(holder_id: int, kind: str) -> ResponseReturnValue:
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    return _holder_page(_my_holder(holder_id, kind), [])


def _holder_page(holder: Contribution, refusals: list[Any], status: int = 200) -> Response:
    g.is_private = True
    viewer = the_viewer()
    photos = queries.own_photos_on(holder.id, viewer)
    page = render_template(
        f"photos/on_{holder.kind}.html",
        story=holder,
        photos=photos,
        refusals=refusals,
        most=the_settings().photo_megabytes,
        verdict=policy.can_add(viewer, holder, True, sum(one.status != "withdrawn" for one in photos)),
    )
    return make_response(page, status)


@bp.post("/stories/<int:story_id>/photos")
def story_photo_create(story_id: int) -> ResponseReturnValue:
    """Put photos on a story of the viewer's own."""
    return _put_on(story_id, "story")


@bp.post("/posts/<int:post_id>/photos")
def post_photo_create(post_id: int) -> ResponseReturnValue:
    """Put photos on a post of the viewer's own."""
    return _put_on(post_id, "post")


def _put_on(holder_id: int, kind: str) -> ResponseReturnValue:
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    holder = _my_holder(holder_id, kind)
    if not (verdict := policy.can_add(viewer, holder, True, queries.count_on(holder_id))):
        return refused(verdict)
    slow_down("photo", limit=60, seconds=3600, value=str(viewer.id))
    found, kept = _take(holder_id)
    if found.refusals:
        return _holder_page(_my_holder(holder_id, kind), [*_came_in(kept), *found.refusals], found.status)
    return redirect(place_of_photos(holder_id, kind), 303)


def place_of_photos(holder_id: int, kind: str, photo_id: int | None = None) -> str:
    """Where the photos on a story or a post stand for its author."""
    anchor = f"photo-{photo_id}" if photo_id else None
    if kind == "post":
        return url_for("photos.post_photos", post_id=holder_id, _anchor=anchor)
    return url_for("photos.story_photos", story_id=holder_id, _anchor=anchor)


def _take(story_id: int | None) -> tuple[uploads.Uploads, list[int]]:
    """Store what was sent and write it down; what may not be kept is deleted again, with its reason."""
    viewer, found, kept = the_viewer(), uploads.take_in(request), []
    refused_keys = []
    with write():
        for key in found.keys:
            outcome = actions.receive(actor=viewer, key=key, language=current_language(), on_id=story_id)
            if outcome.verdict and outcome.photo is not None:
                kept.append(outcome.photo.id)
            else:
                refused_keys.append(key)
                if outcome.verdict.reason not in found.refusals:
                    found.refusals.append(outcome.verdict.reason)
    uploads.Uploads(refused_keys).forget()
    return found, kept


def _came_in(kept: list[int]) -> list[str]:
    return [ngettext("%(num)d photo came in.", "%(num)d photos came in.", len(kept))] if kept else []
