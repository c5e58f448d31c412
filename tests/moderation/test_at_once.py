"""Two who act in the same moment: one row, one decision, one chain."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import actions, log, undoing
from forum.moderation.models import Case, Decision, Letter, LogEntry, Report
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


def test_one_chain_though_many_write_it(app: Flask, cast: Cast, make_story: Make) -> None:
    cases = [case_of(make_story()) for _ in range(6)]
    acts = [deciding((cast.mona, cast.ada)[turn % 2], case, "decline", rule(2)) for turn, case in enumerate(cases)]
    verdicts = at_once(app, acts)
    assert all(verdicts), verdicts
    assert count(LogEntry) == 6
    assert log.first_broken() is None
