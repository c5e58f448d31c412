"""An administrator signs a member out: on one device or everywhere, logged, and the member is told why."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts import actions as accounts
from forum.accounts.models import MemberSession
from forum.core import mail, worker
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import write
from forum.moderation.models import LogEntry
from forum.notifications import notices
from forum.notifications.models import Notification
from forum.site import signing_out
from tests.cast import Cast
from tests.querylog import recorded


def sessions_of(member_id: int) -> list[int]:
    found = list(db.session.scalars(select(MemberSession.id).where(MemberSession.member_id == member_id)))
    db.session.rollback()
    return found


def second_device(member_id: int) -> int:
    with write():
        accounts.start_session(member_id, "Firefox · Linux")
    return max(sessions_of(member_id))


def told(cast: Cast, name: str) -> list[str]:
    hers = select(Notification).where(Notification.member_id == cast[name].id).order_by(Notification.id)
    rows = db.session.scalars(hers).all()
    with in_language("en"):
        said = notices.told(cast[name].viewer, rows, "en")
    lines = [said[row.id].line for row in rows]
    db.session.rollback()
    return lines


def end(cast: Cast, who: str, name: str, session_id: int | None, why: str = "stranger") -> tuple[int, int]:
    with write():
        count, verdict = signing_out.sign_out(
            actor=cast[who].viewer, member_id=cast[name].id, session_id=session_id, why=why
        )
    return count, 200 if verdict else verdict.status


def test_one_device_then_all_of_them_and_the_member_is_told_each_time(app: Flask, cast: Cast) -> None:
    key = second_device(cast.bob.id)
    assert end(cast, "ada", "bob", key, "lost") == (1, 200)
    assert key not in sessions_of(cast.bob.id)
    assert cast.bob.browser.get("/en/me").status_code == 200
    second_device(cast.bob.id)
    assert end(cast, "ada", "bob", None) == (2, 200)
    assert sessions_of(cast.bob.id) == []
    assert cast.bob.browser.get("/en/me").status_code == 303
    assert told(cast, "bob") == [
        "An administrator signed you out on one device. We heard that a device of yours is in other hands.",
        "An administrator signed you out on 2 devices. It looked as if somebody else was using your account.",
    ]
    worker.work_all()
    mails = {"mailbox" in one.text: one for one in mail.local_mails()}
    assert {one.subject for one in mails.values()} == {"You were signed out"}
    assert "in other hands" in mails[False].text
    assert "somebody else was using" in mails[True].text
    assert "/en/me/sessions" in mails[False].text
    rows = db.session.execute(select(LogEntry.act, LogEntry.object_id, LogEntry.data).order_by(LogEntry.id)).all()
    assert [tuple(row) for row in rows] == [
        ("end_sessions", cast.bob.id, {"why": "lost", "sessions": 1}),
        ("end_sessions", cast.bob.id, {"why": "stranger", "sessions": 2}),
    ]


@pytest.mark.parametrize("who", ["alice", "mona", "cora", "sam"])
def test_only_administrators_sign_others_out(app: Flask, cast: Cast, who: str) -> None:
    before = sessions_of(cast.bob.id)
    assert end(cast, who, "bob", None) == (0, 403)
    assert sessions_of(cast.bob.id) == before


def test_nothing_is_done_or_told_where_nothing_ends(app: Flask, cast: Cast) -> None:
    alice = sessions_of(cast.alice.id)
    assert end(cast, "ada", "bob", alice[0]) == (0, 409)  # somebody else's
    assert end(cast, "ada", "bob", None, "because") == (0, 422)
    assert end(cast, "ada", "ada", None) == (0, 403)
    with write():
        assert signing_out.sign_out(actor=cast.ada.viewer, member_id=999, session_id=None, why="lost")[1].status == 404
    assert sessions_of(cast.alice.id) == alice
    assert told(cast, "bob") == []
    assert db.session.scalar(select(LogEntry.id)) is None


@pytest.mark.sqlite
def test_the_page_shows_devices_and_asks_which_and_why(app: Flask, cast: Cast) -> None:
    key, address = second_device(cast.bob.id), f"/en/admin/members/{cast.bob.id}"
    with recorded() as few:
        page = cast.ada.browser.get(address).text
    for _ in range(5):
        second_device(cast.bob.id)
    with recorded() as many:
        cast.ada.browser.get(address)
    assert len(few) == len(many) <= 12
    assert "Firefox · Linux" in page
    assert "Since " in page
    for fields in ({}, {"session": str(key)}, {"session": "999", "why": "lost"}, {"session": "\0", "why": "x" * 9000}):
        assert cast.ada.browser.post(f"{address}/sessions/endings", data=fields).status_code == 422
    fields = {"session": str(key), "why": "asked"}
    assert cast.ada.browser.post(f"{address}/sessions/endings", data=fields).status_code == 303
    assert cast.ada.browser.post(f"{address}/sessions/endings", data=fields).status_code == 422  # no longer there
    own = cast.ada.browser.get(f"/en/admin/members/{cast.ada.id}").text
    assert "These are your own devices" in own
    assert "/sessions/endings" not in own
    assert "You asked us to do it." in cast.bob.browser.get("/en/me/notifications").text
