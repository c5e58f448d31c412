"""Letters and mails: what they say, to whom they go, when they don't."""

from __future__ import annotations

import time_machine
from sqlalchemy import select

from forum.accounts.models import Member
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.moderation import letterbox, particulars, policy
from forum.moderation.models import Letter
from forum.notifications.models import MailChoice, NotificationChoice
from tests.cast import Cast
from tests.mails import mails
from tests.moderation.conftest import Make, case_of, decide, fresh, report, rule


def test_a_letter_is_mailed_once_without_a_word_on_health(cast: Cast, make_story: Make) -> None:
    key = make_story()
    assert decide(
        cast.mona, key, "ask_for_changes", letter="Take the **street** out, please.\n\nAnd the <b>number</b>."
    )
    (one,) = mails()
    assert (one.to, one.subject) == ("alice@example.org", "A letter about your contribution")
    assert "Take the **street** out, please." in one.text
    assert "This rests on guideline 3. Keep private details private." in one.text
    assert "You can change it and send it again" in one.text
    assert "/en/me/letters#letter-" in one.text
    assert len(mails()) == 1


def test_a_letter_speaks_the_language_of_the_contribution(cast: Cast, make_story: Make) -> None:
    key = make_story(language="it")
    assert decide(cast.mona, key, "decline", letter="Togli la via, per favore.")
    letter = db.session.scalars(select(Letter)).one()
    assert letter.language == "it"
    assert "3. I dati privati restano privati" in letter.text


def test_what_was_taken_back_or_read_meanwhile_is_not_mailed(cast: Cast, make_post: Make) -> None:
    taken_back, read = make_post(cast.nia), make_post(cast.nia)
    for key in (taken_back, read):
        assert decide(cast.mona, key, "approve")
    with write():
        assert discussions.withdraw(actor=cast.nia.viewer, post_id=taken_back).verdict
    letter = db.session.scalar(select(Letter.id).where(Letter.contribution_id == read))
    assert cast.nia.browser.post(f"/en/me/letters/{letter}/read").status_code == 303
    assert mails() == []


def test_nobody_left_to_write_to(cast: Cast, make_story: Make) -> None:
    assert decide(cast.mona, make_story(), "approve")
    with write():
        db.session.get_one(Member, cast.alice.id).email = None
    assert mails() == []


def test_a_member_who_reported_is_told_what_became_of_it(cast: Cast, make_post: Make) -> None:
    key = make_post()
    token = report(cast.bob, key)
    report(cast.visitor, key)
    assert decide(cast.mona, key, "no_action")
    assert mails() == [], "for a moment it can be taken back"
    with time_machine.travel(clock.now() + policy.SLIP, tick=False):
        (one,) = mails()
    assert (one.to, one.subject) == ("bob@example.org", "What became of your report")
    assert "left it on the site" in one.text
    assert f"/en/report/{token}" in one.text


def test_unread_until_marked(cast: Cast, make_story: Make) -> None:
    assert decide(cast.mona, make_story(), "approve")
    db.session.rollback()
    assert letterbox.unread_letters(cast.alice.viewer) == 1
    assert letterbox.unread_letters(cast.bob.viewer) == 0
    assert letterbox.unread_letters(cast.visitor.viewer) == 0
    letter = db.session.scalars(select(Letter)).one()
    assert "I have read it" in cast.alice.browser.get("/en/me/letters").text
    assert letterbox.unread_letters(cast.alice.viewer) == 1, "reading the page writes nothing"
    answer = cast.alice.browser.post(f"/en/me/letters/{letter.id}/read")
    assert answer.headers["Location"] == f"/en/me/letters#letter-{letter.id}"
    first = fresh(Letter, letter.id).read_at
    cast.alice.browser.post(f"/en/me/letters/{letter.id}/read")
    assert fresh(Letter, letter.id).read_at == first is not None
    assert "I have read it" not in cast.alice.browser.get("/en/me/letters").text


def test_others_letters_are_not_there(cast: Cast, make_story: Make) -> None:
    assert decide(cast.mona, make_story(), "approve")
    letter = db.session.scalars(select(Letter)).one().id
    for name in ("bob", "mona", "ada"):
        assert cast[name].browser.post(f"/en/me/letters/{letter}/read").status_code == 404
        assert "We have published" not in cast[name].browser.get("/en/me/letters").text
    for path in (f"/en/me/letters/{10**12}/read", "/en/me/letters/999/read", "/en/me/letters/x/read"):
        assert cast.alice.browser.post(path).status_code == 404
    assert cast.visitor.browser.post(f"/en/me/letters/{letter}/read").status_code == 303
    assert cast.visitor.browser.get("/en/me/letters").status_code == 303
    assert fresh(Letter, letter).read_at is None


def test_the_letter_of_a_refused_edit_says_that_the_old_words_stay(cast: Cast, make_story: Make) -> None:
    from tests.moderation.conftest import edit

    key = make_story()
    assert decide(cast.mona, key, "approve")
    edit(cast.alice, key, "It was quince jam.")
    assert decide(cast.mona, key, "decline")
    last = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert last is not None
    assert "What was there before stays" in last.text
    assert case_of(key).closed_at is not None


def test_the_statement_speaks_her_language_and_the_letter_stays_as_sent(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "hide", letter="Take the number out, please.")
    letter = db.session.scalars(select(Letter)).one()
    assert letter.particulars == {
        "measure": "hide", "is_edit": False, "scope": "this", "from": letter.sent_at.isoformat(), "until": None,
        "facts": "notice", "detected": "person", "decided": "person", "guideline": rule(3), "has_law": False,
    }  # fmt: skip
    assert letter.appeal_until is not None
    assert (letter.appeal_until - letter.sent_at).days == 183
    page = cast.alice.browser.get("/it/me/letters").text
    assert "3. I dati privati restano privati" in page, "the guideline, in the page's language"
    assert "Take the number out, please." in page, "the letter, as it was sent"
    assert "Bob" not in page
    made = fresh(Letter, letter.id)
    assert [line.label for line in particulars.lines_of(made, {}, "en")][:2] == ["What was decided", "What it covers"]
    assert particulars.lines_of(Letter(particulars={}), {}, "en") == []


def test_what_gives_something_back_carries_no_statement(cast: Cast, make_story: Make) -> None:
    assert decide(cast.mona, make_story(), "approve")
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.particulars, letter.appeal_until) == ({}, None)
    page = cast.alice.browser.get("/en/me/letters").text
    assert "The decision in detail" not in page
    assert "/appeal" not in page


def test_a_closed_account_is_mailed_though_she_wants_no_mail_and_discreetly(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert decide(cast.mona, key, "hide")
    with write():
        letter = db.session.scalars(select(Letter)).one()
        letter.particulars = letter.particulars | {"measure": "ban"}
        db.session.get_one(Member, cast.alice.id).restriction = "banned"
        db.session.add(NotificationChoice(member_id=cast.alice.id, kind="decision", is_listed=False, mail="none"))
        db.session.add(MailChoice(member_id=cast.alice.id, is_discreet=True))
        token = letterbox.token_of(letter)
    one = next(one for one in mails() if one.to == "alice@example.org")
    assert one.subject == "Something new for you"
    assert f"/en/letters/{token}" in one.text, "she can't open her list"
    assert "number" not in one.text
    assert cast.visitor.browser.get(f"/en/letters/{token}").status_code == 200
