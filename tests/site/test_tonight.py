"""Tonight, being away, the rota, notes handed over, the line at the top of every page."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board, Thread
from forum.moderation.models import Case
from forum.rota.models import Away, Duty, HandOver
from forum.site import tonight
from tests.cast import Cast
from tests.moderation.conftest import report
from tests.querylog import recorded


def thread_by(cast: Cast, name: str = "alice", title: str = "Cold hands") -> int:
    """A discussion that somebody opened; the id of its opening post."""
    with write():
        board = db.session.scalar(select(Board).limit(1))
        if board is None:
            board = Board(slug="hands")
            db.session.add(board)
            db.session.flush()
        key = board.id
    answer = cast[name].browser.post(
        f"/en/boards/{'hands'}/threads", data={"title": title, "source": "How do you keep them warm?"}
    )
    assert answer.status_code == 303, (key, answer.status)
    db.session.rollback()
    opening = db.session.scalar(select(Thread.opening_id).order_by(Thread.id.desc()).limit(1))
    assert opening is not None
    return opening


def test_it_says_what_waits_and_how_long_it_may_take(app: Flask, cast: Cast) -> None:
    page = cast.mona.browser.get("/en/moderation/tonight")
    assert "Nothing is waiting. Good night." in page.text
    opening = thread_by(cast)
    report(cast.bob, opening)
    with write():
        thread = db.session.scalar(select(Thread).where(Thread.opening_id == opening))
        assert thread is not None
        thread.started_at -= timedelta(days=2)
    waits = tonight.tonight_for(cast.mona.viewer)
    assert (waits.cases["report"], waits.unanswered_count) == (1, 1)
    assert waits.minutes == tonight.MINUTES["report"] + tonight.MINUTES_OF_WORK["unanswered"]
    assert not waits.is_measured
    with recorded() as log:
        page = cast.mona.browser.get("/en/moderation/tonight")
    assert len(log) <= 14
    assert "About 11 minutes, if you do all of it." in page.text
    assert "Cold hands" in page.text
    for name, status in (("bob", 403), ("sam", 403), ("cora", 200), ("ada", 200)):
        assert cast[name].browser.get("/en/moderation/tonight").status_code == status
    assert "Cold hands" not in cast.cora.browser.get("/en/moderation/tonight").text
    assert "/sign-in" in cast.visitor.browser.get("/en/moderation/tonight").headers.get("Location", "/sign-in")


def test_newcomers_without_an_answer_come_first_and_what_bears_no_name_does_not(app: Flask, cast: Cast) -> None:
    titles = ("Sealed", "Known", "New here")
    for name, title in zip(("bob", "cora", "alice"), titles, strict=True):
        thread_by(cast, name, title)
    with write():
        for place, title in enumerate(titles):
            opening = db.session.scalars(select(Contribution).where(Contribution.title == title)).one()
            thread = db.session.scalars(select(Thread).where(Thread.opening_id == opening.id)).one()
            thread.started_at = clock.now() - timedelta(days=4 - place)
            if title == "Sealed":
                contributions.sign(opening, cast.bob.id, "anonymous")
        db.session.get_one(Member, cast.alice.id).standing = "new"
    shown = tonight.tonight_for(cast.mona.viewer).unanswered
    assert [one.title for one in shown] == ["New here", "Sealed", "Known"]


def test_away_a_line_says_so_and_what_was_promised_waits(app: Flask, cast: Cast) -> None:
    opening = thread_by(cast)
    report(cast.bob, opening)
    db.session.rollback()
    due = db.session.scalar(select(Case.due_at))
    until = (clock.now() + timedelta(days=5)).date()
    assert cast.bob.browser.post("/en/moderation/aways", data={"until": until}).status_code == 403
    answer = cast.mona.browser.post("/en/moderation/aways", data={"until": until.isoformat()})
    assert answer.status_code == 303
    db.session.rollback()
    moved = db.session.scalar(select(Case.due_at))
    assert due is not None
    assert moved is not None
    assert moved - due > timedelta(days=3)
    for path in ("/en/", "/it/guidelines", "/en/help"):
        page = cast.visitor.browser.get(path)
        assert 'class="site-line"' in page.text
    with recorded() as log:
        cast.visitor.browser.get("/en/guidelines")
    assert not any("aways" in statement for statement in log)
    assert cast.mona.browser.post("/en/moderation/aways/end").status_code == 303
    assert 'class="site-line"' not in cast.visitor.browser.get("/en/").text
    db.session.rollback()
    back = db.session.scalar(select(Case.due_at))
    assert back is not None
    assert back - due < timedelta(minutes=5)
    assert cast.mona.browser.post("/en/moderation/aways/end").status_code == 303  # twice is once


def test_a_day_that_is_none_comes_back_with_a_sentence(app: Flask, cast: Cast) -> None:
    for until in ("", "soon", "2020-01-01", "9999-12-31", "2999-01-01", "\0", "²"):
        page = cast.mona.browser.post("/en/moderation/aways", data={"until": until})
        assert page.status_code == 422, until
        assert "field-error" in page.text
    assert db.session.scalar(select(Away)) is None


def test_a_note_is_handed_over_once(app: Flask, cast: Cast) -> None:
    note = "Case 7 can wait. \u202eI spoke to Bob."
    for _ in range(2):
        assert cast.mona.browser.post("/en/moderation/notes", data={"note": note}).status_code == 303
    db.session.rollback()
    assert len(db.session.scalars(select(HandOver)).all()) == 1
    assert "I spoke to Bob." in cast.ada.browser.get("/en/moderation/tonight").text
    assert "I spoke to Bob." not in cast.cora.browser.get("/en/moderation/tonight").text
    assert cast.mona.browser.post("/en/moderation/notes", data={"note": " "}).status_code == 422
    assert cast.alice.browser.post("/en/moderation/notes", data={"note": "x"}).status_code == 403


def test_the_rota_knows_who_is_here(app: Flask, cast: Cast) -> None:
    day = clock.today() + timedelta(days=1)
    duty = {"day": day.isoformat(), "starts": "18:00", "last_day": day.isoformat(), "ends": "22:00"}
    assert cast.mona.browser.post("/en/moderation/rota", data=duty).status_code == 303
    again = cast.mona.browser.post("/en/moderation/rota", data=duty)
    assert again.status_code == 422
    assert "part of that time" in again.text
    backwards = cast.mona.browser.post("/en/moderation/rota", data={**duty, "ends": "17:00"})
    assert backwards.status_code == 422
    assert cast.mona.browser.post("/en/moderation/rota", data={**duty, "starts": "late"}).status_code == 422
    db.session.rollback()
    row = db.session.scalars(select(Duty)).one()
    page = cast.ada.browser.get("/en/moderation/rota").text
    assert cast.mona.viewer.display_name in page
    assert cast.ada.browser.post(f"/en/moderation/rota/{row.id}/removal").status_code == 404  # another's
    assert cast.mona.browser.post(f"/en/moderation/rota/{row.id}/removal").status_code == 303
    assert cast.mona.browser.post(f"/en/moderation/rota/{row.id}/removal").status_code == 404


def test_an_administrators_line_stands_on_every_page_in_the_readers_language(app: Flask, cast: Cast) -> None:
    until = (clock.now() + timedelta(days=2)).date().isoformat()
    line = {"text_en": "Still <b>on</b> Sunday.", "text_it": "Fermo domenica.", "text_es": "", "until": until}
    assert cast.mona.browser.post("/en/admin/lines", data=line).status_code == 403
    assert cast.ada.browser.post("/en/admin/lines", data={**line, "text_en": "", "text_it": ""}).status_code == 422
    assert cast.ada.browser.post("/en/admin/lines", data=line).status_code == 303
    assert "Still &lt;b&gt;on&lt;/b&gt; Sunday." in cast.visitor.browser.get("/en/").text
    assert "Fermo domenica." in cast.visitor.browser.get("/it/").text
    assert re.search(r'lang="en"[^>]*>Still', cast.visitor.browser.get("/es/").text)
    page = cast.ada.browser.get("/en/admin/lines").text
    key = re.search(r"/admin/lines/(\d+)/removal", page)
    assert key is not None
    for _ in range(2):
        assert cast.ada.browser.post(f"/en/admin/lines/{key[1]}/removal").status_code == 303
    assert "Sunday" not in cast.visitor.browser.get("/en/").text
