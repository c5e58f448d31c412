"""Mails that came back: what reports say, what counts, and that nobody else can say it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.core import clock, worker
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.incoming import addresses, returned
from forum.incoming.actions import Outcome
from forum.notifications.models import Digest, MailChoice, Notification
from tests.cast import Cast
from tests.conftest import MakeApp
from tests.incoming.conftest import DOMAIN, Asked, receive
from tests.services.smtp import MailServer


def report(status: str, action: str = "failed", code: str = "", message_id: str = "1") -> bytes:
    """A delivery report as Postfix writes it."""
    diagnostic = f"Diagnostic-Code: smtp; {code}\r\n" if code else ""
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{message_id}@mx.example.net>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; alice@example.org\r\nAction: {action}\r\nStatus: {status}\r\n{diagnostic}\r\n"
        "--r\r\nContent-Type: message/rfc822\r\n\r\nFrom: x\r\n\r\nOurs.\r\n--r--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (report("5.1.1"), "hard"), (report("5.1.10"), "hard"), (report("5.2.1"), "hard"), (report("5.0.0"), "hard"),
        (report("5.2.2"), "soft"), (report("4.4.7"), "soft"), (report("5.7.1"), "soft"), (report("5.4.4"), "soft"),
        (report("5.1.1", action="delayed"), None), (report("2.0.0", action="delivered"), None),
        (report("nonsense", code="550 No such user"), "hard"), (report("nonsense", code="no"), "soft"),
        (b"From: x\r\n\r\n<alice@example.org>: 550 5.1.1 User unknown", "hard"),
        (b"From: x\r\n\r\nI am away until Monday.", None), (b"", None), (b"\0\xff" * 99, None),
    ],
)  # fmt: skip
def test_what_a_report_says(app: Flask, raw: bytes, kind: str | None) -> None:
    found = returned.read(raw)
    assert (found.kind if found else None) == kind


def test_hard_ones_pause_an_address_and_soft_ones_only_when_they_are_many(cast: Cast, asked: Asked) -> None:
    row = db.session.get_one(Notification, asked.notification_id)
    back = addresses.return_path(row)
    with write():
        digest = Digest(member_id=cast.bob.id, period="daily:2026-11-21", made_at=clock.now())
        db.session.add(digest)
        db.session.flush()
        of_digest = addresses.return_path(digest)
    assert back is not None
    assert of_digest is not None
    assert len(back.partition("@")[0]) <= 64
    assert receive(report("5.1.1"), back, "") == Outcome("bounce", "hard")
    assert receive(report("5.1.1"), back, "") == Outcome("bounce", "hard")  # the same once more
    assert receive(report("4.2.2", message_id="2"), back, "") == Outcome("bounce", "soft")
    assert receive(b"Message-ID: <3@x>\r\n\r\nAway.", back, "") == Outcome("ignored")
    assert _state(cast.alice.id) == (1, False)
    for number in ("4", "5"):
        receive(report("5.1.1", message_id=number), back.upper(), "")
    assert _state(cast.alice.id) == (3, True)
    for number in range(6):
        receive(report("4.2.2", message_id=f"s{number}"), of_digest, "")
    assert _state(cast.bob.id) == (2, False)
    # Whoever does not know the address can't say it of anybody.
    head, _, domain = of_digest.partition("@")
    assert receive(report("5.1.1", message_id="f"), f"{head[:-1]}a@{domain}", "").what in ("refused", "bounce")
    assert receive(report("5.1.1", message_id="g"), f"bounced+{cast.bob.id}-{'a' * 32}@{domain}", "") == Outcome(
        "refused", "unknown"
    )


def _state(member_id: int) -> tuple[int, bool]:
    db.session.rollback()
    choice = db.session.scalar(select(MailChoice).where(MailChoice.member_id == member_id))
    return (choice.bounces, choice.paused_at is not None) if choice else (0, False)


def test_a_mail_goes_out_with_the_addresses_it_can_come_back_to(
    make_app: MakeApp, cast: Cast, asked: Asked, mail_server: MailServer
) -> None:
    app = make_app(mail_in_domain=DOMAIN, mail_url=mail_server.url)
    with app.app_context():
        with write():
            db.session.execute(update(Notification).values(due_at=clock.now()))
        end_reading()
        worker.work_all()
        row = db.session.get_one(Notification, asked.notification_id)
        (received,) = [one for one in mail_server.received if f"notification-{row.id}@" in one.message["Message-ID"]]
        assert received.sender == addresses.return_path(row)
        assert received.message["Reply-To"] == asked.address
        assert received.message["X-Loop"] == "127.0.0.1"
