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


def _my_story(story_id: int) -> Contribution:
    story = queries.own_contribution(the_viewer(), story_id)
    return story or abort(404)


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
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    return _story_page(_my_story(story_id), [])


def _story_page(story: Contribution, refusals: list[Any], status: int = 200) -> Response:
    g.is_private = True
    viewer = the_viewer()
    photos = queries.own_photos_on(story.id, viewer)
    page = render_template(
        "photos/on_story.html",
        story=story,
        photos=photos,
        refusals=refusals,
        most=the_settings().photo_megabytes,
        verdict=policy.can_add(viewer, story, True, sum(one.status != "withdrawn" for one in photos)),
    )
    return make_response(page, status)


@bp.post("/stories/<int:story_id>/photos")
def story_photo_create(story_id: int) -> ResponseReturnValue:
    """Put photos on a story of the viewer's own."""
    viewer = the_viewer()
    if not viewer.is_authenticated:
        return refused(policy.can_offer(viewer))
    story = _my_story(story_id)
    if not (verdict := policy.can_add(viewer, story, True, queries.count_on(story_id))):
        return refused(verdict)
    slow_down("photo", limit=60, seconds=3600, value=str(viewer.id))
    found, kept = _take(story_id)
    if found.refusals:
        return _story_page(_my_story(story_id), [*_came_in(kept), *found.refusals], found.status)
    return redirect(url_for("photos.story_photos", story_id=story_id), 303)


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
