"""The pages of signing up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.accounts.models import Member, SignInRequest
from forum.core.db import db
from forum.core.outbox import OutboxJob
from tests.accounts.post import NEW, count, delivered, only_letter, ticket_of
from tests.cast import Browser, Cast
from tests.conftest import MakeApp


def test_from_the_form_to_an_account(client: Browser) -> None:
    answer = client.post("/it/sign-up", data=NEW)
    assert answer.status_code == 303
    assert count(Member) == 0  # nobody yet: the address may be somebody else's
    letter = only_letter()
    assert "Ines" in client.get(letter.path).text
    assert client.post(letter.path).status_code == 303
    member = db.session.scalars(select(Member)).one()
    assert (member.email, member.display_name, member.language) == ("new@example.org", "Ines", "it")
    assert client.get("/it/me").status_code == 200


def test_the_code_makes_the_account_too(client: Browser) -> None:
    ticket = ticket_of(client.post("/en/sign-up", data=NEW).headers["Location"])
    answer = client.post("/en/sign-in/check", data={"request": ticket, "code": only_letter().code})
    assert answer.status_code == 303
    assert client.get("/en/me").status_code == 200


def test_a_known_address_gets_the_same_answer(cast: Cast, client: Browser) -> None:
    pages = []
    for address in ("alice@example.org", "new@example.org"):
        location = client.post("/en/sign-up", data=NEW | {"email": address}).headers["Location"]
        pages.append(client.get(location).text.replace(ticket_of(location), "TICKET"))
    assert pages[0] == pages[1]
    assert count(OutboxJob) == count(SignInRequest) == 2
    assert {letter.subject for letter in delivered()} == {"You already have an account", "Your link to join"}


def test_the_form_sent_twice_makes_one_member(client: Browser) -> None:
    locations = [client.post("/en/sign-up", data=NEW).headers["Location"] for _ in range(2)]
    letters = delivered()
    assert len(letters) == 2
    assert len(set(locations)) == 2
    for letter in letters:
        path = letter.text.split("http://127.0.0.1:8000")[1].split()[0]
        assert client.post(path).status_code == 303
    assert count(Member) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "a" * 70_000),
        ("email", "a@b\nBcc: c@d.org"),
        ("display_name", ""),
        ("display_name", "   "),
        ("display_name", "\u202e\u200b\x00"),
        ("display_name", "!!!"),
        ("display_name", "n" * 61),
        ("display_name", "n" * 100_000),
        ("is_old_enough", ""),
        ("is_old_enough", "false"),
        ("website", "http://spam.example"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_the_rest_stays(client: Browser, field: str, value: str) -> None:
    answer = client.post("/en/sign-up", data=NEW | {field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    for name in {"email", "display_name"} - {field}:
        assert f'value="{NEW[name]}"' in answer.text
    assert count(SignInRequest) == 0


def test_who_filled_what_nobody_sees_presses_once_more(client: Browser) -> None:
    """A program does that, and now and then a password manager, which does it again."""
    filled = NEW | {"website": "http://mine.example"}
    page = client.post("/en/sign-up", data=filled)
    assert "Press the button once more" in page.text
    assert "Not sent yet" not in page.text
    mark = page.text.split('name="again" value="')[1].split('"')[0]
    for forged in ("", "1-abc", mark + "x", "\0", "9" * 400):
        assert client.post("/en/sign-up", data=filled | {"again": forged}).status_code == 422
    assert count(SignInRequest) == 0
    assert client.post("/en/sign-up", data=filled | {"again": mark}).status_code == 303
    assert count(SignInRequest) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rosa \t M.\n", "Rosa M."),
        ("Ro\u202esa\x00", "Rosa"),
        ("<b>Rosa</b>", "<b>Rosa</b>"),
        ("Ñoño 🧶", "Ñoño 🧶"),
        ('O\'Hara & "Co"', 'O\'Hara & "Co"'),
        ("{{ 7 * 7 }} %s %(x)s", "{{ 7 * 7 }} %s %(x)s"),
    ],
)
def test_names_are_kept_clean_and_shown_as_typed(client: Browser, typed: str, kept: str) -> None:
    client.post("/en/sign-up", data=NEW | {"display_name": typed})
    letter = only_letter()
    page = client.get(letter.path)
    assert page.status_code == 200
    assert "<b>Rosa" not in page.text
    client.post(letter.path)
    assert db.session.scalars(select(Member.display_name)).one() == kept
    assert client.get("/en/me").status_code == 200


def test_the_age_is_the_settings(make_app: MakeApp) -> None:
    app = make_app(minimum_age=18)
    assert "I am 18 or older" in Browser(app, app.response_class).get("/en/sign-up").text


def test_whoever_is_signed_in_needs_no_account(cast: Cast) -> None:
    assert cast.alice.browser.get("/en/sign-up").status_code == 303
    assert cast.alice.browser.get("/en/sign-in").headers["Location"] == "/en/me"
