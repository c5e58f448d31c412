"""How the site runs: mail and health, in the panel."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.notifications.models import MailChoice, ReceivedMail
from forum.site import running
from tests.cast import Cast
from tests.querylog import recorded


def test_mail_that_fails_or_comes_back_is_seen(app: Flask, cast: Cast) -> None:
    now = clock.now()
    with write():
        db.session.add(
            OutboxJob(name="accounts.mail_sign_in", payload={}, run_at=now, attempts=3, last_error="Connection refused")
        )
        db.session.add(OutboxJob(name="photos.convert", payload={}, run_at=now, attempts=1, last_error="Too big"))
        db.session.add(OutboxJob(name="accounts.mail_sign_in", payload={}, run_at=now, attempts=1, done_at=now))
        db.session.add(MailChoice(member_id=cast.bob.id, bounces=3, bounced_at=now, paused_at=now))
        db.session.add(ReceivedMail(digest="d", outcome="posted", received_at=now))
    found = running.mails()
    assert [job.last_error for job in found.failing] == ["Connection refused"]
    assert [one.name for one in found.bounced] == [cast.bob.viewer.display_name]
    assert (found.sent, found.received) == ((1, 1), [("posted", 1)])
    with recorded() as log:
        page = cast.ada.browser.get("/en/admin/mail").text
    assert len(log) <= 12
    assert "Connection refused" in page
    assert "Too big" not in page
    assert "@" not in page.split("<main", 1)[1]  # no address


def test_a_worker_that_is_down_is_said(app: Flask, cast: Cast) -> None:
    assert "All is well." in cast.ada.browser.get("/en/admin/health").text
    with write():
        late = clock.now() - timedelta(hours=1)
        db.session.add(OutboxJob(name="photos.convert", payload={}, run_at=late))
    health = running.health()
    assert health.is_worker_late
    assert health.bytes_used > 0
    with recorded() as log:
        page = cast.ada.browser.get("/en/admin/health").text
    assert len(log) <= 12
    assert "the worker seems to be down" in page
    assert cast.mona.browser.get("/en/admin/health").status_code == 403
