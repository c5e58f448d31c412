"""From one case to the next: who is led where, what was just decided stands above it, and a wrong key goes back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum.accounts.models import Member
from forum.contributions.models import Contribution
from forum.contributions.queries import visible_to
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import actions, policy, taking_back, turns
from forum.moderation.models import Case, Decision, Letter, Report
from tests.cast import Cast, Person
from tests.mails import mails
from tests.moderation.conftest import Make, case_of, decide, do, edit, fresh, report, rule, thing
from tests.querylog import recorded

LATER = policy.SLIP + timedelta(seconds=1)


def turn(by: Person, **more: object) -> int | None:
    db.session.rollback()
    found: int | None = do(turns.take, actor=by.viewer, **more)
    return found


def take_back(by: Person, key: int) -> int:
    """Take back the newest decision about a contribution; the status of the answer."""
    db.session.rollback()
    of_it = select(Decision.case_id, Decision.id).join(Case, Case.id == Decision.case_id)
    newest = db.session.execute(of_it.where(Case.contribution_id == key).order_by(Decision.id.desc())).first()
    assert newest is not None
    verdict = do(taking_back.take_back, actor=by.viewer, case_id=newest[0], decision_id=newest[1])
    return 200 if verdict else int(verdict.status)


def test_each_is_led_to_the_next_that_nobody_else_has(cast: Cast, make_post: Make) -> None:
    quiet, hurt, danger, hers, told = (make_post(by=cast.mona if n == 3 else None) for n in range(5))
    for key, reason in ((quiet, "other"), (hurt, "hurtful"), (danger, "worried"), (hers, "worried")):
        report(cast.bob, key, reason)
    report(cast.mona, told, "worried")
    cases = {key: case_of(key).id for key in (quiet, hurt, danger, hers, told)}
    # Mona wrote one and reported another: Ada is led there, and where Mona looks she isn't.
    assert turn(cast.mona) == cases[danger]
    assert turn(cast.ada) in (cases[hers], cases[told])
    assert turn(cast.mona, besides=cases[danger]) == cases[quiet]
    do(actions.claim, actor=cast.ada.viewer, case_id=cases[hurt])
    assert turn(cast.mona, besides=cases[quiet]) == cases[danger], "what she has left comes last, the oldest first"
    assert turn(cast.mona, shown="review") is None
    with time_machine.travel(clock.now() + timedelta(minutes=40), tick=False):
        assert turn(cast.mona, besides=cases[danger]) == cases[quiet], "hers again once Ada's hold and look are over"
        assert do(actions.decide, actor=cast.mona.viewer, case_id=cases[quiet], seen_version=case_of(quiet).version,
                  decision="ban", guideline_id=rule(1), letter="So.", note="").reason  # fmt: skip
        assert turn(cast.mona, besides=cases[danger]) == cases[hurt], "what waits for a second person is nobody's turn"


def test_a_decision_leads_on_and_says_what_it_was(cast: Cast, make_story: Make) -> None:
    first, second = make_story(), make_story()
    case = case_of(first)
    path, seen = f"/en/moderation/cases/{case.id}/decisions", case.version
    answer = cast.mona.browser.post(path, data={"version": seen, "quick": "approve", "show": "review"})
    assert answer.status_code == 303
    assert answer.location == f"/en/moderation/cases/{case_of(second).id}?show=review&before={case.id}#case"
    cast.mona.browser.get(answer.location.partition("#")[0])
    with recorded() as log:
        page = cast.mona.browser.get(answer.location.partition("#")[0]).text
    assert len(log) <= 18
    assert "Decided: published." in page
    assert "We have published what you sent" in page
    assert f'action="/en/moderation/cases/{case.id}/undoings"' in page
    other = cast.ada.browser.get(answer.location.partition("#")[0]).text
    assert "Decided: published." not in other, "it is said to whoever decided"
    again = cast.mona.browser.post(path, data={"version": seen, "quick": "approve", "show": "nonsense"})
    assert again.location == f"/en/moderation/cases/{case_of(second).id}?before={case.id}#case", "pressed twice"
    last = case_of(second)
    data = {"version": last.version, "decision": "decline", "guideline": rule(3), "letter": "A number."}
    left = cast.mona.browser.post(f"/en/moderation/cases/{last.id}/decisions", data=data)
    assert left.location == f"/en/moderation?before={last.id}#queue"
    assert "Decided: not published." in cast.mona.browser.get(f"/en/moderation?before={last.id}").text
    for odd in ("0", "x", "99999", "9" * 30):
        assert "Decided:" not in cast.mona.browser.get(f"/en/moderation?before={odd}").text
    nothing = cast.mona.browser.post("/en/moderation/turns", data={"besides": "x\x00", "show": "\u202e"})
    assert nothing.location == "/en/moderation", "from the top, where it says so"
    unknown = cast.mona.browser.post(path, data={"version": case_of(first).version, "quick": "explode"})
    assert unknown.status_code == 422


def test_what_was_published_by_mistake_waits_again_and_nobody_hears(cast: Cast, make_post: Make) -> None:
    key = make_post(cast.nia)
    with write():
        db.session.get_one(Member, cast.nia.id).standing = "new"
    decide(cast.mona, key, "approve")
    assert thing(key).status == "published"
    assert take_back(cast.ada, key) == 409, "only whoever pressed it"
    assert take_back(cast.mona, key) == 200
    assert (thing(key).status, thing(key).published_at, case_of(key).closed_at) == ("pending", None, None)
    assert db.session.scalars(select(Letter)).all() == []
    assert db.session.scalar(select(Contribution.id).where(Contribution.id == key, visible_to(cast.bob.viewer))) is None
    with time_machine.travel(clock.now() + LATER, tick=False):
        assert mails() == []
        assert take_back(cast.mona, key) == 409, "once is enough"
    decide(cast.mona, key, "approve")
    with time_machine.travel(clock.now() + LATER, tick=False):
        assert take_back(cast.mona, key) == 409, "it was read meanwhile"
        assert len(mails()) == 1
    assert thing(key).status == "published"


def test_standing_that_rose_by_mistake_falls_again(cast: Cast, make_post: Make) -> None:
    keys = [make_post(cast.nia, source=f"Seven buttons, {n} of them red.") for n in range(2)]
    for key in keys:
        assert decide(cast.mona, key, "approve")
    assert fresh(Member, cast.nia.id).standing == "established"
    assert take_back(cast.mona, keys[1]) == 200
    assert fresh(Member, cast.nia.id).standing == "new"


def test_a_change_published_by_mistake_waits_behind_the_words_before_it(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "approve")
    assert not edit(cast.alice, key, "It was quince jam.")
    decide(cast.mona, key, "approve")
    assert "quince" in thing(key).html
    assert take_back(cast.mona, key) == 200
    assert ("plum" in thing(key).html, thing(key).status) == (True, "published")
    assert case_of(key).closed_at is None
    assert decide(cast.mona, key, "approve")
    assert "quince" in thing(key).html


def test_a_report_left_by_mistake_waits_again(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    decide(cast.mona, key, "no_action")
    assert db.session.scalars(select(Report.decision_id)).one() is not None
    assert take_back(cast.mona, key) == 200
    assert fresh(Report, db.session.scalars(select(Report.id)).one()).decision_id is None
    with time_machine.travel(clock.now() + LATER, tick=False):
        assert mails() == []
    decide(cast.mona, key, "no_action")
    report(cast.bob, key, "spam")
    assert take_back(cast.mona, key) == 409, "a new case is open about it"


@pytest.mark.parametrize("status", ["withdrawn", "hidden"])
def test_what_has_changed_since_is_not_taken_back(cast: Cast, make_post: Make, status: str) -> None:
    key = make_post(cast.nia)
    decide(cast.mona, key, "approve")
    with write():
        db.session.get_one(Contribution, key).status = status
    assert take_back(cast.mona, key) == 409
    assert thing(key).status == status


def test_the_page_holds_what_the_keys_press(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    keys = re.findall(r'data-key="([^"]+)"', page)
    assert len(keys) == len(set(keys)), "no key twice"
    assert {"l", "h", "d", "j", "escape"} <= set(keys)
    assert page.index('id="letter-part"') < page.index('id="part-record"'), "deciding before the past"
    cast.mona.browser.post("/en/moderation/shortcuts", data={})
    bare = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert [word for word in ("data-key", "aria-keyshortcuts", "data-shortcuts") if word in bare] == []
    report(cast.bob, key, "worried")
    assert 'name="quick"' not in cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
