"""Whoever asked for a second person hears the answer; of a case that she passed on she hears nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.accounts.models import MemberRole
from forum.core import clock
from forum.core.db import db
from forum.core.languages import in_language
from forum.core.unit_of_work import write
from forum.moderation import granting, looking, second_queries, seconds
from forum.moderation.member_models import SecondPerson
from forum.notifications import notices
from forum.notifications.models import Notification
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, report


def told(person: Person) -> list[str]:
    """What she reads among what is new."""
    rows = db.session.scalars(select(Notification).where(Notification.key.like("second:%"))).all()
    mine = [row for row in rows if row.member_id == person.id]
    with in_language("en"):
        said = notices.told(person.viewer, mine, "en")
    found = [said[row.id].line for row in mine if row.id in said]
    db.session.rollback()
    return found


def asked(cast: Cast, make_post: Make, *, sealed: bool = False) -> int:
    """Mona asks that the account behind a post be closed; the post's id."""
    key = make_post(cast.bob, attribution="anonymous") if sealed else make_post(cast.bob)
    report(cast.alice, key)
    assert decide(cast.mona, key, "ban", letter="Please read guideline 1.").reason == seconds.ASKED
    return key


def answer(by: Person, how: str) -> bool:
    key = db.session.scalar(select(func.max(SecondPerson.id)))
    db.session.rollback()
    return bool(do(granting.answer, actor=by.viewer, second_id=key, answer=how, words="I have read it all."))


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("granted", "Ada agreed to what you asked for. It is done. (To close an account)"),
        ("refused", "Ada didn’t agree to what you asked for. Nothing happened. (To close an account)"),
    ],
)
def test_she_hears_of_a_yes_and_of_a_no(cast: Cast, make_post: Make, how: str, line: str) -> None:
    asked(cast, make_post, sealed=True)
    assert told(cast.mona) == []
    assert answer(cast.ada, how)
    assert told(cast.mona) == [line]
    assert told(cast.ada) == []
    rows = db.session.scalars(select(Notification).where(Notification.key.like("second:%"))).all()
    assert [(row.member_id, row.contribution_id, row.sealed_id) for row in rows] == [(cast.mona.id, None, None)]
    assert line.split(" (", maxsplit=1)[0] in cast.mona.browser.get("/en/me/notifications").text


def test_she_hears_that_nobody_answered_and_not_of_what_she_took_back(cast: Cast, make_post: Make) -> None:
    asked(cast, make_post)
    with write():
        db.session.execute(update(SecondPerson).values(expires_at=clock.now() - timedelta(hours=1)))
    do(granting.lapse)
    do(granting.lapse)  # twice is once
    (line,) = told(cast.mona)
    assert line.startswith("Nobody answered what you asked for in time.")
    asked(cast, make_post)
    assert answer(cast.mona, "taken_back")
    assert len(told(cast.mona)) == 1


def test_of_a_case_that_was_passed_on_nothing_is_told(cast: Cast, make_post: Make) -> None:
    key = asked(cast, make_post)
    with write():
        db.session.add(MemberRole(member_id=cast.cora.id, role="moderator"))
    case_id = case_of(key).id
    assert do(looking.pass_on, actor=cast.mona.viewer, case_id=case_id)
    with_cora = cast.cora.browser.get("/en/moderation/seconds").text
    assert "To close an account" in with_cora
    assert f"/en/moderation/cases/{case_id}" not in cast.mona.browser.get("/en/moderation/seconds").text
    assert not answer(cast.mona, "taken_back"), "it is the others' now"
    assert second_queries.count_waiting(cast.mona.viewer) == 0
    db.session.rollback()
    assert answer(cast.ada, "refused")
    assert told(cast.mona) == []
    assert "what you asked for" not in cast.mona.browser.get("/en/me/notifications").text


def test_who_is_no_moderator_any_more_is_told_nothing(cast: Cast, make_post: Make) -> None:
    asked(cast, make_post)
    assert answer(cast.ada, "refused")
    assert len(told(cast.mona)) == 1
    with write():
        db.session.execute(update(MemberRole).where(MemberRole.member_id == cast.mona.id).values(role="curator"))
    assert cast.mona.browser.get("/en/me/notifications").text.count("what you asked for") == 0
