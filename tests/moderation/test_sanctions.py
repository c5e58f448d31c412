"""Warned, limited, silenced, banned: what holds, how it ends, what takes a second person, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.accounts import queries as accounts
from forum.accounts.models import Member, MemberSession
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.moderation import granting, member_sanctions, sanctions, seconds, undoing
from forum.moderation.member_models import Sanction, SecondPerson
from forum.moderation.models import Decision, Letter, LogEntry
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, rule

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def restriction(key: int) -> tuple[str | None, bool]:
    """What holds against a member, and whether it has an end."""
    member = fresh(Member, key)
    return member.restriction, member.restricted_until is not None


def second() -> SecondPerson:
    """The newest that was asked."""
    db.session.rollback()
    return db.session.scalars(select(SecondPerson).order_by(SecondPerson.id.desc())).first()  # type: ignore[return-value]


def about_her(by: Person, member_id: int, decision: str, **more: object) -> object:
    """Decide about a member on her page."""
    arguments = {"guideline_id": rule(1), "letter": "Please read guideline 1.", **more}
    return do(member_sanctions.decide, actor=by.viewer, member_id=member_id, decision=decision, **arguments)


def answer(by: Person, how: str, words: str = "I have read it all.", key: int | None = None) -> object:
    """Answer the newest that was asked."""
    return do(granting.answer, actor=by.viewer, second_id=key or second().id, answer=how, words=words)


def test_the_strongest_holds_and_when_it_ends_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, today = cast.bob.id, clock.today()
    assert about_her(cast.mona, bob, "warn")
    assert restriction(bob) == (None, False), "a warning keeps nothing from her"
    assert about_her(cast.mona, bob, "limit", until=today + WEEK)
    assert restriction(bob) == ("limited", True)
    assert about_her(cast.mona, bob, "silence", until=today + timedelta(days=2))
    assert restriction(bob) == ("silenced", True)
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.name == "moderation.end_sanction")).all()
    silence, limit = (job.payload["sanction_id"] for job in sorted(jobs, key=lambda job: job.run_at))
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert restriction(bob) == ("silenced", True), "nobody has noted it"
    viewer = accounts.viewer_of(fresh(Member, bob))
    assert (viewer.active_restriction, viewer.left_today) == ("limited", 3), "by its date, the worker stopped"
    assert sanctions.shown(fresh(Member, bob))[0] == "limited"
    do(sanctions.end, sanction_id=silence)
    do(sanctions.end, sanction_id=silence)  # twice is once
    assert restriction(bob) == ("limited", True)
    entry = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry is not None
    assert (entry.act, entry.actor_id, entry.object_id) == ("sanction_ended", None, bob)
    assert about_her(cast.mona, bob, "lift", letter="")
    assert restriction(bob) == (None, False)
    later = clock.now() + MONTH
    do(sanctions.end, sanction_id=limit)  # it was lifted
    assert restriction(bob) == (None, False)
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.member_id == bob)) == 4


def test_a_ban_takes_two_and_ends_her_sessions(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    verdict = decide(cast.mona, key, "ban", letter="This was the third time.")
    assert (bool(verdict), verdict.reason) == (True, seconds.ASKED)
    assert restriction(cast.alice.id) == (None, False), "nothing happens until somebody agrees"
    assert case_of(key).closed_at is None
    assert decide(cast.mona, key, "ban").status == 409, "asked once is enough"
    assert answer(cast.mona, "granted").status == 403
    assert answer(cast.alice, "granted").status == 403
    assert answer(cast.ada, "override").status == 403
    second_id = second().id
    assert answer(cast.ada, "granted")
    assert restriction(cast.alice.id) == ("banned", False)
    assert (
        db.session.scalar(
            select(func.count()).select_from(MemberSession).where(MemberSession.member_id == cast.alice.id)
        )
        == 0
    )
    row = db.session.scalars(select(Decision).where(Decision.decision == "ban")).one()
    row_id = row.id
    assert (row.moderator_id, row.second_id) == (cast.mona.id, second_id)
    assert (
        "This was the third time." in db.session.scalars(select(Letter).where(Letter.decision_id == row_id)).one().text
    )
    late = answer(cast.ada, "refused", key=second_id)
    assert late.status == 409
    assert "agreed" in str(late.reason)
    with write():
        assert undoing.undo(cast.ada.viewer, db.session.get_one(Decision, row_id))
    assert restriction(cast.alice.id) == (None, False)


def test_longer_than_a_week_takes_two_also_for_an_administrator(cast: Cast) -> None:
    far = clock.today() + MONTH
    assert about_her(cast.ada, cast.bob.id, "silence", until=far).reason == seconds.ASKED
    assert restriction(cast.bob.id) == (None, False)
    assert answer(cast.mona, "refused", words="").status == 422
    assert answer(cast.mona, "refused", words="A week is enough.")
    assert about_her(cast.ada, cast.bob.id, "limit", is_lasting=True).reason == seconds.ASKED
    assert answer(cast.mona, "granted")
    assert restriction(cast.bob.id) == ("limited", False)
    assert about_her(cast.ada, cast.bob.id, "silence", until=clock.today() + WEEK)
    assert restriction(cast.bob.id) == ("silenced", True)


def test_what_can_no_longer_be_done_lapses(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert about_her(cast.mona, cast.bob.id, "ban").reason == seconds.ASKED
    with write():
        db.session.execute(update(Member).where(Member.id == cast.mona.id).values(restriction="silenced"))
    gone = answer(cast.ada, "granted")
    assert (gone.status, gone.reason) == (409, granting.ASKER_GONE)
    assert second().answer == "lapsed"
    with write():
        db.session.execute(update(Member).where(Member.id == cast.mona.id).values(restriction=None))
    assert about_her(cast.mona, cast.bob.id, "ban").reason == seconds.ASKED
    with write():
        db.session.execute(update(Member).where(Member.id == cast.bob.id).values(erased_at=clock.now()))
    assert answer(cast.ada, "granted").status == 410
    assert about_her(cast.mona, cast.bob.id, "warn").status == 410
    assert about_her(cast.mona, cast.alice.id, "ban").reason == seconds.ASKED
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert answer(cast.ada, "granted").status == 409
    do(granting.lapse)
    assert second().answer == "lapsed"
    assert restriction(cast.alice.id) == (None, False)


def test_alone_the_administrator_decides_and_it_is_counted(cast: Cast) -> None:
    assert about_her(cast.ada, cast.bob.id, "ban").reason == seconds.ASKED
    assert answer(cast.ada, "override").status == 409, "Mona could answer"
    with write():
        db.session.execute(update(Member).where(Member.id == cast.mona.id).values(erased_at=clock.now()))
    assert answer(cast.ada, "override", words="").status == 422
    assert answer(cast.ada, "override", words="Nobody else is here.")
    assert restriction(cast.bob.id) == ("banned", False)
    day = timedelta(days=1)
    counted = seconds.answers_between(clock.now() - day, clock.now() + day)
    assert counted == {("ban", "override"): 1}


def test_who_may_not(cast: Cast) -> None:
    assert about_her(cast.mona, cast.mona.id, "warn").status == 403, "nobody decides about herself"
    assert about_her(cast.mona, cast.ada.id, "silence", until=clock.today() + WEEK).status == 403
    assert about_her(cast.bob, cast.alice.id, "warn").status == 403
    assert about_her(cast.mona, 999_999, "warn").status == 404
    assert about_her(cast.mona, cast.bob.id, "warn", letter="").status == 422
    assert about_her(cast.mona, cast.bob.id, "warn", guideline_id=None).status == 422
    assert about_her(cast.mona, cast.bob.id, "silence").status == 422
    assert about_her(cast.mona, cast.bob.id, "lift").status == 409
    assert about_her(cast.mona, cast.bob.id, "hide").status == 409
    assert about_her(cast.mona, cast.ada.id, "ban").status == 403
    assert about_her(cast.ada, cast.mona.id, "ban").reason == seconds.ASKED
    assert answer(cast.mona, "refused").status == 404, "what is about her she doesn't hear of here"
    assert db.session.scalars(select(Sanction)).all() == []


def test_only_spam_goes_with_all_that_was_signed(cast: Cast, make_post: Make, make_story: Make) -> None:
    signed, sealed = make_post(cast.bob), make_story(cast.bob, attribution="anonymous")
    assert about_her(cast.mona, cast.bob.id, "close_spam").reason == seconds.ASKED
    assert answer(cast.ada, "granted")
    from tests.moderation.conftest import thing

    assert restriction(cast.bob.id) == ("banned", False)
    assert (thing(signed).status, thing(sealed).status) == ("hidden", "pending")


def test_through_the_seal_no_row_names_her(cast: Cast, make_story: Make) -> None:
    key = make_story(cast.bob, attribution="anonymous")
    assert decide(cast.mona, key, "ban").reason == seconds.ASKED
    assert (second().member_id, second().contribution_id) == (None, key)
    assert answer(cast.ada, "granted")
    assert restriction(cast.bob.id) == ("banned", False)
    sanction = db.session.scalars(select(Sanction)).one()
    assert (sanction.member_id, sanction.contribution_id) == (None, key)
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "<dt>Sanctions so far</dt><dd>1</dd>" in page
    assert "because one stands" in page
    assert "Bob" not in page
