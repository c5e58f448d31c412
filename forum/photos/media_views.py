"""The files of photos. Whoever asks is judged anew each time: what was taken back is gone at the next request."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, request

from forum.accounts.login import the_viewer
from forum.core.storage import StorageAwayError, Stored, the_storage
from forum.core.unit_of_work import end_reading
from forum.photos import queries
from forum.photos.making import PREVIEW, TYPES, place

bp = Blueprint("media", __name__)
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # a picture needs nothing, whatever is in it


@bp.get("/media/photos/<int:photo_id>/<int:width>.<any(webp, avif):kind>")
def photo_file(photo_id: int, width: int, kind: str) -> Response:
    """One size of a photo, to whoever may see it now."""
    file = queries.file_for(the_viewer(), photo_id)
    if file is None:
        abort(410 if queries.was_taken_back(photo_id) else 404)
    if file.state != "ready" or width not in file.widths:
        abort(404)
    return _answer(place(file.key, f"{width}.{kind}"), TYPES[kind], is_public=file.is_public)


@bp.get("/media/photos/<int:photo_id>/preview.webp")
def preview_file(photo_id: int) -> Response:
    """The plain preview of a photo that isn't made yet, to its author only."""
    file = queries.file_for(the_viewer(), photo_id)
    if file is None or not file.is_own or file.state == "ready":
        abort(404)
    return _answer(place(file.key, PREVIEW), TYPES["webp"], is_public=False)


def _answer(key: str, media_type: str, *, is_public: bool) -> Response:
    end_reading()  # a store may be slow; nothing is held open meanwhile
    g.is_private = not is_public
    etag = key.split("/")[1][:12]
    response = Response(status=304) if etag in request.if_none_match else _stream(key, media_type)
    if response.status_code in (200, 304):
        response.headers["Cache-Control"] = "no-cache" if is_public else "private, no-cache"
        response.set_etag(etag)
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _stream(key: str, media_type: str) -> Response:
    try:
        stored: Stored | None = the_storage().read(key)
    except StorageAwayError:
        return make_response("", 503)
    if stored is None:
        abort(404)
    response = Response(iter(stored), mimetype=media_type, direct_passthrough=True)
    response.headers["Content-Length"] = str(stored.length)
    response.call_on_close(stored.close)
    return response
