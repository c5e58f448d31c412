"""A phone that others use too: nothing she types stays in its browser, and her session ends when it is closed.

The choice belongs to the device, so a cookie holds it, and only where it was made.
"""

from __future__ import annotations

from flask import Response, after_this_request, g, has_request_context, request

from forum.core.settings import the_settings

YEAR = 365 * 86400


def _cookie() -> str:
    return "__Host-shared" if the_settings().is_https else "shared"


def is_shared() -> bool:
    """Whether this request comes from a device of which somebody said that she shares it."""
    if not has_request_context():
        return False
    said: bool | None = g.get("is_shared_device")
    return request.cookies.get(_cookie()) == "1" if said is None else said


def remember(*, shared: bool) -> None:
    """Note the choice for this device with the answer to this request."""
    g.is_shared_device = shared

    @after_this_request
    def _set(response: Response) -> Response:
        if shared:
            response.set_cookie(
                _cookie(), "1", max_age=YEAR, path="/", secure=the_settings().is_https, httponly=True, samesite="Lax"
            )
        else:
            response.delete_cookie(_cookie(), path="/", secure=the_settings().is_https, httponly=True, samesite="Lax")
        return response
