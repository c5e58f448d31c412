"""The interface's language: in the address, chosen by the visitor, else by account or browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, force_locale
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from forum.core.settings import LANGUAGES

NAMES = {"en": "English", "it": "Italiano", "es": "Español"}
# What has no language at all: files, probes, and what mail programs post to.
BARE = (
    "/static/",
    "/media/",
    "/health",
    "/ready",
    "/metrics",
    "/robots.txt",
    "/sitemap.xml",
    "/unsubscribe/",
    "/favicon.ico",
    "/s/",
    "/sitemap/",
)
PREFIX = f"/<any({', '.join(LANGUAGES)}):language>"


def current_language() -> str:
    """The language of this request's pages; English outside a request unless `in_language` says another."""
    language = g.get("language")
    return language if language in LANGUAGES else LANGUAGES[0]


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """A context in which translations and dates speak `language`, for mails and letters."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before


def preferred_language() -> str:
    """The language to send a reader to whose address has none: her account's, else her browser's."""
    chosen = getattr(current_user, "language", None)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def compile_catalogues(folder: Path) -> None:
    """Make the .mo that gettext reads from each .po that is newer."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        made = BytesIO()
        write_mo(made, catalogue)
        # Several processes start at once: each writes its own and the last one stays, whole.
        part = target.with_suffix(f".{os.getpid()}")
        part.write_bytes(made.getvalue())
        part.replace(target)


def init_languages(app: Flask) -> Babel:
    """Take the language out of each address, put it into each link, and send addresses without one on."""
    folder = Path(app.root_path) / "translations"
    compile_catalogues(folder)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(folder))
    babel = Babel(app, locale_selector=current_language)

    @app.url_value_preprocessor
    def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.language = (values or {}).pop("language", None) or _from_path()

    @app.url_defaults
    def _give(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = current_language()

    @app.before_request
    def _send_on() -> BaseResponse | None:
        path = request.path
        head = path.split("/", 2)[1]
        if head in LANGUAGES or path.startswith(BARE) or request.method not in ("GET", "HEAD"):
            return None
        query = request.query_string.decode("latin-1")
        target = f"/{preferred_language()}{path if path != '/' else '/'}" + (f"?{query}" if query else "")
        if not _exists(target.split("?", 1)[0]):
            g.language = preferred_language()
            raise NotFound
        answer: Response = redirect(target, 302)  # type: ignore[assignment]
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Accept-Language, Cookie"
        return answer

    return babel


def _from_path() -> str | None:
    head = request.path.split("/", 2)[1] if has_request_context() else ""
    return head if head in LANGUAGES else None


def _exists(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True
