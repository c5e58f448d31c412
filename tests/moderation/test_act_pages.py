"""Acts from the page of a case: each asks for what it needs, words are compared first, nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.models import Board, Post, Thread
from forum.moderation.models import Case, Letter
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, fresh, report, rule, thing

NUMBER = "+39 333 456 7890"


def send(by: Person, key: int, decision: str, **fields: Any) -> TestResponse:
    """Send the form of a case as its page would."""
    case = case_of(key)
    sent = {
        "version": str(case.version), "decision": decision, "guideline": str(rule(3)), "letter": "Because of this.",
        **{name.replace("__", "-"): value for name, value in fields.items()},
    }  # fmt: skip
    db.session.rollback()
    response = by.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=sent)
    db.session.rollback()
    return response


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def of_undoing(page: str) -> str:
    """The decision that the page offers to take back."""
    found = re.search(r'type="hidden" name="decision" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_the_page_asks_for_what_each_act_needs(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call {NUMBER} now.")
    report(cast.bob, key)
    case = case_of(key)
    path = f"/en/moderation/cases/{case.id}"
    page = cast.mona.browser.get(path).text
    for word in ("edit", "redact", "content_notes", "lock", "slow", "move", "merge", "topics"):
        assert f'id="act-{word}"' in page, word
        assert f'data-shown-for="decision={word}"' in page
    assert 'id="act-split"' not in page
    assert f'value="{NUMBER}"' in page, "what our own check finds is offered"
    assert 'name="move-board"' not in page, "boards are asked for once the act is chosen"
    assert 'name="move-board"' in cast.mona.browser.get(f"{path}?decision=move").text


def test_changed_words_are_compared_before_they_are_sent(cast: Cast, make_post: Make) -> None:
    key = make_post(source="Seven buttons and a zip.")
    report(cast.bob, key)
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    fields = {
        "edit__base": hidden(page, "edit-base"), "edit__title": "Buttons", "edit__source": "Six buttons and a zip.",
        "edit__note": "Counted again.",
    }  # fmt: skip
    first = send(cast.mona, key, "edit", edit__seen="", **fields)
    assert first.status_code == 422
    assert re.search(r"differences-out.*?Seven", first.text)
    assert re.search(r"differences-in.*?Six", first.text)
    assert "Counted again." in first.text
    assert "Because of this." in first.text, "the letter is kept"
    assert thing(key).source == "Seven buttons and a zip."
    seen = hidden(first.text, "edit-seen")
    other = send(cast.mona, key, "edit", edit__seen=seen, **fields | {"edit__source": "Five buttons."})
    assert other.status_code == 422, "these words were not compared"
    assert send(cast.mona, key, "edit", edit__seen=seen, **fields).status_code == 303
    assert thing(key).source == "Six buttons and a zip."


def test_what_was_found_goes_with_one_submit(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call {NUMBER} or write to rosa@example.net. Dr. Marco Rossi sent me. Seven buttons.")
    other = make_post(source=f"Ring {NUMBER}.")
    report(cast.bob, key)
    report(cast.bob, other)
    path = f"/en/moderation/cases/{case_of(key).id}"
    way = f"?decision=redact&amp;guideline={rule(3)}#act-redact"
    assert f'href="{way}"' in cast.mona.browser.get(path).text, "it suggests itself"
    page = cast.mona.browser.get(path + way.replace("&amp;", "&")).text
    assert page.index('id="act-redact"') < page.index('<details class="acts">'), "not folded without scripts"
    boxes = dict(re.findall(r'name="redact-found" value="([^"]*)"( checked)?', page))
    ticked = [text for text, is_ticked in boxes.items() if is_ticked]
    assert ticked == [NUMBER, "rosa@example.net"]
    assert len(boxes) == 3, "a doctor's name is offered, not ticked"
    sent = {"redact__found": ticked, "redact__words": "", "redact__seen": hidden(page, "redact-seen")}
    both = send(cast.mona, other, "redact", **sent)
    assert both.status_code == 422, "another page offered that"
    copied = send(cast.mona, key, "redact", **sent | {"redact__words": "Seven"})
    assert copied.status_code == 422, "what is copied is shown once more"
    assert "Seven buttons." in thing(key).source
    assert send(cast.mona, key, "redact", **sent).status_code == 303
    assert not re.search(r"333|rosa@", thing(key).source)
    assert "Dr. Marco Rossi sent me. Seven buttons." in thing(key).source


def test_what_goes_is_shown_once_more(cast: Cast, make_post: Make) -> None:
    key = make_post(source=f"Call {NUMBER} now, Rosa.")
    report(cast.bob, key)
    first = send(cast.mona, key, "redact", redact__found=NUMBER, redact__words="Rosa\n\n", redact__seen="")
    assert first.status_code == 422
    assert "This goes for good" in first.text
    seen = hidden(first.text, "redact-seen")
    done = send(cast.mona, key, "redact", redact__found=NUMBER, redact__words="Rosa", redact__seen=seen)
    assert done.status_code == 303
    assert not {NUMBER, "Rosa"} & {word for word in (NUMBER, "Rosa") if word in thing(key).source}
    assert case_of(key).closed_at is not None


@pytest.mark.parametrize(
    ("decision", "fields", "sentence"),
    [
        ("lock", {}, "Say until when"),
        ("lock", {"lock__until": "day"}, "Choose the day"),
        ("lock", {"lock__until": "day", "lock__day": "2026-02-31"}, "Write the day like this"),
        ("lock", {"lock__until": "\x00"}, "Say until when"),
        ("slow", {"slow__seconds": "9999999999999"}, "Choose a pause other than"),
        ("move", {"move__board": "999"}, "Choose another board"),
        ("merge", {"merge__into": "\u202e12x"}, "is"),
        ("topics", {"topics__names": "Nosuchthing"}, "is no topic here"),
        ("content_notes", {"content_notes__notes": "x"}, "Choose from the content notes"),
        ("edit", {"edit__source": "x" * 200_000, "edit__base": "1"}, "too long"),
        ("redact", {"redact__words": "ab", "redact__seen": "x"}, "goes for good"),
        ("split", {"split__title": "Own"}, "Choose what to do"),
    ],
)
def test_what_is_sent_wrong_comes_back_whole(
    cast: Cast, make_post: Make, decision: str, fields: dict[str, str], sentence: str
) -> None:
    key = make_post()
    report(cast.bob, key)
    response = send(cast.mona, key, decision, **fields)
    assert response.status_code == 422
    assert sentence in response.text
    assert "Because of this." in response.text
    assert case_of(key).closed_at is None


def test_locked_moved_and_left_open_from_the_page(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert send(cast.mona, key, "lock", lock__until="morning", stays="y").status_code == 303
    thread_id = fresh(Post, key).thread_id
    assert fresh(Thread, thread_id).is_locked
    case = case_of(key)
    assert case.closed_at is None, "there is more to decide"
    other = make_post()
    target = fresh(Post, other).thread_id
    board_id = fresh(Thread, target).board_id
    assert fresh(Board, board_id) is not None
    with write():
        indoors = Board(slug="indoors", audience="members")
        db.session.add(indoors)
        db.session.flush()
        members_only = str(indoors.id)
    refused = send(cast.mona, key, "move", move__board=members_only, guideline="")
    assert refused.status_code == 422, "it takes it from who is no member"
    assert re.search(r'href="#guideline">.*?Choose the guideline this rests on', refused.text)
    assert f'<option value="{members_only}" selected' in refused.text
    assert send(cast.mona, key, "move", move__board=str(board_id), guideline="").status_code == 303
    assert fresh(Thread, thread_id).board_id == board_id
    assert fresh(Case, case.id).closed_at is not None
    late = send(cast.mona, key, "lock", lock__until="open")
    assert late.status_code in (409, 422)


def test_a_role_taken_away_a_moment_ago(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert send(cast.cora, key, "lock", lock__until="morning").status_code == 403
    assert send(cast.sam, key, "redact", redact__words="buttons").status_code == 403
    assert "/en/sign-in" in send(cast.visitor, key, "move", move__board="1").location
    assert not fresh(Thread, fresh(Post, key).thread_id).is_locked


def test_taken_back_from_the_page(cast: Cast, make_post: Make) -> None:
    key = make_post()
    report(cast.bob, key)
    assert send(cast.mona, key, "content_notes", content_notes__notes="loss", stays="y").status_code == 303
    case_id = case_of(key).id
    assert thing(key).notes == ("loss",)
    page = cast.ada.browser.get(f"/en/moderation/cases/{case_id}").text
    decision = of_undoing(page)
    path = f"/en/moderation/cases/{case_id}/undoings"
    for by, status in ((cast.alice, 403), (cast.cora, 403), (cast.mona, 303), (cast.ada, 409)):
        assert by.browser.post(path, data={"decision": decision}).status_code == status, by.name
    assert thing(key).notes == ()
    assert cast.ada.browser.post(path, data={"decision": "999"}).status_code == 404
    letters = list(db.session.scalars(select(Letter.text).order_by(Letter.id)))
    assert letters[-1].startswith("We have taken back something")
    assert f'name="decision" value="{decision}"' not in cast.ada.browser.get(f"/en/moderation/cases/{case_id}").text


def test_locked_until_the_morning_from_the_discussion(cast: Cast, make_post: Make) -> None:
    thread_id = fresh(Post, make_post()).thread_id
    path = f"/en/threads/{thread_id}"
    assert cast.bob.browser.post(f"{path}/lock", data={"value": "morning"}).status_code == 403
    assert cast.mona.browser.post(f"{path}/lock", data={"value": "morning"}).status_code == 303
    assert fresh(Thread, thread_id).locked_until is not None
    assert "Locked until" in cast.visitor.browser.get(path).text
    assert cast.mona.browser.post(f"{path}/lock", data={"value": "0"}).status_code == 303
    thread = fresh(Thread, thread_id)
    assert (thread.is_locked, thread.locked_until) == (False, None)
