"""Who is asking: the session cookie leads to a row, the row to a member, the member to a Viewer."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, request
from flask_login import LoginManager, current_user

from forum.accounts import queries, shared_phone
from forum.accounts.viewer import VISITOR, Viewer
from forum.core.settings import Settings, the_settings


def session_cookie(settings: Settings) -> str:
    """The cookie's name; on https the browser itself holds it to this host (RFC 6265bis, `__Host-`)."""
    return "__Host-session" if settings.is_https else "session"


def the_viewer() -> Viewer:
    """The viewer of this request."""
    viewer: Viewer = current_user._get_current_object()  # noqa: SLF001 - the value itself, not Flask-Login's proxy
    return viewer


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session token: for as long as a session lasts, on a shared device until it is closed."""
    response.set_cookie(
        session_cookie(settings),
        token,
        max_age=None if shared_phone.is_shared() else settings.session_days * 86400,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Take the session token from the browser."""
    response.delete_cookie(session_cookie(settings), path="/", secure=settings.is_https, httponly=True, samesite="Lax")


def session_token(request: Request) -> str | None:
    """The session token that a request carries."""
    settings = the_settings()
    return request.cookies.get(session_cookie(settings))


def init_login(app: Flask, settings: Settings) -> None:
    """Let Flask-Login load the viewer from our own sessions table. The signed cookie holds flashed messages only."""
    app.config["SESSION_COOKIE_NAME"] = "__Host-flash" if settings.is_https else "flash"
    app.config["SESSION_COOKIE_SECURE"] = settings.is_https
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = lambda: VISITOR

    @app.before_request
    def _open_session() -> None:
        # Before anything else is asked: the same query reads what every page needs to know of the site.
        if session_token(request) and not (request.endpoint or "static").startswith(("static", "probes.")):
            the_viewer()

    @app.context_processor
    def _viewer() -> dict[str, Any]:
        return {"viewer": the_viewer(), "is_shared_phone": shared_phone.is_shared}

    @manager.request_loader  # type: ignore[untyped-decorator]
    def _load(request: Request) -> Viewer | None:
        token = session_token(request)
        return queries.viewer_by_token(token) if token else None
