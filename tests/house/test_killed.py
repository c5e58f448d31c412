"""Web and worker killed at any moment, under load: what was acknowledged is there, and no mail is lost."""

from __future__ import annotations

import http.client
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import or_, select, text, update

from forum.accounts.models import SignInRequest
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.site import checks
from tests import cast as people
from tests.conftest import MakeApp
from tests.house.test_routes import make_world
from tests.services import nursery, shared
from tests.services.smtp import MailServer

KILLS = 5  # on each database
PROCESSES = ((), ("worker",))  # the web server and what runs beside it


@dataclass
class Load:
    """Writers who answer in a thread and people who ask to sign in, and what the site has said yes to."""

    port: int
    thread: int
    replies: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def post(self, path: str, token: str, **fields: str) -> int:
        """The status of a form's answer; 0 when there was none."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        if token:
            headers["Cookie"] = f"session={token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, urlencode(fields), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return 0
        finally:
            connection.close()

    def reply(self, name: str) -> None:
        for number in range(100_000):
            if self.is_over.wait(0.05):
                return
            source = f"{name} writes number {number}."
            status = self.post(
                f"/en/threads/{self.thread}/replies", f"session-of-{name}", source=source, attribution="member"
            )
            self.note(status, self.replies, source)

    def ask(self, name: str) -> None:
        for number in range(100_000):
            if self.is_over.wait(0.05):
                return
            address = f"{name}{number}@example.org"
            self.note(self.post("/en/sign-in", "", email=address), self.addresses, address)

    def note(self, status: int, kept: list[str], what: str) -> None:
        if status == 303:
            kept.append(what)
        elif status not in (0, 429):
            self.odd[str(status)] += 1


def started(environment: dict[str, str], directory: Path) -> list[int]:
    return [nursery.serve(environment, directory, *words) for words in PROCESSES]


def test_what_was_acknowledged_outlives_every_kill(make_app: MakeApp, tmp_path: Path, mail_server: MailServer) -> None:
    port = shared.free_port()
    app = make_app(port=port, mail_url=mail_server.url)
    with app.app_context():
        world = make_world(people.assemble(app))
        db.session.remove()
        load = Load(port, world.thread)
        mail_server.seconds = 0.03  # so that kills meet mails on their way
        run(app, load, tmp_path, mail_server)
        judge(app, load, mail_server)


def run(app: Flask, load: Load, directory: Path, mail_server: MailServer) -> None:
    """Write and ask all the while, and kill everything again and again at no special moment."""
    settings = app.extensions["settings"]
    environment = nursery.environment_of(settings) | {
        "HOST": "127.0.0.1", "PORT": str(load.port), "WEB_WORKERS": "1", "MAIL_URL": mail_server.url,
    }  # fmt: skip
    app.extensions["throttle"].hit("its table is made", limit=1, seconds=1)
    acts: list[tuple[Callable[[str], None], str]] = [(load.reply, name) for name in ("bob", "mona", "cora", "ada")]
    acts += [(load.ask, name) for name in ("eve", "zoe")]
    threads = [threading.Thread(target=act, args=(name,)) for act, name in acts]
    for thread in threads:
        thread.start()
    try:
        for number in range(KILLS):
            processes = started(environment, directory)
            try:
                before = len(load.replies), len(load.addresses)
                until = time.monotonic() + 30
                while time.monotonic() < until and not (
                    len(load.replies) > before[0] + 5 and len(load.addresses) > before[1] + 3
                ):
                    time.sleep(0.02)
                    with sqlite3.connect(directory / "throttle.sqlite") as counts:
                        counts.execute("DELETE FROM windows")
                time.sleep(0.13 * number)
            finally:
                for process in processes:
                    nursery.kill(process)
    finally:
        load.is_over.set()
        for thread in threads:
            thread.join()


def judge(app: Flask, load: Load, mail_server: MailServer) -> None:
    """Everything that was said yes to is there once, the rows agree, and every mail has gone out."""
    assert load.odd == {}
    assert len(load.replies) > KILLS
    there = Counter(
        db.session.scalars(select(Contribution.source).where(Contribution.source.like("% writes number %")))
    )
    assert [source for source in load.replies if there[source] != 1] == []
    assert max(there.values()) == 1
    if app.extensions["settings"].database.startswith("sqlite"):
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    db.session.rollback()
    with write():
        assert list(checks.problems()) == []
        # As if the five minutes had passed for which a killed worker holds its job.
        db.session.execute(update(OutboxJob).where(OutboxJob.done_at.is_(None)).values(leased_until=None))
    work_all()
    # What is set for another day waits for it; nothing else does, and nothing failed.
    is_late = or_(OutboxJob.run_at <= clock.now(), OutboxJob.last_error.is_not(None))
    left = select(OutboxJob.name, OutboxJob.run_at, OutboxJob.last_error).where(OutboxJob.done_at.is_(None), is_late)
    assert db.session.execute(left).all() == []
    asked = set(db.session.scalars(select(SignInRequest.id)))
    mails = Counter(str(one.message["Message-ID"]) for one in mail_server.received)
    assert {f"<sign-in-{key}@127.0.0.1>" for key in asked} == {key for key in mails if key.startswith("<sign-in-")}
    assert sum(mails.values()) - len(mails) <= KILLS
    assert set(load.addresses) <= {address for one in mail_server.received for address in one.recipients}
