"""The command that makes the first administrator."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Member, MemberRole
from forum.core.db import db
from tests.cast import Cast


def test_make_admin_makes_the_member_and_may_be_repeated(app: Flask) -> None:
    for _ in range(2):
        answer = app.test_cli_runner().invoke(args=["make-admin", "Root@Example.org", "--name", " Root "])
        assert answer.exit_code == 0
        assert "Root is an administrator" in answer.output
    db.session.rollback()
    assert db.session.execute(select(Member.email, Member.display_name)).all() == [("root@example.org", "Root")]
    assert db.session.scalars(select(MemberRole.role)).all() == ["admin"]


def test_make_admin_keeps_the_name_of_a_member(app: Flask, cast: Cast) -> None:
    answer = app.test_cli_runner().invoke(args=["make-admin", "bob@example.org", "--name", "Somebody"])
    assert "Bob is an administrator" in answer.output


def test_make_admin_says_what_is_wrong(app: Flask) -> None:
    for address, name in (("nobody", "Root"), ("root@example.org", " "), ("root@example.org", "x" * 61)):
        answer = app.test_cli_runner().invoke(args=["make-admin", address, "--name", name])
        assert answer.exit_code == 2
        assert "Traceback" not in answer.output
