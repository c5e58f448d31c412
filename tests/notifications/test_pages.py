"""The list and the choices as their member meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.contributions import actions as contributions
from forum.contributions.models import Contribution, Follow
from forum.core import clock
from forum.core.db import db
from forum.core.partial_date import PartialDate
from forum.core.unit_of_work import write
from forum.discussions.models import Post
from forum.messages import actions as messages
from forum.notifications import actions, mutes, queries
from forum.notifications.models import MailChoice, Notification, NotificationChoice
from forum.notifications.queries import PAGE, Recipient
from forum.stories.models import Story, StoryUpdate
from tests.cast import Cast
from tests.notifications.conftest import Tell
from tests.querylog import recorded

LIST, CHOICES = "/en/me/notifications", "/en/me/notifications/choices"


def test_the_header_counts_and_the_list_says_what_is_new(cast: Cast, tell: Tell) -> None:
    alice = cast.alice.browser
    assert "Nothing is new" in alice.get(LIST).text
    assert "header-count" not in alice.get("/en/").text
    keys = [tell(), tell("mention"), tell("quote")]
    assert '<span class="header-count">3</span>' in alice.get("/en/").text
    page = alice.get(LIST).text
    assert page.count("told--unread") == 3
    assert page.count("Raynaud in July") == 1, "gathered under its thread"
    for words in ("Bob answered you", "Bob mentioned you", "Bob quoted you", "Unread"):
        assert words in page
    # Looking marks nothing.
    assert alice.get(LIST).text.count("told--unread") == 3
    answer = alice.post(f"{LIST}/{keys[0]}/reading", data={"then": "open"})
    assert re.search(r"/en/posts/\d+$", answer.headers["Location"])
    assert alice.get(LIST).text.count("told--unread") == 2
    for _ in range(2):
        assert alice.post(f"{LIST}/{keys[1]}/reading").headers["Location"] == LIST
    assert '<span class="header-count">1</span>' in alice.get(LIST).text
    alice.post(f"{LIST}/reading")
    page = alice.get(LIST).text
    assert "told--unread" not in page
    assert page.count('class="told"') == 3
    assert "header-count" not in page


def test_a_list_is_its_member_s_own(cast: Cast, tell: Tell) -> None:
    key = tell()
    assert "Bob answered" not in cast.bob.browser.get(LIST).text
    for who in (cast.bob, cast.ada):
        assert who.browser.post(f"{LIST}/{key}/reading").status_code == 404
    assert "/sign-in" in cast.visitor.browser.get(LIST).headers["Location"]
    assert "/sign-in" in cast.visitor.browser.post(f"{LIST}/reading").headers["Location"]
    assert queries.unread_count(cast.alice.viewer) == 1
    assert cast.alice.browser.post(f"{LIST}/999999/reading").status_code == 404
    assert cast.alice.browser.get(f"{LIST}?before=-1").status_code == 200
    assert cast.alice.browser.get(f"{LIST}?before=99999999999999").status_code == 200
    assert cast.alice.browser.get(f"{LIST}?before={key + 50}").status_code == 200


def test_what_is_gone_or_muted_is_left_out_and_can_be_cleared(cast: Cast, tell: Tell, post: Callable[..., int]) -> None:
    gone_post, muted_post = post(), post(cast.nia)
    gone = tell(about=gone_post)
    tell("quote", about=muted_post)
    with write():
        contributions.hide(db.session.get_one(Post, gone_post))
        mutes.mute(actor=cast.alice.viewer, what="member", key=cast.nia.id, is_on=True)
    page = cast.alice.browser.get(LIST).text
    assert "told--unread" not in page
    assert "2 more are about what isn’t here any more" in page
    assert cast.alice.browser.post(f"{LIST}/{gone}/reading", data={"then": "open"}).headers["Location"] == LIST
    cast.alice.browser.post(f"{LIST}/reading")
    assert "any more" not in cast.alice.browser.get(LIST).text


def test_pages_go_on_by_key_unread_first_with_few_questions(
    app: Flask, cast: Cast, thread: int, post: Callable[..., int], sealed_story: int
) -> None:
    about = post()
    signed, sealed = Recipient(member_id=cast.alice.id), Recipient(sealed_id=sealed_story)
    with write():
        for number in range(2 * PAGE + 10):
            whom = sealed if number % 5 == 0 else signed
            kind = ("answer", "quote", "mention", "thread")[number % 4]
            actions.notify(whom, kind, key=f"k{number}", contribution_id=about, thread_id=thread)
        actions.notify(signed, "reaction", key="reaction:1", contribution_id=sealed_story)
        read = select(Notification.id).order_by(Notification.id).limit(PAGE)
        db.session.execute(update(Notification).where(Notification.id.in_(read)).values(read_at=clock.now()))
    seen, address, pages = [], LIST, 0
    while address:
        with recorded() as questions:
            page = cast.alice.browser.get(address).text
        assert len(questions) <= 12, questions
        pages += 1
        seen += re.findall(r'id="told-(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""
    assert pages == 3
    assert len(seen) == len(set(seen)) == 2 * PAGE + 11
    stands = {str(row.id): row.read_at is None for row in db.session.scalars(select(Notification))}
    order = [stands[key] for key in seen]
    assert order == sorted(order, reverse=True)


def test_all_kinds_together_cost_as_few_questions(
    cast: Cast, thread: int, post: Callable[..., int], sealed_story: int
) -> None:
    own, by_bob = post(cast.alice), post()
    with write():
        story = new_story(cast.bob.id)
        translation = new_story(cast.alice.id, translation_of_id=story)
        chapter = new_chapter(story, cast.bob.id)
        afterword = new_chapter(sealed_story, cast.bob.id, part="afterword")
        refused = new_chapter(story, cast.alice.id, part="afterword", is_refused=True)
        db.session.get_one(Contribution, afterword).status = "pending"
        db.session.add(Follow(member_id=cast.alice.id, contribution_id=story, nonce="n", made_at=clock.now()))
    with write():
        for one in (cast.alice, cast.bob):
            messages.choose(actor=one.viewer, is_open=True)
        words = messages.Words("May I ask you something?", "en")
        assert messages.begin(actor=cast.bob.viewer, other_id=cast.alice.id, words=words).verdict
    signed, sealed = Recipient(member_id=cast.alice.id), Recipient(sealed_id=sealed_story)
    told = [("answer", by_bob), ("mention", by_bob), ("quote", by_bob), ("thread", by_bob)]
    with write():
        for kind, about in told:
            actions.notify(signed, kind, key=f"{kind}:{about}", contribution_id=about, thread_id=thread)
        for whom, about in ((signed, own), (sealed, sealed_story), (signed, refused)):
            actions.notify(whom, "reaction", key=f"reaction:{about}", contribution_id=about)
        actions.notify(signed, "decision", key="letter:1", contribution_id=own)
        actions.notify(sealed, "review", key="suggestion:1", contribution_id=sealed_story)
        actions.notify(signed, "story", key=f"chapter:{chapter}", contribution_id=chapter)
        actions.notify(signed, "story", key=f"newstory:{story}", contribution_id=story)
        actions.notify(sealed, "review", key=f"afterword:{afterword}", contribution_id=afterword)
        actions.notify(signed, "review", key=f"refused:{refused}", contribution_id=refused)
        actions.notify(signed, "review", key=f"translation:{translation}", contribution_id=translation)
    with recorded() as questions:
        page = cast.alice.browser.get(LIST).text
    assert len(questions) <= 12, questions
    for words in (
        "Bob answered you", "Bob wrote in a discussion", "said thank you", "wrote you a letter", "suggests other words",
        "has a later chapter", "Bob published a story", "wrote an afterword for one of your stories",
        "decided not to have the afterword", "can be read in another language", "A message from Bob",
    ):  # fmt: skip
        assert words in page, words
    told_of = {int(key) for key in re.findall(r'id="told-(\d+)"', page)}
    left = select(Notification.kind, Notification.key).where(Notification.id.not_in(told_of))
    assert db.session.execute(left).all() == []


def new_story(author_id: int, **facts: Any) -> int:
    """A published story, signed."""
    one = Story(language="en", created_at=clock.now(), status="sent", **facts)
    return _published(one, author_id)


def new_chapter(story_id: int, author_id: int, **facts: Any) -> int:
    """A later chapter of it, or an afterword."""
    dated = PartialDate.parse("2025-11")
    one = StoryUpdate(language="en", created_at=clock.now(), status="sent", story_id=story_id, dated=dated, **facts)
    return _published(one, author_id)


def _published(one: Contribution, author_id: int) -> int:
    contributions.set_words(one, title="Three winters on", source="My neighbour has moved.")
    contributions.sign(one, author_id, "member")
    contributions.add_revision(one)
    contributions.publish(one)
    return one.id


def test_the_count_ends_at_a_hundred(cast: Cast) -> None:
    with write():
        for number in range(120):
            actions.notify(Recipient(member_id=cast.alice.id), "decision", key=f"k{number}")
    assert '<span class="header-count">99+</span>' in cast.alice.browser.get("/en/").text


def good(**changed: str) -> dict[str, str]:
    fields = {f"{kind}_mail": "now" for kind in ("answer", "mention", "quote", "thread", "reaction", "message")}
    fields |= {f"{kind}_mail": "none" for kind in ("decision", "review", "story")}
    fields |= {"answer_listed": "y", "is_discreet": "y", "time_zone": "Europe/Rome"}
    return fields | {"quiet_from": "22.30", "quiet_until": "7"} | changed


def test_choices_are_kept_and_shown_again(cast: Cast) -> None:
    alice = cast.alice.browser
    page = alice.get(CHOICES).text
    assert re.search(r'name="answer_mail".*?value="now" selected', page, re.DOTALL)
    assert re.search(r'name="reaction_mail".*?value="none" selected', page, re.DOTALL)
    for _ in range(2):
        assert alice.post(CHOICES, data=good()).status_code == 303
    db.session.rollback()
    choice = db.session.get_one(MailChoice, cast.alice.id)
    assert (choice.is_discreet, choice.time_zone, choice.quiet_from, choice.quiet_until) == (
        True, "Europe/Rome", 22 * 60 + 30, 7 * 60,
    )  # fmt: skip
    ways = queries.all_ways_of(cast.alice.viewer)
    assert (ways["quote"].is_listed, ways["quote"].mail) == (False, "now")
    page = alice.get(CHOICES).text
    assert 'value="22:30"' in page
    assert 'value="Europe/Rome" selected' in page
    assert re.search(r'id="answer_listed"[^>]* checked', page)
    assert not re.search(r'id="quote_listed"[^>]* checked', page)
    alice.post(CHOICES, data=good(quiet_from="", quiet_until=""))
    db.session.rollback()
    assert db.session.get_one(MailChoice, cast.alice.id).quiet_from is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quiet_from": "25:00"}, "Write a time of day"),
        ({"quiet_from": "22:00\0"}, ""),
        ({"quiet_from": "late"}, "Write a time of day"),
        ({"quiet_from": "", "quiet_until": "7:00"}, "Write both times"),
        ({"quiet_from": "7:00", "quiet_until": "07:00"}, "same time"),
        ({"answer_mail": "hourly"}, ""),
        ({"time_zone": "Moon/Sea"}, ""),
        ({"quiet_from": "9" * 5000}, "too long"),
    ],
)
def test_bad_choices_come_back_whole(cast: Cast, changed: dict[str, str], words: str) -> None:
    answer = cast.alice.browser.post(CHOICES, data=good(**changed))
    if changed.get("quiet_from") == "22:00\0":  # cleaned, then it is a time
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Europe/Rome" selected' in answer.text or "time_zone" in changed
    assert db.session.get(MailChoice, cast.alice.id) is None
    assert db.session.scalars(select(NotificationChoice)).all() == []


def test_to_want_no_mail_stops_what_waits(cast: Cast, tell: Tell) -> None:
    key = tell("quote")
    assert cast.alice.browser.post(CHOICES, data=good(quote_mail="none")).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Notification, key).mail == "none"
