"""How many queries a page asks, counted in this process, apart from the measured one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event

from bench.cases import Case
from forum import create_app
from forum.core.db import db
from forum.core.settings import Settings

NO_QUERY = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "SET", "SHOW")


def queries(settings: Settings, cases: Sequence[Case], cookie: str) -> dict[str, int]:
    """Queries of each case by its name; a page from the cache asks none but its generation, which isn't counted."""
    app = create_app(settings)
    found: dict[str, int] = {}
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip("( ").upper().startswith(NO_QUERY):
            asked.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    for case in cases:
        if not case.path or case.is_cached:
            continue
        client = app.test_client(use_cookies=False)
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if case.is_member else {})
        more: dict[str, Any] = {"base_url": settings.origin, "headers": headers}
        if case.body:
            more |= {"data": case.body, "content_type": "application/x-www-form-urlencoded"}
        client.open(case.path, method="POST" if case.body else "GET", **more)
        if not case.body:  # the first time, some things are read once for all
            asked.clear()
            client.get(case.path, **more)
        found[case.name] = len(asked)
        asked.clear()
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", note)
        db.engine.dispose()
    return found
