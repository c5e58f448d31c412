"""A member's page for moderators, notes, what waits for a second person, opening a seal, a lost mailbox, standing."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts import recovery
from forum.accounts.models import MailboxRecovery, Member, MemberSession
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation import granting, member_sanctions, notes, recovering, seals, seconds, standing
from forum.moderation.member_models import MemberNote, SecondPerson
from forum.moderation.models import Letter, LogEntry
from forum.moderation.queries import log_for
from forum.notifications.models import MailChoice
from tests.cast import Cast
from tests.mails import mails
from tests.moderation.conftest import Make, case_of, decide, do, fresh, report, rule
from tests.querylog import recorded

HUGE = "word " * 2000
ODD = "She said \u202eyes\u202c \U0001f9f5"


def newest() -> SecondPerson:
    """The newest that was asked."""
    db.session.rollback()
    return db.session.scalars(select(SecondPerson).order_by(SecondPerson.id.desc())).first()  # type: ignore[return-value]


def test_her_page_says_what_is_signed_and_nothing_else(cast: Cast, make_post: Make, make_story: Make) -> None:
    signed, sealed = make_post(cast.bob), make_story(cast.bob, attribution="anonymous")
    report(cast.alice, signed)
    assert decide(cast.mona, signed, "hide", note="Too long to show.")
    assert decide(cast.mona, sealed, "silence", until=clock.today() + timedelta(days=2), note="Sealed note.")
    page = cast.mona.browser.get(f"/en/moderation/members/{cast.bob.id}")
    assert page.status_code == 200
    assert "hidden" in page.text
    assert f"/cases/{case_of(signed).id}" in page.text
    for word in ("Sealed note.", f"/cases/{case_of(sealed).id}", "The jar lid"):
        assert word not in page.text
    assert "None so far." in page.text, "a sanction through a seal is on no page about her"
    assert "If a sanction is needed: a warning" in page.text
    assert cast.mona.browser.get(f"/en/moderation/members/{cast.mona.id}").status_code == 403
    assert cast.mona.browser.get("/en/moderation/members/999999").status_code == 404
    assert cast.bob.browser.get(f"/en/moderation/members/{cast.alice.id}").status_code == 403
    with write():
        db.session.execute(update(Member).where(Member.id == cast.sam.id).values(erased_at=clock.now()))
    assert cast.mona.browser.get(f"/en/moderation/members/{cast.sam.id}").status_code == 410


def test_deciding_on_her_page_gives_back_what_was_typed(cast: Cast) -> None:
    path = f"/en/moderation/members/{cast.bob.id}/decisions"
    good = {"decision": "silence", "until": "", "guideline": str(rule(1)), "letter": "A letter of mine.", "note": ODD}
    for change in ({}, {"until": "soon"}, {"letter": HUGE, "lasting": "y"}, {"decision": "hide"}, {"guideline": "x"}):
        answer = cast.mona.browser.post(path, data=good | change)
        assert answer.status_code == 422, change
        assert "Not sent yet" in answer.text
        assert ("A letter of mine." if "letter" not in change else HUGE.strip()) in answer.text
    day = (clock.today() + timedelta(days=3)).isoformat()
    assert cast.mona.browser.post(path, data=good | {"until": day}).status_code == 303
    assert fresh(Member, cast.bob.id).restriction == "silenced"
    asked = cast.mona.browser.post(path, data=good | {"decision": "ban"}, follow_redirects=True)
    assert "Another moderator is asked." in asked.text
    assert "a second moderator is asked" in asked.text
    again = cast.mona.browser.post(path, data=good | {"decision": "ban"})
    assert (again.status_code, "A letter of mine." in again.text) == (409, True)
    letter = cast.bob.browser.get("/en/me/letters").text
    assert "A letter of mine." in letter


def test_notes_hang_on_her_or_on_what_she_sealed(cast: Cast, make_post: Make, make_story: Make) -> None:
    signed, sealed = make_post(cast.bob), make_story(cast.bob, attribution="anonymous")
    report(cast.alice, signed)
    mona = cast.mona.browser
    for key, words in ((signed, "Spoke about the photo."), (sealed, "Reads Italian only.")):
        path = f"/en/moderation/cases/{case_of(key).id}/notes"
        assert mona.post(path, data={"contact": "phone", "text": words}).status_code == 303
        empty = mona.post(path, data={"contact": "phone", "text": " "})
        assert (empty.status_code, empty.text.count("Write a word or two first.") > 0) == (422, True)
    member = f"/en/moderation/members/{cast.bob.id}"
    assert mona.post(f"{member}/notes", data={"contact": "mail", "text": ODD}).status_code == 303
    assert mona.post(f"{member}/notes", data={"contact": "pigeon", "text": "Her words."}).status_code == 422
    page = mona.get(member).text
    assert "Spoke about the photo." in page
    assert "Reads Italian only." not in page
    case = mona.get(f"/en/moderation/cases/{case_of(sealed).id}").text
    assert "Reads Italian only." in case
    assert "Spoke about the photo." not in case
    rows = {(row.member_id, row.contribution_id) for row in db.session.scalars(select(MemberNote))}
    assert rows == {(cast.bob.id, None), (None, sealed)}
    assert (
        do(notes.add_about_member, actor=cast.bob.viewer, member_id=cast.alice.id, contact="note", text="x").status
        == 403
    )


def test_what_waits_is_answered_on_its_page(cast: Cast) -> None:
    with write():
        for name, reason in (("bob", "The third time this month."), ("ada", "About an administrator.")):
            seconds.ask(actor=cast.mona.viewer, second_for="ban", reason=reason, member_id=cast[name].id, letter="L")
    page = cast.ada.browser.get("/en/moderation/seconds").text
    assert "The third time this month." in page
    assert "About an administrator." not in page, "what is about her she doesn't read"
    own = cast.mona.browser.get("/en/moderation/seconds").text
    assert "I take it back" in own
    assert "I agree" not in own
    key = next(iter(re.findall(r"/moderation/seconds/(\d+)/answers", page)))
    path = f"/en/moderation/seconds/{key}/answers"
    for data, status in (
        ({"words": "Why not a week?"}, 422), ({"answer": "refused", "words": " "}, 422),
        ({"answer": "x", "words": HUGE}, 422),
        ({"answer": "override", "words": "Alone here."}, 403),
    ):  # fmt: skip
        answer = cast.ada.browser.post(path, data=data)
        assert answer.status_code == status, data
        assert data["words"].strip() in answer.text
    assert cast.mona.browser.post(path, data={"answer": "granted"}).status_code == 403
    assert cast.ada.browser.post(path, data={"answer": "refused", "words": "A week is enough."}).status_code == 303
    late = cast.ada.browser.post(path, data={"answer": "granted", "words": "I agree with this."})
    assert (late.status_code, "I agree with this." in late.text) == (409, True)
    assert cast.ada.browser.post("/en/moderation/seconds/999/answers", data={"answer": "granted"}).status_code == 404
    assert "A week is enough." in cast.mona.browser.get("/en/moderation/seconds").text
    assert "only the" not in cast.bob.browser.get("/en/moderation/seconds").text
    with recorded() as log:
        cast.mona.browser.get("/en/moderation/seconds")
    assert len(log) <= 12
    with recorded() as log:
        cast.mona.browser.get(f"/en/moderation/members/{cast.bob.id}")
    assert len(log) <= 12, "\n".join(map(str, log))


def test_who_is_spoken_of_does_not_read_it_in_the_log(cast: Cast, make_story: Make) -> None:
    """A moderator whose account others would close, or who sealed what they ask about, hears of it once decided."""
    key = make_story(cast.mona, attribution="anonymous")
    assert do(seals.ask, actor=cast.ada.viewer, case_id=case_of(key).id, why="danger", reason="She says goodbye.")
    more = {"guideline_id": rule(3), "letter": "Because.", "note": "The third time."}
    assert do(member_sanctions.decide, actor=cast.ada.viewer, member_id=cast.mona.id, decision="ban", **more)
    assert do(member_sanctions.decide, actor=cast.mona.viewer, member_id=cast.bob.id, decision="ban", **more)
    assert do(notes.add_about_member, actor=cast.ada.viewer, member_id=cast.mona.id, contact="note", text="We spoke.")
    read = [
        [(row.entry.act, row.entry.object_kind, row.entry.object_id) for row in log_for(by.viewer)]
        for by in (cast.ada, cast.mona)
    ]
    assert read[1] == [("ask_second", "member", cast.bob.id)]
    assert len(read[0]) == 4
    for path in ("/en/moderation/log", f"/en/moderation/log?contribution={key}", "/en/moderation/seconds"):
        assert "The third time." not in (page := cast.mona.browser.get(path).text) or "Bob" in page
        assert "She says goodbye." not in page


def test_a_seal_is_opened_by_two_for_a_day_and_she_is_told(
    cast: Cast, make_story: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, open_one = make_story(cast.bob, attribution="anonymous"), make_story(cast.alice)
    path = f"/en/moderation/cases/{case_of(key).id}/seal"
    mona, ada = cast.mona.browser, cast.ada.browser
    assert "Open the seal only where a life is in danger" in mona.get(path).text
    assert mona.get(f"/en/moderation/cases/{case_of(open_one).id}/seal").status_code == 409
    assert mona.post(path, data={"why": "", "reason": "She says goodbye."}).status_code == 422
    assert mona.post(path, data={"why": "danger", "reason": "She says goodbye."}).status_code == 303
    assert "Bob" not in mona.get(path).text
    assert do(granting.answer, actor=cast.mona.viewer, second_id=newest().id, answer="granted", words="").status == 403
    assert do(granting.answer, actor=cast.ada.viewer, second_id=newest().id, answer="granted", words="Yes.")
    for browser in (mona, ada):
        page = browser.get(path)
        assert "<dd>Bob</dd>" in page.text
        assert "bob@example.org" in page.text
        assert "public" not in page.headers["Cache-Control"]
    with write():
        db.session.execute(update(Member).where(Member.id == cast.cora.id).values(standing="trusted"))
    for other in (
        "/en/moderation",
        "/en/moderation/log",
        f"/en/moderation/cases/{case_of(key).id}",
        "/en/moderation/seconds",
    ):
        assert "Bob" not in mona.get(other).text, other
    letter = db.session.scalars(select(Letter).where(Letter.contribution_id == key)).one()
    assert (letter.member_id, "Two moderators have seen who you are." in letter.text) == (None, True)
    assert "Two moderators have seen who you are." in cast.bob.browser.get("/en/me/letters").text
    acts = db.session.scalars(select(LogEntry.act).where(LogEntry.object_id == key)).all()
    assert "open_seal" in acts
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert seals.opened_for(cast.mona.viewer, case_of(key).id) is None
    assert "Bob" not in mona.get(path).text


def test_a_lost_mailbox_waits_can_be_stopped_and_then_moves(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/en/moderation/members/{cast.bob.id}/recovery"
    good = {"email": "New@Example.org", "reason": "She knew her first thread."}
    assert cast.mona.browser.post(path, data=good | {"email": "no address"}).status_code == 422
    assert cast.mona.browser.get(f"/en/moderation/members/{cast.ada.id}/recovery").status_code == 403
    assert cast.mona.browser.post(path, data=good).status_code == 303
    assert cast.mona.browser.post(path, data=good).status_code == 409
    assert "takes over your account" not in cast.bob.browser.get("/en/me").text, "nobody has agreed yet"
    agree = {"actor": cast.ada.viewer, "answer": "granted", "words": ""}
    assert do(granting.answer, second_id=newest().id, **agree)
    assert "takes over your account" in cast.bob.browser.get("/en/me").text
    row = db.session.scalars(select(MailboxRecovery)).one()
    assert row.address_sealed is not None
    assert "example.org" not in row.address_sealed
    token = tokens.token_for(recovery.STOP, row.id, row.nonce)
    visitor = cast.visitor.browser
    assert "Stop it" in visitor.get(f"/en/recovery/{token}").text
    assert visitor.get(f"/en/recovery/{token[:-2]}xx").status_code == 404
    assert fresh(MailboxRecovery, row.id).stopped_at is None, "opening it changes nothing"
    assert visitor.post(f"/en/recovery/{token}").status_code == 303
    assert "Stopped." in visitor.get(f"/en/recovery/{token}").text
    assert visitor.post(f"/en/recovery/{token}").status_code == 303, "twice is once"
    with write():
        db.session.add(MailChoice(member_id=cast.bob.id, time_zone="America/New_York"))
    assert cast.mona.browser.post(path, data=good).status_code == 303
    assert do(granting.answer, second_id=newest().id, **agree)
    assert cast.bob.browser.get("/en/me/recovery").status_code == 200
    assert cast.bob.browser.post("/en/me/recovery/stop").status_code == 303
    assert cast.bob.browser.get("/en/me/recovery").status_code == 404
    for address, expected in (("alice@example.org", "bob@example.org"), ("New@Example.org", "new@example.org")):
        assert cast.mona.browser.post(path, data=good | {"email": address}).status_code == 303
        assert do(granting.answer, second_id=newest().id, **agree)
        waiting = recovery.waiting(cast.bob.id)
        assert waiting is not None
        key, moment = waiting.id, waiting.takes_effect_at
        by_her_clock = f"{moment.astimezone(ZoneInfo('America/New_York')):%H:%M} (New York)"
        assert any(by_her_clock in one.text for one in mails() if one.subject == "Another address for your account")
        do(recovering.finish, recovery_id=key)
        assert fresh(Member, cast.bob.id).email == "bob@example.org", "its day hasn't come"
        with monkeypatch.context() as patched:
            patched.setattr(clock, "now", lambda moment=moment: moment)
            do(recovering.finish, recovery_id=key)
        assert fresh(Member, cast.bob.id).email == expected
        assert fresh(MailboxRecovery, key).address_sealed is None
    sessions = select(func.count()).select_from(MemberSession).where(MemberSession.member_id == cast.bob.id)
    assert db.session.scalar(sessions) == 0


def test_standing_grows_and_falls_back(cast: Cast, make_post: Make, make_app: object, app: Flask) -> None:
    settings = app.extensions["settings"].model_copy(
        update={"trusted_approvals": 2, "trusted_days": 30, "approvals_until_established": 2}
    )
    app.extensions["settings"] = settings
    with write():
        db.session.execute(update(Member).where(Member.id.in_([cast.bob.id, cast.sam.id])).values(standing="new"))

    def standings() -> dict[str, str]:
        do(standing.review)
        return {name: fresh(Member, cast[name].id).standing for name in ("alice", "bob", "nia", "mona")}

    keys = [make_post(cast.alice), make_post(cast.alice)]
    assert standings() == {"alice": "trusted", "bob": "new", "nia": "new", "mona": "trusted"}
    report(cast.bob, keys[0])
    assert decide(cast.mona, keys[0], "hide")
    assert standings()["alice"] == "established", "hidden: she falls back"
    assert standings()["alice"] == "new", "and what is left is too little for more"
    assert decide(cast.mona, keys[0], "restore")
    assert standings()["alice"] == "established"
    assert standings()["alice"] == "trusted"
    page = cast.visitor.browser.get("/en/trust")
    assert page.status_code == 200
    assert "After 30 days with an account" in page.text
    assert "Set-Cookie" not in page.headers


def test_the_ladder_counts_what_stands(cast: Cast, make_post: Make) -> None:
    from forum.moderation.ladder import suggest

    assert [suggest(number).decision for number in range(6)] == ["warn", "silence", "silence", "ban", "ban", "ban"]
    assert [suggest(number).days for number in range(4)] == [None, 3, 7, None]
    key = make_post(cast.bob)
    report(cast.alice, key)
    assert decide(cast.mona, key, "warn")
    page = f"/en/moderation/members/{cast.bob.id}"
    assert str(suggest(1).words) in cast.mona.browser.get(page).text
    with write():
        from forum.moderation.models import Decision

        db.session.execute(update(Decision).where(Decision.decision == "warn").values(overturned_at=clock.now()))
    assert str(suggest(0).words) in cast.mona.browser.get(page).text
    assert str(suggest(0).words) in cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
