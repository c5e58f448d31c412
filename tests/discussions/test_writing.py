"""What one is shown before words are sent, what is kept of a box, and what one took back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from forum.contributions import actions as contributions
from forum.contributions import pointed_out
from forum.contributions.models import Draft
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import end_reading, write
from forum.discussions import actions
from forum.discussions.models import Post
from forum.discussions.rows import BoardRow, ThreadRow
from forum.moderation import actions as moderation
from tests.cast import Cast
from tests.discussions.conftest import do, lock, post, replied, started
from tests.querylog import recorded

PHONE = "Call me: +39 347 123 4567"
REVISION = re.compile(r'name="revision" value="(\d+)"')
MEANT = re.compile(r'name="meant" value="([^"]+)"')


def count_of_posts() -> int:
    end_reading()
    return len(db.session.scalars(select(Post.id)).all())


def test_a_preview_sends_nothing_and_keeps_the_words(cast: Cast, thread: ThreadRow) -> None:
    words = {"source": "**Bold** for @Alice, <b>typed</b>", "content_notes": "loss", "do": "preview"}
    address = f"/en/threads/{thread.id}/replies"
    page = cast.bob.browser.post(address, data=words)
    assert page.status_code == 200
    shown = f'<strong>Bold</strong> for <a href="/members/{cast.alice.id}" rel="nofollow ugc noopener">@Alice</a>'
    assert shown in page.text
    assert "&lt;b&gt;typed" in page.text
    assert "**Bold** for @Alice" in page.text  # in the box
    assert 'value="loss" checked' in page.text
    part = cast.bob.browser.post(address, data=words, headers={"HX-Request": "true"})
    assert shown in part.text
    assert "<textarea" not in part.text
    for other, more in (
        (f"/en/boards/{thread.board_slug}/threads", {"title": "New", "language": "en"}),
        (f"/en/posts/{thread.opening_id}/revisions", {"title": "New"}),
    ):
        page = cast.alice.browser.post(other, data=words | more)
        assert page.status_code == 200, other
        assert "<strong>Bold</strong>" in page.text
        assert "<strong>New</strong>" in page.text
    assert count_of_posts() == 1
    assert post(thread.opening_id or 0).source == "All *seven*."
    assert cast.bob.browser.post(address, data={"do": "preview", "source": " "}).status_code == 422
    assert cast.visitor.browser.post(address, data=words).status_code == 303


def test_personal_details_are_pointed_out_once(cast: Cast, thread: ThreadRow) -> None:
    address, words = f"/en/threads/{thread.id}/replies", {"source": PHONE}
    page = cast.bob.browser.post(address, data=words)
    assert page.status_code == 422
    assert "Did you mean to share this?" in page.text
    assert "+39 347 123 4567</q>" in page.text
    assert f"{PHONE}</textarea>" in page.text
    assert count_of_posts() == 1
    meant = MEANT.findall(page.text)
    more = cast.bob.browser.post(address, data={"source": f"{PHONE} or rosa@example.org", "meant": meant})
    assert more.status_code == 422  # another one, not shown yet
    assert "rosa@example.org</q>" in more.text
    assert "+39 347 123 4567</q>" not in more.text
    assert cast.bob.browser.post(address, data=words | {"meant": meant}).status_code == 303
    assert count_of_posts() == 2
    key = max(db.session.scalars(select(Post.id)))
    assert pointed_out.details_to_show(post(key)) == []
    edit = f"/en/posts/{key}/revisions"
    assert cast.bob.browser.post(edit, data={"source": f"{PHONE}."}).status_code == 303  # she said so before
    assert cast.bob.browser.post(edit, data={"source": "Write to rosa@example.org"}).status_code == 422
    other = f"/en/boards/{thread.board_slug}/threads"
    asked = cast.bob.browser.post(other, data={"title": "I am rosa@example.org", "source": "Hello", "language": "en"})
    assert asked.status_code == 422
    assert "rosa@example.org</q>" in asked.text
    about = cast.alice.browser.post(address, data={"source": "My number", "meant": ["x" * 5000, "\x00"] * 200})
    assert about.status_code == 303


def test_what_is_chosen_is_kept_with_the_words(cast: Cast, thread: ThreadRow) -> None:
    do(actions.change_board, actor=cast.ada.viewer, board_id=thread.board_id, allows_anonymous=True)
    address = f"/en/threads/{thread.id}"
    chosen = {
        "source": "Half", "attribution": "anonymous", "content_notes": ["loss", "graphic"], "basis": "doctor",
        "then": "photos", "version": "0", "unknown": "left out",
    }  # fmt: skip
    assert cast.bob.browser.post(f"{address}/drafts", data=chosen).json["version"] == 1
    page = cast.bob.browser.get(address).text
    for name, value in (
        ("attribution", "anonymous"),
        ("content_notes", "loss"),
        ("basis", "doctor"),
        ("then", "photos"),
    ):
        assert re.search(f'name="{name}" value="{value}"[^>]* checked', page), name
    other = cast.bob.browser.post(f"{address}/drafts", data={"source": "Half", "content_notes": "loss", "version": "0"})
    assert other.status_code == 409  # another window's choices are not written over unseen either
    assert other.json["fields"]["content_notes"] == ["loss", "graphic"]
    assert "unknown" not in other.json["fields"]
    sent = cast.bob.browser.post(f"{address}/replies", data=chosen)
    assert sent.headers["Location"].endswith("/photos")
    assert db.session.scalars(select(Draft.id)).all() == []


def test_a_refusal_keeps_how_it_was_to_be_signed(cast: Cast, thread: ThreadRow) -> None:
    answer = cast.bob.browser.post(
        f"/en/threads/{thread.id}/replies", data={"source": "Without a name", "attribution": "anonymous"}
    )
    assert answer.status_code == 422
    written = do(
        actions.reply, actor=cast.bob.viewer, thread_id=thread.id, source="Without a name", attribution="anonymous"
    )
    assert not written.verdict
    assert db.session.scalars(select(Draft)).one().facts["attribution"] == "anonymous"


def test_taken_back_and_undone(cast: Cast, thread: ThreadRow) -> None:
    key = replied(cast.bob.viewer, thread, "A slip of mine")
    replied(cast.alice.viewer, thread, "Below", key)
    own = f"/en/posts/{key}/withdrawal"
    assert cast.bob.browser.get(own).status_code == 303  # nothing was taken back
    assert cast.bob.browser.post(own).status_code == 303
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert ">Undo</button>" in page
    assert "A slip of mine" not in page
    assert ">Undo</button>" not in cast.alice.browser.get(f"/en/threads/{thread.id}").text
    assert "A slip of mine" in cast.bob.browser.get(own).text
    for who in ("alice", "mona", "ada"):
        assert cast[who].browser.get(own).status_code == 404
    assert cast.visitor.browser.get(own).status_code == 303
    assert cast.bob.browser.post(f"/en/posts/{key}/return").status_code == 303
    assert "A slip of mine" in cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert cast.bob.browser.post(own).status_code == 303
    with write():
        db.session.get_one(Post, key).withdrawn_at = clock.now() - timedelta(minutes=11)
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert ">Undo</button>" not in page
    assert f'href="{own}"' in page
    assert cast.bob.browser.post(f"/en/posts/{key}/return").status_code == 303
    assert "Below" in cast.visitor.browser.get(f"/en/threads/{thread.id}").text


def test_a_history_says_what_changed(cast: Cast, board: BoardRow) -> None:
    thread = started(cast.alice.viewer, board, title="Jars", source="All seven jars were closed.")
    key = thread.opening_id or 0
    do(actions.edit, actor=cast.alice.viewer, post_id=key, title="Jars", source="All nine jars were closed.")
    page = cast.visitor.browser.get(f"/en/posts/{key}/revisions").text
    assert re.search(r"<del[^>]*>(<span[^>]*>[^<]*</span>)?seven</del>", page)
    assert re.search(r"<ins[^>]*>(<span[^>]*>[^<]*</span>)?nine</ins>", page)
    stale = cast.alice.browser.get(f"/en/posts/{key}/edit").text.split('name="revision" value="')[1].split('"')[0]
    do(actions.edit, actor=cast.alice.viewer, post_id=key, title="Jars", source="All nine jars were open.")
    answer = cast.alice.browser.post(
        f"/en/posts/{key}/revisions", data={"title": "Jars", "source": "All ten jars were closed.", "revision": stale}
    )
    assert answer.status_code == 409
    assert "All ten jars were closed.</textarea>" in answer.text
    assert re.search(r"<ins[^>]*>(<span[^>]*>[^<]*</span>)?ten</ins>", answer.text)


def test_words_that_arrive_after_they_were_sent_are_no_draft(cast: Cast, thread: ThreadRow) -> None:
    address, words = f"/en/threads/{thread.id}", {"source": "Thank you, @Alice ", "version": "0"}
    assert cast.bob.browser.post(f"{address}/replies", data=words).status_code == 303
    assert cast.bob.browser.post(f"{address}/drafts", data=words).json == {"version": 0}
    assert db.session.scalars(select(Draft.id)).all() == []
    assert cast.bob.browser.post(f"{address}/drafts", data=words | {"source": "And more"}).json["version"] == 1


def test_a_change_is_kept_until_it_is_sent_or_left(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    thread = started(cast.alice.viewer, make_board(allows_anonymous=True), title="Jars", source="All seven.")
    signed = replied(cast.bob.viewer, thread, "Frist")
    sealed = replied(cast.bob.viewer, thread, "Mine too", attribution="anonymous")
    for key, first in ((signed, "Frist"), (sealed, "Mine too")):
        edit, drafts, sent = (f"/en/posts/{key}/{way}" for way in ("edit", "drafts", "revisions"))
        form = cast.bob.browser.get(edit).text
        revision = REVISION.findall(form)[0]
        assert f'data-autosave="{drafts}"' in form
        words = {"source": "First, and a ha", "basis": "doctor", "version": "0", "revision": revision}
        assert cast.bob.browser.post(drafts, data=words | {"source": first, "basis": ""}).json == {"version": 0}
        assert cast.bob.browser.post(drafts, data=words).json["version"] == 1
        draft = db.session.scalars(select(Draft)).one()
        assert (draft.member_id is None) is (key == sealed)  # of what is sealed no row names her
        end_reading()
        other = cast.bob.browser.post(drafts, data=words | {"source": "Another window"})
        assert other.status_code == 409
        assert other.json["fields"]["source"] == "First, and a ha"
        again = cast.bob.browser.get(edit).text
        assert "First, and a ha</textarea>" in again
        assert "This is your change as it was kept on" in again
        assert 'value="doctor" checked' in again
        assert cast.alice.browser.post(drafts, data=words).status_code == 403
        assert cast.visitor.browser.post(drafts, data=words).status_code in (303, 401, 403)
        left = cast.bob.browser.post(drafts, data=words | {"do": "leave"})
        assert left.headers["Location"].endswith(f"/posts/{key}")
        assert f"{first}</textarea>" in cast.bob.browser.get(edit).text
        cast.bob.browser.post(drafts, data=words)
        do(actions.edit, actor=cast.bob.viewer, post_id=key, source="Changed elsewhere", revision_id=int(revision))
        cast.bob.browser.post(drafts, data=words)
        stale = cast.bob.browser.post(sent, data=words | {"source": "First, and a half"})
        assert stale.status_code == 409  # the draft remembers from which words it was begun
        version = re.findall(r'name="version" value="(\d+)"', stale.text)[0]
        kept = db.session.scalars(select(Draft)).one()
        assert (kept.source, kept.version) == ("First, and a half", int(version))
        end_reading()
        newest = REVISION.findall(stale.text)[0]
        assert cast.bob.browser.post(sent, data=words | {"source": "First", "revision": newest}).status_code == 303
        assert db.session.scalars(select(Draft)).all() == []
        end_reading()
        assert cast.bob.browser.post(drafts, data=words | {"source": "First"}).json == {"version": 0}  # late
        assert db.session.scalars(select(Draft)).all() == []
        end_reading()
    lock(thread)
    refused = do(actions.edit, actor=cast.bob.viewer, post_id=signed, source="Too late for this")
    assert not refused.verdict
    assert db.session.scalars(select(Draft.source)).all() == ["Too late for this"]


def test_what_is_begun_is_listed_and_carried_on_or_thrown_away(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    board = make_board(allows_anonymous=True)
    thread = started(cast.alice.viewer, board)
    answered = replied(cast.alice.viewer, thread, "Answer me")
    sealed = replied(cast.bob.viewer, thread, "Without a name", attribution="anonymous")
    bob, words = cast.bob.browser, {"version": "0", "basis": "", "revision": ""}
    begun = {
        f"/en/boards/{board.slug}/drafts": ("A new one", f"/boards/{board.slug}/threads/new"),
        f"/en/threads/{thread.id}/drafts": ("To all of you", f"/threads/{thread.id}#answer"),
        f"/en/posts/{sealed}/drafts": ("Nobody knows", f"/posts/{sealed}/edit"),
    }
    for address, (source, _path) in begun.items():
        assert bob.post(address, data=words | {"source": source}).status_code == 200
    one = bob.post(f"/en/threads/{thread.id}/drafts", data=words | {"source": "To you", "answers": str(answered)})
    assert one.status_code == 200
    with recorded() as questions:
        page = bob.get("/en/me/unsent").text
    assert len(questions) <= 8, questions
    for source, path in (*begun.values(), ("To you", f"/posts/{answered}/answer")):
        assert source in page
        assert f'href="/en{path}"' in page
    assert "Nobody knows" not in cast.alice.browser.get("/en/me/unsent").text
    assert 'href="/en/me/unsent"' in bob.get("/en/me").text
    do(actions.withdraw, actor=cast.alice.viewer, post_id=answered)
    assert f"/posts/{answered}/answer" not in bob.get("/en/me/unsent").text
    with write():
        moderation.withdraw_cases(db.session.get_one(Post, thread.opening_id))
        for key in (sealed, answered, thread.opening_id or 0):
            contributions.hide(db.session.get_one(Post, key))
    page = bob.get("/en/me/unsent").text
    assert f"/threads/{thread.id}#answer" not in page
    assert "What it belongs to isn’t here any more. Your words are." in page
    assert "To all of you" in page
    key = re.search(r'action="/en/me/unsent/(\d+)/removal"', page)
    assert key
    assert cast.alice.browser.post(f"/en/me/unsent/{key[1]}/removal").status_code == 404
    for status in (303, 404):
        assert bob.post(f"/en/me/unsent/{key[1]}/removal").status_code == status
    assert cast.visitor.browser.get("/en/me/unsent").status_code == 303
    with write():
        many = [{"place": f"reply:{number}", "source": f"Words {number}"} for number in range(1000, 1030)]
        db.session.add_all([Draft(member_id=cast.alice.id, saved_at=clock.now(), **one) for one in many])
    with recorded() as questions:
        page = cast.alice.browser.get("/en/me/unsent").text
    assert len(questions) <= 8, questions
    assert page.count("<textarea") == 20
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert cast.alice.browser.get(f"/en/me/unsent{following[1]}").text.count("<textarea") == 10
