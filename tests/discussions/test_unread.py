"""What is new to a member, her marks of what she has read, and the quiet line of an open discussion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions, kind, marks, newer, queries, threads, unread
from forum.discussions.models import BoardRead, Post, ThreadRead
from forum.discussions.rows import BoardRow, ThreadRow
from forum.notifications import mutes
from forum.notifications.actions import notify
from forum.notifications.models import Notification
from forum.notifications.queries import Recipient, to_member, unread_count
from tests.cast import Cast
from tests.discussions.bulk import fill
from tests.discussions.conftest import do, post, replied, started
from tests.querylog import recorded
from tests.services.browser import Tabs


def news(cast: Cast, who: str, thread: ThreadRow) -> tuple[int, ...]:
    """The posts of a thread that are new to somebody."""
    end_reading()
    viewer = cast[who].viewer
    found = queries.thread_for(viewer, thread.id)
    assert found is not None
    return unread.news_of(found, viewer).ids


def counts(cast: Cast, who: str, board: BoardRow) -> dict[int, int]:
    """What the list of a board's discussions says is new."""
    end_reading()
    lines, _ = queries.threads_in(board, cast[who].viewer)
    return {line.id: line.new_count for line in lines}


def marked(model: Any, member_id: int | None) -> int:
    """How many marks somebody has."""
    return db.session.scalar(select(func.count()).select_from(model).where(model.member_id == member_id)) or 0


def test_what_came_since_is_new_until_it_is_read(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    alice, bob = cast.alice.viewer, cast.bob.viewer
    first = replied(alice, thread, "First")
    second = replied(cast.mona.viewer, thread, "Second", first)
    assert news(cast, "bob", thread) == (thread.opening_id, first, second)  # all since he joined
    assert news(cast, "alice", thread) == (second,)  # never one's own
    assert counts(cast, "bob", board) == {thread.id: 3}
    assert counts(cast, "visitor", board) == {thread.id: 0}
    assert unread.new_by_board(bob) == {board.id: 1}
    assert unread.new_by_thread(bob, [thread.id]) == {thread.id: 3}

    sent = cast.bob.browser.get(f"/en/threads/{thread.id}/unread")
    assert sent.location.endswith(f"at={thread.opening_id}#post-{thread.opening_id}")
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert page.count(">New</p>") == 3
    assert f'data-read-mark="post-{second}"' in page

    assert do(marks.mark_thread, actor=bob, thread_id=thread.id, until_id=first)
    assert news(cast, "bob", thread) == (second,)
    assert do(marks.mark_thread, actor=bob, thread_id=thread.id, until_id=thread.opening_id)  # never back
    assert news(cast, "bob", thread) == (second,)
    quiet = cast.bob.browser.post(
        f"/en/threads/{thread.id}/read", data={"until": second}, headers={"Accept": "application/json"}
    )
    assert (quiet.status_code, quiet.data) == (204, b"")
    assert news(cast, "bob", thread) == ()
    assert counts(cast, "bob", board) == {thread.id: 0}
    assert unread.new_by_board(bob) == {}
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert "data-read-mark" not in page
    assert ">New</p>" not in page


def test_marks_without_script_and_by_the_wrong_hands(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    other = replied(cast.alice.viewer, started(cast.alice.viewer, board, title="Elsewhere"), "There")
    address = f"/en/threads/{thread.id}/read"
    for until in (str(other), "0", "x\0", "99999999999"):  # nothing of this thread: nothing is marked by the first
        assert cast.bob.browser.post(address, data={"until": until}).status_code == 303
        end_reading()
        if until in (str(other), "0"):
            assert news(cast, "bob", thread) == (thread.opening_id,)
    assert news(cast, "bob", thread) == ()  # what is no id is no place: all of it
    assert "/sign-in" in cast.visitor.browser.post(address).location
    assert cast.bob.browser.post("/en/threads/9999/read").status_code == 404
    assert cast.bob.browser.post("/en/boards/nowhere/read").status_code == 404
    for _ in range(2):
        assert cast.bob.browser.post(f"/en/boards/{board.slug}/read").location.endswith(f"/boards/{board.slug}")
    assert set(counts(cast, "bob", board).values()) == {0}
    end_reading()
    assert marked(ThreadRead, cast.bob.viewer.id) == 0  # the board's mark is enough
    assert marked(BoardRead, cast.bob.viewer.id) == 1
    late = replied(cast.alice.viewer, thread, "Later")
    assert news(cast, "bob", thread) == (late,)
    assert kind.POST.export_for(cast.bob.viewer.id or 0)
    with write():
        kind.POST.erase_for(cast.bob.viewer.id or 0)
    end_reading()
    assert marked(BoardRead, cast.bob.viewer.id) == 0


def test_who_answers_has_read_but_an_alias_leaves_no_mark(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    thread = started(cast.alice.viewer, make_board("open", allows_anonymous=True))
    replied(cast.bob.viewer, thread, "Without a name", attribution="anonymous")
    assert marked(ThreadRead, cast.bob.viewer.id) == 0
    before = news(cast, "bob", thread)
    assert before == (thread.opening_id,)  # never her own, with a name or without
    assert len(news(cast, "ada", thread)) == 2
    for who, came in (("bob", 1), ("ada", 2)):
        found = newer.newer_for(cast[who].viewer, thread.id, newer.BEGINNING)
        assert found is not None
        assert found.count == came
    lone = started(cast.bob.viewer, make_board("lone", allows_anonymous=True), attribution="anonymous")
    assert news(cast, "bob", lone) == ()
    assert f'href="/en/threads/{lone.id}/unread"' not in cast.bob.browser.get("/en/discussions").text
    end_reading()
    assert unread.new_by_board(cast.bob.viewer).get(lone.board_id or 0, 0) == 0
    assert unread.new_by_board(cast.ada.viewer)[lone.board_id or 0] == 1
    replied(cast.bob.viewer, thread, "With my name")
    assert news(cast, "bob", thread) == ()


def test_who_has_read_a_thread_is_told_no_more_of_what_she_saw(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    thread = started(cast.alice.viewer, make_board("open", allows_anonymous=True))
    other = started(cast.alice.viewer, make_board("other"))
    elsewhere = replied(cast.alice.viewer, other, "There")
    nameless = replied(cast.bob.viewer, thread, "Without a name", attribution="anonymous")
    waited, first, second = (replied(cast.alice.viewer, thread, words) for words in ("Waited", "First", "Second"))
    shown_at = post(first).shown_at
    assert shown_at is not None
    signed, sealed = Recipient(member_id=cast.bob.id), Recipient(sealed_id=nameless)
    with write():
        # A moderator let it through after `first` was shown, before `second`.
        db.session.get_one(Post, waited).shown_at = shown_at + timedelta(microseconds=1)
        db.session.get_one(Post, second).shown_at = shown_at + timedelta(microseconds=2)
        for recipient, key in ((sealed, waited), (sealed, first), (signed, second), (signed, elsewhere)):
            place = other.id if key == elsewhere else thread.id
            notify(recipient, "answer", key=f"post:{key}", contribution_id=key, thread_id=place)
        notify(Recipient(member_id=cast.alice.id), "thread", key="mine", contribution_id=first, thread_id=thread.id)
        notify(signed, "decision", key="letter:1")

    def untold() -> set[str]:
        end_reading()
        is_unread = Notification.read_at.is_(None)
        return set(db.session.scalars(select(Notification.key).where(is_unread, to_member(cast.bob.id))))

    address = f"/en/threads/{thread.id}/read"
    cast.bob.browser.post(address, data={"until": first})
    assert untold() == {f"post:{waited}", f"post:{second}", f"post:{elsewhere}", "letter:1"}
    of_first = db.session.scalars(select(Notification).where(Notification.key == f"post:{first}")).one()
    assert of_first.read_at == of_first.changed_at  # the moment of reading would stand beside her other marks
    with recorded() as statements:
        assert '<span class="header-count">4</span>' in cast.bob.browser.get("/en/help").text
    assert sum("FROM notifications" in one for one in statements) == 1
    assert "FROM sessions" in next(one for one in statements if "FROM notifications" in one)  # with her session
    assert unread_count(cast.bob.viewer) == 4
    cast.bob.browser.post(address)
    assert untold() == {f"post:{elsewhere}", "letter:1"}
    assert unread_count(cast.alice.viewer) == 1
    late = replied(cast.alice.viewer, thread, "Later")
    with write():
        notify(signed, "thread", key=f"post:{late}", contribution_id=late, thread_id=thread.id)
    replied(cast.bob.viewer, thread, "With no name again", attribution="anonymous")
    assert f"post:{late}" in untold()  # what she writes sealed reads nothing
    replied(cast.bob.viewer, thread, "With my name", attribution="member")
    assert untold() == {f"post:{elsewhere}", "letter:1"}
    cast.bob.browser.post(f"/en/boards/{thread.board_slug}/read")
    assert untold() == {f"post:{elsewhere}", "letter:1"}
    cast.bob.browser.post(f"/en/boards/{other.board_slug}/read")
    assert untold() == {"letter:1"}


def test_what_is_muted_or_hidden_is_not_new(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    bob = cast.bob.viewer
    gone = replied(cast.alice.viewer, thread, "Gone soon")
    do(actions.withdraw, actor=cast.alice.viewer, post_id=gone)
    assert news(cast, "bob", thread) == (thread.opening_id,)
    for what, key in (("thread", thread.id), ("board", board.id)):
        do(mutes.mute, actor=bob, what=what, key=key, is_on=True)
        assert news(cast, "bob", thread) == ()
        assert not any(counts(cast, "bob", board).values())
        assert unread.new_by_board(bob) == {}
        do(mutes.mute, actor=bob, what=what, key=key, is_on=False)
    assert unread.new_by_board(bob) == {board.id: 1}


def test_shown_again_is_not_new_again(cast: Cast, thread: ThreadRow) -> None:
    first = replied(cast.alice.viewer, thread, "Here")
    shown_at = post(first).shown_at
    assert shown_at is not None
    do(marks.mark_thread, actor=cast.bob.viewer, thread_id=thread.id)
    do(actions.withdraw, actor=cast.alice.viewer, post_id=first)
    do(actions.bring_back, actor=cast.alice.viewer, post_id=first)
    assert post(first).shown_at == shown_at
    assert news(cast, "bob", thread) == ()


def test_a_reader_has_read_only_as_far_as_nothing_is_missing() -> None:
    found = unread.News((3, 5, 8))
    assert found.read_on([8, 5, 3]) == unread.Reading(8, 3)
    assert found.read_on([3, 8]) == unread.Reading(3, 3)
    assert found.read_on([5, 8]) is None
    assert unread.NONE.read_on([1]) is None


def test_much_that_is_new_costs_as_little(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    fill(thread, cast.alice.viewer, 400)
    for number in range(3):
        started(cast.alice.viewer, board, title=f"More {number}")
    end_reading()
    addresses = (
        f"/en/boards/{board.slug}",
        "/en/discussions",
        f"/en/threads/{thread.id}",
        f"/en/threads/{thread.id}/unread",
    )
    for address in addresses:
        for person, most in ((cast.visitor, 8), (cast.bob, 12)):
            with recorded() as statements:
                answer = person.browser.get(address)
            assert answer.status_code in (200, 302)
            assert len(statements) <= most, (address, person.name, len(statements))
    assert counts(cast, "bob", board)[thread.id] == unread.MOST
    assert "More than 99 new" in cast.bob.browser.get(f"/en/boards/{board.slug}").text
    assert len(news(cast, "bob", thread)) == unread.MOST


def test_the_quiet_line_is_asked_for_cheaply(
    cast: Cast, make_board: Callable[..., BoardRow], thread: ThreadRow
) -> None:
    since = newer.mark_of(thread)
    address = f"/en/threads/{thread.id}/newer?since="
    assert cast.visitor.browser.get(f"{address}{since}").status_code == 204
    first = replied(cast.alice.viewer, thread, "One")
    replied(cast.mona.viewer, thread, "Two")
    for person, number in ((cast.visitor, 2), (cast.bob, 2), (cast.alice, 1)):
        with recorded() as statements:
            answer = person.browser.get(f"{address}{since}")
        assert answer.json is not None
        assert answer.json["count"] == number
        assert len(statements) <= 2, statements
    assert cast.bob.browser.get(f"{address}{since}").json == {
        "count": 2, "words": "2 new answers", "address": f"/en/threads/{thread.id}?at={first}#post-{first}",
    }  # fmt: skip
    for odd in ("", "x", "-1", "9" * 30, "1\0"):
        assert cast.visitor.browser.get(f"{address}{odd}").status_code == 204
    members = started(cast.alice.viewer, make_board("among", audience="members"))
    assert cast.visitor.browser.get(f"/en/threads/{members.id}/newer?since=0").status_code == 404
    assert cast.bob.browser.get(f"/en/threads/{members.id}/newer?since=0").status_code == 200


def test_a_pause_is_set_by_moderators(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    assert not do(threads.pause, actor=cast.bob.viewer, thread_id=thread.id, seconds=60)
    assert do(threads.pause, actor=cast.mona.viewer, thread_id=thread.id, seconds=7).status == 422
    address = f"/en/threads/{thread.id}"
    assert cast.mona.browser.post(f"{address}/pause", data={"value": "300"}).status_code == 303
    assert "Slowly: 5 minutes" in cast.visitor.browser.get(address).text
    settings = {"slow_seconds": 3600}
    assert do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, **settings)
    assert "Slowly: 1 hour" in cast.visitor.browser.get(address).text  # the longer of the two
    assert "1 hour between two posts" in cast.visitor.browser.get(f"/en/boards/{board.slug}").text
    refused = do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, slow_seconds=7)
    assert refused.status == 422


@pytest.mark.sqlite
def test_one_writes_and_the_other_is_told_quietly(cast: Cast, thread: ThreadRow, tabs: Tabs) -> None:
    reader = tabs.open(f"/en/threads/{thread.id}", token=cast.bob.token)
    line = reader.locator("[data-newer]")
    assert line.is_hidden()
    writer = tabs.open(f"/en/threads/{thread.id}", token=cast.alice.token)
    writer.locator("#answer textarea").fill("Here I am")
    writer.locator("#answer").get_by_role("button", name="Answer").click()
    writer.wait_for_url("**/threads/*?at=*")
    reader.wait_for_timeout(0)
    reader.evaluate("Date.now = () => 9e15; document.dispatchEvent(new Event('visibilitychange'))")
    line.wait_for(state="visible")
    assert line.inner_text().strip() == "1 new answer"
    assert reader.locator("[data-newer-said]").inner_text() == "1 new answer"
    assert reader.evaluate("scrollY") == 0  # nothing moved
    line.get_by_role("link").click()
    reader.wait_for_url("**/threads/*?at=*")
    assert "Here I am" in reader.locator(".post:target").inner_text()
    reader.locator("form[data-read-mark]").wait_for(state="hidden")
    assert reader.goto(f"{reader.url.split('?')[0]}") is not None
    assert reader.locator("form[data-read-mark]").count() == 0
