"""What a post rests on, who may say so, and how long a verified profession is shown; slow mode's pause."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts import jobs, professions
from forum.accounts.models import Profession
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Draft
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, resting, slow
from forum.discussions.models import Post, Thread
from forum.discussions.resting import Basis
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation import cases
from forum.references.models import Reference
from forum.site import actions as panel
from tests.cast import Cast
from tests.discussions.conftest import do, post, replied, started

LONG = "Three lines of mine, and a fourth that says the same again in other words, so that it is long."


def verified(cast: Cast, days: int = 400, **more: Any) -> Any:
    facts = {"profession": "nurse", "how": "The register.", "expires_on": clock.today() + timedelta(days=days)}
    by = {"actor": cast.ada.viewer, "member_id": cast.bob.id}
    return do(panel.verify_profession, **by | facts | more)


@pytest.fixture
def paper(cast: Cast) -> int:
    """A publication with an address."""
    with write():
        row = Reference(
            title="Warmth 100% of the day", source="A journal", published=PartialDate.parse("2019"), kind="study",
            doi="10.1000/warm", url=None,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


@pytest.mark.parametrize(
    ("attribution", "basis", "has_profession", "has_paper", "refusal"),
    [
        ("member", None, False, False, None),
        ("anonymous", "experience", False, False, None),
        ("anonymous", "doctor", False, False, None),
        ("member", "professional", True, False, None),
        ("member", "professional", False, False, resting.NOT_VERIFIED),
        ("anonymous", "professional", True, False, resting.TELLS_TOO_MUCH),
        ("anonymous", "paper", False, True, None),
        ("member", "paper", False, False, resting.NO_PAPER),
        ("member", "hearsay", True, True, resting.UNKNOWN),
    ],
)
def test_what_it_may_rest_on(
    attribution: str, basis: str | None, has_profession: bool, has_paper: bool, refusal: Any
) -> None:
    verdict = resting.can_rest(attribution, Basis(basis), has_profession=has_profession, has_paper=has_paper)
    assert (None if verdict else verdict) == refusal


def test_a_verified_profession_is_shown_until_its_last_day_and_not_a_day_longer(cast: Cast, thread: ThreadRow) -> None:
    refused = do(
        actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="As a nurse", rests_on=Basis("professional")
    )
    assert refused.verdict == resting.NOT_VERIFIED
    assert db.session.scalars(select(Draft.source)).all() == ["As a nurse"]
    assert verified(cast, days=10)
    written = replied(cast.bob.viewer, thread, "As a nurse", rests_on=Basis("professional"))
    address = f"/en/threads/{thread.id}"
    for person in (cast.alice, cast.visitor):  # the visitor's page is kept from now on
        assert "Nurse, verified until" in person.browser.get(address).text
    now = clock.now()
    for days, is_shown in ((10, True), (11, False)):
        with time_machine.travel(now + timedelta(days=days), tick=True):
            for person in (cast.alice, cast.visitor):
                assert ("Nurse, verified until" in person.browser.get(address).text) is is_shown
    assert do(panel.end_profession, actor=cast.ada.viewer, member_id=cast.bob.id)
    for person in (cast.alice, cast.visitor):
        page = person.browser.get(address).text
        assert "As a nurse" in page
        assert "Nurse, verified" not in page
    assert post(written).basis == "professional"


def test_a_post_from_a_paper_by_form_without_script(cast: Cast, thread: ThreadRow, paper: int) -> None:
    address = f"/en/threads/{thread.id}/replies"
    fields = {"source": "They measured it.", "attribution": "member", "basis": "paper", "paper": "WARMTH 100%"}
    page = cast.bob.browser.post(address, data=fields | {"do": "paper"})
    assert page.status_code == 422
    assert "They measured it." in page.text
    assert "Warmth 100% of the day" in page.text
    assert "Choose one of these papers" in page.text
    nothing = cast.bob.browser.post(address, data=fields | {"paper": "nothing\x00 like_it"})
    assert nothing.status_code == 422
    assert "No paper here matches" in nothing.text
    assert db.session.scalar(select(func.count()).select_from(Post)) == 1
    sent = cast.bob.browser.post(address, data=fields | {"reference": str(paper)})
    assert sent.status_code == 303
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}")
    assert 'href="https://doi.org/10.1000/warm"' in page.text
    for wrong in ("999999", "x", "99999999999999"):
        assert cast.bob.browser.post(address, data=fields | {"source": "Else", "reference": wrong}).status_code == 422
    together = {"source": "Both", "attribution": "anonymous", "basis": "professional"}
    assert cast.bob.browser.post(address, data=together).status_code == 422


def test_what_it_rests_on_can_be_changed(cast: Cast, make_board: Callable[..., BoardRow], paper: int) -> None:
    board = make_board(allows_anonymous=True)
    thread = started(cast.alice.viewer, board)
    mine = replied(cast.bob.viewer, thread, LONG, rests_on=Basis("experience"))
    edit, address = f"/en/posts/{mine}/edit", f"/en/posts/{mine}/revisions"
    assert 'value="experience" checked' in cast.bob.browser.get(edit).text
    searched = cast.bob.browser.post(address, data={"source": LONG, "basis": "paper", "paper": "warmth", "do": "paper"})
    assert searched.status_code == 422
    assert "Warmth 100% of the day" in searched.text
    professional = {"source": LONG, "basis": "professional"}
    assert cast.bob.browser.post(address, data=professional).status_code == 422
    assert post(mine).basis == "experience"
    chosen = {"source": LONG, "basis": "paper", "reference": str(paper)}
    assert cast.bob.browser.post(address, data=chosen).status_code == 303
    assert (post(mine).basis, post(mine).reference_id, post(mine).source) == ("paper", paper, LONG)
    assert "It rests on a paper since then: Warmth 100% of the day" in cast.visitor.browser.get(address).text
    assert verified(cast, days=10)
    assert cast.bob.browser.post(address, data=professional).status_code == 303
    assert (post(mine).basis, post(mine).reference_id) == ("professional", None)
    assert "since then: I’m a professional" in cast.visitor.browser.get(address).text
    assert cast.bob.browser.post(address, data={"source": f"{LONG} More."}).status_code == 303  # nothing said of it
    with time_machine.travel(clock.now() + timedelta(days=11), tick=True):
        assert "a professional" not in cast.visitor.browser.get(address).text
        cast.bob.browser.post(address, data={"source": f"{LONG} And more."})
    assert post(mine).basis == "professional"
    sealed = replied(cast.bob.viewer, thread, "Without a name", attribution="anonymous")
    assert "I’m a professional" not in cast.bob.browser.get(f"/en/posts/{sealed}/edit").text
    told = cast.bob.browser.post(f"/en/posts/{sealed}/revisions", data=professional)
    assert told.status_code == 422
    do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, is_reviewed_first=True)
    held = {"source": f"{LONG} And more.", "basis": "doctor"}
    assert cast.bob.browser.post(address, data=held).status_code == 303
    assert post(mine).basis == "professional"  # until a moderator has read the change
    case = cases.open_case_of(mine)
    assert case
    page = cast.mona.browser.get(f"/en/moderation/cases/{case.id}").text
    assert "My doctor told me</ins>" in page
    with write():
        contributions.publish(db.session.get_one(Post, mine))
    assert post(mine).basis == "doctor"


def test_who_verifies_whom_and_until_when(cast: Cast) -> None:
    assert verified(cast)
    assert verified(cast, days=730, profession="doctor")
    assert db.session.scalars(select(Profession.profession)).all() == ["doctor"]
    for wrong in ({"profession": "wizard"}, {"how": " "}, {"days": 731}, {"days": 0}, {"expires_on": None}):
        assert verified(cast, **wrong).status == 422, wrong
    assert verified(cast, actor=cast.mona.viewer).status == 403
    assert verified(cast, member_id=cast.ada.id).status == 403
    assert verified(cast, member_id=999).status == 404
    assert not do(panel.end_profession, actor=cast.bob.viewer, member_id=cast.bob.id)
    page = cast.ada.browser.get("/en/admin/professions").text
    assert "The register." in page
    form = {"profession": "nurse", "how": "Her badge", "expires_on": "31/12/2026"}
    page = cast.ada.browser.post(f"/en/admin/members/{cast.bob.id}/profession", data=form)
    assert page.status_code == 422
    assert "Her badge" in page.text
    form["expires_on"] = (clock.today() + timedelta(days=30)).isoformat()
    assert cast.ada.browser.post(f"/en/admin/members/{cast.bob.id}/profession", data=form).status_code == 303
    assert cast.ada.browser.post(f"/en/admin/members/{cast.bob.id}/profession/ending").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Profession)) == 0


def test_a_month_before_it_runs_out_she_and_the_administrators_hear_of_it_once(cast: Cast) -> None:
    assert verified(cast, days=40)
    do(professions.remind)
    jobs_of = select(OutboxJob.payload).where(OutboxJob.name == "accounts.mail_profession").order_by(OutboxJob.id)
    assert db.session.scalars(jobs_of).all() == []
    with write():
        db.session.execute(update(Profession).values(expires_on=clock.today() + timedelta(days=20)))
    do(professions.remind)
    do(professions.remind)
    payloads = db.session.scalars(jobs_of).all()
    assert {payload["member_id"] for payload in payloads} == {cast.bob.id, cast.ada.id}
    assert len(payloads) == 2
    assert all(jobs.mail_profession(payload) for payload in payloads)
    assert verified(cast, days=300)
    assert not any(jobs.mail_profession(payload) for payload in payloads)


# Slow mode


def test_the_longer_pause_counts_and_moderators_do_not_wait(
    app: Flask, cast: Cast, make_board: Callable[..., BoardRow]
) -> None:
    board = make_board("slow", slow_seconds=60, allows_anonymous=True)
    thread = started(cast.alice.viewer, board)
    with write():
        db.session.execute(update(Thread).values(slow_seconds=600))
    first = replied(cast.bob.viewer, thread, "One")
    assert replied(cast.bob.viewer, thread, "One") == first  # the same press
    for attribution in ("member", "anonymous"):
        again = do(actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="Two", attribution=attribution)
        assert again.verdict.status == 429
        assert "10 minutes" in str(again.verdict.reason)
    assert db.session.scalars(select(Draft.source)).all() == ["Two"]
    assert replied(cast.mona.viewer, thread, "A") != replied(cast.mona.viewer, thread, "B")
    page = cast.bob.browser.post(f"/en/threads/{thread.id}/replies", data={"source": LONG, "attribution": "member"})
    assert page.status_code == 429
    assert LONG in page.text
    start = {"board_id": board.id, "title": "Another", "source": "x"}
    assert do(actions.start_thread, actor=cast.alice.viewer, **start).verdict.status == 429
    with write():
        db.session.execute(update(Contribution).values(created_at=clock.now() - timedelta(seconds=599)))
    assert "2 seconds" not in str(slow.may_reply(cast.bob.viewer, thread.id).reason)
    assert slow.may_reply(cast.bob.viewer, thread.id).status == 429
    assert do(actions.start_thread, actor=cast.alice.viewer, **start).verdict
    with write():
        db.session.execute(update(Contribution).values(created_at=clock.now() - timedelta(seconds=601)))
    assert replied(cast.bob.viewer, thread, "Two", attribution="anonymous")


def test_two_at_once_do_not_both_pass_the_pause(app: Flask, cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    thread = started(cast.alice.viewer, make_board("slow", slow_seconds=60, allows_anonymous=True))
    end_reading()
    barrier = threading.Barrier(4)

    def send(number: int) -> int:
        with app.app_context():
            barrier.wait()
            attribution = "anonymous" if number % 2 else "member"
            written = do(
                actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source=f"{number}", attribution=attribution
            )
            db.session.remove()
            return int(written.verdict.status if not written.verdict else 0)

    with ThreadPoolExecutor(4) as senders:
        assert sorted(senders.map(send, range(4))) == [0, 429, 429, 429]


@pytest.mark.parametrize(
    ("gone", "said"), [(0, "in 60 seconds"), (30, "in 30 seconds"), (59.5, "in 1 second"), (60, None), (None, None)]
)
def test_the_sentence_says_how_long(app: Flask, gone: float | None, said: str | None) -> None:
    now = clock.now()
    last = now - timedelta(seconds=gone) if gone is not None else None
    verdict = slow.can_post_again(last, 60, now)
    assert bool(verdict) is (said is None)
    assert said is None or said in str(verdict.reason)
