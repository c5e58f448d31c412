"""Following a story: one mail for each chapter to each follower, asked again when it is sent, ended with one click."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Member
from forum.contributions.follows import token_of
from forum.contributions.models import Follow
from forum.core import mail, worker
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.notifications.models import NotificationChoice
from tests.cast import Browser, Cast, Person
from tests.stories.below import approve, subjects, written_afterword, written_chapter
from tests.stories.conftest import MakeStory

NEWS = "Something new from somebody you follow"


def follow(who: Person, story_id: int, value: str = "1") -> None:
    """Follow a story, or end it; who follows wants to hear of it at once."""
    with write():
        db.session.merge(NotificationChoice(member_id=who.id, kind="story", is_listed=True, mail="now"))
    answer = who.browser.post(f"/en/stories/{story_id}/following", data={"value": value})
    assert answer.status_code == 303, answer.text


def only_follow() -> Follow:
    db.session.rollback()
    return db.session.scalars(select(Follow)).one()


def messages(app: Flask) -> list[EmailMessage]:
    worker.work_all()
    folder = Path(app.extensions["settings"].data_dir) / "mailbox" / "new"
    read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*")]
    return [one for one in read if str(one["Subject"]) == NEWS]  # type: ignore[misc]


def test_a_member_follows_and_ends_it_on_the_page(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    bob = cast.bob.browser
    assert "Tell me of later chapters" in bob.get(f"/en/stories/{story_id}").text
    for _ in range(2):
        follow(cast.bob, story_id)
    assert only_follow().member_id == cast.bob.id
    assert "Stop telling me of later chapters" in bob.get(f"/en/stories/{story_id}").text
    assert "The jar lid" in bob.get("/en/me/following").text
    assert "The jar lid" not in cast.nia.browser.get("/en/me/following").text
    for _ in range(2):
        follow(cast.bob, story_id, "0")
    db.session.rollback()
    assert db.session.scalars(select(Follow)).all() == []
    assert "You follow nothing yet" in bob.get("/en/me/following").text


def test_a_visitor_is_pointed_to_the_feed_and_led_to_sign_in(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    page = cast.visitor.browser.get(f"/en/stories/{story_id}").text
    assert "/en/stories/feed" in page
    assert "Tell me of later chapters" not in page
    answer = cast.visitor.browser.post(f"/en/stories/{story_id}/following")
    assert "/en/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("status", ["draft", "pending", "hidden", "withdrawn"])
def test_nobody_follows_what_she_cannot_see(cast: Cast, make_story: MakeStory, status: str) -> None:
    story_id = make_story(status=status)
    assert cast.bob.browser.post(f"/en/stories/{story_id}/following").status_code == 404
    assert db.session.scalars(select(Follow)).all() == []


def test_each_follower_gets_one_mail_for_each_chapter(app: Flask, cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    follow(cast.bob, story_id)
    follow(cast.sam, story_id)
    key = written_chapter(cast.alice, story_id)
    assert messages(app) == []
    approve(cast, key)
    assert sorted(str(one["To"]) for one in messages(app)) == ["bob@example.org", "sam@example.org"]
    # Taken off and brought back it is no news.
    cast.alice.browser.post(f"/en/chapters/{key}/withdrawal")
    cast.alice.browser.post(f"/en/chapters/{key}/return")
    assert len(messages(app)) == 2
    approve(cast, written_afterword(cast.nia, story_id))
    assert len(messages(app)) == 4


def test_the_mail_names_no_story_and_can_be_ended_by_mail_programs(
    app: Flask, cast: Cast, make_story: MakeStory
) -> None:
    story_id = make_story(title="Raynaud in July")
    follow(cast.bob, story_id)
    approve(cast, written_chapter(cast.alice, story_id, title="Fingers"))
    (message,) = messages(app)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(message["List-Unsubscribe"]).strip("<>")
    raw = message.as_bytes(policy=email.policy.SMTP)
    assert b"Raynaud" not in raw
    assert b"Fingers" not in raw
    token = token_of(only_follow())
    assert address == f"{app.extensions['settings'].origin}/unsubscribe/{token}"
    assert f"/en/stories/{story_id}#chapter-" in str(message.get_body(("plain",)))


def test_a_long_address_stays_whole_in_the_header(app: Flask) -> None:
    end = "https://forum.of-a-rather-long-name.example.org/unsubscribe/123456-" + "x" * 43
    message = mail.compose(
        "bob@example.org", "S", "chapter", message_id="1", headers={"List-Unsubscribe": f"<{end}>"},
        language="en", path="/", end=end, choices="/", is_afterword=False,
    )  # fmt: skip
    assert f"List-Unsubscribe: <{end}>\r\n".encode() in message.as_bytes()
    assert f"List-Unsubscribe: <{end}>" in message.as_string()


def test_at_sending_it_is_asked_again(app: Flask, cast: Cast, make_story: MakeStory) -> None:
    stories = [make_story(title=f"Story {n}") for n in range(4)]
    for story_id in stories:
        follow(cast.bob, story_id)
    keys = [written_chapter(cast.alice, story_id) for story_id in stories]
    for key in keys:
        approve(cast, key)
    cast.alice.browser.post(f"/en/chapters/{keys[0]}/withdrawal")
    cast.alice.browser.post(f"/en/stories/{stories[1]}/withdrawal")
    follow(cast.bob, stories[2], "0")
    (message,) = messages(app)
    assert f"chapter-{keys[3]}" in str(message.get_body(("plain",)))


@pytest.mark.parametrize("change", [{"email": None}, {"restriction": "banned"}])
def test_who_cannot_be_reached_gets_none(
    app: Flask, cast: Cast, make_story: MakeStory, change: dict[str, object]
) -> None:
    story_id = make_story()
    follow(cast.bob, story_id)
    with write():
        for name, value in change.items():
            setattr(db.session.get_one(Member, cast.bob.id), name, value)
    approve(cast, written_chapter(cast.alice, story_id))
    assert messages(app) == []


def test_who_follows_a_translation_is_told_of_the_original_s_chapters_once(
    app: Flask, cast: Cast, make_story: MakeStory
) -> None:
    story_id = make_story()
    translation = make_story(language="it", title="Il coperchio", translation_of_id=story_id)
    follow(cast.bob, story_id)
    follow(cast.bob, translation)
    approve(cast, written_chapter(cast.alice, story_id))
    assert len(messages(app)) == 1


def test_the_outbox_holds_ids_only(app: Flask, cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    follow(cast.bob, story_id)
    approve(cast, written_chapter(cast.alice, story_id))
    worker.work_all()
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.name.startswith("stories."))):
        assert all(isinstance(value, int) for value in job.payload.values())


def test_the_link_shows_one_button_and_ends_nothing_by_itself(app: Flask, cast: Cast, make_story: MakeStory) -> None:
    follow(cast.bob, make_story())
    token = token_of(only_follow())
    bare = Browser(app, app.response_class, use_cookies=True)
    page = bare.get(f"/unsubscribe/{token}")
    assert page.status_code == 200
    assert page.text.count("<form") == 1
    assert "The jar lid" not in page.text
    assert only_follow()
    assert "no-store" in page.headers.get("Cache-Control", "") or "private" in page.headers.get("Cache-Control", "")


def test_one_click_of_a_mail_program_ends_it_without_cookie_or_origin(
    app: Flask, cast: Cast, make_story: MakeStory
) -> None:
    follow(cast.bob, make_story())
    token = token_of(only_follow())
    bare = app.test_client()
    for _ in range(2):
        answer = bare.post(
            f"/unsubscribe/{token}",
            data={"List-Unsubscribe": "One-Click"},
            base_url=app.extensions["settings"].origin,
        )
        assert answer.status_code == 200
        assert "You’ll hear no more of it" in answer.text
        assert "Set-Cookie" not in answer.headers
    db.session.rollback()
    assert db.session.scalars(select(Follow)).all() == []


def test_another_s_token_or_none_ends_nothing(app: Flask, cast: Cast, make_story: MakeStory) -> None:
    follow(cast.bob, make_story())
    row = only_follow()
    genuine = token_of(row)
    for token in (f"{row.id}-{'x' * 43}", genuine[:-1], genuine + "x", "x", "99999999999999999-x", f"{row.id}-"):
        assert cast.visitor.browser.post(f"/unsubscribe/{token}").status_code == 404
        assert cast.visitor.browser.get(f"/unsubscribe/{token}").status_code == 404
    assert only_follow()


def test_the_page_speaks_the_member_s_language(cast: Cast, make_story: MakeStory) -> None:
    with write():
        db.session.get_one(Member, cast.bob.id).language = "it"
    follow(cast.bob, make_story())
    page = cast.visitor.browser.get(f"/unsubscribe/{token_of(only_follow())}")
    assert re.search(r'<html lang="it"', page.text)


def test_a_subject_tells_nothing_of_the_illness(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story(title="Raynaud in July")
    follow(cast.bob, story_id)
    approve(cast, written_chapter(cast.alice, story_id))
    assert subjects("bob@") == [NEWS]
