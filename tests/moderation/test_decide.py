"""Deciding: what follows from each decision, what is refused, two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts import queries as accounts
from forum.accounts.models import Member
from forum.contributions.policy import can_write
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.moderation import actions, policy
from forum.moderation.member_models import Sanction
from forum.moderation.models import Case, Decision, Letter, Report
from forum.search.models import SearchDocument
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, rule, thing

TOMORROW, NEXT_WEEK, NEXT_MONTH = (timedelta(days=days) for days in (1, 7, 30))


def day(later: timedelta):  # type: ignore[no-untyped-def]
    return clock.today() + later


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


@pytest.mark.parametrize(
    ("decision", "status", "opening"),
    [
        ("approve", "published", "We have published"),
        ("ask_for_changes", "changes_asked", "This is not published yet"),
        ("decline", "declined", "We haven’t published this yet"),
    ],
)
def test_deciding_what_waits(cast: Cast, make_story: Make, decision: str, status: str, opening: str) -> None:
    key = make_story()
    assert decide(cast.mona, key, decision)
    assert thing(key).status == status
    assert case_of(key).closed_at is not None
    (letter,) = letters()
    assert letter.text.startswith(opening)
    assert (letter.contribution_id, letter.member_id) == (key, None)
    row = db.session.scalars(select(Decision)).one()
    assert (row.decision, row.moderator_id) == (decision, cast.mona.id)
    assert ("guideline 3" in letter.text) is (decision != "approve")
    assert db.session.scalar(select(OutboxJob.payload).where(OutboxJob.name == "moderation.mail_letter")) == {
        "letter_id": letter.id
    }


def test_hide_settles_reports_and_empties_search_and_restore_undoes_it(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    report(cast.visitor, key)
    found = select(SearchDocument.id).where(SearchDocument.contribution_id == key)
    assert db.session.scalar(found)
    assert decide(cast.mona, key, "hide")
    assert thing(key).status == "hidden"
    assert db.session.scalar(found) is None
    ruling = db.session.scalars(select(Decision)).one()
    assert set(db.session.scalars(select(Report.decision_id))) == {ruling.id}
    receipts = db.session.scalars(select(OutboxJob).where(OutboxJob.name == "moderation.mail_receipt")).all()
    assert len(receipts) == 1, "the visitor has no address"
    assert decide(cast.ada, key, "restore")
    assert thing(key).status == "published"
    assert db.session.scalar(found)


def test_no_action_says_nothing_to_the_author(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "no_action", letter="Nobody reads this.")
    assert thing(key).status == "published"
    assert letters() == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"guideline_id": -1}, 422),
        ({"letter": ""}, 422),
        ({"decision": "restore"}, 409),
        ({"decision": "silence"}, 422),
        ({"decision": "ban", "letter": ""}, 422),
        ({"decision": "explode"}, 409),
        ({"case_id": 999}, 404),
        ({"seen_version": 0}, 409),
    ],
)
def test_what_is_refused_changes_nothing(cast: Cast, make_post: Make, changes: dict[str, object], status: int) -> None:
    key = make_post()
    report(cast.bob, key)
    case = case_of(key)
    arguments = {
        "actor": cast.mona.viewer, "case_id": case.id, "seen_version": case.version, "decision": "hide",
        "guideline_id": rule(1), "letter": "Because.", "note": "", "until": None, **changes,
    }  # fmt: skip
    if arguments["until"] == "month":
        arguments["until"] = day(NEXT_MONTH)
    verdict = do(actions.decide, **arguments)
    assert (bool(verdict), verdict.status) == (False, status)
    assert verdict.reason
    assert thing(key).status == "published"
    assert (case_of(key).version, case_of(key).closed_at) == (case.version, None)
    assert letters() == []
    assert db.session.scalars(select(Decision)).all() == []


def test_a_guideline_is_needed(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    case = case_of(key)
    verdict = do(
        actions.decide, actor=cast.mona.viewer, case_id=case.id, seen_version=case.version, decision="hide",
        guideline_id=None, letter="Because.", note="",
    )  # fmt: skip
    assert verdict.reason == policy.NO_GUIDELINE


def test_the_second_moderator_hears_what_the_first_decided(cast: Cast, make_story: Make) -> None:
    key = make_story()
    seen = case_of(key).version
    assert decide(cast.mona, key, "decline", seen_version=seen)
    verdict = decide(cast.ada, key, "approve", seen_version=seen)
    assert verdict.status == 409
    assert "not published, by Mona" in str(verdict.reason)
    assert thing(key).status == "declined"


def test_a_button_pressed_twice_decides_once(cast: Cast, make_story: Make) -> None:
    key = make_story()
    seen = case_of(key).version
    assert decide(cast.mona, key, "decline", seen_version=seen)
    assert decide(cast.mona, key, "decline", seen_version=seen), "her letter was sent: nothing says that it wasn't"
    assert len(letters()) == 1
    assert decide(cast.mona, key, "approve", seen_version=seen).status == 409
    assert decide(cast.ada, key, "decline", seen_version=seen).status == 409


def test_a_report_that_came_while_she_read_is_not_settled_unseen(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    seen = case_of(key).version
    report(cast.nia, key)
    verdict = decide(cast.mona, key, "no_action", seen_version=seen)
    assert verdict.status == 409
    assert "came in" in str(verdict.reason)


@pytest.mark.parametrize("attribution", ["member", "anonymous"])
def test_nobody_judges_her_own_signed_or_sealed(cast: Cast, make_story: Make, attribution: str) -> None:
    key = make_story(cast.mona, attribution=attribution)
    verdict = decide(cast.mona, key, "approve")
    assert verdict.reason == policy.YOUR_OWN
    assert decide(cast.ada, key, "approve")


def test_who_reported_it_leaves_it_to_another_while_there_is_one(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.mona, key)
    assert decide(cast.mona, key, "no_action").reason == policy.YOUR_REPORT
    do(_take_roles, member_id=cast.ada.id)
    assert decide(cast.mona, key, "no_action"), "alone she may"


def _take_roles(*, member_id: int) -> None:
    member = db.session.get_one(Member, member_id)
    member.roles.clear()


def test_a_claim_lasts_half_an_hour_and_can_be_taken_over(cast: Cast, make_story: Make) -> None:
    key = make_story()
    case = case_of(key)
    assert do(actions.claim, actor=cast.mona.viewer, case_id=case.id)
    assert do(actions.claim, actor=cast.mona.viewer, case_id=case.id), "again is no mistake"
    assert case_of(key).version == case.version, "looking at a case changes nothing for others"
    refusal = do(actions.claim, actor=cast.ada.viewer, case_id=case.id)
    assert (refusal.status, "Mona is looking at this" in str(refusal.reason)) == (409, True)
    assert decide(cast.ada, key, "approve").status == 409
    other = make_story(cast.bob)
    assert do(actions.claim, actor=cast.mona.viewer, case_id=case_of(other).id)
    assert decide(cast.ada, other, "approve", is_over=True), "what can't wait need not"
    do(actions.release, actor=cast.ada.viewer, case_id=case.id)
    assert case_of(key).claimed_by == cast.mona.id, "only her own claim can she leave"
    assert do(actions.claim, actor=cast.ada.viewer, case_id=case.id, is_over=True)
    assert case_of(key).claimed_by == cast.ada.id
    do(_end_claim, case_id=case.id)
    assert decide(cast.mona, key, "approve"), "a lease that is over binds nobody"


def _end_claim(*, case_id: int) -> None:
    db.session.get_one(Case, case_id).claimed_until = clock.now() - timedelta(seconds=1)


@pytest.mark.parametrize("name", ["alice", "bob", "nia", "sam", "cora"])
def test_nobody_but_moderators_claims_or_decides(cast: Cast, make_story: Make, name: str) -> None:
    key = make_story()
    case = case_of(key)
    assert do(actions.claim, actor=cast[name].viewer, case_id=case.id).status == 403
    assert decide(cast[name], key, "approve").status == 403
    assert thing(key).status == "pending"


def test_silence_until_a_day_then_it_ends_by_itself(
    cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "silence", until=day(NEXT_WEEK))
    assert case_of(key).closed_at is None, "the text itself is still to be judged"
    alice = fresh(Member, cast.alice.id)
    viewer = accounts.viewer_of(alice)
    assert (alice.restriction, alice.restricted_until.date()) == ("silenced", day(NEXT_WEEK))
    assert not can_write(viewer)
    sanction = db.session.scalars(select(Sanction)).one()
    assert (sanction.member_id, sanction.contribution_id, sanction.sanction) == (cast.alice.id, None, "silence")
    (letter,) = letters()
    assert "You can write again from" in letter.text
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert can_write(viewer)


def test_a_silence_can_be_lifted(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "lift").status == 409, "there is nothing to lift"
    assert decide(cast.mona, key, "silence", until=day(TOMORROW))
    assert decide(cast.mona, key, "lift")
    assert fresh(Member, cast.alice.id).restriction is None
    sanction = db.session.scalars(select(Sanction)).one()
    assert sanction.lifted_by == cast.mona.id


def test_a_moderator_may_open_a_case_herself(cast: Cast, make_post: Make) -> None:
    from forum.contributions.models import Contribution

    key = make_post()

    def take_up(person: str) -> object:
        return actions.take_up(actor=cast[person].viewer, contribution=db.session.get_one(Contribution, key))[1]

    assert not do(take_up, person="bob")
    assert not do(take_up, person="alice")
    assert do(take_up, person="mona")
    assert decide(cast.mona, key, "hide")
