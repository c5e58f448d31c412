"""A mail to her own address begins a story: a draft that only she sees; and the page where she finds the address."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.incoming import actions
from forum.incoming.actions import Outcome
from forum.notifications.models import MailChoice
from forum.photos.models import Photo
from forum.stories.models import Story
from tests.cast import Cast, Person
from tests.conftest import MakeApp
from tests.incoming.conftest import letter, receive, sent, words_of
from tests.photos.conftest import drawn, encoded


def address_of(who: Person) -> str:
    """The address on her page, made there where there is none yet."""
    if "story+" not in who.browser.get("/en/me/mail").text:
        assert who.browser.post("/en/me/mail/addresses").status_code == 303
    found = re.search(r'mailto:(story\+[^"]+)"', who.browser.get("/en/me/mail").text)
    assert found is not None
    return found[1]


def stories() -> list[Story]:
    db.session.rollback()
    return list(db.session.scalars(select(Story).order_by(Story.id)))


def test_a_mail_begins_a_story(app: Flask, cast: Cast) -> None:
    assert "Stories by mail" in cast.alice.browser.get("/en/me").text
    address = address_of(cast.alice)
    raw = letter("It began in *March*.\n\nThen it went on.\n-- \nAlice\n", subject="The jar lid")
    for _ in range(2):
        receive(raw, address)
    (story,) = stories()
    assert (story.title, story.source, story.status) == (
        "The jar lid",
        "It began in *March*.\n\nThen it went on.",
        "draft",
    )
    assert (story.author_id, story.language) == (cast.alice.id, "en")
    story_id = story.id
    (mail,) = sent(app)
    assert f"/en/stories/{story_id}/edit" in words_of(mail)
    assert "only you see it" in words_of(mail)
    assert "jar lid" not in mail["Subject"]
    assert cast.alice.browser.get(f"/en/stories/{story_id}/edit").status_code == 200
    assert cast.bob.browser.get(f"/en/stories/{story_id}").status_code == 404


def test_a_long_subject_pictures_alone_and_nothing_at_all(app: Flask, cast: Cast) -> None:
    address = address_of(cast.alice)
    subject = "How I " + "opened and " * 20 + "closed it"
    assert receive(letter("So.", subject=subject, message_id="<1@x>"), address).why == "begun"
    (story,) = stories()
    assert story.title.endswith("…")
    assert len(story.title) <= 150
    assert story.source == f"{subject}\n\nSo."
    picture = encoded(drawn(1200, 900))
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["Message-ID"], message["Subject"] = "alice@example.org", "<2@x>", "A photo"
    message.add_attachment(picture, "image", "jpeg", filename="lid.jpg")
    outcome = receive(bytes(message), address)
    assert outcome.why == "begun"
    db.session.rollback()
    assert [photo.on_id for photo in db.session.scalars(select(Photo))] == [outcome.contribution_id]
    assert receive(letter("", message_id="<3@x>"), address) == Outcome("refused", "empty")
    assert receive(letter("w " * 60_000, message_id="<4@x>"), address) == Outcome("refused", "long")
    assert len(stories()) == 2


def test_nobody_else_s_mail_and_none_to_an_old_address(app: Flask, cast: Cast) -> None:
    old = address_of(cast.alice)
    for number in range(3):
        raw = letter("Not hers.", sender="mallory@example.com", message_id=f"<{number}@x>")
        assert receive(raw, old, "mallory@example.com") == Outcome("refused", "foreign")
    (mail,) = sent(app)
    assert mail["To"] == "alice@example.org"
    assert cast.alice.browser.post("/en/me/mail/addresses").status_code == 303
    new = address_of(cast.alice)
    assert new != old
    assert receive(letter("To the old one."), old) == Outcome("refused", "unknown")
    assert receive(letter("As Bob.", sender="bob@example.org", message_id="<9@x>"), new).why == "foreign"
    assert stories() == []


def test_who_may_not_write_has_none_and_a_site_without_mail_says_so(cast: Cast, make_app: MakeApp) -> None:
    assert cast.sam.browser.get("/en/me/mail").status_code == 403
    assert cast.visitor.browser.get("/en/me/mail").status_code in (303, 401)
    with write():
        assert actions.new_story_address(actor=cast.alice.viewer)
        assert not actions.new_story_address(actor=cast.sam.viewer)
    db.session.rollback()
    assert [choice.member_id for choice in db.session.scalars(select(MailChoice))] == [cast.alice.id]
    closed = make_app().test_client()
    with closed.application.app_context():
        from forum.incoming import addresses

        assert addresses.story_address(1, "x") is None
        assert (
            actions.receive(letter(), envelope_to="story+1-x@in.example.org", envelope_from="x@y.example").why
            == "unknown"
        )
