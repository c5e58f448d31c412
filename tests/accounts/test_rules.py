"""What is judged without a database: rules, addresses, passwords, paths, devices."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask

from forum.accounts import passwords, policy
from forum.accounts.addresses import normal_address
from forum.accounts.device import device_name
from forum.accounts.local_path import local_path
from forum.accounts.viewer import VISITOR, Viewer
from forum.core import clock
from forum.core.languages import in_language

MEMBER = Viewer(id=1, display_name="Alice")
ADMIN = Viewer(id=2, display_name="Ada", roles=frozenset({"admin"}))


@pytest.mark.parametrize(
    ("viewer", "status"),
    [(VISITOR, 401), (MEMBER, 403), (dataclasses.replace(MEMBER, roles=frozenset({"moderator", "curator"})), 403)],
)
def test_only_an_administrator_gives_roles(viewer: Viewer, status: int) -> None:
    assert policy.can_give_roles(viewer).status == status
    assert not policy.can_take_role(viewer, "moderator", [5])


def test_the_last_administrator_keeps_her_role() -> None:
    assert policy.can_give_roles(ADMIN)
    assert policy.can_take_role(ADMIN, "admin", [3])
    assert not policy.can_take_role(ADMIN, "admin", [])
    assert policy.can_take_role(ADMIN, "moderator", [])


def test_own_pages_are_for_members() -> None:
    assert policy.can_have_pages(MEMBER)
    assert policy.can_have_pages(VISITOR).status == 401


def test_nobody_joins_where_no_mail_leaves() -> None:
    assert policy.can_join(can_mail=True)
    assert not policy.can_join(can_mail=False)


def test_a_restriction_is_said_while_it_lasts(app: Flask) -> None:
    until = clock.now() + timedelta(days=3)
    assert policy.restriction_in_words(MEMBER) == ""
    silenced = dataclasses.replace(MEMBER, restriction="silenced", restricted_until=until)
    with in_language("es"):
        assert f" de {until.year} " in str(policy.restriction_in_words(silenced)), "a date like any other here"
    over = dataclasses.replace(silenced, restricted_until=clock.now() - timedelta(seconds=1))
    assert policy.restriction_in_words(over) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann@Example.ORG ", "ann@example.org"),
        ("ann.o'hara+x@example.org", "ann.o'hara+x@example.org"),
        ("ann@bücher.example.org", "ann@xn--bcher-kva.example.org"),
        ("ann@example.org\nBcc: eve@example.org", None),
        ("ann@example.org, eve@example.org", None),
        ("Ann <ann@example.org>", None),
        ("ann@exam\x00ple.org", None),
        ("ann", None),
        ("@", None),
        ("", None),
        ("a" * 250 + "@example.org", None),
        ("a@" + "b" * 5000 + ".org", None),
    ],
)
def test_addresses_have_one_form(typed: str, kept: str | None) -> None:
    assert normal_address(typed) == kept


@pytest.mark.parametrize("path", ["/en/threads/4", "/it/?country=IT", "/es/stories/7?at=1#post-1"])
def test_paths_of_this_site_may_be_gone_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/en\\..\\x",
        "https://evil.example/en/",
        "javascript:alert(1)",
        "/en/\r\nSet-Cookie: a=b",
        "/en/\x00",
        "en/",
        "/static/x",
        "/fr/x",
        "/en" + "x" * 600,
        "/\t/evil.example",
        "//[",
        "@evil.example",
    ],
)
def test_other_addresses_may_not(path: str) -> None:
    assert local_path(path) == ""


def test_a_password_is_kept_as_argon2id_and_found_again() -> None:
    kept = passwords.hash_of("caffè al tavolo")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("caffè al tavolo", kept)  # composed otherwise
    assert not passwords.is_right("caffe al tavolo", kept)
    assert not passwords.is_right("caffè al tavolo", None)
    assert not passwords.is_right("x", "not a hash")


@pytest.mark.parametrize("password", ["1234567890", "QwertyUiop", "password123"])
def test_leaked_passwords_are_known(password: str) -> None:
    assert passwords.is_leaked(password)


def test_a_few_words_are_not_on_the_list() -> None:
    assert not passwords.is_leaked("kettle moss fiddle")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 7.0; SM-G930F) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) AppleWebKit/605 Version/15.4 Safari/604",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", "Firefox · Windows"),
        ("", ""),
        ("<script>" * 1000, ""),
    ],
)
def test_a_device_has_a_coarse_name(agent: str, name: str) -> None:
    assert device_name(agent) == name
