"""What feed readers and search engines learn of discussions: what everybody may read, signed by who signed it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

from forum.discussions import actions
from forum.discussions.models import LEVELS
from forum.discussions.rows import BoardRow, ThreadRow
from tests.cast import Browser, Cast
from tests.discussions.conftest import do, replied, started

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(browser: Browser, path: str) -> list[dict[str, str]]:
    """The entries of a feed as plain words."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    feed = fromstring(answer.data)
    return [
        {
            "id": entry.findtext(f"{ATOM}id", ""),
            "title": entry.findtext(f"{ATOM}title", ""),
            "name": entry.findtext(f"{ATOM}author/{ATOM}name", ""),
            "summary": entry.findtext(f"{ATOM}summary", ""),
        }
        for entry in feed.findall(f"{ATOM}entry")
    ]


def posting(browser: Browser, path: str) -> dict[str, Any] | None:
    """The structured data of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', browser.get(path).text, re.DOTALL)
    return json.loads(found.group(1)) if found else None


def test_feeds_of_a_board_and_of_a_discussion(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    board = make_board("open", allows_anonymous=True)
    thread = started(cast.alice.viewer, board, title="Buttons & \u202egnidaer", source="All *seven*.")
    nameless = started(cast.bob.viewer, board, title="Who", attribution="anonymous")
    first = replied(cast.bob.viewer, thread, "Use a <hook>.")
    replied(cast.alice.viewer, thread, "A quiet word", first, attribution="anonymous")
    replied(cast.bob.viewer, thread, "Dark words", content_notes=["self_harm"])
    gone = replied(cast.bob.viewer, thread, "Gone words")
    do(actions.withdraw, actor=cast.bob.viewer, post_id=gone)
    replied(cast.nia.viewer, thread, "Held words")
    visitor = cast.visitor.browser

    found = entries(visitor, "/en/boards/open/feed")
    assert [entry["id"].rsplit(":", 1)[1] for entry in found] == [f"threads/{thread.id}", f"threads/{nameless.id}"]
    assert [entry["name"] for entry in found] == [cast.alice.viewer.display_name, "Without a name"]
    found = entries(visitor, f"/en/threads/{thread.id}/feed")
    assert [entry["summary"] for entry in found] == ["", "A quiet word", "Use a <hook>.", "All seven."]
    assert [entry["name"] for entry in found][1] == "Without a name"  # an alias is of its discussion alone
    assert found[1]["title"].endswith(f"answering {cast.bob.viewer.display_name}")
    assert f'href="http://127.0.0.1:8000/en/threads/{thread.id}/feed"' in visitor.get(f"/en/threads/{thread.id}").text


def test_what_is_for_members_has_neither(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    board = make_board("among", audience="members")
    thread = started(cast.alice.viewer, board)
    for browser in (cast.visitor.browser, cast.bob.browser):  # a feed has no session: it is the same for all
        assert browser.get("/en/boards/among/feed").status_code == 404
        assert browser.get(f"/en/threads/{thread.id}/feed").status_code == 404
    page = cast.bob.browser.get(f"/en/threads/{thread.id}").text
    assert "atom+xml" not in page
    assert "ld+json" not in page


def test_structured_data_is_nested_and_names_who_signed(cast: Cast, make_board: Callable[..., BoardRow]) -> None:
    thread = started(cast.alice.viewer, make_board("open", allows_anonymous=True), source="</script><b>All</b> seven.")
    first = replied(cast.bob.viewer, thread, "First")
    replied(cast.alice.viewer, thread, "Below", first)
    replied(cast.bob.viewer, thread, "Nobody's", attribution="anonymous")
    replied(cast.bob.viewer, thread, "Folded", content_notes=["graphic"])
    found = posting(cast.visitor.browser, f"/en/threads/{thread.id}")
    assert found is not None
    assert found["@type"] == "DiscussionForumPosting"
    assert found["text"] == "</script><b>All</b> seven."
    assert found["author"] == {"@type": "Person", "name": cast.alice.viewer.display_name}
    assert found["commentCount"] == 4
    answer, nobody, folded = found["comment"]
    assert [one["text"] for one in answer["comment"]] == ["Below"]
    assert nobody["text"] == "Nobody's"
    assert "author" not in nobody
    assert "text" not in folded
    assert posting(cast.visitor.browser, f"/en/threads/{thread.id}?view=flat") is not None
    assert posting(cast.bob.browser, f"/en/threads/{thread.id}") is None  # nobody but visitors needs its weight


def test_a_deep_branch_goes_on_by_itself(cast: Cast, thread: ThreadRow) -> None:
    ids: list[int] = []
    for number in range(LEVELS + 3):
        ids.append(replied(cast.bob.viewer, thread, f"Level {number}", ids[-1] if ids else None))
    beside = replied(cast.alice.viewer, thread, "Beside", ids[LEVELS])
    root, visitor = ids[LEVELS - 1], cast.visitor.browser
    page = visitor.get(f"/en/threads/{thread.id}").text
    assert f'href="/en/posts/{root}/branch"' in page
    assert "4 answers further down" in page
    assert f"Level {LEVELS}" not in page
    assert page.count('<details class="branch-fold" open>') == 1  # not again at each step of a talk between two

    sent = visitor.get(f"/en/posts/{beside}")
    assert sent.location == f"/en/posts/{root}/branch?at={beside}#post-{beside}"
    assert visitor.get(f"/en/posts/{beside}?view=flat").location.startswith(f"/en/threads/{thread.id}?")
    do(actions.choose_view, actor=cast.bob.viewer, view="flat")
    assert cast.bob.browser.get(f"/en/posts/{beside}").location == f"/en/threads/{thread.id}?at={beside}#post-{beside}"
    page = visitor.get(sent.location).text
    assert page.count("<article") == 5
    for number in (LEVELS - 4, LEVELS - 3, LEVELS - 2):
        assert f">Level {number}</span>" in page
    assert "2 posts further up" in page
    do(actions.withdraw, actor=cast.bob.viewer, post_id=ids[LEVELS - 2])
    page = visitor.get(sent.location).text
    assert f">Level {LEVELS - 2}<" not in page
    assert "This was taken back by its author." in page
    for other in (ids[0], ids[-1]):  # no page of a branch begins there
        assert visitor.get(f"/en/posts/{other}/branch").location == f"/en/posts/{other}"
    flat = visitor.get(f"/en/posts/{root}/branch?view=flat")
    assert flat.location == f"/en/posts/{root}?view=flat"
    assert visitor.get("/en/posts/9999/branch").status_code == 404
