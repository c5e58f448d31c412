"""A member's own pages, and the words kept while she signs in."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask

from forum.accounts import actions, passwords, queries
from forum.accounts.models import Member, MemberSession, ParkedText
from forum.accounts.refusal import refused
from forum.contributions import policy as writing
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.verdict import no
from tests import querylog
from tests.accounts.post import count, delivered, only_letter
from tests.cast import Cast

GOOD = {"display_name": "Alice F.", "about": "Old paper.\n\nNorth.", "is_page_public": "y", "language": "it"}


def member(cast: Cast) -> Member:
    db.session.rollback()
    return db.session.get_one(Member, cast.alice.id, populate_existing=True)


@pytest.mark.parametrize("path", ["/en/me", "/en/me/settings", "/en/me/sessions", "/en/me/kept/x"])
def test_own_pages_lead_a_visitor_to_sign_in(cast: Cast, path: str) -> None:
    answer = cast.visitor.browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/en/sign-in?next={path}"


@pytest.mark.parametrize("path", ["/en/me", "/en/me/settings", "/en/me/sessions"])
@pytest.mark.parametrize("name", ["alice", "nia", "sam", "ada"])
def test_own_pages_are_private_and_cheap(cast: Cast, name: str, path: str) -> None:
    with querylog.recorded() as statements:
        answer = cast[name].browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.text.count("<h1") == 1
    assert len(statements) <= 8


def test_whoever_is_silenced_reads_until_when(cast: Cast) -> None:
    assert "You can read, not write, until" in cast.sam.browser.get("/en/me").text
    assert "You can read, not write" not in cast.bob.browser.get("/en/me").text


def test_settings_are_kept(cast: Cast) -> None:
    assert cast.alice.browser.post("/en/me/settings", data=GOOD).status_code == 303
    kept = member(cast)
    assert (kept.display_name, kept.about, kept.is_page_public, kept.language) == (
        "Alice F.",
        "Old paper.\n\nNorth.",
        True,
        "it",
    )
    cast.alice.browser.post("/en/me/settings", data={k: v for k, v in GOOD.items() if k != "is_page_public"})
    assert not member(cast).is_page_public


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", ""), ("display_name", "x" * 61), ("about", "x" * 1001), ("language", "fr"), ("language", "")],
)
def test_wrong_settings_come_back_whole(cast: Cast, field: str, value: str) -> None:
    answer = cast.alice.browser.post("/en/me/settings", data=GOOD | {field: value})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    if field != "about":
        assert "Old paper." in answer.text
    assert member(cast).display_name == "Alice"


def test_a_script_in_a_setting_is_shown_as_typed(cast: Cast) -> None:
    script = "</textarea><script>alert(1)</script>"
    cast.alice.browser.post("/en/me/settings", data=GOOD | {"about": script, "display_name": "<img src=x>"})
    for path in ("/en/me/settings", "/en/me", f"/en/members/{cast.alice.id}"):
        page = cast.alice.browser.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_password_is_set_and_taken_away(cast: Cast) -> None:
    with write():
        elsewhere = actions.start_session(cast.alice.id)
    browser = cast.alice.browser
    answer = browser.post("/en/me/password", data={"new_password": "kettle moss fiddle"})
    assert answer.status_code == 303
    assert passwords.is_right("kettle moss fiddle", member(cast).password_hash)
    assert queries.viewer_by_token(elsewhere) is None
    assert browser.get("/en/me").status_code == 200
    assert [letter.to for letter in delivered()] == ["alice@example.org"]
    assert browser.post("/en/me/password/removal").status_code == 303
    assert member(cast).password_hash is None


@pytest.mark.parametrize("password", ["", "short", "1234567890", "QWERTYUIOP", "x" * 501, "x" * 20_000])
def test_a_weak_password_gets_a_sentence(cast: Cast, password: str) -> None:
    answer = cast.alice.browser.post("/en/me/password", data={"new_password": password})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert not password or f'value="{password}"' not in answer.text
    assert member(cast).password_hash is None


def test_devices_are_listed_and_signed_out(cast: Cast) -> None:
    with write():
        token = actions.start_session(cast.alice.id, "Chrome · Android")
    page = cast.alice.browser.get("/en/me/sessions").text
    assert "Chrome · Android" in page
    assert page.count("This one") == 1
    viewer = queries.viewer_by_token(token)
    assert viewer is not None
    ending = f"/en/me/sessions/{viewer.session_id}/ending"
    assert cast.bob.browser.post(ending).status_code == 404
    assert cast.alice.browser.post(ending).status_code == 303
    db.session.rollback()
    assert queries.viewer_by_token(token) is None
    assert cast.alice.browser.post(ending).status_code == 404
    assert cast.alice.browser.post("/en/me/sessions/99999999999999999999/ending").status_code == 404
    assert cast.alice.browser.post("/en/me/sessions/others/ending").status_code == 303
    assert count(MemberSession) == 7


def test_a_visitor_cannot_change_anybody(cast: Cast) -> None:
    for path in ("settings", "password", "password/removal", "sessions/1/ending", "sessions/others/ending"):
        answer = cast.visitor.browser.post(f"/en/me/{path}", data=GOOD)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/en/sign-in?kept=")
    assert member(cast).display_name == "Alice"
    assert count(MemberSession) == 7


def write_page(app: Flask) -> None:
    """A form of some other room: it refuses visitors and repeats to members what they sent."""
    from flask import request

    from forum.accounts.login import the_viewer

    def create(language: str = "en", thread_id: int = 0) -> object:
        verdict = writing.can_write(the_viewer())
        return "|".join(request.form.values()) if verdict else refused(verdict)

    app.add_url_rule("/<language>/threads/<int:thread_id>/echo", view_func=create, methods=["POST"])
    app.add_url_rule("/<language>/moderation/echo", "desk_echo", create, methods=["POST"])


WORDS = "A long answer, written with two fingers over an hour.\n\nIt must not be lost. <b>&"


def test_a_session_that_ends_mid_form_loses_nothing(app: Flask, cast: Cast) -> None:
    write_page(app)
    browser = cast.alice.browser
    with time_machine.travel(clock.now() + timedelta(days=61)):
        fields = {"source": WORDS, "topics": ["1", "2"], "password": "never kept"}
        answer = browser.post("/en/threads/4/echo", data=fields)
        assert answer.status_code == 303
        page = browser.get(answer.headers["Location"])
        assert "You were signed out. Your words are safe." in page.text
        kept = answer.headers["Location"].partition("kept=")[2]
        assert kept in page.text
        browser.post("/en/sign-in", data={"email": "alice@example.org", "kept": kept})
        signed_in = browser.post(only_letter().path)
        page = browser.get(signed_in.headers["Location"])
        assert page.status_code == 200
        assert 'action="/en/threads/4/echo"' in page.text
        assert WORDS in unescape(page.text).replace("\r\n", "\n")
        assert '<input type="hidden" name="topics" value="1">' in page.text
        assert '<input type="hidden" name="topics" value="2">' in page.text
        assert "never kept" not in page.text
        assert browser.get(signed_in.headers["Location"]).status_code == 200  # until its day is over


def test_the_code_leads_to_the_kept_form_in_this_browser(app: Flask, cast: Cast) -> None:
    write_page(app)
    browser = cast.visitor.browser
    location = browser.post("/en/threads/4/echo", data={"source": WORDS}).headers["Location"]
    kept = location.partition("kept=")[2]
    asked = browser.post("/en/sign-in", data={"email": "alice@example.org", "kept": kept}).headers["Location"]
    assert kept in browser.get(asked).text
    ticket = asked.partition("request=")[2].partition("&")[0]
    answer = browser.post("/en/sign-in/check", data={"request": ticket, "code": only_letter().code, "kept": kept})
    assert WORDS in unescape(browser.get(answer.headers["Location"]).text)


def test_a_form_of_the_desk_comes_back_only_to_be_read(app: Flask, cast: Cast) -> None:
    write_page(app)
    answer = cast.visitor.browser.post("/en/moderation/echo", data={"note": WORDS, "role": "admin"})
    kept = answer.headers["Location"].partition("kept=")[2]
    page = cast.mona.browser.get(f"/en/me/kept/{kept}")
    assert page.status_code == 200
    assert WORDS in unescape(page.text)
    assert "/en/moderation/echo" not in page.text
    assert 'name="role"' not in page.text


def test_what_is_no_longer_kept_says_so(cast: Cast) -> None:
    assert cast.alice.browser.get("/en/me/kept/nothing").status_code == 410
    assert cast.alice.browser.get("/en/sign-in?kept=nothing").headers["Location"] == "/en/me/kept/nothing"


def test_too_much_comes_back_on_the_page_instead(app: Flask, cast: Cast) -> None:
    write_page(app)
    answer = cast.visitor.browser.post("/en/threads/4/echo", data={"source": "a" * 600_000})
    assert answer.status_code == 401
    assert "a" * 600_000 in answer.text
    assert count(ParkedText) == 0


def test_nobody_fills_the_table_of_parked_forms(app: Flask, cast: Cast) -> None:
    write_page(app)
    statuses = [cast.visitor.browser.post("/en/threads/4/echo", data={"source": WORDS}).status_code for _ in range(45)]
    assert statuses.count(303) == 40
    assert statuses[-1] == 401


def test_other_refusals_say_why_and_give_the_words_back(app: Flask, cast: Cast) -> None:
    with app.test_request_context("/en/x", method="POST", data={"source": WORDS}):
        answer = refused(no("This thread is locked.", 403))
        assert answer.status_code == 403
        page = answer.get_data(as_text=True)
        assert "This thread is locked." in page
        assert WORDS in unescape(page)
