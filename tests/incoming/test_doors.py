"""The doors by which mail comes in: a small SMTP server, and a command that reads one message."""

from __future__ import annotations

import os
import smtplib
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from forum.contributions.models import Contribution
from forum.core import clock, worker
from forum.core.db import db
from forum.core.settings import ROOT
from forum.core.unit_of_work import write
from forum.incoming import actions, listener
from forum.notifications.models import Notification, ReceivedMail
from tests.cast import Cast
from tests.conftest import MakeApp
from tests.incoming.conftest import DOMAIN, Asked, letter, posts
from tests.services import shared
from tests.services.smtp import MailServer

EIGHT = 8


@pytest.fixture
def app(make_app: MakeApp, mail_server: MailServer) -> Iterator[Flask]:
    """The application, sending and taking mail by SMTP."""
    place = f"127.0.0.1:{shared.free_port()}"
    made = make_app(mail_in_domain=DOMAIN, mail_in_listen=place, mail_url=mail_server.url, mail_in_megabytes=1)
    with made.app_context():
        yield made


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Where it listens."""
    with listener.listening(app):
        yield int(app.extensions["settings"].mail_in_listen.rpartition(":")[2])


def hand_in(port: int, raw: bytes, *recipients: str, sender: str = "alice@example.org") -> int:
    """Hand a mail in as a mail server does; the code of its answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        server.ehlo()
        server.mail(sender)
        for one in recipients:
            code, _words = server.rcpt(one)
            if code != 250:
                return code
        return server.data(raw)[0]


def test_a_member_answers_from_her_mailbox(
    app: Flask, cast: Cast, asked: Asked, mail_server: MailServer, port: int
) -> None:
    with write():
        db.session.execute(update(Notification).values(due_at=clock.now()))
    db.session.rollback()
    worker.work_all()
    told = [one.message for one in mail_server.received if one.message["To"] == "alice@example.org"][-1]
    raw = letter("With a hook.\n\nOn Saturday, Bob wrote:\n> How?", to=told["Reply-To"])
    assert hand_in(port, raw, told["Reply-To"].lower()) == 250
    assert hand_in(port, raw, told["Reply-To"].upper()) == 250
    assert [post.source for post in posts()][2:] == ["With a hook."]
    assert posts()[-1].author_id == cast.alice.id


def test_what_the_server_does_not_take(app: Flask, asked: Asked, port: int) -> None:
    for address in ("alice@in.example.org", "postmaster@in.example.org", asked.address.replace(DOMAIN, "x.example")):
        assert hand_in(port, letter(), address) == 550
    many = [f"reply+{number}-{'a' * 32}@{DOMAIN}" for number in range(1, 30)]
    assert hand_in(port, letter(), *many) == 452
    assert hand_in(port, b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 100_000, asked.address) == 552
    assert hand_in(port, b"\0\xff" * 200 + b"\r\n", asked.address) == 250
    # Bytes that are no SMTP at all end nothing.
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\x00\xff\r\n" + b"x" * 5_000 + b"\r\n")
        assert line.recv(100).startswith(b"220")
    lines = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(listener.MOST_CLIENTS + 1)]
    greetings = [line.recv(3) for line in lines]
    for line in lines:
        line.close()
    assert greetings.count(b"421") >= 1
    assert len(posts()) == 2


def test_the_same_mail_eight_times_at_once_is_one_post(app: Flask, asked: Asked, port: int) -> None:
    raw = letter("Once.")
    with ThreadPoolExecutor(EIGHT) as pool:
        codes = list(pool.map(lambda _: hand_in(port, raw, asked.address), range(EIGHT)))
    assert set(codes) == {250}
    again = letter("Twice.", message_id=None)
    barrier = threading.Barrier(EIGHT)

    def take(_number: int) -> str:
        with app.app_context():
            barrier.wait()
            return actions.receive(again, envelope_to=asked.address, envelope_from="a@b.example").what

    with ThreadPoolExecutor(EIGHT) as pool:
        outcomes = list(pool.map(take, range(EIGHT)))
    assert set(outcomes) == {"posted"}
    db.session.rollback()
    for words in ("Once.", "Twice."):
        same = select(func.count()).select_from(Contribution).where(Contribution.source == words)
        assert db.session.scalar(same) == 1
    assert db.session.scalar(select(func.count()).select_from(ReceivedMail)) == 2


def test_a_database_that_is_away_loses_no_mail(app: Flask, asked: Asked, port: int) -> None:
    rename("received_mails", "received_mails_away")
    assert hand_in(port, letter(), asked.address) == 451
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["mail", "receive", "--to", asked.address, "--from", "a@b.example"], input=letter())
    assert answer.exit_code == 75
    rename("received_mails_away", "received_mails")
    assert hand_in(port, letter(), asked.address) == 250
    assert len(posts()) == 3


def rename(old: str, new: str) -> None:
    """Give a table another name: what is asked of it fails meanwhile."""
    with write():
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_the_command_takes_one_message(app: Flask, asked: Asked) -> None:
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["mail", "receive", "--to", asked.address, "--from", "a@b.example"], input=letter())
    assert (answer.exit_code, answer.output) == (0, "posted\n")
    environment = {"ORIGINAL_RECIPIENT": asked.address, "SENDER": "a@b.example"}
    more = letter("By its environment.", message_id="<2@x>")
    assert runner.invoke(args=["mail", "receive"], input=more, env=environment).output == "posted\n"
    for to, raw in (("nobody@in.example.org", letter()), (asked.address, b""), (asked.address, b"\0" * 3_000_000)):
        answer = runner.invoke(args=["mail", "receive", "--to", to, "--from", "a@b.example"], input=raw)
        assert (answer.exit_code, answer.output) == (0, "refused\n")
    assert runner.invoke(args=["mail", "receive", "--to", asked.address], input=letter()).output == "ignored\n"
    many = app.extensions["settings"].mail_in_hourly
    for number in range(many):
        raw = letter(message_id=f"<m{number}@x>")
        answer = runner.invoke(args=["mail", "receive", "--to", asked.address, "--from", "a@b.example"], input=raw)
    assert (answer.exit_code, answer.output) == (75, "later\n")
    assert len(posts()) == 4


@pytest.mark.sqlite
def test_the_pipe_of_a_mail_server(app: Flask, asked: Asked) -> None:
    settings = app.extensions["settings"]
    environment = os.environ | {
        "DATABASE_URL": settings.database, "DATA_DIR": str(settings.data_dir), "SECRET_KEY": settings.secret,
        "MAIL_IN_DOMAIN": DOMAIN,
    }  # fmt: skip
    command = [ROOT / "bin" / "mail-in", asked.address, "alice@example.org"]
    db.session.rollback()
    done = subprocess.run(command, input=letter("By a pipe."), env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"posted\n"), done.stderr
    assert posts()[-1].source == "By a pipe."
    for broken in ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, {"SECRET_KEY": "short"}):
        done = subprocess.run(command, input=letter(), env=environment | broken, capture_output=True, check=False)
        assert done.returncode == 75, done.stderr


def test_a_worker_whose_place_is_taken_goes_on(app: Flask, make_app: MakeApp, port: int) -> None:
    with listener.beside(app):
        pass
    elsewhere = make_app()
    with elsewhere.app_context(), listener.beside(elsewhere):
        assert not listener.is_wanted()
        answer = elsewhere.test_cli_runner().invoke(args=["mail", "listen"])
    assert answer.exit_code == 1
    assert "MAIL_IN_LISTEN" in answer.output
