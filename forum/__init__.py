"""Common Thread: a support-community forum and story archive. `create_app` is its table of contents."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from forum import cli, rooms
from forum.accounts.login import init_login, session_cookie
from forum.core.assets import init_assets
from forum.core.chosen import init_chosen
from forum.core.compression import init_compression
from forum.core.db import init_db
from forum.core.errors import init_errors
from forum.core.headers import init_headers
from forum.core.languages import init_languages
from forum.core.limits import init_throttle
from forum.core.logs import init_logs
from forum.core.migrations import init_migrations
from forum.core.origin import init_origin
from forum.core.settings import ROOT, Settings
from forum.core.spoken import SpokenEnvironment
from forum.core.templates import init_templates
from forum.core.visitor_cache import init_visitor_cache

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application, from `settings` or the environment."""
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.jinja_environment = SpokenEnvironment
    app.config["SECRET_KEY"] = settings.secret
    app.config["MAX_CONTENT_LENGTH"] = 4 * MEGABYTE
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * MEGABYTE
    app.extensions["settings"] = settings
    cookie = session_cookie(settings)

    init_logs(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    init_db(app, settings)
    init_migrations(app, ROOT / "migrations")
    init_origin(app, settings, cookie)
    init_languages(app)
    init_login(app, settings)
    init_throttle(app, settings)
    init_chosen(app)
    init_templates(app, settings)
    init_assets(app, ROOT / "static", reload=settings.development)
    init_errors(app)

    cli.register(app)
    rooms.open_all(app)  # blueprints, kinds, jobs and commands of each feature

    # After the answer is made, the last to be named is the first to see it: headers, then compression, then the cache.
    init_visitor_cache(app, settings, cookie)
    init_compression(app)
    init_headers(app, is_https=settings.is_https, session_cookie=cookie)
    return app
