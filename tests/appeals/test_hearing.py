"""Hearing an appeal: by another, taken back or not, at the same time, alone, by somebody outside; who hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import delete, select

from forum.accounts.models import Member, MemberRole
from forum.appeals import actions, hearing
from forum.appeals.models import Appeal
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import Letter, LogEntry, Report
from tests.appeals.conftest import WORDS, appealed, decision_of, hidden, letter_about, private_address
from tests.cast import Cast
from tests.mails import mails
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, thing
from tests.querylog import recorded

WHY = "The number belongs to the hospital. It can stay."


def log_of(act: str) -> LogEntry:
    db.session.rollback()
    return db.session.scalars(select(LogEntry).where(LogEntry.act == act)).one()


def only_ada_is_left(cast: Cast) -> None:
    with write():
        db.session.execute(delete(MemberRole).where(MemberRole.member_id == cast.mona.id))


def test_another_moderator_takes_it_back_and_all_is_as_before(cast: Cast, make_post: Make) -> None:
    key, letter = hidden(cast, make_post)
    before = mails()
    appeal = appealed(cast.alice, letter)
    page, path = f"/en/moderation/appeals/{appeal}", f"/en/moderation/appeals/{appeal}/verdicts"
    form = {"outcome": "overturned", "answer": WHY}
    for name, status in (("visitor", 303), ("alice", 403), ("bob", 403), ("cora", 403)):
        assert cast[name].browser.get(page).status_code == status, name
        assert cast[name].browser.post(path, data=form).status_code == status, name
    read = cast.mona.browser.get(page)
    assert "You decided this. Somebody else looks at it again." in read.text
    refused = cast.mona.browser.post(path, data=form)
    assert refused.status_code == 403
    assert WHY in refused.text, "nobody loses a word"
    listed = cast.ada.browser.get("/en/moderation/appeals").text
    assert f'href="{page}"' in listed
    assert "I’ll take it" in listed
    assert cast.ada.browser.post(f"{page}/claim").headers["Location"] == page
    read = cast.ada.browser.get(page).text
    for there in (WORDS, "Take the number out, please.", "All <em>seven</em> buttons.", "Mona", "You have it."):
        assert there in read.replace("&#39;", "'"), there
    for bad in ({"outcome": "", "answer": WHY}, {"outcome": "x", "answer": WHY}, {"outcome": "upheld", "answer": " "}):
        answer = cast.ada.browser.post(path, data=bad)
        assert answer.status_code == 422
        assert (WHY in answer.text) == (bad["answer"] == WHY)
    assert thing(key).status == "hidden"
    assert cast.ada.browser.post(path, data=form).headers["Location"] == "/en/moderation/appeals"
    assert thing(key).status == "published"
    assert decision_of(appeal).overturned_at is not None
    assert (fresh(Appeal, appeal).heard_by, fresh(Appeal, appeal).outcome) == (cast.ada.id, "overturned")
    told = [one for one in mails() if one not in before]
    assert sorted(one.to for one in told) == ["alice@example.org", "bob@example.org"]
    assert all(WHY in one.text or "is taken back" in one.text for one in told)
    letters = cast.alice.browser.get("/en/me/letters").text
    assert WHY in letters
    assert "This decision was taken back on" in letters
    row = log_of("appeal_overturned")
    assert (row.actor_id, row.data["appeal"], "override" in row.data) == (cast.ada.id, appeal, False)
    again = cast.ada.browser.post(path, data={"outcome": "upheld", "answer": "No, it stays, I am quite sure of it."})
    assert again.status_code == 409
    assert "This was decided while you were reading: taken back." in again.text
    assert "No, it stays, I am quite sure of it." in again.text
    assert thing(key).status == "published"
    assert f'href="{page}"' in cast.mona.browser.get("/en/moderation/appeals?show=heard").text


def test_what_stays_is_explained_in_her_language(cast: Cast, make_post: Make) -> None:
    key, letter = hidden(cast, make_post)
    made, _verdict = do(
        actions.appeal_as_author, actor=cast.alice.viewer, letter_id=letter, words="È dell'ospedale.", language="it"
    )
    heard = do(actions.hear, actor=cast.ada.viewer, appeal_id=made.id, outcome="upheld", words="Resta com'è.")
    assert heard.verdict
    assert (thing(key).status, decision_of(made.id).overturned_at) == ("hidden", None)
    answer = letter_about(key)
    assert (answer.language, answer.particulars, answer.appeal_until) == ("it", {"appeal": "upheld"}, None)
    assert "Resta com'è." in answer.text
    assert cast.alice.browser.get(f"/en/me/letters/{answer.id}/appeal").status_code == 200
    assert "ultima parola" not in cast.alice.browser.get("/en/").text
    twice = cast.alice.browser.post(f"/en/me/letters/{answer.id}/appeal", data={"words": WORDS})
    assert twice.status_code == 409


def test_something_milder_is_decided_on_the_case_that_opens(cast: Cast, make_post: Make) -> None:
    key, letter = hidden(cast, make_post)
    appeal = appealed(cast.alice, letter)
    answer = cast.ada.browser.post(
        f"/en/moderation/appeals/{appeal}/verdicts", data={"outcome": "partly", "answer": "A line can go."}
    )
    case = case_of(key)
    assert answer.headers["Location"] == f"/en/moderation/cases/{case.id}"
    assert (case.closed_at, case.claimed_by) == (None, cast.ada.id)
    assert thing(key).status == "hidden", "it holds until the milder one is decided"
    waiting = db.session.scalars(select(Report).where(Report.case_id == case.id)).all()
    assert {row.decision_id for row in waiting} == {None}
    assert decide(cast.ada, key, "restore")
    assert thing(key).status == "published"
    assert any("left it on the site" in one.text for one in mails() if one.to == "bob@example.org")


def test_a_silence_is_lifted_and_forgotten(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    until = clock.today() + timedelta(days=5)
    assert decide(cast.mona, key, "silence", until=until)
    assert fresh(Member, cast.alice.id).restriction == "silenced"
    appeal = appealed(cast.alice, letter_about(key).id)
    assert do(actions.hear, actor=cast.ada.viewer, appeal_id=appeal, outcome="overturned", words=WHY).verdict
    assert fresh(Member, cast.alice.id).restriction is None


def test_what_is_over_already_is_still_taken_back(cast: Cast, make_post: Make) -> None:
    key, letter = hidden(cast, make_post)
    appeal = appealed(cast.alice, letter)
    assert decide(cast.mona, key, "restore")
    heard = do(actions.hear, actor=cast.ada.viewer, appeal_id=appeal, outcome="overturned", words=WHY)
    assert heard.verdict
    assert decision_of(appeal).overturned_at is not None
    assert thing(key).status == "published"


def test_a_report_that_led_to_nothing_is_decided_anew(cast: Cast, make_post: Make) -> None:
    key = make_post()
    token = report(cast.bob, key)
    assert decide(cast.mona, key, "no_action")
    mails()
    made, verdict = do(actions.appeal_as_reporter, token=token, words=WORDS, language="en")
    assert verdict
    path = f"/en/moderation/appeals/{made.id}"
    assert "made milder" not in cast.ada.browser.get(path).text
    wrong = cast.ada.browser.post(f"{path}/verdicts", data={"outcome": "partly", "answer": WHY})
    assert wrong.status_code == 422
    answer = cast.ada.browser.post(f"{path}/verdicts", data={"outcome": "overturned", "answer": WHY})
    case = case_of(key)
    assert answer.headers["Location"] == f"/en/moderation/cases/{case.id}"
    assert "decided anew" in cast.bob.browser.get(f"/en/report/{token}/appeal").text
    assert any("It is decided anew now" in one.text for one in mails() if one.to == "bob@example.org")
    assert decide(cast.ada, key, "hide")
    assert any("took it out of sight" in one.text for one in mails() if one.to == "bob@example.org")
    assert "took it out of sight" in cast.bob.browser.get(f"/en/report/{token}").text


def test_one_has_it_and_another_takes_it_over(cast: Cast, make_post: Make, make_story: Make) -> None:
    _key, letter = hidden(cast, make_post)
    appeal = appealed(cast.alice, letter)
    with write():
        db.session.add(MemberRole(member_id=cast.cora.id, role="moderator"))
    path = f"/en/moderation/appeals/{appeal}"
    assert cast.cora.browser.post(f"{path}/claim").status_code == 303
    assert cast.ada.browser.post(f"{path}/claim").status_code == 409
    form = {"outcome": "upheld", "answer": WHY}
    taken = cast.ada.browser.post(f"{path}/verdicts", data=form)
    assert taken.status_code == 409
    assert "Cora is looking at this." in taken.text
    assert WHY in taken.text
    assert cast.ada.browser.post(f"{path}/claim", data={"over": "y"}).status_code == 303
    assert cast.cora.browser.post(f"{path}/release").status_code == 303
    assert fresh(Appeal, appeal).claimed_by == cast.ada.id, "what another has stays with her"
    assert cast.mona.browser.post(f"{path}/claim").status_code == 403
    assert cast.ada.browser.post(f"{path}/release").status_code == 303
    assert fresh(Appeal, appeal).claimed_by is None
    for wrong in ("/en/moderation/appeals/999", f"/en/moderation/appeals/{2**31}"):
        assert cast.ada.browser.get(wrong).status_code == 404
        assert cast.ada.browser.post(f"{wrong}/verdicts", data=form).status_code == 404
    assert cast.ada.browser.post("/en/moderation/appeals/999/claim").status_code == 404


def test_alone_the_administrator_says_so_and_the_log_too(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.ada, key, "hide")
    appeal = appealed(cast.alice, letter_about(key).id)
    path = f"/en/moderation/appeals/{appeal}/verdicts"
    form = {"outcome": "upheld", "answer": WHY}
    assert cast.ada.browser.post(path, data=form | {"alone": "y"}).status_code == 403, "Mona can hear it"
    only_ada_is_left(cast)
    unsaid = cast.ada.browser.post(path, data=form)
    assert unsaid.status_code == 422
    assert "Tick that you decide it alone" in unsaid.text
    assert WHY in unsaid.text
    assert cast.ada.browser.post(path, data=form | {"alone": "y"}).status_code == 303
    assert log_of("appeal_upheld").data["override"] is True


def test_somebody_outside_hears_it_without_names(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.ada, key, "hide", letter="The number has to go.")
    appeal = appealed(cast.alice, letter_about(key).id)
    path = f"/en/moderation/appeals/{appeal}/outside"
    person = {"name": "Professor Weiss", "email": "weiss@example.net"}
    assert cast.mona.browser.post(path, data=person).status_code == 403
    assert cast.ada.browser.post(path, data=person).status_code == 409, "Mona can hear it"
    only_ada_is_left(cast)
    for bad in ({"name": "", "email": "weiss@example.net"}, {"name": "Professor Weiss", "email": "weiss at home"}):
        answer = cast.ada.browser.post(path, data=bad)
        assert answer.status_code == 422
        assert bad["email"] in answer.text
    assert cast.ada.browser.post(path, data=person).status_code == 303
    first = next(one for one in mails() if one.to == "weiss@example.net")
    assert cast.ada.browser.post(path, data=person).status_code == 303
    mail = next(one for one in mails() if one.to == "weiss@example.net" and one.text != first.text)
    assert "weiss" not in (fresh(Appeal, appeal).outside_address or "").lower(), "kept encrypted"
    address = (re.search(r"/en/appeals/\S+", mail.text) or [""])[0]
    dead = (re.search(r"/en/appeals/\S+", first.text) or [""])[0]
    visitor = cast.visitor.browser
    assert visitor.get(dead).status_code == 410, "named again, the old address is dead"
    assert visitor.get(f"{address}x").status_code == 410
    page = visitor.get(address)
    assert page.status_code == 200
    for there in ("The number has to go.", WORDS.replace("'", "&#39;"), "All <em>seven</em> buttons."):
        assert there in page.text, there
    for name in ("Alice", "Ada", "Bob", "Weiss"):
        assert name not in page.text, name
    assert visitor.post(address, data={"outcome": "", "answer": WHY}).status_code == 422
    done = visitor.post(address, data={"outcome": "overturned", "answer": WHY})
    assert done.status_code == 200
    assert "Thank you for your time." in done.text
    assert thing(key).status == "published"
    row = fresh(Appeal, appeal)
    assert (row.heard_by, row.outside_address, row.outside_token_hash) == (None, None, None)
    assert log_of("appeal_overturned").data["outside"] is True
    assert visitor.get(address).status_code == 410
    late = visitor.post(address, data={"outcome": "upheld", "answer": "Kept for her on the page, every single word."})
    assert late.status_code == 410
    assert "Kept for her on the page" in late.text


def test_the_address_of_somebody_outside_ends(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.ada, key, "hide")
    appeal = appealed(cast.alice, letter_about(key).id)
    only_ada_is_left(cast)
    assert do(actions.name_outside, actor=cast.ada.viewer, appeal_id=appeal, name="W", address="w@example.net")
    mail = next(one for one in mails() if one.to == "w@example.net")
    address = (re.search(r"/en/appeals/\S+", mail.text) or [""])[0]
    with write():
        db.session.get_one(Appeal, appeal).outside_until = clock.now()
    assert cast.visitor.browser.get(address).status_code == 410
    assert cast.visitor.browser.post(address, data={"outcome": "upheld", "answer": WHY}).status_code == 410
    assert fresh(Appeal, appeal).outcome is None


def test_the_list_is_in_order_and_costs_the_same(cast: Cast, make_post: Make) -> None:
    made = [appealed(cast.alice, hidden(cast, make_post)[1]) for _number in range(3)]
    with write():
        for number, key in enumerate(made):
            db.session.get_one(Appeal, key).due_at = clock.now() + timedelta(days=-number)
    db.session.rollback()
    assert [row.appeal.id for row in hearing.list_for(cast.ada.viewer).rows] == made[::-1]
    assert [row.appeal.id for row in hearing.list_for(cast.ada.viewer, after=made[2]).rows] == made[1::-1]
    assert hearing.waiting(cast.ada.viewer) == 3
    assert hearing.waiting(cast.mona.viewer) == 0, "she decided them"
    assert hearing.waiting(cast.alice.viewer) == 0
    assert "Past its day" in cast.ada.browser.get("/en/moderation/appeals").text
    with recorded() as seen:
        assert cast.ada.browser.get("/en/moderation/appeals").status_code == 200
    assert len(seen) <= 12, seen
    with recorded() as seen:
        assert cast.ada.browser.get(f"/en/moderation/appeals/{made[0]}").status_code == 200
    assert len(seen) <= 18, seen
    with recorded() as seen:
        assert cast.alice.browser.get("/en/me/letters").status_code == 200
    assert len(seen) <= 12, seen
    with recorded() as seen:
        assert (
            cast.visitor.browser.get(private_address(db.session.scalars(select(Letter.id)).first() or 0)).status_code
            == 200
        )
    assert len(seen) <= 9, seen
