"""Mail from whoever may not write as others do, and with words that the site looks for: the way that the site's own
forms go, to the desk and back; nothing lost, nothing told to others, and a kind answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Member
from forum.care.models import CareCard
from forum.contributions.models import Contribution, Draft
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions import queries as discussion_queries
from forum.discussions.models import Post, Thread
from forum.discussions.rows import ThreadRow
from forum.incoming.actions import Outcome, new_story_address
from forum.incoming.queries import story_address_of
from forum.moderation import actions as moderation
from forum.moderation.models import Case, Decision, Letter, Signal
from forum.notifications.models import MailChoice, Notification, ReceivedMail
from forum.screening import words
from forum.screening.words import Phrase
from tests.cast import Cast
from tests.discussions.conftest import do, started
from tests.incoming.conftest import Asked, drafts, letter, posts, receive, sent, tell, words_of
from tests.moderation.conftest import decide

HEAVY = "I don't want to live any more. I have thought about it for weeks."


def restrict(member_id: int, restriction: str | None) -> None:
    db.session.rollback()
    with write():
        until = clock.now() + timedelta(days=3) if restriction else None
        changed = update(Member).where(Member.id == member_id).values(restriction=restriction, restricted_until=until)
        db.session.execute(changed)


def newest(app: Flask) -> str:
    return words_of(max(sent(app), key=lambda mail: int(str(mail["Message-ID"]).split("@")[0].rsplit("-", 1)[1])))


def signals_of(post_id: int) -> dict[str, bool]:
    db.session.rollback()
    rows = db.session.scalars(select(Signal).where(Signal.contribution_id == post_id))
    return {row.signal: row.is_hold for row in rows}


def test_who_may_not_write_is_told_what_her_form_would_say(
    app: Flask, cast: Cast, thread: ThreadRow, asked: Asked
) -> None:
    before = len(posts())
    for number, (restriction, says) in enumerate(
        (("banned", "Your account is closed until"), ("silenced", "You can read, not write, until"))
    ):
        restrict(cast.alice.id, restriction)
        outcome = receive(letter(f"As {restriction}.", message_id=f"<{number}@x>"), asked.address)
        assert outcome == Outcome("drafted", "refused")
        mail = newest(app)
        assert says in mail
        assert "Your words are kept." in mail
        assert "How do you do the top one?" not in mail, "nobody else's words"
    assert drafts() == {f"reply:{thread.id}:{asked.post_id}": "As banned.\n\nAs silenced."}
    # The way there leads whose account is closed to the page that says why, not past it.
    restrict(cast.alice.id, "banned")
    assert cast.alice.browser.get(f"/en/posts/{asked.post_id}/answer").headers["Location"] == "/en/me/closed"
    # The answer comes back, or an answering machine answers it: no mail follows.
    count = len(sent(app))
    for number, headers in enumerate(
        ({"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Loop": "127.0.0.1"}, {"Return-Path": "<>"})
    ):
        raw = letter("I am away.", message_id=f"<away{number}@x>", headers=headers)
        assert receive(raw, asked.address) == Outcome("ignored")
    assert receive(letter("I am away.", message_id="<away@x>"), asked.address, sender="") == Outcome("ignored")
    assert len(sent(app)) == count
    # Limited: everything waits, up to the day's number; then it is kept.
    restrict(cast.alice.id, "limited")
    held = receive(letter("Limited.", message_id="<l@x>"), asked.address)
    assert (held.what, held.why) == ("held", "waits")
    assert signals_of(held.contribution_id or 0) == {"limited": True}
    assert "A moderator will see it before others do" in newest(app)
    db.session.rollback()
    left = app.extensions["settings"].limited_a_day - 1  # she opened the discussion today
    for number in range(left - 1):
        assert receive(letter(f"Limited {number}.", message_id=f"<l{number}@x>"), asked.address).what == "held"
    refused = receive(letter("One too many.", message_id="<l99@x>"), asked.address)
    assert refused == Outcome("drafted", "refused")
    assert "today" in newest(app)
    assert "One too many." in drafts()[f"reply:{thread.id}:{asked.post_id}"]
    assert [post.status for post in posts()[before:]] == ["pending"] * left


def test_what_waits_goes_the_desks_way_and_back(app: Flask, cast: Cast, thread: ThreadRow) -> None:
    do(moderation.load_defaults)
    phrase = Phrase("miracle salve", "und", "hold", note="Sold here before")
    do(words.watch, actor=cast.mona.viewer, phrases=[phrase])
    post_id = do(discussions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="What helps?").post_id
    asked = {who: tell(cast[who], thread, post_id) for who in ("alice", "nia")}
    held: dict[str, int] = {}
    for who, source in (("alice", "The M-i-r-a-c-l-e salve, mostly."), ("nia", "Warm water helps me, every day.")):
        raw = letter(source.replace("-", ""), sender=f"{who.title()} <{who}@example.org>", message_id=f"<{who}@x>")
        outcome = receive(raw, asked[who].address, sender=f"{who}@example.org")
        assert (outcome.what, outcome.why) == ("held", "waits"), who
        held[who] = outcome.contribution_id or 0
    assert signals_of(held["alice"]) == {"watched_word": True}
    assert signals_of(held["nia"]) == {"new_member": True}
    for who, key in held.items():
        (mail,) = (words_of(mail) for mail in sent(app) if mail["To"] == f"{who}@example.org")
        assert "A moderator will see it before others do" in mail
        assert f"/en/posts/{key}" in mail
        assert "salve" not in mail.lower(), "never which word"
        case = db.session.scalars(select(Case).where(Case.contribution_id == key)).one()
        assert (case.opened_for, case.closed_at) == ("review", None)
        page = cast.mona.browser.get(f"/en/moderation/cases/{case.id}").text
        assert ("miracle salve" in page) == (who == "alice")
        assert "What helps?" in page
        assert cast.bob.browser.get(f"/en/posts/{key}").status_code == 404
    # Declined with a letter that she reads; published for the other, who is told, and Bob with her.
    assert decide(cast.mona, held["alice"], "decline", letter="We don't sell here.")
    assert decide(cast.mona, held["nia"], "approve")
    db.session.rollback()
    told = select(Letter.text).join(Decision, Decision.id == Letter.decision_id).where(Decision.decision == "decline")
    assert "We don't sell here." in str(db.session.scalar(told))
    letters = [mail for mail in sent(app, "notification-") if mail["To"] == "alice@example.org"]
    assert any("We don't sell here." in words_of(mail) for mail in letters)
    assert [post.status for post in posts() if post.id in held.values()] == ["declined", "published"]
    # Answered once more to the old mail after the discussion has moved to members alone: still a member's to answer.
    with write():
        db.session.execute(update(Contribution).values(audience="members"))
    again = receive(letter("And a ribbon.", message_id="<again@x>"), asked["alice"].address)
    assert again.what == "posted"
    assert posts()[-1].audience == "members"
    assert cast.visitor.browser.get(f"/en/posts/{again.contribution_id}").status_code in (401, 404)


def test_who_writes_in_despair_is_answered(app: Flask, cast: Cast, thread: ThreadRow, asked: Asked) -> None:
    def helped(mail: str) -> tuple[bool, bool]:
        return "In case today is heavy" in mail, "People who answer, country by country" in mail

    posted = receive(letter(HEAVY), asked.address)
    assert (posted.what, posted.why) == ("posted", "posted")
    db.session.rollback()
    case = db.session.scalars(select(Case).where(Case.contribution_id == posted.contribution_id)).one()
    assert case.opened_for == "care"
    assert db.session.scalar(select(func.count()).select_from(CareCard).where(CareCard.member_id == cast.alice.id)) == 1
    listed = select(Notification.key).where(Notification.member_id == cast.alice.id, Notification.mail == "none")
    assert [key for key in db.session.scalars(listed) if key.startswith("care:")]
    mail = newest(app)
    assert helped(mail) == (True, True)
    assert "Your answer is posted, as you wrote it." in mail
    assert sent(app)[0]["Subject"] == "About your answer by mail", "no word of it outside"
    # What is not posted is kept, and answered as gently; the same of a story; of a stranger's words nothing is said.
    restrict(cast.alice.id, "silenced")
    assert receive(letter(HEAVY, message_id="<2@x>"), asked.address) == Outcome("drafted", "refused")
    assert helped(newest(app)) == (True, True)
    assert receive(letter(HEAVY, message_id="<3@x>", sender="eve@example.com"), asked.address).why == "foreign"
    assert helped(newest(app)) == (False, False)
    restrict(cast.alice.id, None)
    do(new_story_address, actor=cast.alice.viewer)
    address = story_address_of(cast.alice.id)
    db.session.rollback()
    assert receive(letter(HEAVY, message_id="<4@x>", subject="My letter"), address or "").what == "drafted"
    mails = sent(app, "about-story-")
    assert [helped(words_of(mail)) for mail in mails] == [(True, True)]
    # An ordinary answer gets no mail; discreet mails keep it to themselves.
    count = len(sent(app))
    assert receive(letter("With warm water.", message_id="<5@x>"), asked.address).what == "posted"
    assert len(sent(app)) == count
    do(words.watch, actor=cast.mona.viewer, phrases=[Phrase("the bridge", "und", "care")])
    assert receive(letter("I go to the bridge now.", message_id="<w@x>"), asked.address).why == "posted"
    assert helped(newest(app)) == (True, True), "what moderators asked to be told of counts as well"
    with write():
        db.session.merge(MailChoice(member_id=cast.alice.id, is_discreet=True))
    receive(letter(f"{HEAVY} Still.", message_id="<6@x>"), asked.address)
    assert helped(newest(app)) == (False, False)


def test_of_whom_no_name_is_told_no_row_tells_it(app: Flask, cast: Cast, make_board: Any) -> None:
    """Mail of whoever writes without her name, watched and in despair: her id stands beside nothing of it."""
    do(moderation.load_defaults)
    do(words.watch, actor=cast.mona.viewer, phrases=[Phrase("salve", "und", "hold")])
    board = make_board("quiet", allows_anonymous=True)
    thread = started(cast.alice.viewer, board, source="Who else?", attribution="anonymous")
    opening = db.session.get_one(Thread, thread.id).opening_id
    db.session.rollback()
    bobs = do(discussions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="I do.")
    asked = tell(cast.alice, thread, bobs.post_id, sealed_id=opening)
    held = receive(letter(f"{HEAVY} No salve helps."), asked.address)
    assert (held.what, held.why) == ("held", "waits")
    assert "In case today is heavy" in newest(app)
    db.session.rollback()
    post = db.session.get_one(Post, held.contribution_id)
    assert (post.author_id, post.attribution != "member") == (None, True)
    assert signals_of(post.id) == {"watched_word": True, "crisis": False}
    hers = cast.alice.id
    assert db.session.scalar(select(CareCard).where(CareCard.member_id == hers)) is None
    told = select(Notification).where(Notification.member_id == hers, Notification.contribution_id == post.id)
    assert db.session.scalar(told) is None
    do(new_story_address, actor=cast.alice.viewer)  # a story begun by mail may be sent without her name later
    receive(letter("It was plum jam.", message_id="<s@x>"), story_address_of(hers) or "")
    assert [str(mail["To"]) for mail in sent(app, "about-story-")] == ["alice@example.org"]
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.name.like("incoming.%"))).all()
    assert [("member_id" in job.payload, job.done_at is None) for job in jobs] == [(False, False)] * 2
    assert set(ReceivedMail.__table__.columns.keys()) == {"id", "digest", "outcome", "received_at"}
    case_id = db.session.scalar(select(Case.id).where(Case.contribution_id == post.id))
    assert "alice" not in cast.mona.browser.get(f"/en/moderation/cases/{case_id}").text.lower()
    # Locked meanwhile, she has a draft of her own, and nobody else reads that.
    db.session.rollback()
    with write():
        db.session.execute(update(Thread).values(is_locked=True))
    assert receive(letter("Later, then.", message_id="<2@x>"), asked.address) == Outcome("drafted", "refused")
    kept = db.session.execute(select(Draft.member_id, Draft.place).where(Draft.source == "Later, then.")).one()
    assert kept == (hers, f"reply:{thread.id}:{bobs.post_id}")
    assert discussion_queries.thread_for(cast.bob.viewer, thread.id) is not None
