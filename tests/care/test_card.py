"""The card and the case: at once for its author, at the top for moderators, nothing held; 14 days; sealed; put away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from forum.care import cards
from forum.care.models import CareCard
from forum.contributions.models import Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board
from forum.helplines import actions as helplines
from forum.moderation import caring
from forum.moderation.models import Case, Signal
from forum.notifications.models import Notification
from tests.care.conftest import HEAVY, LIGHT, PLAN
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, edit, thing
from tests.querylog import recorded

HEADING = "In case today is heavy"


def count(model: type[CareCard | Case | Notification | Signal]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def board(cast: Cast) -> str:
    with write():
        db.session.add(Board(slug="talk", allows_anonymous=True))
        helplines.load_defaults()
    return "talk"


def send(by: Person, words: str, **more: str) -> str:
    """Start a thread as in a browser; the page after it."""
    answer = by.browser.post("/en/boards/talk/threads", data={"title": "Today", "source": words, **more})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return by.browser.get(answer.location, follow_redirects=True).get_data(as_text=True)


def test_what_is_heavy_stands_at_once_with_the_card_for_its_author_and_a_case_at_the_top(
    cast: Cast, board: str
) -> None:
    page = send(cast.alice, HEAVY)
    assert HEADING in page
    assert "These people answer now:" not in page and "Choose your country" in page, "no country is known"
    card = db.session.scalars(select(CareCard)).one()
    assert (card.member_id, card.contribution_id, card.place) == (cast.alice.id, None, "contribution")
    case = db.session.scalars(select(Case)).one()
    assert (case.opened_for, case.urgency) == ("care", 0)
    assert thing(case.contribution_id or 0).status == "published", "nothing is held by it"
    signal = db.session.scalars(select(Signal)).one()
    assert (signal.signal, signal.is_hold, signal.data) == ("crisis", False, {"class": "passive"})
    again = cast.alice.browser.get("/en/").get_data(as_text=True)
    assert HEADING not in again, "it is shown once"
    for other in (cast.bob, cast.mona, cast.visitor):
        assert HEADING not in other.browser.get("/en/boards/talk").get_data(as_text=True)
        assert HEADING not in other.browser.get("/en/me/notifications", follow_redirects=True).get_data(as_text=True)
    listed = cast.alice.browser.get("/en/me/notifications").get_data(as_text=True)
    assert HEADING in listed
    told = db.session.scalars(select(Notification)).one()
    assert told.mail == "none", "no mail speaks of it"
    desk = cast.mona.browser.get("/en/moderation").get_data(as_text=True)
    assert "Worried about somebody" in desk
    shown = cast.mona.browser.get(f"/en/moderation/cases/{case.id}").get_data(as_text=True)
    assert "It may speak of not wanting to live." in shown and "/en/moderation/protocol" in shown
