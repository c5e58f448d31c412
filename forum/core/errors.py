"""Error pages: what happened, what to do, and that nothing was lost. What was typed stands on the page."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, abort, g, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from forum.core.db import db

log = structlog.get_logger()
NEVER_SHOWN = ("password", "code", "token")  # fields whose text is never put back on a page
COLLIDED = ("DeadlockDetected", "SerializationFailure", "LockNotAvailable")  # PostgreSQL's: nothing is broken
SHORT = 40  # characters; what is shorter, and one word, is a choice


def is_text(value: str) -> bool:
    """Whether a posted value is somebody's words rather than a choice."""
    return len(value) > SHORT or any(sign.isspace() for sign in value.strip())


def typed_texts() -> list[str]:
    """The longer texts of the posted form, so that an error page can give them back."""
    if request.method != "POST":
        return []
    try:
        fields = request.form.items(multi=True)
        return [value for name, value in fields if is_text(value) and not name.endswith(NEVER_SHOWN)]
    except HTTPException:  # the body itself could not be read
        return []


def _sentences(status: int, description: str | None) -> tuple[str, str]:
    if status == 404:
        return _("This page isn’t here"), _("It may have been moved or taken back by its author.")
    if status == 403 and description == "foreign":
        return _("This came from another page"), _("Open the form on this site and send it again.")
    if status == 403:
        return _("This isn’t open to you"), _("If you think it should be, write to the moderators.")
    if status == 405:
        return _("This page can’t do that"), _("Go back one page and try again.")
    if status == 413:
        return _("This is too much at once"), _("Go back one page: your words are still there. Send them in parts.")
    if status == 429:
        return _("A little slower"), _("Too much came at once. Wait a few minutes and try again.")
    if status == 503:
        return _("The site can’t save right now"), _("It will be back by itself. Try again in a minute.")
    if status >= 500:
        return _("Something broke on our side"), _("It has been noted. Try again in a few minutes.")
    return _("We couldn’t read that"), _("Go back one page and try again.")


def error_page(status: int, description: Any = None) -> Response:
    """The page for an HTTP status; `description` may be a sentence of a verdict, shown as it is."""
    title, advice = _sentences(status, str(description) if description else None)
    g.is_private = True
    page = render_template("errors/error.html", status=status, title=title, advice=advice, kept=typed_texts())
    return make_response(page, status)


def refusal_page(reason: Any, status: int) -> Response:
    """The page for a verdict's refusal: its sentence, and what was typed."""
    g.is_private = True
    page = render_template("errors/error.html", status=status, title=str(reason), advice="", kept=typed_texts())
    return make_response(page, status)


def _no_nul() -> None:
    if "\0" in request.path:  # PostgreSQL can't even be asked for such a slug
        abort(404)


def init_errors(app: Flask) -> None:
    """Answer every error with a page of the site."""

    app.before_request(_no_nul)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error
        response = error_page(error.code or 500, error.description)
        if error.code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
        return response

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> Response:
        db.session.rollback()
        return refusal_page(_("Somebody changed this while you were reading. Open it again to see how it stands."), 409)

    @app.errorhandler(OverflowError)
    def _no_such_number(_error: OverflowError) -> Response:
        # A number in an address that no row can have, on SQLite.
        db.session.rollback()
        return error_page(404)

    @app.errorhandler(DataError)
    def _no_such_value(error: DataError) -> Response:
        # The same on PostgreSQL; anything else of this kind is our mistake.
        if type(error.orig).__name__ != "NumericValueOutOfRange":
            return _broken(error)
        db.session.rollback()
        return error_page(404)

    @app.errorhandler(OperationalError)
    def _database(error: OperationalError) -> Response:
        db.session.rollback()
        if type(error.orig).__name__ in COLLIDED:
            return refusal_page(
                _("Somebody did something to the same thing in this moment. Send yours once more."), 409
            )
        log.error("database_away", error=type(error.orig).__name__)
        return _plain_page(503)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        db.session.rollback()
        log.error("request_failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return _plain_page(500)


def _plain_page(status: int) -> Response:
    """A page that needs neither database nor session, for when they are what is broken."""
    title, advice = _sentences(status, None)
    g.is_private = True
    page = render_template("errors/plain.html", status=status, title=title, advice=advice, kept=typed_texts())
    return make_response(page, status)
