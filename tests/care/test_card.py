"""The card and the case: at once for its author, at the top for moderators, nothing held; 14 days; sealed; put away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.accounts.models import Member
from forum.care import cards
from forum.care.models import CareCard
from forum.contributions.models import Seal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board
from forum.helplines import actions as helplines
from forum.messages.models import MessageChoice
from forum.moderation import caring, undoing
from forum.moderation.models import Case, Decision, LogEntry, Signal
from forum.notifications.models import Notification
from forum.rota.models import Duty
from tests.care.conftest import HEAVY, LIGHT, PLAN
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, do, edit, report, thing
from tests.querylog import recorded

HEADING = "In case today is heavy"


def count(model: type[CareCard | Case | Notification | Signal]) -> int:
    look_again()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def look_again() -> None:
    """Read from now on what others have written meanwhile."""
    db.session.rollback()
    db.session.expire_all()


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
    assert "These people answer now:" not in page
    assert "Choose your country" in page, "no country is known"
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
    assert "Somebody may be in danger: " in desk
    shown = cast.mona.browser.get(f"/en/moderation/cases/{case.id}").get_data(as_text=True)
    assert f"Case {case.id}: Somebody may be in danger</h1>" in shown, "nobody reported it"
    assert "It may speak of not wanting to live." in shown
    assert "/en/moderation/protocol" in shown
    assert "Suggested" not in shown, "nobody speaks of sanctions here"


def test_once_in_fourteen_days_then_a_quiet_link(cast: Cast, board: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert HEADING in send(cast.alice, HEAVY)
    second = send(cast.alice, PLAN)
    assert HEADING not in second
    assert "If today is heavy" in second
    assert (count(CareCard), count(Notification)) == (1, 1)
    assert count(Case) == 2, "moderators hear of each"
    later = clock.now() + timedelta(days=14, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert HEADING in send(cast.alice, "Again I don't want to live any more. Not one day.")
    assert count(CareCard) == 2
    assert HEADING not in send(cast.bob, LIGHT)
    assert count(Case) == 3


def test_a_sealed_author_is_named_by_no_row(cast: Cast, board: str) -> None:
    assert HEADING in send(cast.alice, PLAN, attribution="anonymous")
    card = db.session.scalars(select(CareCard)).one()
    told = db.session.scalars(select(Notification)).one()
    assert (card.member_id, told.member_id) == (None, None)
    assert card.contribution_id == told.sealed_id
    assert (
        db.session.scalar(select(Seal.member_id).where(Seal.contribution_id == card.contribution_id)) == cast.alice.id
    )
    for model in (CareCard, Notification, Signal, Case):
        for row in db.session.scalars(select(model)):
            named = [name for name in ("member_id", "claimed_by") if getattr(row, name, None) == cast.alice.id]
            assert not named, f"{model.__name__} names her"
    assert HEADING in cast.alice.browser.get("/en/me/notifications").get_data(as_text=True), "her own list finds it"
    assert "If today is heavy" in send(cast.alice, HEAVY), "the days are counted through the seal"
    assert cast.alice.browser.post("/en/me/care/closings").status_code == 303
    look_again()
    card = db.session.scalars(select(CareCard)).one()
    assert card.closed_at == card.shown_at, "no moment of hers stands beside what is sealed"


def test_on_drafts_and_messages_the_card_alone_and_the_day(cast: Cast, board: str) -> None:
    kept = cast.bob.browser.post("/en/boards/talk/drafts", data={"title": "", "source": HEAVY, "version": "0"})
    assert kept.status_code == 200
    card = db.session.scalars(select(CareCard)).one()
    assert (card.place, card.shown_at.hour, card.shown_at.minute) == ("draft", 0, 0), "the day and nothing else"
    assert (count(Case), count(Signal), count(Notification)) == (0, 0, 0)
    assert HEADING in cast.bob.browser.get("/en/boards/talk").get_data(as_text=True)
    assert HEADING in send(cast.bob, HEAVY), "once more with what she sends the same day"
    look_again()
    assert [row.place for row in db.session.scalars(select(CareCard))] == ["contribution"]
    take_messages(cast.alice, cast.mona)
    sent = cast.alice.browser.post(f"/en/members/{cast.mona.id}/messages", data={"source": PLAN, "language": "en"})
    assert sent.status_code == 303
    assert sent.location.endswith("#care"), "not past the card to what was sent"
    assert HEADING in cast.alice.browser.get(sent.location).get_data(as_text=True)
    assert count(Case) == 1, "no moderator hears of a private message"
    with write():
        db.session.execute(CareCard.__table__.update().values(shown_at=clock.now() - timedelta(days=15)))
        cards.forget()
    assert [row.place for row in db.session.scalars(select(CareCard))] == ["contribution"]


def take_messages(*people: Person) -> None:
    with write():
        db.session.add_all(MessageChoice(member_id=one.id, is_open=True) for one in people)
        db.session.execute(update(Member).values(is_page_public=True))


def test_what_waits_to_be_read_and_what_is_edited(cast: Cast, board: str, make_post: Make) -> None:
    key = make_post(cast.nia, source=PLAN)
    assert thing(key).status == "pending"
    assert case_of(key).opened_for == "care"
    assert decide(cast.mona, key, "approve")
    assert thing(key).status == "published", "it waited for being new, not for being heavy"
    quiet = make_post(cast.alice, source=LIGHT)
    edit(cast.alice, quiet, f"{LIGHT} And {PLAN}")
    assert case_of(quiet).opened_for == "care"
    assert decide(cast.mona, quiet, "no_action")
    edit(cast.alice, quiet, f"{LIGHT} And {PLAN} Really.")
    assert count(Case) == 2, "what was answered opens no second case when a word changes"


def test_a_false_alarm_is_erased_after_thirty_days(
    cast: Cast, make_post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistaken, true = make_post(cast.alice, source=HEAVY), make_post(cast.bob, source=PLAN)
    assert decide(cast.mona, mistaken, "false_alarm")
    assert decide(cast.mona, true, "no_action")
    assert thing(mistaken).status == "published"
    alarms = select(func.count()).where(Signal.signal == "crisis")
    reported, again = make_post(cast.cora, source=HEAVY), make_post(cast.alice, source=PLAN)
    report(cast.bob, reported)
    for key in (reported, again):
        assert decide(cast.mona, key, "false_alarm")
    db.session.rollback()
    with write():
        wrong = db.session.scalars(select(Decision).order_by(Decision.id.desc()).limit(1)).one()
        assert undoing.undo(cast.ada.viewer, wrong), "that one was true after all"
    do(caring.forget_false_alarms)
    waits = make_post(cast.nia, source=HEAVY)
    assert decide(cast.mona, waits, "false_alarm")
    assert (thing(waits).status, case_of(waits).opened_for, case_of(waits).closed_at) == ("pending", "review", None)
    assert decide(cast.ada, waits, "approve")
    assert (count(Case), db.session.scalar(alarms)) == (5, 5)
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    do(caring.forget_false_alarms)
    do(cards.forget)
    left = {row.contribution_id: row for row in db.session.scalars(select(Case))}
    assert set(left) == {true, reported, again, waits}
    assert set(db.session.scalars(select(Signal.contribution_id).where(Signal.signal == "crisis"))) == {true, again}
    assert left[reported].opened_for == "report", "what else was said in a case stays, and nothing of the alarm"
    said = set(db.session.execute(select(Decision.case_id, Decision.decision)))
    assert {what for case, what in said if case in (left[reported].id, left[waits].id)} == {"no_action", "approve"}
    assert "alarm" not in " ".join(f"{row.act} {row.data}" for row in db.session.scalars(select(LogEntry)))
    assert (count(CareCard), count(Notification)) == (0, 0)


def test_her_own_page_by_country_language_and_clock(cast: Cast, board: str) -> None:
    italian = cast.alice.browser.get("/it/me/care").get_data(as_text=True)
    assert "Se oggi è una giornata pesante" in italian
    assert "02 2327 2327" in italian
    assert 'href="tel:112"' in italian
    spanish = cast.alice.browser.get("/en/me/care?country=ES").get_data(as_text=True)
    assert "These people answer now:" in spanish
    assert "024" in spanish
    british = cast.alice.browser.get("/en/me/care", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "116 123" in british.get_data(as_text=True)
    assert british.headers["Cache-Control"] == "private, no-store"
    for country in ("XX", "", "'; drop", "\u202eIT\x00" * 200):
        assert cast.alice.browser.get("/en/me/care", query_string={"country": country}).status_code == 200
    with recorded() as statements:
        assert cast.alice.browser.get("/en/me/care?country=ES").status_code == 200
    assert len(statements) <= 12, statements
    for answer in (cast.visitor.browser.get("/en/me/care"), cast.visitor.browser.post("/en/me/care/closings")):
        assert answer.status_code in (303, 401)
        assert HEADING not in answer.get_data(as_text=True)


def test_put_away_twice_and_nowhere_else(cast: Cast, board: str) -> None:
    assert HEADING in send(cast.alice, HEAVY)
    for back in ("/en/discussions", "https://elsewhere.example/", "//elsewhere.example"):
        answer = cast.alice.browser.post("/en/me/care/closings", data={"back": back})
        assert answer.status_code == 303
        assert answer.location == (back if back.startswith("/en/") else "/en/me/notifications")
    look_again()
    assert db.session.scalars(select(CareCard)).one().closed_at is not None
    assert db.session.scalars(select(Notification)).one().read_at is not None


def on_duty(person: Person, hours: int) -> None:
    start = clock.now() + timedelta(hours=hours, minutes=-30)
    with write():
        db.session.add(Duty(moderator_id=person.id, starts_at=start, ends_at=start + timedelta(hours=1)))


def test_who_is_on_duty_is_named_and_nobody_else(cast: Cast, board: str) -> None:
    take_messages(cast.alice, cast.bob, cast.mona)
    on_duty(cast.bob, hours=0)
    on_duty(cast.mona, hours=2)
    assert "looks after this place" not in send(cast.alice, HEAVY), "Bob is no moderator and Mona not here yet"
    on_duty(cast.mona, hours=0)
    page = cast.alice.browser.get("/en/me/care").get_data(as_text=True)
    assert "Write to Mona, who looks after this place now" in page


def test_a_session_that_ended_sends_nothing_and_shows_nothing(cast: Cast, board: str) -> None:
    answer = cast.visitor.browser.post("/en/boards/talk/threads", data={"title": "Today", "source": HEAVY})
    assert answer.status_code in (303, 401)
    assert (count(CareCard), count(Case)) == (0, 0)
    assert HEADING not in answer.get_data(as_text=True)
