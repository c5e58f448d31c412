"""The people of the tests, the same everywhere.

A visitor; Alice, who wrote it; Bob, another member; Nia, new today; Sam, who is silenced; Mona the moderator;
Cora the curator; Ada the administrator.
"""

from __future__ import annotations

import contextvars
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts.login import session_cookie
from forum.accounts.models import Member, MemberRole, MemberSession
from forum.accounts.queries import viewer_of
from forum.accounts.viewer import VISITOR, Viewer
from forum.core import clock
from forum.core.db import db
from forum.core.settings import Settings
from forum.core.tokens import digest
from forum.core.unit_of_work import write

NAMES = ("alice", "bob", "nia", "sam", "mona", "cora", "ada")
ROLE = {"mona": "moderator", "cora": "curator", "ada": "admin"}
STANDING = {"nia": "new", "mona": "trusted", "cora": "trusted", "ada": "trusted"}


class Browser(FlaskClient):
    """A test client that behaves like a browser on the site's own pages, apart from the test's application context."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request. Posts say that they come from the site, unless told otherwise by `headers`."""
        if isinstance(args[0] if args else None, str):
            options.setdefault("base_url", self._settings().origin)
            options["headers"] = {"Sec-Fetch-Site": "same-origin"} | dict(options.get("headers") or {})
        # In a context of its own: what a request leaves in `g` or the session must not reach the test, nor the reverse.
        response: TestResponse = contextvars.Context().run(super().open, *args, **options)
        return response

    def sign_in(self, token: str) -> None:
        """Carry a session's cookie from now on."""
        settings = self._settings()
        host = settings.site_host.rsplit(":", 1)[0]
        self.set_cookie(session_cookie(settings), token, domain=host, secure=settings.is_https)

    def _settings(self) -> Settings:
        settings: Settings = self.application.extensions["settings"]
        return settings


@dataclass(frozen=True)
class Person:
    """One of the cast: a browser, the viewer she is, and the token of her session ("" for the visitor)."""

    name: str
    viewer: Viewer
    browser: Browser
    token: str

    @property
    def id(self) -> int:
        assert self.viewer.id is not None
        return self.viewer.id


@dataclass(frozen=True)
class Cast:
    """Everybody, by name."""

    visitor: Person
    alice: Person
    bob: Person
    nia: Person
    sam: Person
    mona: Person
    cora: Person
    ada: Person

    def __getitem__(self, name: str) -> Person:
        person: Person = getattr(self, name)
        return person


def assemble(app: Flask) -> Cast:
    """Make the seven members with a session each, and open a browser for everybody."""
    now = clock.now()
    members, tokens = {}, {}
    with write():
        for name in NAMES:
            member = members[name] = Member(
                email=f"{name}@example.org",
                display_name=name.title(),
                joined_at=now - timedelta(days=200),
                standing=STANDING.get(name, "established"),
                language="en",
                roles=[MemberRole(role=ROLE[name])] if name in ROLE else [],
            )
            if name == "sam":
                member.restriction, member.restricted_until = "silenced", now + timedelta(days=30)
            db.session.add(member)
        db.session.flush()
        for name, member in members.items():
            tokens[name] = f"session-of-{name}"
            db.session.add(session_row(member, tokens[name]))
        viewers = {name: viewer_of(member) for name, member in members.items()}
    people = {name: _person(app, name, viewers[name], tokens[name]) for name in NAMES}
    return Cast(visitor=_person(app, "visitor", VISITOR, ""), **people)


def session_row(member: Member, token: str) -> MemberSession:
    """A session that `token` opens, begun now."""
    now = clock.now()
    return MemberSession(
        token_hash=digest(token),
        member_id=member.id,
        device="A browser",
        started_at=now,
        last_seen_on=now.date(),
        expires_at=now + timedelta(days=60),
    )


def _person(app: Flask, name: str, viewer: Viewer, token: str) -> Person:
    browser = Browser(app, app.response_class, use_cookies=True)
    if token:
        browser.sign_in(token)
    return Person(name, viewer, browser, token)
