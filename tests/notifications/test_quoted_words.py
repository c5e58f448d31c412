"""Mails say a post's first words. Never of what a reader should be prepared for, or what may no longer be read."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions.models import Contribution
from forum.core import clock, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.discussions import actions as discussions
from forum.discussions import telling
from forum.moderation import actions as moderation
from forum.moderation.models import Case
from forum.notifications import mutes
from forum.notifications.models import Notification, NotificationChoice
from tests.cast import Cast
from tests.notifications.conftest import Mails

HEAVY = "I want to kill myself tonight. I have written the letters."
KIND = "We were at the sea on Sunday and the water was warm."


def reply(cast: Cast, thread: int, source: str, **more: object) -> int:
    """Bob answers Alice."""
    with write():
        written = discussions.reply(actor=cast.bob.viewer, thread_id=thread, source=source, **more)  # type: ignore[arg-type]
    assert written.verdict
    return written.post_id


def told(post_id: int) -> int:
    """A post of which Alice is told, while the mail still waits."""
    with write():
        telling.tell(post_id)
    return post_id


def due() -> None:
    with write():
        db.session.execute(update(OutboxJob).where(OutboxJob.done_at.is_(None)).values(run_at=clock.now()))


def bodies(mails: Mails, who: str = "alice") -> list[str]:
    return [
        "\n".join(part.get_content() for part in one.walk() if part.get_content_maintype() == "text")
        for one in mails()
        if one["To"] == f"{who}@example.org"
    ]


def test_what_needs_a_word_before_it_is_not_quoted(app: Flask, cast: Cast, thread: int, mails: Mails) -> None:
    noted = reply(cast, thread, "My mother's last days, and how she died.", content_notes=("loss", "self_harm"))
    (one,) = bodies(mails)
    assert "last days" not in one
    assert one.count("About a death. About self-harm") == 2, "in both its parts"
    assert f"/en/posts/{noted}" in one
    heavy = reply(cast, thread, HEAVY)
    assert db.session.scalar(select(Case.opened_for).where(Case.contribution_id == heavy)) == "care"
    one = bodies(mails)[-1]
    assert "Bob answered you." in one
    assert f"/en/posts/{heavy}" in one
    assert "letters" not in one
    assert "kill" not in cast.alice.browser.get("/en/me/notifications").text, "nor in her list"
    # What quotes it says its words again: the quotation isn't among the first words of the answer.
    reply(cast, thread, f"> [Bob](/posts/{heavy})\n>\n> I want to kill myself tonight.\n\nI'm here, and I read you.")
    assert "kill" not in bodies(mails)[-1]
    # Noticed by mistake: it is quoted like anything else.
    with write():
        case = db.session.scalars(select(Case).where(Case.contribution_id == heavy)).one()
        assert moderation.decide(
            actor=cast.mona.viewer, case_id=case.id, seen_version=case.version, decision="false_alarm",
            guideline_id=None, letter="", note="", until=None,
        )  # fmt: skip
    assert "written the letters" in cast.alice.browser.get("/en/me/notifications").text
    # A digest says it in the same way.
    with write():
        db.session.add(NotificationChoice(member_id=cast.alice.id, kind="answer", mail="daily"))
    reply(cast, thread, "He fell, and I found him.", content_notes=("loss",))
    reply(cast, thread, HEAVY.replace("tonight", "tomorrow"))
    reply(cast, thread, KIND)
    worker.work_all()
    with write():
        db.session.execute(update(Notification).where(Notification.due_at > clock.now()).values(due_at=clock.now()))
    due()
    one = bodies(mails)[-1]
    assert "found him" not in one
    assert "kill" not in one
    assert one.count("About a death") == 2
    assert "water was warm" in one


def test_what_changes_before_a_mail_goes_is_asked_again(app: Flask, cast: Cast, thread: int, mails: Mails) -> None:
    posts = {
        what: told(reply(cast, thread, f"{KIND} {what}."))
        for what in ("held", "hidden", "withdrawn", "noted", "edited")
    }
    with write():
        one = {what: db.session.get_one(Contribution, key) for what, key in posts.items()}
        one["held"].status = "pending"
        contributions.hide(one["hidden"])
        contributions.withdraw(one["withdrawn"])
        one["noted"].content_notes = "self_harm"
        discussions.edit(
            actor=cast.bob.viewer, post_id=posts["edited"], source="Only the shells are left."
        )  # fmt: skip
    said = "\n".join(sent := bodies(mails))
    assert len(sent) == 2
    assert "water was warm" not in said
    assert "About self-harm" in said
    assert "Only the shells are left." in said


def test_who_may_not_read_it_any_more_gets_no_mail(app: Flask, cast: Cast, thread: int, mails: Mails) -> None:
    for change in ("muted", "blocked", "banned", "participants"):
        key = told(reply(cast, thread, f"{KIND} {change}."))
        with write():
            if change in ("muted", "blocked"):
                mutes.mute(
                    actor=cast.alice.viewer, what="member", key=cast.bob.id, is_on=True, is_block=change == "blocked"
                )
            elif change == "banned":
                db.session.get_one(Member, cast.alice.id).restriction = "banned"
            else:
                db.session.get_one(Contribution, key).audience = "participants"
        assert bodies(mails) == [], change
        with write():
            mutes.mute(actor=cast.alice.viewer, what="member", key=cast.bob.id, is_on=False)
            db.session.get_one(Member, cast.alice.id).restriction = None
