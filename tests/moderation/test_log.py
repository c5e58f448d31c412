"""The log: one chain, in the transaction of the act, never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.core import outbox, worker
from forum.core.db import db
from forum.core.unit_of_work import NotWritingError, write
from forum.moderation import log, log_checks
from forum.moderation.models import LogEntry
from tests.cast import Cast
from tests.conftest import MakeApp
from tests.moderation.conftest import Make, decide, rule


def entries() -> list[LogEntry]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(LogEntry).order_by(LogEntry.id)))


def test_each_decision_is_a_row_and_the_chain_holds(cast: Cast, make_story: Make) -> None:
    one, other = make_story(), make_story(cast.bob)
    assert decide(cast.mona, one, "decline")
    assert decide(cast.ada, other, "approve")
    first, second = entries()
    assert (first.act, first.actor_id, first.object_kind, first.object_id) == (
        "decline", cast.mona.id, "contribution", one,
    )  # fmt: skip
    assert first.data["before"] == "pending"
    assert first.data["after"] == "declined"
    assert second.previous_hash == first.hash != ""
    assert log.first_broken() is None


@pytest.mark.parametrize("change", [{"act": "approve"}, {"actor_id": None}, {"object_id": 9}, {"data": {"case": 2}}])
def test_a_changed_row_is_found(cast: Cast, make_story: Make, change: dict[str, object]) -> None:
    for _ in range(3):
        assert decide(cast.mona, make_story(), "decline")
    second = entries()[1].id
    with write():
        db.session.execute(update(LogEntry.__table__).where(LogEntry.__table__.c.id == second).values(**change))  # type: ignore[arg-type]
    assert log.first_broken() == second


def test_a_row_taken_out_is_found(cast: Cast, make_story: Make) -> None:
    for _ in range(3):
        assert decide(cast.mona, make_story(), "decline")
    _first, second, third = (entry.id for entry in entries())
    with write():
        db.session.execute(LogEntry.__table__.delete().where(LogEntry.__table__.c.id == second))  # type: ignore[attr-defined]
    assert log.first_broken() == third


def test_the_application_cannot_change_a_row(cast: Cast, make_story: Make) -> None:
    assert decide(cast.mona, make_story(), "decline")
    with pytest.raises(log.UnchangeableError), write():
        db.session.scalars(select(LogEntry)).one().act = "approve"
    with pytest.raises(log.UnchangeableError), write():
        db.session.delete(db.session.scalars(select(LogEntry)).one())


def test_what_is_rolled_back_leaves_no_row(cast: Cast) -> None:
    def append_and_fail() -> None:
        log.append(cast.mona.viewer, "hide", "contribution", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), write():
        append_and_fail()
    with write():
        log.append(None, "hide", "contribution", 2)
    assert [entry.object_id for entry in entries()] == [2]
    assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 1


def test_nothing_is_logged_outside_a_writing_transaction(cast: Cast) -> None:
    with pytest.raises(NotWritingError):
        log.append(cast.mona.viewer, "hide", "contribution", 1)


def test_thousands_of_rows_of_one_transaction_are_one_chain_in_their_order(cast: Cast) -> None:
    with write():
        for number in range(2_300):
            log.append(cast.mona.viewer, "watch_word", "word", number + 1)
    assert [entry.object_id for entry in entries()] == list(range(1, 2_301))
    assert log.trouble() is None


def test_whatever_is_altered_by_hand_is_found(app: Flask, cast: Cast, make_post: Make, make_app: MakeApp) -> None:
    """In each column, at the beginning, in the middle and at the end; by the daily job, which tells it on the page."""
    table: Any = LogEntry.__table__
    for _ in range(4):
        decide(cast.mona, make_post(review_first=True), "approve")
    db.session.rollback()
    rows = [dict(row) for row in db.session.execute(table.select().order_by(table.c.id)).mappings()]
    first, second, third, last = (row["id"] for row in rows)
    values = {
        "at": rows[0]["at"] - timedelta(seconds=1), "actor_id": cast.ada.id, "act": "decline",
        "object_kind": "member", "object_id": 77, "guideline_id": rule(3), "data": {"case": 99},
        "previous_hash": "0" * 64, "hash": "0" * 64, "seal": "0" * 64,
    }  # fmt: skip
    assert {"id", *values} == set(table.c.keys()), "every column has been thought of"

    def change(key: int, **columns: Any) -> list[Any]:
        return [table.update().where(table.c.id == key).values(columns)]

    def swapped(one: int, other: int) -> list[Any]:
        contents = {row["id"]: {name: row[name] for name in row if name != "id"} for row in rows}
        return [*change(one, **contents[other]), *change(other, **contents[one])]

    alterations = {
        **{
            f"{name} of {key}": change(key, **{name: value})
            for name, value in values.items()
            for key in (first, third, last)
        },
        **{f"{key} deleted": [table.delete().where(table.c.id == key)] for key in (first, second, last)},
        "the two last deleted": [table.delete().where(table.c.id >= third)],
        "two swapped": swapped(second, third),
        "the last two swapped": swapped(third, last),
        "an id": change(last, id=last + 9),
        "all gone": [table.delete()],
        "all seals taken off": [table.update().values(seal="")],
        "nothing": [],
    }
    found: dict[str, str | None] = {}
    for what, statements in alterations.items():
        db.session.rollback()
        with write():
            for statement in statements:
                db.session.execute(statement)
            outbox.enqueue("moderation.verify_log")
        worker.work_all()
        check = log_checks.last()
        assert check is not None
        found[what] = check.trouble
        db.session.rollback()
        with write():
            db.session.execute(table.delete())
            db.session.execute(table.insert(), rows)
    unnoticed = [what for what, trouble in found.items() if trouble is None]
    # Of the very first row the hash after it covers what it says; its seal follows from what the mark says.
    assert unnoticed == ["nothing"]
    assert found["all gone"] == found["the two last deleted"] == "cut_off"
    assert found["all seals taken off"] == "forged"
    assert "doesn’t hold together any more" not in cast.mona.browser.get("/en/moderation/log").text
    with write():
        db.session.execute(table.delete())
    assert app.test_cli_runner().invoke(args=["log", "verify"]).exit_code == 1
    for page in (cast.mona.browser.get("/en/moderation/log"), cast.ada.browser.get("/en/admin/health")):
        assert f"Row {last} was written and isn’t there any more as it was." in page.text
    # Who goes on deciding hides nothing: the mark stays with what is missing.
    decide(cast.mona, make_post(review_first=True), "approve")
    db.session.rollback()
    assert log.trouble() == ("cut_off", last)
    with write():
        db.session.execute(table.delete())
        db.session.execute(table.insert(), rows)
    assert log.trouble() is None
    with make_app(secret_key="another secret, as long as the one before it was").app_context():
        assert log.trouble() == ("forged", first)
