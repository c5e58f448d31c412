"""The pages of signing in and out."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from forum.accounts import actions, passwords, queries
from forum.accounts.models import MemberSession, SignInRequest
from forum.core import clock
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from tests import querylog
from tests.accounts.post import count, delivered, only_letter, ticket_of
from tests.cast import Browser, Cast
from tests.conftest import MakeApp


def ask(client: Browser, address: str = "alice@example.org", **more: str) -> str:
    answer = client.post("/en/sign-in", data={"email": address, **more})
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.parametrize("page", ["sign-in", "sign-in/password", "sign-up"])
@pytest.mark.parametrize("language", ["en", "it", "es"])
def test_the_pages_are_there_without_a_cookie(client: Browser, page: str, language: str) -> None:
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_the_mailed_link_signs_in(cast: Cast, client: Browser) -> None:
    ask(client)
    letter = only_letter()
    page = client.get(letter.path)
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert page.headers["Cache-Control"] == "private, no-store"
    answer = client.post(letter.path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/me"
    assert "Alice" in client.get("/en/me").text


def test_opening_the_link_consumes_nothing(cast: Cast, client: Browser) -> None:
    ask(client)
    letter = only_letter()
    for _ in range(3):
        with querylog.recorded() as statements:
            assert client.get(letter.path).status_code == 200
            assert client.head(letter.path).status_code == 200
        assert not any(word in statement for statement in statements for word in ("UPDATE", "INSERT", "DELETE"))
    assert count(MemberSession) == 7
    assert client.post(letter.path).status_code == 303


def test_a_link_is_used_once(cast: Cast, client: Browser) -> None:
    ask(client)
    letter = only_letter()
    client.post(letter.path)
    other = Browser(client.application, client.application.response_class, use_cookies=True)
    assert other.get(letter.path).status_code == 410
    answer = other.post(letter.path)
    assert answer.status_code == 410
    assert "Set-Cookie" not in answer.headers


def test_an_old_link_says_what_to_do(cast: Cast, client: Browser) -> None:
    ask(client)
    letter = only_letter()
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        page = client.get(letter.path)
        assert page.status_code == 410
        assert "Ask for a new" in page.text
        assert client.post(letter.path).status_code == 410


@pytest.mark.parametrize("token", ["1-x", "x", "0-0", "999999999999999999999-x", "%00", "1-%E2%80%AE", "a" * 3000])
def test_a_made_up_link_is_refused(client: Browser, token: str) -> None:
    status = 404 if token == "%00" else 410  # no address holds a NUL
    assert client.get(f"/en/sign-in/{token}").status_code == status
    assert client.post(f"/en/sign-in/{token}").status_code == status


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{code[0]}{code[1]}{code[2]} {code[3]}{code[4]}{code[5]}"])
def test_the_code_signs_in_on_the_page_that_asked(cast: Cast, client: Browser, typed: str) -> None:
    location = ask(client)
    assert client.get(location).status_code == 200
    code = only_letter().code
    answer = client.post("/en/sign-in/check", data={"request": ticket_of(location), "code": typed.format(code=code)})
    assert answer.status_code == 303
    assert client.get("/en/me").status_code == 200


def test_five_wrong_codes_end_it(cast: Cast, client: Browser) -> None:
    ticket = ticket_of(ask(client))
    code = only_letter().code
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        answer = client.post("/en/sign-in/check", data={"request": ticket, "code": wrong})
        assert answer.status_code == 422
        assert ticket in answer.text
    assert "Too many codes" in answer.text
    assert client.post("/en/sign-in/check", data={"request": ticket, "code": code}).status_code == 422
    assert count(MemberSession) == 7


def test_codes_of_one_address_are_counted_over_many_mails(cast: Cast, client: Browser) -> None:
    statuses = []
    for _ in range(5):
        ticket = ticket_of(ask(client))
        statuses += [
            client.post("/en/sign-in/check", data={"request": ticket, "code": "000000"}).status_code for _ in range(5)
        ]
    assert statuses[20:] == [429] * 5


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12\x0034", "1" * 9000, "<script>"])
def test_what_is_no_code_gets_a_sentence(cast: Cast, client: Browser, code: str) -> None:
    ticket = ticket_of(ask(client))
    answer = client.post("/en/sign-in/check", data={"request": ticket, "code": code})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "<script>alert" not in answer.text


def test_a_code_without_its_page_opens_nothing(client: Browser) -> None:
    assert client.post("/en/sign-in/check", data={"code": "123456"}).status_code == 410
    assert client.post("/en/sign-in/check", data={"code": "123456", "request": "1-x"}).status_code == 410
    assert client.get("/en/sign-in/check").status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(cast: Cast, client: Browser) -> None:
    answers, costs = [], []
    for address in ("alice@example.org", "nobody@example.org"):
        with querylog.recorded() as statements:
            location = ask(client, address)
            page = client.get(location)
        answers.append(page.text.replace(ticket_of(location), "TICKET"))
        costs.append(len(statements))
    assert answers[0] == answers[1]
    assert costs[0] == costs[1]
    assert count(OutboxJob) == count(SignInRequest) == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "alice",
        "a@b",
        "alice@example.org\r\nBcc: eve@example.org",
        "alice@example.org\x00",
        "x" * 100_000,
        "<script>alert(1)</script>@example.org",
        "\u202egro.elpmaxe@ecila",
        "😀@example.org",
    ],
)
def test_what_is_no_address_gets_a_sentence_and_stays(client: Browser, address: str) -> None:
    answer = client.post("/en/sign-in", data={"email": address})
    # A NUL or an override is cleaned away; what is left may well be an address.
    assert answer.status_code in ((303, 422) if "\x00" in address else (422,))
    if answer.status_code == 422:
        assert "field-error" in answer.text
        assert "<script>alert" not in answer.text
        assert count(SignInRequest) == 0


def test_no_mail_carries_a_second_recipient(cast: Cast, client: Browser) -> None:
    client.post("/en/sign-in", data={"email": "alice@example.org\nBcc: eve@example.org"})
    client.post(
        "/en/sign-up", data={"email": "i@example.org", "display_name": "I\r\nBcc: e@x.org", "is_old_enough": "y"}
    )
    assert [letter.to for letter in delivered()] == ["i@example.org"]


def test_asking_too_often_for_one_address_is_refused(cast: Cast, client: Browser) -> None:
    for address in ("alice@example.org", "nobody@example.org"):
        statuses = [client.post("/en/sign-in", data={"email": address}).status_code for _ in range(8)]
        assert statuses == [303] * 6 + [429] * 2


def test_other_sites_cannot_post(cast: Cast, client: Browser) -> None:
    for path in ("/en/sign-in", "/en/sign-in/check", "/en/sign-in/password", "/en/sign-up", "/en/sign-out"):
        answer = client.post(path, data={"email": "alice@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert count(SignInRequest) == 0


def test_the_password_signs_in(cast: Cast, client: Browser) -> None:
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash=passwords.hash_of("kettle moss fiddle"))
    wrong = client.post("/en/sign-in/password", data={"email": "alice@example.org", "password": "kettle moss"})
    assert wrong.status_code == 422
    assert 'value="alice@example.org"' in wrong.text
    assert "kettle" not in wrong.text
    right = client.post("/en/sign-in/password", data={"email": "ALICE@example.org", "password": "kettle moss fiddle"})
    assert right.status_code == 303
    assert client.get("/en/me").status_code == 200


def test_a_wrong_password_reads_the_same_for_everybody(cast: Cast, client: Browser) -> None:
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash=passwords.hash_of("kettle moss fiddle"))
    pages = [
        client.post("/en/sign-in/password", data={"email": f"{name}@example.org", "password": "wrong"}).text.replace(
            name, "NAME"
        )
        for name in ("alice", "bobby", "nobody")
    ]
    assert pages[0] == pages[1] == pages[2]


def test_passwords_are_tried_ten_times(cast: Cast, client: Browser) -> None:
    for name in ("alice", "nobody"):
        statuses = [
            client.post("/en/sign-in/password", data={"email": f"{name}@example.org", "password": "w"}).status_code
            for _ in range(11)
        ]
        assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize("password", ["", "\x00" * 20, "p" * 100_000, "\u202e", "<script>"])
def test_any_password_may_be_tried(cast: Cast, client: Browser, password: str) -> None:
    answer = client.post("/en/sign-in/password", data={"email": "alice@example.org", "password": password})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        ("/en/stories?country=IT", "/en/stories?country=IT"),
        ("//evil.example", "/en/me"),
        ("https://evil.example/en/", "/en/me"),
        ("/\\evil.example", "/en/me"),
        ("/en/\nx", "/en/me"),
    ],
)
def test_she_goes_on_only_inside_the_site(cast: Cast, client: Browser, given: str, gone: str) -> None:
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash=passwords.hash_of("kettle moss fiddle"))
    answer = client.post(
        "/en/sign-in/password", data={"email": "alice@example.org", "password": "kettle moss fiddle", "next": given}
    )
    assert answer.headers["Location"] == gone
    assert client.get("/en/sign-in", query_string={"next": given}).headers["Location"] == gone


def test_the_mailed_link_leads_back_to_where_she_was(cast: Cast, client: Browser) -> None:
    ask(client, next="/en/stories?country=IT")
    letter = only_letter()
    assert client.post(letter.path).headers["Location"] == "/en/stories?country=IT"


def test_the_cookie_on_http(cast: Cast, client: Browser) -> None:
    ask(client)
    cookie = next(c for c in client.post(only_letter().path).headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_the_cookie_on_https(make_app: MakeApp) -> None:
    app = make_app(site_url="https://stories.example.org", mail_url="smtp://127.0.0.1:9")
    client = Browser(app, app.response_class, use_cookies=True)
    with app.app_context(), write():
        member = actions.make_admin("root@example.org", "Root")
        actions.set_password(actor=queries.viewer_of(member), password_hash=passwords.hash_of("kettle moss fiddle"))
    answer = client.post("/en/sign-in/password", data={"email": "root@example.org", "password": "kettle moss fiddle"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies[-1].startswith(("__Host-", "__Host-flash"))
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "Domain" not in cookie


def test_a_new_token_at_each_sign_in_and_the_old_one_ends(cast: Cast) -> None:
    browser = cast.alice.browser
    with write():
        actions.set_password(actor=cast.alice.viewer, password_hash=passwords.hash_of("kettle moss fiddle"))
    browser.post("/en/sign-in/password", data={"email": "alice@example.org", "password": "kettle moss fiddle"})
    assert count(MemberSession) == 7
    assert queries.viewer_by_token(cast.alice.token) is None
    assert browser.get("/en/me").status_code == 200


def test_signing_out_is_a_post_and_ends_the_session_on_the_server(cast: Cast) -> None:
    browser = cast.alice.browser
    assert browser.get("/en/sign-out").status_code == 405
    assert browser.get("/en/me").status_code == 200
    answer = browser.post("/en/sign-out")
    assert answer.status_code == 303
    browser.sign_in(cast.alice.token)
    assert browser.get("/en/me").status_code == 303
    assert cast.visitor.browser.post("/en/sign-out").status_code == 303


def test_the_use_of_a_session_is_noted_at_the_days_first_post(cast: Cast) -> None:
    def seen() -> object:
        db.session.rollback()
        return db.session.scalar(select(MemberSession.last_seen_on).where(MemberSession.member_id == cast.bob.id))

    tomorrow = clock.now() + timedelta(days=1)
    before = seen()
    with time_machine.travel(tomorrow):
        cast.bob.browser.get("/en/me")
        assert seen() == before
        cast.bob.browser.post("/en/me/settings", data={})
        assert seen() == tomorrow.date()
        with querylog.recorded() as statements:
            cast.bob.browser.post("/en/me/settings", data={})
        assert not any("UPDATE" in statement for statement in statements)


def test_without_mail_only_the_password_is_offered(make_app: MakeApp) -> None:
    app = make_app(site_url="https://stories.example.org")
    client = Browser(app, app.response_class, use_cookies=True)
    assert client.post("/en/sign-in", data={"email": "alice@example.org"}).status_code == 422
    page = client.get("/en/sign-in")
    assert "/en/sign-in/password" in page.text
    assert 'name="email"' not in page.text
    page = client.get("/en/sign-up")
    assert "send mail" in page.text
    assert "<form" not in page.text
    answer = client.post("/en/sign-up", data={"email": "a@example.org", "display_name": "A", "is_old_enough": "y"})
    assert answer.status_code == 403


def test_no_log_line_names_anybody(
    cast: Cast, client: Browser, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client)
        client.post(only_letter().path)
    written = caplog.text + "".join(capsys.readouterr())
    assert "alice@example.org" not in written


def test_an_erased_member_is_nobody(cast: Cast, app: Flask) -> None:
    from forum.accounts.models import Member

    with write():
        db.session.get_one(Member, cast.bob.id).erased_at = clock.now()
    assert cast.bob.browser.get("/en/me").status_code == 303
    assert queries.member_by_address("bob@example.org") is None
