"""The worker killed at no special moment while notifications are mailed: none lost, at most the one in flight twice."""

from __future__ import annotations

from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from bench.mails import Sink, prepare, run
from forum.core.db import db
from forum.notifications.models import Notification
from tests.conftest import MakeApp
from tests.services import shared

NOTIFICATIONS, KILLS = 200, 10


def test_no_mail_is_lost_and_at_most_the_one_in_flight_comes_twice(make_app: MakeApp) -> None:
    app = make_app()
    sink = Sink(shared.free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=10)
    with app.app_context():
        prepare(NOTIFICATIONS, 60)
        controller.start()
        try:
            outcome = run(app.extensions["settings"], sink, KILLS)
        finally:
            controller.stop()
        assert (outcome.notifications, outcome.kills) == (NOTIFICATIONS, KILLS)
        assert (outcome.distinct, outcome.missing, outcome.undone) == (NOTIFICATIONS, 0, 0)
        assert outcome.repeats <= KILLS
        assert max(sink.received.values()) <= 1 + KILLS
        unmailed = select(func.count()).select_from(Notification).where(Notification.mailed_at.is_(None))
        assert db.session.scalar(unmailed) == 0
