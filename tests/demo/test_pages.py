"""Sign-ins and mailbox answer on this machine only; the panel's button removes the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Member, MemberSession
from forum.accounts.queries import viewer_of
from forum.core import mail
from forum.core.db import db
from forum.core.settings import ROOT
from forum.core.unit_of_work import write
from forum.demo import policy, queries, removal
from forum.demo.policy import CAST
from forum.demo.start import stop_elsewhere
from tests.cast import Browser
from tests.conftest import MakeApp
from tests.querylog import recorded
from tests.services import databases, shared

HERE = "http://127.0.0.1:8000"
# What a request that doesn't come straight from this machine looks like.
ELSEWHERE = [
    {"base_url": "http://stories.example.org"},
    {"base_url": "http://127.0.0.1:9000"},
    {"base_url": "http://localhost:8000"},
    {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    {"headers": {"X-Forwarded-Host": "127.0.0.1:8000"}},
    {"headers": {"x-forwarded-proto": "http"}},
    {"headers": {"Forwarded": "for=127.0.0.1"}},
    {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    {"environ_base": {"REMOTE_ADDR": ""}},
]


def test_one_tap_signs_in_as_each_of_the_cast(client: Browser) -> None:
    for key in CAST:
        page = client.get("/en/demo")
        assert page.status_code == 200
        assert f'value="{key}"' in page.text
        answer = client.post("/en/demo/sign-ins", data={"who": key})
        assert answer.status_code == 303
        member = queries.member_as(key)
        assert member is not None
        assert member.display_name in client.get("/en/me").text


def test_the_cast_has_its_roles(client: Browser) -> None:
    for key, address, status in (("mona", "/en/moderation", 200), ("ada", "/en/admin", 200), ("bob", "/en/admin", 403)):
        client.post("/en/demo/sign-ins", data={"who": key})
        assert client.get(address).status_code == status


def test_from_elsewhere_nothing_is_there(client: Browser) -> None:
    for how in ELSEWHERE:
        assert client.get("/en/demo", **how).status_code == 404, how
        assert client.get("/en/demo/mailbox", **how).status_code == 404, how
        headers = dict(how.get("headers", {}))  # type: ignore[call-overload]
        more = {key: value for key, value in how.items() if key != "headers"}
        headers |= {"Sec-Fetch-Site": "same-origin"}
        answer = client.post("/en/demo/sign-ins", data={"who": "ada"}, headers=headers, **more)
        assert answer.status_code == 404, how
    assert db.session.scalar(select(func.count()).select_from(MemberSession)) == 0


@pytest.mark.parametrize(
    "settings", [{"host": "0.0.0.0"}, {"site_url": "https://stories.example.org"}, {"host": "192.0.2.1"}]
)
def test_a_site_for_others_has_neither(make_app: MakeApp, settings: dict[str, str]) -> None:
    app = make_app(**settings)
    client = Browser(app, app.response_class, use_cookies=True)
    for path in ("/en/demo", "/en/demo/mailbox"):
        assert client.get(path).status_code == 404


def test_only_the_cast_can_be_signed_in_as(client: Browser) -> None:
    for who in ("", "meg", "colm", "nobody", "alice@example.org", "\x00", "a" * 10_000, "<script>"):
        assert client.post("/en/demo/sign-ins", data={"who": who}).status_code == 404, who[:20]


def test_another_site_cannot_sign_anybody_in(client: Browser) -> None:
    answer = client.post("/en/demo/sign-ins", data={"who": "ada"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("content", [databases.PREPARED])
def test_without_examples_there_is_nobody_to_sign_in_as(client: Browser) -> None:
    assert client.get("/en/demo").status_code == 404
    assert client.post("/en/demo/sign-ins", data={"who": "ada"}).status_code == 404
    assert client.get("/en/demo/mailbox").status_code == 200


def test_signing_in_again_ends_the_session_before(client: Browser) -> None:
    for key in ("alice", "bob"):
        client.post("/en/demo/sign-ins", data={"who": key})
    names = select(Member.display_name).join(MemberSession, MemberSession.member_id == Member.id)
    assert db.session.scalars(names).all() == ["Bob Okafor"]


def test_the_pages_are_never_kept(client: Browser) -> None:
    for path in ("/en/demo", "/en/demo/mailbox"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers


def test_the_page_of_the_cast_asks_little(app: Flask, client: Browser) -> None:
    client.get("/en/demo")
    with recorded() as statements:
        client.get("/en/demo")
    assert len(statements) <= 4


def test_a_mail_is_shown_as_text_and_only_our_addresses_can_be_followed(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        for number, path in enumerate(("/en/<script>alert(1)</script>", "/en/sign-in/1-abc?x=1&y=2")):
            words = {"path": path, "code": "123456", "language": "en"}
            mail.send(mail.compose("a@example.org", f"Subject {number}", "sign_in", message_id=f"m{number}", **words))
    page = client.get("/en/demo/mailbox").text
    assert "<script>alert" not in page
    assert "Subject 1" in page
    assert f'href="{HERE}/en/sign-in/1-abc?x=1&amp;y=2"' in page


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Open http://127.0.0.1:8000/en/x?a=1&b=2.\n\nBye", ["http://127.0.0.1:8000/en/x?a=1&b=2"]),
        ("http://127.0.0.1:8000/ and http://127.0.0.1:8000/en", ["http://127.0.0.1:8000/", "http://127.0.0.1:8000/en"]),
        ("http://evil.example/http://127.0.0.1:8000.evil/", []),
        ("nothing", []),
        ("", []),
    ],
)
def test_addresses_are_found_and_no_character_is_lost(text: str, addresses: list[str]) -> None:
    pieces = queries.pieces_of(text, HERE)
    assert [piece.text for piece in pieces if piece.is_address] == addresses
    assert "".join(piece.text for piece in pieces) == text


def test_every_page_leads_to_the_cast(client: Browser) -> None:
    assert 'href="/en/demo"' in client.get("/en/").text


def test_the_administrator_removes_the_examples_and_goes_with_them(client: Browser) -> None:
    client.post("/en/demo/sign-ins", data={"who": "ada"})
    answer = client.post("/en/admin/demo/removal")
    assert answer.status_code == 303
    assert not queries.has_examples()
    assert client.get("/en/").status_code == 200
    assert client.get("/en/demo").status_code == 404


def test_nobody_else_removes_them(client: Browser) -> None:
    for key in ("", "alice", "sam", "mona", "cora"):
        if key:
            client.post("/en/demo/sign-ins", data={"who": key})
        assert client.post("/en/admin/demo/removal").status_code == (403 if key else 303), key
        assert queries.has_examples(), key


@pytest.mark.parametrize("key", ["alice", "ada"])
def test_what_the_policy_says_of_removing(app: Flask, key: str) -> None:
    member = queries.member_as(key)
    assert member is not None
    assert policy.can_remove(viewer_of(member)).allowed is (key == "ada")


# A site that shows examples serves this machine only


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"site_url": "https://stories.example.org"}])
def test_a_server_for_others_does_not_start_with_examples(make_app: MakeApp, settings: dict[str, str]) -> None:
    app = make_app(**settings)
    with pytest.raises(SystemExit, match="demo remove"):
        stop_elsewhere(app)
    with app.app_context(), write():
        removal.remove(actor=None)
    stop_elsewhere(app)


def test_on_this_machine_it_starts(app: Flask) -> None:
    stop_elsewhere(app)


@pytest.mark.sqlite  # each of its processes reads every module; what it asks of the database is asked above
def test_loading_the_application_refuses_and_commands_still_run(database: databases.Database, tmp_path: Path) -> None:
    settings = database.settings(tmp_path)
    environment = {
        "PATH": "/usr/bin:/bin", "HOST": "0.0.0.0", "DATABASE_URL": settings.database, "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.secret,
    }  # fmt: skip

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    refused = run("-c", "import wsgi")
    assert refused.returncode == 1
    assert "demo remove" in refused.stderr
    served = run("-m", "granian", "--interface", "wsgi", "--port", str(shared.free_port()), "wsgi:app")
    assert "demo remove" in served.stderr + served.stdout
    assert run("-m", "flask", "--app", "wsgi", "demo", "remove").returncode == 0
    assert run("-c", "import wsgi").returncode == 0
