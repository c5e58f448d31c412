"""What is published at once and what waits."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import actions
from forum.moderation.models import Case, Report
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, edit, report, thing


def count(model: type[Case | Report]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("name", "status"), [("alice", "published"), ("nia", "pending"), ("mona", "published")])
def test_a_post_of_each(cast: Cast, make_post: Make, name: str, status: str) -> None:
    key = make_post(cast[name])
    assert thing(key).status == status
    assert count(Case) == (status == "pending")


def test_every_story_waits_with_one_case(cast: Cast, make_story: Make) -> None:
    for name in ("alice", "mona", "ada"):
        key = make_story(cast[name])
        assert thing(key).status == "pending"
        assert case_of(key).opened_for == "review"
    assert count(Case) == 3


def test_a_board_that_reads_everything_first(make_post: Make) -> None:
    assert thing(make_post(review_first=True)).status == "pending"


def test_many_links_wait(make_post: Make) -> None:
    source = " ".join(f"https://shop{number}.example.org/x" for number in range(6))
    assert thing(make_post(source=source)).status == "pending"
    assert thing(make_post(source="https://a.example.org/1 https://a.example.org/2")).status == "published"


def test_what_is_sent_again_while_it_waits_keeps_its_one_case(cast: Cast, make_post: Make) -> None:
    key = make_post(cast.nia)
    before = case_of(key).version
    assert not edit(cast.nia, key, "Another word.")
    assert count(Case) == 1
    assert case_of(key).version > before, "who was reading must hear that the words changed"


def test_a_waiting_edit_leaves_the_shown_words(cast: Cast, make_story: Make) -> None:
    key = make_story()
    assert decide(cast.mona, key, "approve")
    assert not edit(cast.alice, key, "It was cherry jam.")
    assert (thing(key).status, thing(key).source) == ("published", "It was plum jam.")
    assert decide(cast.mona, key, "decline")
    assert (thing(key).status, thing(key).source) == ("published", "It was plum jam.")
    assert not edit(cast.alice, key, "It was quince jam.")
    assert decide(cast.mona, key, "approve")
    assert (thing(key).status, thing(key).source) == ("published", "It was quince jam.")


def test_taking_back_and_bringing_again_does_not_undo_a_hide(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "hide")
    with write():
        contribution = db.session.get_one(Contribution, key)
        contributions.withdraw(contribution)
        contributions.bring_back(contribution)
        assert not actions.admit(actor=cast.alice.viewer, contribution=contribution)
    assert thing(key).status == "pending"
    with write():
        contribution = db.session.get_one(Contribution, key)
        contributions.withdraw(contribution)
        contributions.bring_back(contribution)
        assert not actions.readmit(contribution)
    assert thing(key).status == "pending"


@pytest.mark.parametrize("verb", ["admit", "readmit"])
def test_reports_of_what_was_taken_back_are_taken_up_when_it_returns(cast: Cast, make_post: Make, verb: str) -> None:
    key = make_post()
    report(cast.bob, key)
    first = case_of(key)
    with write():
        contribution = db.session.get_one(Contribution, key)
        actions.withdraw_cases(contribution)
        contributions.withdraw(contribution)
    assert case_of(key).closed_at is not None
    with write():
        contribution = db.session.get_one(Contribution, key)
        contributions.bring_back(contribution)
        if verb == "admit":
            assert actions.admit(actor=cast.alice.viewer, contribution=contribution)
        else:
            assert actions.readmit(contribution)
    second = case_of(key)
    assert second.id != first.id
    assert second.closed_at is None
    assert db.session.scalars(select(Report.case_id)).all() == [second.id]


def test_standing_rises_with_the_second_approval(cast: Cast, make_post: Make) -> None:
    from forum.accounts.models import Member

    for expected in ("new", "established"):
        assert decide(cast.mona, make_post(cast.nia), "approve")
        db.session.expire_all()
        assert db.session.get_one(Member, cast.nia.id).standing == expected
