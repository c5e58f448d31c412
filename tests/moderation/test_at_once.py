"""Two who act in the same moment: one row, one decision, one chain."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import Verdict
from forum.moderation import actions, cases, log, looking, member_sanctions, spam, undoing
from forum.moderation import reporting as reporting_of
from forum.moderation.models import Case, CasePass, Decision, Letter, LogEntry, Report
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, report, rule


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts in threads that start together, each in a writing transaction of its own; what each returned."""
    db.session.rollback()
    db.session.remove()
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with write():
                    results[place] = acts[place]()
            except Exception as error:  # noqa: BLE001 - a test shows it
                results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def reporting(person: Person, key: int) -> Callable[[], Any]:
    def act() -> Any:
        return actions.report(
            reporter=person.viewer, contribution=db.session.get_one(Contribution, key), reason="spam", words="",
            address="", language="en",
        )[1]  # fmt: skip

    return act


def deciding(person: Person, case: Case, decision: str, guideline: int) -> Callable[[], Any]:
    case_id, version = case.id, case.version

    def act() -> Any:
        return actions.decide(
            actor=person.viewer, case_id=case_id, seen_version=version, decision=decision, guideline_id=guideline,
            letter="Because.", note="",
        )  # fmt: skip

    return act


def test_first_reports_at_once_make_one_case(app: Flask, cast: Cast, make_post: Make) -> None:
    key = make_post()
    tokens = at_once(app, [reporting(cast[name], key) for name in ("bob", "bob", "nia", "sam", "cora", "cora")])
    assert all(isinstance(token, str) for token in tokens), tokens
    assert (count(Case), count(Report)) == (1, 4)


def test_two_moderators_at_once_make_one_decision(app: Flask, cast: Cast, make_story: Make) -> None:
    key = make_story()
    case = case_of(key)
    verdicts = at_once(
        app,
        [deciding(cast.mona, case, "approve", rule(1)), deciding(cast.ada, case, "decline", rule(1))],
    )
    assert sorted(bool(verdict) for verdict in verdicts) == [False, True], verdicts
    assert next(verdict for verdict in verdicts if not verdict).status == 409
    assert (count(Decision), count(Letter), count(LogEntry)) == (1, 1, 1)


def test_two_who_take_back_the_same_at_once(app: Flask, cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "warn")
    decision_id = db.session.scalar(select(func.max(Decision.id)))
    before = count(LogEntry)

    def taking_back(person: Person) -> Callable[[], Any]:
        return lambda: undoing.undo(person.viewer, db.session.get_one(Decision, decision_id))

    verdicts = at_once(app, [taking_back(cast.mona), taking_back(cast.ada), taking_back(cast.mona)])
    assert sorted(map(bool, verdicts)) == [False, False, True]
    assert count(LogEntry) == before + 1


def test_passed_on_looked_at_and_swept_away_at_once(app: Flask, cast: Cast, make_post: Make) -> None:
    """Two moderators, and one in two windows: nobody waits for the other for good, and a case is left to somebody."""
    keys = [make_post() for _ in range(4)]
    for key in keys:
        report(cast.bob, key)
    seen = {case.id: case.version for case in map(case_of, keys[:3])}
    orders = zip((cast.mona, cast.ada), (seen, dict(reversed(seen.items()))), strict=True)
    swept = at_once(app, [partial(spam.take_away, actor=by.viewer, seen=one, letter="No.") for by, one in orders])
    assert sorted(swept) == [(0, 3), (3, 0)]
    last = case_of(keys[3]).id
    looked = at_once(app, [partial(looking.look, actor=cast.mona.viewer, case_id=last)] * 3)
    assert [bool(verdict) for _names, verdict in looked] == [True] * 3
    passed = at_once(app, [partial(looking.pass_on, actor=by.viewer, case_id=last) for by in (cast.mona, cast.ada)])
    assert sorted(map(bool, passed)) == [False, True]
    assert count(CasePass) == 1


def test_one_chain_though_many_write_it(app: Flask, cast: Cast, make_story: Make) -> None:
    cases = [case_of(make_story()) for _ in range(6)]
    acts = [deciding((cast.mona, cast.ada)[turn % 2], case, "decline", rule(2)) for turn, case in enumerate(cases)]
    verdicts = at_once(app, acts)
    assert all(verdicts), verdicts
    assert count(LogEntry) == 6
    assert log.first_broken() is None


def test_first_words_about_a_member_at_once_make_one_case(app: Flask, cast: Cast) -> None:
    """Reports and a decision about one member of whom there was no case: all are kept, none meets an error."""

    def telling(person: Person) -> Callable[[], Any]:
        def act() -> Any:
            said = reporting_of.Said(reason="hurtful", words="She follows me.", address="", language="en")
            member = db.session.get_one(Member, cast.bob.id)
            return reporting_of.report_member(reporter=person.viewer, member=member, said=said)[1]

        return act

    def warning(person: Person) -> Callable[[], Any]:
        def act() -> Any:
            return member_sanctions.decide(
                actor=person.viewer, member_id=cast.bob.id, decision="warn", guideline_id=guideline, letter="Because."
            )

        return act

    guideline = rule(1)
    told = [telling(cast[name]) for name in ("alice", "nia", "sam", "cora")]
    results = at_once(app, [*told, warning(cast.mona), warning(cast.ada)])
    assert all(isinstance(result, str | Verdict) and result for result in results), results
    assert (count(Report), count(Decision)) == (4, 2)
    open_ones = db.session.scalars(select(Case.id).where(Case.member_id == cast.bob.id, Case.closed_at.is_(None))).all()
    waiting = db.session.scalars(select(Report.case_id).where(Report.decision_id.is_(None))).all()
    assert set(waiting) == set(open_ones)
    assert len(open_ones) <= 1


def test_a_case_that_closes_in_the_very_moment_is_opened_anew(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the clash and the second look the other case is closed: there is none to join, so it is opened."""
    with write():
        case = cases.open_or_join_about(cast.bob.id, "report")
        first, looks = case.id, []
        real = db.session.scalar

        def scalar(query: Any, *more: Any, **others: Any) -> Any:
            looks.append(query)
            if len(looks) == 1:  # as the one saw it who began before it was there
                return None
            if len(looks) == 2:
                cases.close(db.session.get_one(Case, first))
            return real(query, *more, **others)

        monkeypatch.setattr(db.session, "scalar", scalar)
        second = cases.open_or_join_about(cast.bob.id, "report")
        assert second.id != first
        monkeypatch.undo()
