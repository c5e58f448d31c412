"""A phone that others use too: remembered with the device, and nothing stays on it."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.cast import Cast


def cookies(answer: TestResponse) -> dict[str, str]:
    return {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_a_member_says_that_she_shares_this_phone_and_takes_it_back(cast: Cast) -> None:
    alice = cast.alice.browser
    assert "<html" in (page := alice.get("/en/me/sessions").text)
    assert "data-shared-phone" not in page
    said = alice.post("/en/me/shared-phone", data={"shared": "1"})
    assert said.headers["Location"].endswith("/me/sessions")
    given = cookies(said)
    assert "HttpOnly" in given["shared"]
    assert "Max-Age" not in given["session"]  # closing the browser signs her out
    assert "data-shared-phone" in alice.get("/en/me/sessions").text
    back = cookies(alice.post("/en/me/shared-phone", data={"shared": "0"}))
    assert "Max-Age" in back["session"]
    assert "data-shared-phone" not in alice.get("/en/me/sessions").text


def test_it_can_be_said_where_one_signs_in(cast: Cast) -> None:
    page = cast.visitor.browser.get("/en/sign-in/password").text
    assert "I share this phone" in page
    answer = cast.visitor.browser.post(
        "/en/sign-in/password", data={"email": "bob@example.org", "password": "four odd words here", "shared": "1"}
    )
    assert answer.status_code == 422
    assert "shared" not in cookies(answer)  # nobody signed in, nothing is remembered


def test_it_leads_back_to_the_story_and_nowhere_else(cast: Cast) -> None:
    alice = cast.alice.browser
    assert (
        alice.post("/en/me/shared-phone", data={"shared": "1", "story": "7"}).headers["Location"]
        == "/en/stories/7/edit"
    )
    for odd in ("//evil.example", "7/../x", "\x00", "9" * 50, ""):
        answer = alice.post("/en/me/shared-phone", data={"shared": "1", "story": odd})
        assert answer.headers["Location"].endswith("/me/sessions")


def test_a_visitors_page_says_nothing_of_the_device(cast: Cast) -> None:
    browser = cast.visitor.browser
    browser.set_cookie("shared", "1", domain="localhost")
    assert "data-shared-phone" not in browser.get("/en/stories").text
    assert browser.post("/en/me/shared-phone", data={"shared": "1"}).status_code == 303
    assert "sign-in" in browser.post("/en/me/shared-phone").headers["Location"]
