"""The headers every answer carries."""

from __future__ import annotations

from flask import Flask, Response, g, request

RULES = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(RULES)


def init_headers(app: Flask, *, is_https: bool, session_cookie: str) -> None:
    """Add the security headers; a strict Content-Security-Policy (CSP level 3) without inline script or style."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
        if is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "Cache-Control" not in headers:
            # What a member sees is hers alone; what any visitor sees may be kept if it is asked for again each time.
            is_private = g.get("is_private", False) or session_cookie in request.cookies
            is_public = request.method in ("GET", "HEAD") and not is_private
            headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
        return response
