"""The desk: what is due first, who looks at it, passing it on, spam in one go, what was decided before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from forum.accounts.models import Member
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import looking, precedents, promises, queries, queue, signals, spam
from forum.moderation.models import Case, CaseLook
from forum.rota import aways
from forum.rota.models import Away
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, rule, thing
from tests.querylog import recorded

DAY = timedelta(days=1)


def order(cast: Cast, shown: str = "everything") -> list[int | None]:
    """What Mona's queue lists, as ids of contributions."""
    db.session.rollback()
    return [row.case.contribution_id for row in queue.queue_for(cast.mona.viewer, shown).rows]


def age(contribution_id: int, span: timedelta) -> None:
    """Let a case be opened earlier, and be due earlier."""
    key = case_of(contribution_id).id
    with write():
        case = db.session.get_one(Case, key)
        case.opened_at -= span
        case.due_at = promises.due_at(case.opened_for, case.opened_at)


def test_danger_comes_first_then_private_details_then_what_is_due(cast: Cast, make_post: Make) -> None:
    late, fresh_one, details, danger = (make_post() for _ in range(4))
    report(cast.bob, late)
    report(cast.bob, fresh_one)
    report(cast.bob, details, "private_details")
    report(cast.bob, danger, "worried")
    age(late, 3 * DAY)
    assert order(cast) == [danger, details, late, fresh_one]
    assert order(cast, "late") == [late]
    first = queue.queue_for(cast.mona.viewer)
    assert first.counts["late"] == 1
    assert [row.is_late for row in first.rows] == [False, False, True, False]
    do(looking.look, actor=cast.mona.viewer, case_id=case_of(late).id)
    assert order(cast, "late") == []  # somebody has looked: the promise is kept


def test_paging_follows_the_same_order(cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    posts = [make_post() for _ in range(5)]
    for number, post in enumerate(posts):
        report(cast.bob, post, "worried" if number == 3 else "hurtful")
        age(post, number * timedelta(hours=1))
    seen: list[int | None] = []
    after = None
    for _ in range(3):
        page = queue.queue_for(cast.mona.viewer, "everything", after)
        seen += [row.case.contribution_id for row in page.rows]
        after = page.next_after
    assert seen == [posts[3], posts[4], posts[2], posts[1], posts[0]]
    assert after is None


def test_the_clock_stands_still_while_nobody_is_there() -> None:
    start = clock.now()
    first = Away(starts_at=start + DAY, ends_at=start + 3 * DAY)
    within = Away(starts_at=start + 2 * DAY, ends_at=start + 4 * DAY)
    over = Away(starts_at=start - 2 * DAY, ends_at=start - DAY)
    assert aways.later(start, DAY, [over, first]) == start + DAY
    assert aways.later(start, 2 * DAY, [over, first]) == start + 4 * DAY
    assert aways.later(start, 2 * DAY, [first, within]) == start + 5 * DAY
    assert aways.later(start, 2 * DAY, []) == start + 2 * DAY


def test_going_away_moves_what_is_due_and_troubles_nobody_who_reads(cast: Cast, make_post: Make) -> None:
    post = make_post()
    report(cast.bob, post)
    before = case_of(post)
    due, version = before.due_at, before.version
    assert due is not None
    with write():
        db.session.add(Away(starts_at=clock.now(), ends_at=clock.now() + 5 * DAY))
        db.session.flush()
        promises.set_again()
    after = case_of(post)
    assert after.due_at is not None
    assert abs(after.due_at - due - 5 * DAY) < timedelta(minutes=1)
    assert after.version == version


def test_who_looks_is_seen_and_counted(cast: Cast, make_post: Make) -> None:
    post = make_post()
    report(cast.bob, post, "worried")
    case = case_of(post)
    names, verdict = do(looking.look, actor=cast.mona.viewer, case_id=case.id)
    assert verdict
    assert list(names) == []
    names, _verdict = do(looking.look, actor=cast.ada.viewer, case_id=case.id)
    assert list(names) == [cast.mona.viewer.display_name]
    assert fresh(Case, case.id).looked_at is not None
    assert fresh(Case, case.id).version == case.version
    assert looking.hard_today(cast.mona.viewer) == 1
    with write():
        row = db.session.get_one(CaseLook, (case.id, cast.mona.viewer.id))
        row.seen_at -= looking.NOW + timedelta(seconds=1)
    assert looking.others(cast.ada.viewer, case.id) == []
    for person in (cast.alice, cast.bob, cast.visitor):
        assert not do(looking.look, actor=person.viewer, case_id=case.id)[1]
    assert do(looking.look, actor=cast.mona.viewer, case_id=987654)[1].status == 404


def test_what_she_passed_on_is_for_the_others(cast: Cast, make_post: Make) -> None:
    post = make_post()
    report(cast.bob, post)
    case = case_of(post)
    assert do(looking.pass_on, actor=cast.mona.viewer, case_id=case.id)
    assert order(cast) == []
    assert not decide(cast.mona, post, "no_action")
    assert decide(cast.ada, post, "no_action")


def test_the_last_who_could_decide_keeps_it(cast: Cast, make_post: Make) -> None:
    post = make_post()
    report(cast.bob, post)
    case = case_of(post)
    assert do(looking.pass_on, actor=cast.ada.viewer, case_id=case.id)
    verdict = do(looking.pass_on, actor=cast.mona.viewer, case_id=case.id)
    assert verdict.status == 409
    assert order(cast) == [post]


def test_spam_goes_in_one_go_and_what_changed_stays(cast: Cast, make_post: Make) -> None:
    ours, theirs, changed = make_post(), make_post(cast.bob), make_post()
    own = make_post(cast.mona)
    for post in (ours, changed):
        report(cast.bob, post, "spam")
    report(cast.alice, theirs, "spam")
    report(cast.alice, own, "spam")
    cases = {post: case_of(post) for post in (ours, theirs, changed, own)}
    lot = spam.lot_for(cast.mona.viewer, [case.id for case in cases.values()], "en")
    assert lot.takes == 3
    assert lot.rule is not None
    assert [one.decision for one in lot.things] == ["hide", "hide", "hide", None]
    report(cast.ada, changed, "spam", "Look at this too.")
    seen = {case.id: case.version for case in cases.values()}
    assert do(spam.take_away, actor=cast.mona.viewer, seen=seen, letter="") == (2, 2)
    assert [thing(post).status for post in cases] == ["hidden", "hidden", "published", "published"]
    assert do(spam.take_away, actor=cast.mona.viewer, seen=seen, letter="") == (0, 4)
    assert do(spam.take_away, actor=cast.bob.viewer, seen=seen, letter="") == (0, 4)


def test_what_was_ticked_is_read_strictly() -> None:
    assert spam.keys_of(["7", "7", "-1", "٣", "x", "9" * 40, ""]) == [7]
    assert spam.seen_of(["7:3", "7", "x:1", "8:0x", "9:2"]) == {7: 3, 9: 2}
    assert len(spam.keys_of(map(str, range(500)))) == spam.MOST


def test_like_cases_and_their_guidelines_suggest_themselves(cast: Cast, make_post: Make) -> None:
    before, other, now = make_post(cast.bob), make_post(cast.bob), make_post()
    report(cast.alice, before, "spam")
    report(cast.alice, other, "hurtful")
    decide(cast.mona, before, "hide", letter="No.")
    decide(cast.mona, other, "hide", letter="No.")
    report(cast.bob, now, "spam")
    file = queries.file_of(cast.mona.viewer, case_of(now).id)
    assert file is not None
    past = precedents.like(file, [one.row for one in signals.noticed(now)])
    assert [one.case_id for one, _key in past] == [case_of(before).id]
    keys = {"private_details": 3, "no_selling": 4}
    suggested = precedents.suggested(file, past, keys, [])
    assert [(one.guideline_id, one.times, one.by) for one in suggested] == [(3, 1, "before"), (4, 0, "reason")]
    first = precedents.suggested(file, [], keys, [], has_details=True)[0]
    assert (first.guideline_id, first.by, first.decision) == (3, "details", "redact")


def test_a_first_post_comes_with_what_it_most_likely_needs(cast: Cast, make_post: Make) -> None:
    with write():
        db.session.get_one(Member, cast.nia.id).standing = "new"
    sells = make_post(cast.nia, source="Warm gloves at https://gloves.example.org/hands for all of you.")
    published, refused, waits = (make_post(cast.nia, source=f"My first words here, number {n}.") for n in range(3))
    decide(cast.mona, published, "approve")
    decide(cast.mona, refused, "decline", letter="No.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(waits).id}").text
    assert "Nothing was noticed in it. Of the last 2 like it, published: 1." in page
    assert "Suggests itself" not in page
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(sells).id}").text
    assert "Nothing was noticed in it." not in page
    assert page.index("Publish it, and on to the next") < page.index("Don’t publish it yet: 4. ")
    assert "By what the site noticed." in page
    assert f'data-suggested="{rule(4)}"' in page, "with the decision comes the guideline"


def test_the_queue_costs_the_same_however_much_waits(app: Flask, cast: Cast, make_post: Make) -> None:
    numbers = []
    for _ in range(2):
        for _again in range(3):
            report(cast.bob, make_post())
        with recorded() as log:
            assert cast.mona.browser.get("/en/moderation").status_code == 200
        numbers.append(len(log))
    assert numbers[0] == numbers[1] <= 12


def test_a_run_of_spam_is_seen_from_any_of_it(cast: Cast, make_post: Make) -> None:
    with write():
        db.session.get_one(Member, cast.nia.id).standing = "new"
    sells = "Warm gloves at https://gloves.example.org/{n}, code HANDS{n}."
    first, second = (make_post(cast.nia, source=sells.format(n=n)) for n in range(2))
    good = make_post(cast.nia, source="I found https://leaflet.example.net/hands and it helped.")
    again = make_post(cast.nia, source="So did https://leaflet.example.net/feet.")
    assert spam.with_like([case_of(first).id]) == [case_of(first).id, case_of(second).id]
    assert decide(cast.mona, good, "approve")
    third = make_post(cast.bob, source="It is https://leaflet.example.net/hands again.")
    report(cast.alice, third)
    assert spam.with_like([case_of(again).id]) == [case_of(again).id], "readers know this host"
    page = cast.mona.browser.get(f"/en/moderation/spam?case={case_of(second).id}&like=y&show=review").text
    shown = re.findall(r'type="checkbox" name="case" value="(\d+:\d+)" checked', page)
    assert [int(one.partition(":")[0]) for one in shown] == [case_of(second).id, case_of(first).id]
    assert thing(first).status == "pending"
    answer = cast.mona.browser.post("/en/moderation/spam", data={"case": shown[:1], "show": "review"})
    assert answer.location == f"/en/moderation/cases/{case_of(first).id}?show=review", "on to the next, told at its top"
    assert (thing(second).status, thing(first).status) == ("declined", "pending"), "what was unticked stays"
