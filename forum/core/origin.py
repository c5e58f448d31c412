"""Cross-origin refusal by header: no token in any form, so a visitor's page can be cached.

Fetch metadata (W3C Fetch Metadata Request Headers) decides; browsers without it are judged by `Origin` (RFC 6454).
"""

from __future__ import annotations

from flask import Flask, Request, abort, request

from forum.core.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_own(req: Request, site_origin: str, session_cookie: str) -> bool:
    """Whether an unsafe request comes from the site's own pages (or from no page at all, without a session)."""
    site = req.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = req.headers.get("Origin")
    if origin is not None:
        return origin.lower() == site_origin
    return session_cookie not in req.cookies


def init_origin(app: Flask, settings: Settings, session_cookie: str) -> None:
    """Refuse unsafe requests from other sites. `/unsubscribe/` is posted by mail programs (RFC 8058)."""

    @app.before_request
    def _refuse_foreign() -> None:
        if request.method in SAFE or request.path.startswith("/unsubscribe/"):
            return
        if not is_own(request, settings.origin, session_cookie):
            abort(403, "foreign")
