"""What machines ask: is the process alive, is the site ready, what may be crawled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from forum.core.db import db
from forum.core.public_state import public_state
from forum.core.settings import LANGUAGES, ROOT, the_settings

REVISION = re.compile(r"^revision = ['\"](\w+)['\"]", re.MULTILINE)
DOWN_REVISION = re.compile(r"^down_revision = ['\"](\w+)['\"]", re.MULTILINE)
bp = Blueprint("probes", __name__)
CLOSED = ("admin", "me", "moderation", "report", "search", "sign-in", "sign-up", "stories/new")


def _plain(words: str, status: int = 200) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")


@bp.get("/health")
def health() -> Response:
    """The process answers; nothing else is asked."""
    g.is_private = True
    return _plain("alive")


@lru_cache(maxsize=1)
def _newest_revision() -> str:
    """The revision that no other follows, read from the scripts: Alembic's own reader costs a process 10 MB."""
    scripts = [path.read_text("utf-8") for path in (ROOT / "migrations" / "versions").glob("*.py")]
    followed = {before[1] for script in scripts if (before := DOWN_REVISION.search(script))}
    own = {revision[1] for script in scripts if (revision := REVISION.search(script))}
    return max(own - followed, default="")


@bp.get("/ready")
def ready() -> Response:
    """The database answers and its tables are those that the code expects; 503 otherwise."""
    g.is_private = True
    try:
        present = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return _plain("the database does not answer, or holds no tables yet: flask db upgrade", 503)
    if present != _newest_revision():
        return _plain("the database is of another version: flask db upgrade", 503)
    return _plain("ready")


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Where browsers look without being told."""
    address: Any = current_app.jinja_env.globals["asset"]
    return redirect(address("icons/favicon.svg"), 302)


@bp.get("/robots.txt")
def robots() -> Response:
    """Everything that visitors read may be crawled; nothing while examples are among it."""
    if public_state().has_examples:
        return _plain("User-agent: *\nDisallow: /")
    closed = "\n".join(f"Disallow: /{language}/{path}" for language in LANGUAGES for path in CLOSED)
    return _plain(f"User-agent: *\n{closed}\n\nSitemap: {_origin()}/sitemap.xml")


def _origin() -> str:
    settings = the_settings()
    return settings.origin
