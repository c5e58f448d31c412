"""Thank you, me too, with you: counted, never named; and bookmarks with a note."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.contributions import actions, bookmarks, reactions
from forum.contributions.models import Bookmark, Contribution, Reaction
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions as discussions
from forum.discussions.rows import BoardRow, ThreadRow
from forum.notifications.models import Notification
from tests.cast import Cast, Person
from tests.discussions.conftest import replied, started
from tests.querylog import recorded

HX = {"HX-Request": "true"}


def tap(who: Person, key: int, word: str = "thanks", value: str = "1", **headers: str) -> int:
    answer = who.browser.post(f"/en/contributions/{key}/reactions", data={word: value}, headers=headers or None)
    end_reading()
    return answer.status_code


def counts(key: int) -> dict[str, int]:
    end_reading()
    found = db.session.execute(
        select(Reaction.reaction, func.count()).where(Reaction.contribution_id == key).group_by(Reaction.reaction)
    )
    return {row[0]: row[1] for row in found}


def hide(key: int) -> None:
    with write():
        actions.hide(db.session.get_one(Contribution, key))
    end_reading()


def test_each_is_said_once_and_taken_back(cast: Cast, thread: ThreadRow) -> None:
    key = thread.opening_id
    assert key is not None
    for _ in range(2):
        assert tap(cast.bob, key) == 303
    assert tap(cast.nia, key) == tap(cast.bob, key, "me_too") == 303
    assert counts(key) == {"thanks": 2, "me_too": 1}
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert len(re.findall('aria-pressed="true"', page)) == 2
    assert re.search(r'name="thanks" value="0" aria-pressed="true">Thank you <span class="reaction-count">2<', page)
    for _ in range(2):
        assert tap(cast.bob, key, value="0") == 303
    assert counts(key) == {"thanks": 1, "me_too": 1}


def test_a_tap_leads_back_to_its_place_or_answers_with_the_buttons_alone(cast: Cast, thread: ThreadRow) -> None:
    key = thread.opening_id
    assert key is not None
    answer = cast.bob.browser.post(f"/en/contributions/{key}/reactions", data={"thanks": "1"})
    assert answer.headers["Location"] == f"/en/posts/{key}"
    part = cast.bob.browser.post(f"/en/contributions/{key}/reactions", data={"thanks": "0"}, headers=HX)
    assert part.status_code == 200
    assert part.text.count("<form") == 1
    assert "<html" not in part.text
    assert 'name="thanks" value="1" aria-pressed="false"' in part.text
    hide(key)
    lost = cast.bob.browser.post(f"/en/contributions/{key}/reactions", data={"thanks": "1"}, headers=HX)
    assert (lost.status_code, lost.text) == (204, "")
    assert "HX-Redirect" in lost.headers


def test_who_may_say_what_to_whom(cast: Cast, thread: ThreadRow) -> None:
    key = thread.opening_id
    assert key is not None
    assert tap(cast.alice, key) == 409  # her own
    assert tap(cast.sam, key) == 403  # silenced
    assert tap(cast.bob, key, "hate") == 422
    assert tap(cast.bob, 99_999) == 404
    assert cast.visitor.browser.post(f"/en/contributions/{key}/reactions", data={"thanks": "1"}).status_code == 303
    assert "Sign in" in cast.visitor.browser.get("/en/sign-in").text
    hide(key)
    assert tap(cast.bob, key) == 404
    assert counts(key) == {}


def test_nobody_thanks_herself_through_her_alias_and_nothing_names_anybody(
    cast: Cast, make_board: Callable[..., BoardRow]
) -> None:
    board = make_board("open", allows_anonymous=True)
    thread = started(cast.alice.viewer, board)
    sealed = replied(cast.cora.viewer, thread, "Without my name", attribution="anonymous")
    assert tap(cast.cora, sealed) == 409
    assert tap(cast.bob, sealed, "me_too") == 303
    (told,) = db.session.scalars(select(Notification).where(Notification.kind == "reaction")).all()
    assert (told.member_id, told.sealed_id, told.count) == (None, sealed, 1)
    for who in (cast.visitor, cast.alice, cast.cora, cast.mona):
        page = who.browser.get(f"/en/threads/{thread.id}").text
        assert "Bob" not in page
        assert re.search(r'Me too <span class="reaction-count">1<', page)
    # Her own alias shows her the count as everybody else's post of hers would, and no button.
    own = cast.cora.browser.get(f"/en/threads/{thread.id}").text
    assert f'id="me_too-{sealed}"' not in own
    assert str(cast.bob.id) not in {str(row.get("id")) for row in reactions.export_for(cast.cora.id)}
    assert reactions.export_for(cast.cora.id) == []
    assert [row["reaction"] for row in reactions.export_for(cast.bob.id)] == ["me_too"]


def test_its_author_is_told_once_of_many_and_of_none_that_was_taken_back(cast: Cast, thread: ThreadRow) -> None:
    key = thread.opening_id
    assert key is not None
    for who in (cast.bob, cast.nia, cast.mona):
        tap(who, key)
    (told,) = db.session.scalars(select(Notification).where(Notification.kind == "reaction")).all()
    assert (told.member_id, told.count) == (cast.alice.id, 3)
    said = reactions.NOTICE.tell(cast.alice.viewer, [told], "en")[told.id]
    assert said.line == "3 times somebody said thank you, me too or with you."
    assert not {"Bob", "Nia", "Mona"} & set(re.findall(r"\w+", said.line + said.place + said.excerpt))
    assert reactions.NOTICE.tell(cast.bob.viewer, [told], "en") == {}
    for who in (cast.bob, cast.nia, cast.mona):
        tap(who, key, value="0")
    assert db.session.scalars(select(Notification).where(Notification.kind == "reaction")).all() == []


def test_what_is_erased_takes_its_reactions_along(cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.alice.viewer, thread, "Some words")
    tap(cast.bob, key)
    with write():
        actions.erase(db.session.get_one(Contribution, key))
    assert counts(key) == {}


def test_a_page_asks_for_all_at_once(cast: Cast, thread: ThreadRow) -> None:
    keys = [replied(cast.alice.viewer, thread, f"Answer {number}") for number in range(5)]
    for key in keys:
        tap(cast.bob, key)
        tap(cast.nia, key, "with_you")
    with write():
        bookmarks.keep(actor=cast.bob.viewer, contribution_id=keys[0])
    with recorded() as statements:
        found = reactions.taps_on(cast.bob.viewer, keys)
    assert len(statements) == 1
    assert found[keys[0]] == reactions.Taps({"thanks": 1, "with_you": 1}, frozenset({"thanks"}), True)
    assert found[keys[4]] == reactions.Taps({"thanks": 1, "with_you": 1}, frozenset({"thanks"}), False)
    assert reactions.taps_on(cast.visitor.viewer, keys)[keys[0]].mine == frozenset()
    with recorded() as statements:
        assert reactions.taps_on(cast.bob.viewer, []) == {}
    assert statements == []


def test_two_taps_at_once_are_one(app: Flask, cast: Cast, thread: ThreadRow) -> None:
    key = thread.opening_id
    assert key is not None

    def one(_number: int) -> bool:
        with app.app_context():
            with write():
                verdict = reactions.react(actor=cast.bob.viewer, contribution_id=key, reaction="thanks", is_on=True)
            db.session.remove()
            return bool(verdict)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(8)))
    assert counts(key) == {"thanks": 1}
    assert db.session.scalars(select(Notification.count)).all() == [1]


# Bookmarks


def test_kept_with_a_note_changed_in_place_and_put_back(cast: Cast, thread: ThreadRow) -> None:
    key, bob = thread.opening_id, cast.bob.browser
    for _ in range(2):
        assert bob.post(f"/en/contributions/{key}/bookmark").status_code == 303
    end_reading()
    (row,) = db.session.scalars(select(Bookmark)).all()
    assert "Among your bookmarks" in bob.get(f"/en/threads/{thread.id}").text
    answer = bob.post(f"/en/me/bookmarks/{row.id}/note", data={"note": "Ask\x00 about \u202egloves <b>"})
    assert answer.headers["Location"].endswith(f"/me/bookmarks#bookmark-{row.id}")
    page = bob.get("/en/me/bookmarks").text
    assert "Ask about gloves &lt;b&gt;" in page
    assert "Buttons" in page
    assert "gloves" not in cast.alice.browser.get("/en/me/bookmarks").text
    long = bob.post(f"/en/me/bookmarks/{row.id}/note", data={"note": "n" * 1001})
    assert long.status_code == 422
    assert "n" * 1001 in long.text
    gone = bob.post(f"/en/me/bookmarks/{row.id}/removal")
    assert gone.status_code == 200
    assert "Taken off your bookmarks." in gone.text
    assert bob.post(f"/en/me/bookmarks/{row.id}/removal").status_code == 404
    note = re.search(r'name="note" value="([^"]*)"', gone.text)
    assert note is not None
    assert note[1] == "Ask about gloves &lt;b&gt;"
    put = {"value": "1", "list": "1", "note": "Ask about gloves <b>"}
    assert bob.post(f"/en/contributions/{key}/bookmark", data=put).headers["Location"] == "/en/me/bookmarks"
    assert "Ask about gloves" in bob.get("/en/me/bookmarks").text


def test_what_is_gone_leaves_its_place_and_the_note_without_a_word(cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.alice.viewer, thread, "Remarkable words")
    with write():
        assert bookmarks.keep(actor=cast.bob.viewer, contribution_id=key, note="My own note")
    hide(key)
    page = cast.bob.browser.get("/en/me/bookmarks").text
    assert "No longer here" in page
    assert "My own note" in page
    assert "Remarkable" not in page
    assert "Buttons" not in page


def test_another_s_bookmarks_are_nobody_s(cast: Cast, thread: ThreadRow) -> None:
    with write():
        assert bookmarks.keep(actor=cast.bob.viewer, contribution_id=thread.opening_id or 0, note="Mine")
    (row,) = db.session.scalars(select(Bookmark)).all()
    for way in ("note", "removal"):
        assert cast.alice.browser.post(f"/en/me/bookmarks/{row.id}/{way}", data={"note": "x"}).status_code == 404
        assert cast.visitor.browser.post(f"/en/me/bookmarks/{row.id}/{way}", data={"note": "x"}).status_code == 303
    assert cast.bob.browser.post("/en/contributions/99999/bookmark").status_code == 404
    end_reading()
    assert db.session.scalars(select(Bookmark.note)).all() == ["Mine"]


@pytest.mark.sqlite
def test_the_list_goes_on_by_key_with_as_many_queries(cast: Cast, board: BoardRow) -> None:
    def counted() -> int:
        with recorded() as statements:
            assert cast.bob.browser.get("/en/me/bookmarks").status_code == 200
        return len(statements)

    def kept(number: int) -> None:
        thread = started(cast.alice.viewer, board, title=f"Thread {number}", source=f"Words {number}")
        with write():
            bookmarks.keep(actor=cast.bob.viewer, contribution_id=thread.opening_id or 0)

    kept(0)
    few = counted()
    for number in range(1, 23):
        kept(number)
    assert counted() == few <= 12
    first = cast.bob.browser.get("/en/me/bookmarks").text
    more = re.search(r'href="(/en/me/bookmarks\?before=\d+)"', first)
    assert more is not None
    assert "Thread 22" in first
    assert "Thread 0<" not in first
    assert "Thread 0<" in cast.bob.browser.get(more[1]).text


def test_a_withdrawn_post_shows_no_reactions(cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.alice.viewer, thread, "Some words")
    replied(cast.bob.viewer, thread, "An answer", key)
    tap(cast.bob, key)
    with write():
        assert discussions.withdraw(actor=cast.alice.viewer, post_id=key).verdict
    assert f'id="reactions-{key}"' not in cast.nia.browser.get(f"/en/threads/{thread.id}").text
    assert tap(cast.nia, key) == 404
