"""The log: one chain, in the transaction of the act, never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from forum.core.db import db
from forum.core.unit_of_work import NotWritingError, write
from forum.moderation import log
from forum.moderation.models import LogEntry
from tests.cast import Cast
from tests.moderation.conftest import Make, decide


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
