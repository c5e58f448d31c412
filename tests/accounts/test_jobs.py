"""Which mail goes out, decided by the worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from forum.accounts import actions
from forum.accounts.models import SignInRequest
from forum.core import clock, mail, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from tests.accounts.post import delivered
from tests.cast import Cast
from tests.conftest import MakeApp
from tests.services.smtp import MailServer


@pytest.mark.parametrize(
    ("purpose", "address", "subject", "has_link"),
    [
        ("in", "alice@example.org", "Your link to sign in", True),
        ("in", "nobody@example.org", "No account yet with this address", False),
        ("up", "alice@example.org", "You already have an account", True),
        ("up", "nobody@example.org", "Your link to join", True),
    ],
)
def test_each_request_gets_the_mail_that_is_true(
    cast: Cast, purpose: str, address: str, subject: str, *, has_link: bool
) -> None:
    with write():
        if purpose == "in":
            actions.ask_to_sign_in(address, "en")
        else:
            actions.ask_to_sign_up(address, "Ines <b>", "en")
    (letter,) = delivered()
    assert (letter.to, letter.subject) == (address, subject)
    assert ("/en/sign-in/" in letter.text) is has_link


def test_no_mail_for_what_is_over(cast: Cast) -> None:
    for _ in range(2):
        with write():
            actions.ask_to_sign_in("alice@example.org", "en")
    with write():
        db.session.execute(delete(SignInRequest).where(SignInRequest.id == 1))
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert delivered() == []
    assert worker.work_one() is False


def test_a_mail_has_two_parts_and_a_name_of_its_own(make_app: MakeApp, mail_server: MailServer) -> None:
    app = make_app(mail_url=mail_server.url)
    with app.app_context():
        with write():
            actions.ask_to_sign_up("new@example.org", "Ines", "it")
        worker.work_all()
        message = mail_server.received[0].message
        assert message["Message-ID"] == "<sign-in-1@127.0.0.1>"
        assert message.get_content_type() == "multipart/alternative"
        page = message.get_body(("html",))
        assert page is not None
        assert 'lang="it"' in page.get_content()
        assert "/it/sign-in/1-" in page.get_content()
        assert "<img" not in page.get_content()


def test_a_new_password_is_told(cast: Cast) -> None:
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash="$argon2id$x")
    (letter,) = delivered()
    assert letter.to == "alice@example.org"
    assert "argon2" not in letter.text


def test_a_mail_that_cannot_leave_is_tried_again(make_app: MakeApp) -> None:
    app = make_app(mail_url="smtp://127.0.0.1:9")
    with app.app_context():
        with write():
            actions.ask_to_sign_in("nobody@example.org", "en")
        worker.work_one()
        job = db.session.query(OutboxJob).one()
        assert job.done_at is None
        assert job.attempts == 1
        assert job.last_error is not None


def test_the_sweep_is_a_daily_job(app: Flask) -> None:
    worker.ensure_daily()
    assert worker.work_all() > 0
    failed = db.session.query(OutboxJob).filter(OutboxJob.last_error.is_not(None)).all()
    assert failed == []
    assert list(mail.local_mails()) == []
