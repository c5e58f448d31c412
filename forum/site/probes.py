"""What machines ask: is the process alive, is the site ready, what may be crawled, where is everything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, g, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from forum.core.db import db
from forum.core.settings import LANGUAGES, ROOT, the_settings
from forum.core.visitor_cache import public_state
from forum.site import queries, words
from forum.topics.queries import all_topics

bp = Blueprint("probes", __name__)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
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
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


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


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """What can be read, each in its own language: stories, discussions, topics, pages. At most 50,000 addresses."""
    lines = [] if public_state().has_examples else list(_addresses())
    body = "\n".join(
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for address, changed in lines
    )
    return Response(f"{HEAD}\n{body}\n</urlset>\n", mimetype="application/xml")


def _addresses() -> Iterator[tuple[str, str]]:
    origin = _origin()
    for language in LANGUAGES:
        for path in ("", "stories", "discussions", "topics", "help", "guidelines", *words.PAGES):
            yield f"{origin}/{language}/{path}", ""
        for topic in all_topics(language):
            yield f"{origin}/{language}/topics/{topic.slug}", ""
    for row in queries.story_places():
        yield f"{origin}/{row[1]}/stories/{row[0]}", _day(row[2])
    for row in queries.thread_places():
        yield f"{origin}/{row[1]}/threads/{row[0]}", _day(row[2])


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else ""


def _origin() -> str:
    settings = the_settings()
    return settings.origin
