"""Following and muting by the buttons on pages, and the one page of all that somebody follows and has muted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import follows
from forum.contributions.models import Contribution, Follow
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions.rows import BoardRow, ThreadRow
from forum.notifications import mutes
from forum.notifications.models import Mute
from forum.topics.actions import load_defaults as load_topics
from forum.topics.models import Topic
from tests.cast import Cast
from tests.querylog import recorded


def test_one_tap_begins_and_one_ends(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    with write():
        load_topics()
    slug = db.session.scalars(select(Topic.slug).limit(1)).one()
    bob = cast.bob.browser
    addresses = {
        f"/en/threads/{thread.id}": "Follow this discussion",
        f"/en/boards/{board.slug}": "Tell me of new discussions",
        f"/en/topics/{slug}": "Tell me of new discussions and stories",
        f"/en/members/{cast.alice.id}": "Tell me what Alice writes",
    }
    for address, words in addresses.items():
        assert words in bob.get(address).text
        assert words not in cast.visitor.browser.get(address).text
        for _ in range(2):
            answer = bob.post(f"{address}/following", data={"value": "1"})
            assert (answer.status_code, answer.headers["Location"]) == (303, address)
        assert f"{words}<" not in bob.get(address).text
    listed = bob.get("/en/me/following").text
    assert [address for address in addresses if f'action="{address}/following"' in listed] == list(addresses)
    for address in addresses:
        ended = bob.post(f"{address}/following", data={"value": "0", "list": "1"})
        assert ended.headers["Location"] == "/en/me/following"
    assert "You follow nothing yet" in bob.get("/en/me/following").text
    end_reading()
    assert [row.thread_id for row in db.session.scalars(select(Follow).where(Follow.member_id == cast.bob.id))] == [
        thread.id
    ]  # remembered as ended


def test_muted_things_stand_there_too_and_following_ends_a_mute(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    bob, at = cast.bob.browser, f"/en/threads/{thread.id}"
    bob.post(f"/en/boards/{board.slug}/mute", data={"value": "1"})
    bob.post(f"{at}/mute", data={"value": "1"})
    assert "Muted: it stays out of your lists" in bob.get(at).text
    for listed in (f"/en/boards/{board.slug}", "/en/discussions"):
        assert "Buttons" not in bob.get(listed).text
        assert "Buttons" in cast.nia.browser.get(listed).text
    bob.post(f"/en/members/{cast.alice.id}/mute", data={"value": "block"})
    page = bob.get(f"/en/members/{cast.alice.id}").text
    assert "You have blocked Alice" in page
    assert "You have blocked" not in cast.nia.browser.get(f"/en/members/{cast.alice.id}").text
    assert "Blocked" not in cast.alice.browser.get(f"/en/members/{cast.bob.id}").text
    listed = bob.get("/en/me/following").text
    assert listed.count("Hear of it again") == 2
    assert "You have muted or blocked" in listed
    assert f'>Unblock<span class="unseen">: {cast.alice.viewer.display_name}' in listed
    assert '<span class="label">Blocked</span>' in listed
    bob.post(f"{at}/following", data={"value": "1"})
    end_reading()
    found = mutes.of(cast.bob.viewer)
    assert (found.threads, found.boards, found.members) == (frozenset(), {board.id}, {cast.alice.id})
    assert follows.is_following(cast.bob.viewer, "thread", thread.id)


def test_what_cannot_be_seen_can_be_neither_followed_nor_muted(cast: Cast, thread: ThreadRow) -> None:
    with write():
        contributions.hide(db.session.get_one(Contribution, thread.opening_id))
    bob = cast.bob.browser
    for address in (f"threads/{thread.id}", "threads/99999", "boards/none", "topics/none"):
        for way in ("following", "mute"):
            assert bob.post(f"/en/{address}/{way}", data={"value": "1"}).status_code == 404, (address, way)
    assert bob.post(f"/en/members/{cast.nia.id}/following").status_code == 404  # she has no page
    assert bob.post("/en/members/99999/mute").status_code == 404
    assert bob.post(f"/en/members/{cast.bob.id}/mute").status_code == 409
    end_reading()
    assert db.session.scalars(select(Follow).where(Follow.member_id == cast.bob.id)).all() == []
    assert db.session.scalars(select(Mute)).all() == []


@pytest.mark.parametrize("way", ["following", "mute"])
def test_a_visitor_is_led_to_sign_in(cast: Cast, thread: ThreadRow, way: str) -> None:
    answer = cast.visitor.browser.post(f"/en/threads/{thread.id}/{way}", data={"value": "1"})
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    assert db.session.scalars(select(Follow).where(Follow.member_id != cast.alice.id)).all() == []


def test_a_follower_sees_no_more_of_her_list_than_she_may_read(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    bob = cast.bob.browser
    bob.post(f"/en/threads/{thread.id}/following", data={"value": "1"})
    with recorded() as statements:
        assert "Buttons" in bob.get("/en/me/following").text
    assert len(statements) <= 12
    assert "Buttons" not in cast.nia.browser.get("/en/me/following").text
    with write():
        contributions.hide(db.session.get_one(Contribution, thread.opening_id))
    assert "Buttons" not in bob.get("/en/me/following").text


def test_only_so_many_and_her_own_export_and_leaving(
    cast: Cast, board: BoardRow, thread: ThreadRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follows, "MOST", 1)
    with write():
        assert follows.follow(actor=cast.bob.viewer, what="thread", key=thread.id, is_on=True)
        assert follows.follow(actor=cast.bob.viewer, what="board", key=board.id, is_on=True).status == 409
        assert follows.follow(actor=cast.nia.viewer, what="member", key=cast.bob.id, is_on=True)
        assert follows.follow(actor=cast.nia.viewer, what="member", key=cast.nia.id, is_on=True).status == 409
    end_reading()
    (row,) = follows.export_for(cast.bob.id)
    assert (row["follows"], row["id"]) == ("thread", thread.id)
    with write():
        follows.erase_for(cast.bob.id)
    end_reading()
    assert follows.export_for(cast.bob.id) == follows.export_for(cast.nia.id) == []
