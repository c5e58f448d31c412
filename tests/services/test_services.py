"""The servers that other tests rely on do what those tests believe."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.core.db import db
from tests import cast as people
from tests.services import redis_server
from tests.services.browser import Tabs, axe_violations
from tests.services.demo import DemoSite
from tests.services.nu import NuChecker
from tests.services.smtp import MailServer

PAGE = "data:text/html,<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1>{}</main>"


@pytest.mark.parametrize("time", ["once", "again"])
def test_each_test_finds_a_fresh_database(app: Flask, cast: people.Cast, time: str) -> None:
    assert db.session.scalar(select(func.count(Member.id))) == len(people.NAMES)
    assert cast.alice.id == 1, time


def test_the_database_is_the_one_named(app: Flask, database_kind: str) -> None:
    assert db.engine.dialect.name == database_kind


def test_redis_is_empty(redis: redis_server.RedisServer) -> None:
    assert redis.client.dbsize() == 0


def _send(server: MailServer) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hello", "site@example.org", "alice@example.org"
    message.set_content("A letter.")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as connection:
        connection.send_message(message)


def test_the_mail_server_keeps_what_it_takes(mail_server: MailServer) -> None:
    _send(mail_server)
    (letter,) = mail_server.received
    assert (letter.recipients, letter.message["Subject"]) == (["alice@example.org"], "Hello")


def test_the_mail_server_can_refuse_be_slow_and_be_away(mail_server: MailServer) -> None:
    mail_server.refuse.add("alice@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(mail_server)
    mail_server.refuse.clear()
    mail_server.seconds = 0.2
    _send(mail_server)
    mail_server.down()
    with pytest.raises(OSError, match="refused"):
        _send(mail_server)
    mail_server.up()
    mail_server.seconds = 0
    _send(mail_server)
    assert len(mail_server.received) == 2


def test_the_html_checker_finds_an_error(html_checker: NuChecker) -> None:
    good = "<!doctype html><html lang=en><title>A page</title><p>Words."
    assert html_checker.errors(good) == []
    assert any("Unclosed element" in error for error in html_checker.errors(good + "<div>"))


def test_axe_finds_a_violation_with_the_sites_scripts_and_without(chromium: Chromium) -> None:
    tabs = Tabs(chromium, "http://127.0.0.1")
    for scripts in ("on", "blocked"):
        page = tabs.open(PAGE.format("<p>Words"), scripts=scripts)
        assert axe_violations(page) == []
        page.goto(PAGE.format("<img src=data:,>"))
        assert axe_violations(page)[0].startswith("image-alt")
    tabs.close()
    assert tabs.problems == []


def test_a_script_error_and_a_foreign_address_are_noticed(chromium: Chromium) -> None:
    tabs = Tabs(chromium, "http://127.0.0.1")
    tabs.open(PAGE.format("<img src=http://127.0.0.2:9/ alt=''><script>nothing()</script>"))
    tabs.close()
    assert any("nothing" in problem for problem in tabs.problems)
    assert "left the site: http://127.0.0.2:9/" in tabs.problems


def test_a_page_of_this_tests_database_opens_in_a_browser(tabs: Tabs, cast: people.Cast) -> None:
    page = tabs.open("/en/", token=cast.alice.token)
    assert "Alice" in page.content()


def test_the_demo_opens_in_a_browser(demo_site: DemoSite, demo_tabs: Tabs) -> None:
    assert demo_tabs.open("/en/stories").locator("main a").count() > 20
    assert "Ada" in demo_tabs.open("/en/admin", token=demo_site.tokens["ada"]).content()
