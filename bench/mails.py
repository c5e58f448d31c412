"""`python -m bench.mails`: notifications go out to a real SMTP server while the worker is killed again and again.

Counts the distinct Message-IDs that arrived, and how many mails came twice.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import flask_migrate
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from bench import postgres, site
from forum import create_app
from forum.accounts.models import Member
from forum.accounts.queries import viewer_of
from forum.core import clock, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.settings import Settings
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions.models import Board, BoardText
from forum.notifications.actions import Recipient, notify_all
from forum.notifications.models import Notification

SLOW = 0.002  # seconds that the server takes to answer, so that kills meet mails on their way
PATIENCE = 120.0  # seconds without any mail after which something is wrong
START = 0  # the order that is no signal
_starting = multiprocessing.get_context("forkserver")


@dataclass
class Sink:
    """A mail server that counts what it is given by Message-ID."""

    port: int
    received: Counter[str] = field(default_factory=Counter)
    connections: int = 0

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: Any) -> Any:  # noqa: N802
        """Count a connection."""
        session.host_name = hostname
        self.connections += 1
        return answers

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        """Take a mail."""
        self.received[str(email.message_from_bytes(envelope.content)["Message-ID"])] += 1
        await asyncio.sleep(SLOW)
        return "250 OK"

    @property
    def count(self) -> int:
        """How many mails came, those that came twice counted twice."""
        return sum(self.received.values())


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    notifications: int
    kills: int
    distinct: int
    repeats: int
    missing: int
    undone: int
    connections: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.notifications:,} notifications, {self.kills} kills: "
            f"{self.distinct:,} distinct Message-IDs arrived, {self.missing} missing, {self.repeats} came twice, "
            f"{self.undone} jobs undone, {self.connections:,} connections, {self.seconds:.0f} s"
        )


def keep_workers(values: dict[str, Any], orders: Connection) -> None:
    """Make the application once; at each order start a worker from it, or end it with the signal that comes along."""
    app, pid = create_app(Settings(**values)), 0
    while True:
        number = orders.recv()
        if number == START:
            pid = os.fork()
            if pid == 0:
                with app.app_context():
                    worker.run()
                os._exit(0)
        else:
            os.kill(pid, number)
            os.waitpid(pid, 0)
        orders.send(pid)
        if number == signal.SIGTERM:
            return


def prepare(count: int, readers: int) -> None:
    """Members, a thread, and `count` notifications that wait to be mailed."""
    now = clock.now()
    with write():
        members = [
            Member(email=f"reader{n}@example.org", display_name=f"Reader {n}", joined_at=now, standing="established")
            for n in range(readers)
        ]
        board = Board(slug="bench", texts=[BoardText(language="en", name="Bench")])
        db.session.add_all([*members, board])
        db.session.flush()
        written = discussions.start_thread(
            actor=viewer_of(members[0]), board_id=board.id, title="A thread", source="Hello.", language="en"
        )
        assert written.post_id is not None
        keys, post_id, thread_id = [member.id for member in members], written.post_id, written.thread_id
    for first in range(0, count, readers):
        with write():
            told = [Recipient(member_id=key) for key in keys[: count - first]]
            notify_all(told, "answer", key=f"bench:{first}", contribution_id=post_id, thread_id=thread_id)


def run(settings: Settings, sink: Sink, kills: int, *, seed: int = 4) -> Outcome:
    """Send what waits, with `kills` kills at no special moment; inside an application's context."""
    chance, began = random.Random(seed), time.monotonic()
    expected = set(db.session.scalars(select(Notification.id).where(Notification.mail == "now")))
    db.session.rollback()
    values = settings.model_dump() | {"mail_url": f"smtp://127.0.0.1:{sink.port}"}
    orders, theirs = _starting.Pipe()
    keeper = _starting.Process(target=keep_workers, args=(values, theirs))
    keeper.start()

    def order(number: int) -> None:
        orders.send(number)
        orders.recv()

    share = max(1, (len(expected) - sink.count) // (kills + 1))
    for _number in range(kills):
        order(START)
        _wait_for(sink, sink.count + chance.randint(1, share))
        time.sleep(chance.random() * 0.02)
        order(signal.SIGKILL)
    with write():  # as if the five minutes had passed for which a killed worker holds its job
        db.session.execute(update(OutboxJob).where(OutboxJob.done_at.is_(None)).values(leased_until=None))
    order(START)
    try:
        undone = _finished(sink)
    finally:
        order(signal.SIGTERM)
        keeper.join()
    arrived = {int(key.split("@")[0].rpartition("-")[2]) for key in sink.received if "notification" in key}
    mails = {key: count for key, count in sink.received.items() if "notification" in key}
    return Outcome(
        len(expected), kills, len(mails), sum(mails.values()) - len(mails), len(expected - arrived), undone,
        sink.connections, time.monotonic() - began,
    )  # fmt: skip


def _wait_for(sink: Sink, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while sink.count < count and time.monotonic() < until:
        time.sleep(0.001)


def _finished(sink: Sink) -> int:
    """Wait until nothing is left to do, or nothing happens any more: how many jobs are undone then."""
    waiting = select(func.count()).select_from(OutboxJob).where(
        OutboxJob.done_at.is_(None), OutboxJob.name == "notifications.mail"
    )  # fmt: skip
    last, since = -1, time.monotonic()
    while True:
        left = db.session.scalar(waiting) or 0
        db.session.rollback()
        if sink.count != last:
            last, since = sink.count, time.monotonic()
        if not left or time.monotonic() - since > PATIENCE:
            return left
        time.sleep(0.2)


def main() -> None:
    """The whole run on one database."""
    parser = argparse.ArgumentParser(prog="bench.mails", description=__doc__)
    parser.add_argument("--notifications", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"], default="SQLite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        Path(name).chmod(0o755)  # PostgreSQL runs as another user when the bench runs as root
        url = ""
        if asked.database == "PostgreSQL":
            url = stack.enter_context(postgres.running(Path(name) / "cluster")).url
        sink = Sink(site.free_port())
        settings = Settings(data_dir=Path(name) / "data", database_url=url, secret_key="x" * 40)
        app = create_app(settings)
        stack.enter_context(app.app_context())
        flask_migrate.upgrade()
        prepare(asked.notifications, max(1, asked.notifications // 20))
        controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=10)
        controller.start()
        try:
            print(f"{asked.database}: {run(settings, sink, asked.kills)}", flush=True)
        finally:
            controller.stop()


if __name__ == "__main__":
    main()
