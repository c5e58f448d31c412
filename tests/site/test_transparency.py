"""How the site is looked after, in numbers that point at nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import guidelines, notices
from forum.moderation.models import Case, Decision, Report
from forum.site import transparency
from forum.site.transparency import Quarter
from tests.cast import Cast
from tests.querylog import recorded
from tests.site.test_tonight import thread_by


def test_quarters_follow_each_other() -> None:
    assert transparency.quarter_of(date(2026, 1, 1)) == Quarter(2026, 1)
    assert transparency.quarter_of(date(2026, 12, 31)) == Quarter(2026, 4)
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    assert Quarter(2026, 1).next == Quarter(2026, 2)
    assert Quarter(2026, 4).span == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("number", "said"), [(0, 0), (1, None), (4, None), (5, 5), (900, 900)])
def test_a_small_number_is_not_said(number: int, said: int | None) -> None:
    assert transparency.said(number) == said


def decided(opening: int, at: datetime, *, times: int, reason: str, hours: float) -> None:
    """Cases that were opened, reported, looked at and decided."""
    with write():
        for _ in range(times):
            case = Case(
                contribution_id=opening, opened_for="report", opened_at=at, closed_at=at + timedelta(hours=hours),
                looked_at=at + timedelta(hours=hours / 2), version=1,
            )  # fmt: skip
            db.session.add(case)
            db.session.flush()
            db.session.add(
                Decision(case_id=case.id, decision="no_action", made_at=at + timedelta(hours=hours)),
            )
            db.session.add(
                Report(
                    case_id=case.id, contribution_id=opening, reason=reason, address="/en/posts/1", snapshot="x",
                    language="en", nonce="n", made_at=at,
                )
            )  # fmt: skip


def test_the_page_of_a_quarter(app: Flask, cast: Cast) -> None:
    opening = thread_by(cast)
    first, _after = transparency.quarter_of(clock.today()).span
    decided(opening, first, times=6, reason="spam", hours=4)
    decided(opening, first, times=3, reason="hurtful", hours=4)
    page = cast.visitor.browser.get("/en/transparency").text
    for name, number in (("It sells something, or is spam", "6"), ("It is hurtful", "1 to 4"), ("Left as it is", "9")):
        assert f'<th scope="row">{name}</th><td class="table-number">{number}</td>' in page
    assert "We say how long it took once a quarter has 50 cases. This one has 9." in page
    decided(opening, first, times=42, reason="spam", hours=10)
    account = transparency.account_of(transparency.quarter_of(clock.today()))
    assert account.times is not None
    assert (account.times.look, account.times.decision) == (5.0, 10.0)
    for name in ("Alice", "Bob", "Mona"):
        assert name not in page
    app.extensions.pop("visitor_cache", None)
    with recorded() as log:
        cast.bob.browser.get("/en/transparency")
    assert len(log) <= 12


def test_what_was_held_back_is_said_by_guideline_and_seldom_ones_together(app: Flask, cast: Cast) -> None:
    opening, at = thread_by(cast), clock.now()
    with write():
        guidelines.load_defaults()
        rules = {rule.number: rule.id for rule in notices.guidelines_in("en")}
        case = Case(contribution_id=opening, opened_for="report", opened_at=at, closed_at=at, version=1)
        db.session.add(case)
        db.session.flush()
        for number, times in ((1, 7), (4, 3), (8, 1)):
            for n in range(times):
                db.session.add(
                    Decision(
                        case_id=case.id, decision="hide", guideline_id=rules[number], made_at=at,
                        is_automatic=n == 0, overturned_at=at if number == 1 and n < 5 else None,
                    )
                )  # fmt: skip
        db.session.add(Decision(case_id=case.id, decision="no_action", guideline_id=rules[1], made_at=at))
        for data in ({"narrows": True}, {}):  # to where fewer can read it, and to where it belongs
            db.session.add(Decision(case_id=case.id, decision="move", guideline_id=rules[1], made_at=at, data=data))
    account = transparency.account_of(transparency.quarter_of(clock.today()))
    assert [(one.word, one.number) for one in account.guidelines] == [("1", 8), ("", None)]
    assert (account.taken_back, account.automatic) == (5, None)
    hidden = next(one for one in account.decisions if one.word == "hide")
    assert (hidden.number, hidden.automatic) == (11, None)
    page = cast.visitor.browser.get("/en/transparency").text
    assert '<th scope="row">1. Be kind</th><td class="table-number">8</td>' in page
    assert '<th scope="row">By other guidelines, each seldom</th><td class="table-number">1 to 4</td>' in page
    for row in page.split("<tr>"):
        assert "4. " not in row.partition("</th>")[0]
        assert "8. " not in row.partition("</th>")[0], "what one member met is not told by its reason"


def test_only_quarters_that_were(app: Flask, cast: Cast) -> None:
    opening = thread_by(cast)
    present = transparency.quarter_of(clock.today())
    before = present.span[0] - timedelta(days=3)
    decided(opening, before, times=1, reason="spam", hours=1)
    old = transparency.quarter_of(before.date())
    browser = cast.visitor.browser
    assert browser.get(f"/en/transparency/{old.year}/{old.number}").status_code == 200
    assert f"/en/transparency/{old.year}/{old.number}" in browser.get("/en/transparency").text
    for path in (
        f"{present.next.year}/{present.next.number}", f"{old.year - 1}/{old.number}", "2026/5", "1/1", "9999/1",
    ):  # fmt: skip
        assert browser.get(f"/en/transparency/{path}").status_code == 404
