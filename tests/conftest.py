"""What every test can ask for.

`app`        the application on a fresh database, its context open; a test of data runs on SQLite and on PostgreSQL
`cast`       the visitor and the seven members, each with a `browser` and a `viewer`
`client`     the visitor's browser alone
`make_app`   another application on the same database, with other settings
`redis`, `mail_server`, `nu`, `chromium`   real servers
`serve`      the site served as in production; `tabs`, a browser on it
`demo_site`  the whole demo served, with the tokens of its cast; `demo_tabs`, a browser on it
`empty_database`   nothing in it, for migrations
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser as Chromium

from forum import create_app
from forum.core.db import db
from forum.core.settings import Settings
from tests import cast as people
from tests.services import browser, databases, demo, nu, quick, redis_server, shared, site, smtp

MakeApp = Callable[..., Flask]
Serve = Callable[..., site.Site]
PAGES = re.compile(r"test_\w*(?:pages?|panel|browser)\.py$")
_numbers = itertools.count()

# Every test makes an application, which need not do everything anew.
quick.share_compiled_addresses()
quick.share_read_files()


def pytest_configure(config: pytest.Config) -> None:
    # Under xdist this runs in the controller first; its workers find the directory in their environment.
    if not hasattr(config, "workerinput"):
        for name in Settings.model_fields:
            os.environ.pop(name.upper(), None)
        shared.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.end_run()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a test is not for (the marks `sqlite` and `postgresql`); begin with the modules that take long."""
    out = [item for item in items if _kind_of(item) not in _kinds_for(item)]
    if out:
        config.hook.pytest_deselected(items=out)
        kept = set(items) - set(out)
        items[:] = [item for item in items if item in kept]
    # Begun last, a long module would keep one process busy while the others have nothing left.
    modules = {item.location[0] for item in items if "chromium" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.location[0] not in modules and not item.location[0].startswith("tests/house/"))


def pytest_collection_finish() -> None:
    quick.look_for_rubbish_seldom()


def pytest_runtest_setup() -> None:
    """Begin no test in the last seconds of a day (UTC): what is counted by days would be of two."""
    left = 86_400 - time.time() % 86_400
    if left < 20:
        time.sleep(left + 0.1)


def _kind_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_kind") if callspec else None


def _kinds_for(item: pytest.Item) -> set[str | None]:
    named: set[str | None] = {kind for kind in databases.KINDS if item.get_closest_marker(kind)}
    # What a page says, and does in a browser, is tried on SQLite. On PostgreSQL every address is opened by the tests of
    # the house, and every query and verb that a page calls has its own test.
    is_of_pages = PAGES.search(item.location[0]) and not item.location[0].startswith("tests/house/")
    return (named or ({"sqlite"} if is_of_pages else set(databases.KINDS))) | {None}


@pytest.fixture(scope="session", params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def database_content() -> databases.Content:
    """What this test's database holds. A module that wants PREPARED or DEMO overrides it."""
    return databases.MIGRATED


@pytest.fixture
def database(database_kind: str, tmp_path: Path, database_content: databases.Content) -> Iterator[databases.Database]:
    """A database of this test's own."""
    with databases.fresh(database_kind, tmp_path, database_content) as made:
        yield made


@pytest.fixture
def empty_database(database_kind: str, tmp_path: Path) -> Iterator[databases.Database]:
    """A database with nothing in it."""
    with databases.empty(database_kind, tmp_path) as made:
        yield made


@pytest.fixture
def make_app(database: databases.Database, tmp_path: Path) -> Iterator[MakeApp]:
    """Makes an application on this test's database; settings may be given: `make_app(mail_url=…)`."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        app = create_app(database.settings(tmp_path, **settings))
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(shared.run_directory()))
        made.append(app)
        with app.app_context():
            quick.wait_for_no_disk(db.engine)
            quick.share_compiled_statements(db.engine)
            quick.share_connections(db.engine)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                db.engine.dispose()
    quick.let_go_of_applications()


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """The application, its context open: a test may call actions and queries as it stands."""
    made = make_app()
    with made.app_context():
        yield made


@pytest.fixture
def cast(app: Flask) -> people.Cast:
    """Everybody, with a session each."""
    return people.assemble(app)


@pytest.fixture
def client(app: Flask) -> people.Browser:
    """A visitor's browser."""
    return people.Browser(app, app.response_class, use_cookies=True)


@pytest.fixture
def redis() -> Iterator[redis_server.RedisServer]:
    """A real Redis, empty."""
    server = redis_server.running()
    server.empty()
    yield server
    server.client.close()


@pytest.fixture
def mail_server() -> Iterator[smtp.MailServer]:
    """A real mail server that keeps what it is given."""
    server = smtp.MailServer()
    server.up()
    yield server
    server.down()


@pytest.fixture(scope="session")
def html_checker() -> nu.NuChecker:
    """The Nu HTML checker."""
    return nu.running()


@pytest.fixture
def serve(app: Flask) -> Iterator[Serve]:
    """Serves this test's database as in production: `serve()` answers a Site; settings as in `serve(MAIL_URL=…)`."""
    served: list[site.Site] = []

    def start(**settings: str) -> site.Site:
        name = f"site-{shared.worker()}-{next(_numbers)}"
        served.append(site.start(name, app.extensions["settings"], more=settings))
        return served[-1]

    yield start
    for one in served:
        one.stop()


@pytest.fixture
def tabs(serve: Serve, chromium: Chromium) -> Iterator[browser.Tabs]:
    """A browser on the served site: `tabs.open("/en/", token=cast.alice.token)`. No page may have a problem."""
    opened = browser.Tabs(chromium, serve().url)
    yield opened
    opened.close()
    assert opened.problems == []


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.DemoSite]:
    """The whole demo on SQLite, served as in production: one for all tests of a process, which should only read."""
    directory = tmp_path_factory.mktemp("demo")
    with databases.kept("sqlite", directory, databases.DEMO) as made, demo.served(made, directory) as served:
        yield served


@pytest.fixture
def demo_tabs(demo_site: demo.DemoSite, chromium: Chromium) -> Iterator[browser.Tabs]:
    """A browser on the demo: `demo_tabs.open("/en/", token=demo_site.tokens["mona"])`. No page may have a problem."""
    opened = browser.Tabs(chromium, demo_site.url)
    yield opened
    opened.close()
    assert opened.problems == []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A real browser, one for each test process."""
    with browser.running() as running:
        yield running
