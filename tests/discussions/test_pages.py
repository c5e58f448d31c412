"""Pages as each of the cast meets them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from forum.core.unit_of_work import write
from forum.discussions import actions
from forum.discussions.rows import BoardRow, ThreadRow
from forum.topics import actions as vocabulary
from tests.cast import Cast
from tests.discussions.conftest import do, lock, post, replied, started
from tests.querylog import recorded

HOSTILE = "<script>alert(1)</script>\u202e\x00 [a](javascript:alert(1))"


def test_a_visitor_reads_everything_without_a_cookie(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    replied(cast.bob.viewer, thread, "Answer **one**.")
    for path in (
        "/en/discussions",
        "/en/boards/hands",
        f"/en/threads/{thread.id}",
        f"/it/threads/{thread.id}?view=flat",
    ):
        answer = cast.visitor.browser.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert "Buttons" in answer.text
    assert "<strong>one</strong>" in answer.text
    assert re.search(r'<meta name="description" content="[^"]+ · 1 \w+', answer.text)


def test_a_posts_own_address_leads_to_its_place(cast: Cast, thread: ThreadRow) -> None:
    answer_id = replied(cast.bob.viewer, thread, "Here")
    answer = cast.visitor.browser.get(f"/en/posts/{answer_id}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/en/threads/{thread.id}?at={answer_id}#post-{answer_id}")
    assert f'id="post-{answer_id}"' in cast.visitor.browser.get(answer.headers["Location"]).text


def test_starting_and_answering_by_form(cast: Cast, board: BoardRow) -> None:
    assert "Start it" in cast.alice.browser.get("/en/boards/hands/threads/new").text
    made = cast.alice.browser.post("/en/boards/hands/threads", data={"title": "Zips", "source": "How?"})
    assert made.status_code == 303
    page = cast.bob.browser.get(made.headers["Location"])
    assert "Zips" in page.text
    thread_id = int(made.headers["Location"].split("/threads/")[1].split("?")[0])
    sent = cast.bob.browser.post(f"/en/threads/{thread_id}/replies", data={"source": "With a ring."})
    assert sent.status_code == 303
    assert "With a ring." in cast.visitor.browser.get(f"/en/threads/{thread_id}").text


def test_topics_by_any_name_without_script(cast: Cast, board: BoardRow) -> None:
    with write():
        vocabulary.load_defaults()
    starts = "/en/boards/hands/threads"
    words = {"title": "Zips", "source": "How?", "language": "en"}
    looked_up = cast.alice.browser.post(
        starts, data=words | {"topic_words": "sclerodermia sistemica", "look_up": "topic"}
    )
    assert looked_up.status_code == 200
    chosen = re.search(r'name="topics" value="(\d+)" checked', looked_up.text)
    assert chosen
    assert "How?</textarea>" in looked_up.text
    unknown = cast.alice.browser.post(starts, data=words | {"topics": chosen[1], "topic_words": "Flubber, CREST"})
    assert unknown.status_code == 422
    assert "We don’t know “Flubber” here." in unknown.text
    assert unknown.text.count(" checked") > looked_up.text.count(" checked")  # the other word was known
    assert cast.alice.browser.post(starts, data=words | {"topic_words": "Flubber", "do": "preview"}).status_code == 200
    sent = cast.alice.browser.post(starts, data=words | {"topics": chosen[1], "topic_words": "CREST"})
    assert sent.status_code == 303
    page = cast.visitor.browser.get(sent.headers["Location"]).text
    assert 'href="/en/topics/systemic-sclerosis"' in page
    assert 'href="/en/topics/crest-syndrome"' in page


def test_everything_about_ones_own_post_by_form(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.bob.viewer, thread, "Frist")
    replied(cast.alice.viewer, thread, "Below", mine)
    form = cast.bob.browser.get(f"/en/posts/{mine}/edit")
    assert "Frist" in form.text
    revision = form.text.split('name="revision" value="')[1].split('"')[0]
    changed = cast.bob.browser.post(f"/en/posts/{mine}/revisions", data={"source": "First", "revision": revision})
    assert changed.status_code == 303
    history = cast.visitor.browser.get(f"/en/posts/{mine}/revisions")
    assert "Frist" in history.text
    assert "First" in history.text
    gone = cast.bob.browser.post(f"/en/posts/{mine}/withdrawal")
    assert gone.status_code == 303
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert "taken back by its author" in page
    assert "First" not in page
    assert "Bob" not in page
    assert "Undo" in cast.bob.browser.get(gone.headers["Location"]).text
    assert cast.bob.browser.post(f"/en/posts/{mine}/return").status_code == 303
    assert "First" in cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert cast.visitor.browser.get(f"/en/posts/{mine}/revisions").status_code == 200


def test_answer_page_quotes(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.bob.viewer, thread, "To be quoted")
    page = cast.alice.browser.get(f"/en/posts/{mine}/answer?quote=1").text
    assert "&gt; To be quoted" in page or "> To be quoted" in page
    part = cast.alice.browser.get(f"/en/posts/{mine}/answer", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert f'name="answers" value="{mine}"' in part


def test_drafts(cast: Cast, thread: ThreadRow) -> None:
    address = f"/en/threads/{thread.id}/drafts"
    first = cast.bob.browser.post(address, data={"source": "Half a", "version": "0"})
    assert first.json["version"] == 1
    assert cast.bob.browser.post(address, data={"source": "Half a sentence", "version": "1"}).json["version"] == 2
    stale = cast.bob.browser.post(address, data={"source": "Other window", "version": "1"})
    assert stale.status_code == 409
    assert stale.json["fields"] == {"source": "Half a sentence", "content_notes": [], "topics": []}
    assert "Half a sentence" in cast.bob.browser.get(f"/en/threads/{thread.id}").text
    cast.bob.browser.post(f"/en/threads/{thread.id}/replies", data={"source": "Whole"})
    assert "Half a sentence" not in cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert cast.visitor.browser.post(address, data={"source": "x"}).status_code == 401


def test_bad_input_never_breaks_and_keeps_the_words(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    replies, starts = f"/en/threads/{thread.id}/replies", "/en/boards/hands/threads"
    assert cast.bob.browser.post(replies, data={"source": " \n"}).status_code == 422
    assert cast.bob.browser.post(replies, data={}).status_code == 422
    huge = cast.bob.browser.post(replies, data={"source": "kept " * 5000})
    assert huge.status_code == 422
    assert "kept kept" in huge.text
    for more in ({"attribution": "nobody"}, {"content_notes": "nonsense"}):
        refused = cast.bob.browser.post(replies, data={"source": "These words", **more})
        assert refused.status_code == 422
        assert "These words" in refused.text
    assert cast.bob.browser.post(starts, data={"source": "No title"}).status_code == 422
    odd = cast.bob.browser.post(
        starts, data={"title": "T" * 999, "source": "Words", "topics": "999999", "language": "xx"}
    )
    assert odd.status_code == 422
    assert "Words" in odd.text
    hostile = cast.bob.browser.post(replies, data={"source": HOSTILE, "answers": "99999999999999999999"})
    assert hostile.status_code == 303
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("key", ["at", "after", "before", "page", "view"])
@pytest.mark.parametrize("value", ["", "0", "-1", "last", "99999999999999999999", "x\x00", "1 OR 1=1", "٣"])
def test_odd_keys_open_the_first_page(cast: Cast, thread: ThreadRow, key: str, value: str) -> None:
    answer = cast.visitor.browser.get(f"/en/threads/{thread.id}", query_string={key: value})
    assert answer.status_code == 200
    assert "All <em>seven</em>" in answer.text


@pytest.mark.parametrize("path", ["/en/threads/999", "/en/posts/999", "/en/posts/999/edit", "/en/posts/999/answer",
                                  "/en/posts/999/revisions", "/en/boards/nowhere", "/en/boards/nowhere/threads/new",
                                  "/en/threads/99999999999999999999", "/en/posts/99999999999999999999"])  # fmt: skip
def test_what_is_not_there_is_not_found(cast: Cast, path: str) -> None:
    assert cast.bob.browser.get(path).status_code == 404


def test_a_visitors_words_wait_for_her_sign_in(cast: Cast, board: BoardRow, thread: ThreadRow) -> None:
    sent = cast.visitor.browser.post(f"/en/threads/{thread.id}/replies", data={"source": "Before signing in"})
    assert sent.status_code == 303
    assert "/sign-in" in sent.headers["Location"]
    assert cast.visitor.browser.get("/en/boards/hands/threads/new").status_code == 303
    for path in (f"/en/posts/{thread.opening_id}/withdrawal", f"/en/posts/{thread.opening_id}/return",
                 f"/en/threads/{thread.id}/lock", f"/en/threads/{thread.id}/view"):  # fmt: skip
        assert cast.visitor.browser.post(path).status_code == 303, path


def test_others_posts_stay_theirs(cast: Cast, thread: ThreadRow) -> None:
    opening = thread.opening_id
    assert cast.bob.browser.get(f"/en/posts/{opening}/edit").status_code == 403
    assert cast.bob.browser.post(f"/en/posts/{opening}/revisions", data={"source": "Mine now"}).status_code == 403
    assert cast.bob.browser.post(f"/en/posts/{opening}/withdrawal").status_code == 403
    assert cast.bob.browser.post(f"/en/posts/{opening}/return").status_code == 403
    assert cast.bob.browser.post(f"/en/threads/{thread.id}/lock", data={"value": "1"}).status_code == 403
    assert post(opening or 0).source == "All *seven*."


def test_a_refused_answer_is_kept(cast: Cast, thread: ThreadRow) -> None:
    lock(thread)
    refused = cast.bob.browser.post(
        f"/en/threads/{thread.id}/replies", data={"source": "These are my forty characters of text."}
    )
    assert refused.status_code == 403
    assert "locked" in refused.text
    silenced = cast.sam.browser.post(
        f"/en/threads/{thread.id}/replies", data={"source": "Let me speak, please, let me speak now."}
    )
    assert silenced.status_code == 403
    page = cast.bob.browser.get(f"/en/threads/{thread.id}")
    assert "This discussion is locked" in page.text
    do(actions.lock, actor=cast.mona.viewer, thread_id=thread.id, is_locked=False)
    assert "my forty characters" in cast.bob.browser.get(f"/en/threads/{thread.id}").text


def test_stale_edits_are_compared(cast: Cast, thread: ThreadRow) -> None:
    mine = replied(cast.bob.viewer, thread, "Zero")
    form = cast.bob.browser.get(f"/en/posts/{mine}/edit").text
    revision = form.split('name="revision" value="')[1].split('"')[0]
    assert (
        cast.bob.browser.post(f"/en/posts/{mine}/revisions", data={"source": "One", "revision": revision}).status_code
        == 303
    )
    stale = cast.bob.browser.post(f"/en/posts/{mine}/revisions", data={"source": "Two", "revision": revision})
    assert stale.status_code == 409
    assert "One" in stale.text
    assert "Two" in stale.text
    assert post(mine).source == "One"
    newer = stale.text.split('name="revision" value="')[1].split('"')[0]
    assert (
        cast.bob.browser.post(f"/en/posts/{mine}/revisions", data={"source": "Two", "revision": newer}).status_code
        == 303
    )
    assert post(mine).source == "Two"


def test_members_boards_are_not_there_for_visitors(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    private = make_board("quiet", audience="members")
    thread = started(cast.alice.viewer, private, title="Only among us")
    answer_id = replied(cast.bob.viewer, thread, "Inside")
    paths = [
        "/en/boards/quiet",
        f"/en/threads/{thread.id}",
        f"/en/posts/{answer_id}",
        f"/en/posts/{answer_id}/revisions",
        f"/en/posts/{answer_id}/answer",
        "/en/boards/quiet/threads/new",
    ]
    for path in paths:
        assert cast.visitor.browser.get(path).status_code == 404, path
        assert cast.bob.browser.get(path, follow_redirects=True).status_code == 200, path
    assert "Only among us" not in cast.visitor.browser.get("/en/discussions").text
    assert "Only among us" in cast.bob.browser.get("/en/discussions").text
    assert cast.visitor.browser.post(f"/en/threads/{thread.id}/replies", data={"source": "x"}).status_code == 404


def test_a_boards_old_address_leads_to_it(cast: Cast, board: BoardRow) -> None:
    assert do(actions.change_board, actor=cast.ada.viewer, board_id=board.id, slug="hands-and-skin")
    moved = cast.visitor.browser.get("/en/boards/hands")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/en/boards/hands-and-skin")


def test_the_way_of_reading_is_remembered(cast: Cast, thread: ThreadRow) -> None:
    flat = cast.bob.browser.get(f"/en/threads/{thread.id}?view=flat").text
    assert "Always read discussions this way" in flat
    assert cast.bob.browser.post(f"/en/threads/{thread.id}/view", data={"view": "flat"}).status_code == 303
    assert '?view=flat" aria-current="true"' in cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert cast.bob.browser.post(f"/en/threads/{thread.id}/view", data={"view": "sideways"}).status_code == 422


def test_folded_notes(cast: Cast, thread: ThreadRow) -> None:
    replied(cast.bob.viewer, thread, "Hard words", content_notes=["self_harm", "loss"])
    page = cast.visitor.browser.get(f"/en/threads/{thread.id}").text
    assert "About a death" in page
    assert page.index("About self-harm") < page.index("Hard words")
    assert '<details class="fold">' in page


@pytest.mark.parametrize("person", ["visitor", "bob", "mona"])
def test_pages_ask_little_of_the_database(cast: Cast, board: BoardRow, thread: ThreadRow, person: str) -> None:
    def count(path: str) -> int:
        with recorded() as statements:
            assert cast[person].browser.get(path).status_code == 200
        return len(statements)

    limit = 8 if person == "visitor" else 12
    paths = [
        "/en/discussions",
        "/en/boards/hands",
        f"/en/threads/{thread.id}",
        f"/en/threads/{thread.id}?at={thread.opening_id}",
        f"/en/threads/{thread.id}?view=flat&page=last",
    ]
    few = [count(path) for path in paths]
    for number in range(25):
        replied(cast.alice.viewer, thread, f"Answer {number}")
        started(cast.alice.viewer, board, title=f"Thread {number}", source=f"Words {number}")
    many = [count(path) for path in paths]
    assert few == many
    assert max(many) <= limit, many
