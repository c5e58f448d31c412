"""The administrator's panel: who comes in, and what she can do there without losing anything."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import MemberRole
from forum.core import clock, outbox
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.moderation.models import LogEntry
from forum.site import actions, queries
from forum.site.models import Page, PageVersion
from tests.cast import Cast

GETS = (
    "/en/admin", "/en/admin/members", "/en/admin/members/1", "/en/admin/boards", "/en/admin/boards/new",
    "/en/admin/pages", "/en/admin/pages/privacy/en", "/en/admin/jobs",
)  # fmt: skip
POSTS = (
    "/en/admin/members/1/roles", "/en/admin/members/1/roles/admin/removal", "/en/admin/boards", "/en/admin/boards/1",
    "/en/admin/pages/privacy/en", "/en/admin/jobs/1/retries",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _pages(app: Flask) -> None:
    with write():
        actions.load_defaults()
    db.session.rollback()


def acts() -> list[str]:
    found = list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)))
    db.session.rollback()
    return found


def roles_of(member_id: int) -> set[str]:
    found = set(db.session.scalars(select(MemberRole.role).where(MemberRole.member_id == member_id)))
    db.session.rollback()
    return found


@pytest.mark.parametrize("name", ["alice", "bob", "nia", "sam", "mona", "cora"])
def test_nobody_but_administrators_comes_in(cast: Cast, name: str) -> None:
    for address in GETS:
        assert cast[name].browser.get(address).status_code == 403, address
    for address in POSTS:
        assert cast[name].browser.post(address, data={"role": "admin"}).status_code == 403, address
    assert acts() == []


def test_visitors_are_led_to_sign_in(cast: Cast) -> None:
    for address in GETS:
        assert cast.visitor.browser.get(address).status_code == 303
    for address in POSTS:
        assert cast.visitor.browser.post(address).status_code == 303


def test_the_administrator_sees_every_page(cast: Cast) -> None:
    for address in GETS:
        assert cast.ada.browser.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    ["/en/admin/members/999999", "/en/admin/members/99999999999999999999", "/en/admin/boards/999999",
     "/en/admin/pages/nonsense/en", "/en/admin/pages/privacy/xx", "/en/admin/nothing"],
)  # fmt: skip
def test_what_isnt_there_isnt_found(cast: Cast, address: str) -> None:
    assert cast.ada.browser.get(address).status_code == 404


# Members


@pytest.mark.parametrize(
    ("asked", "who"), [("Ali", "Alice"), ("ali", "Alice"), ("bob@example.org", "Bob"), ("NI", "Nia")]
)
def test_members_are_found_by_name_or_address(cast: Cast, asked: str, who: str) -> None:
    page = cast.ada.browser.get("/en/admin/members", query_string={"q": asked}).text
    assert f'<th scope="row">{who}</th>' in page
    assert page.count('<th scope="row">') == 1


@pytest.mark.parametrize("asked", ["%", "_", "\0", "'", "x" * 9000, "🧣", "@", "\\"])
def test_any_search_for_members_is_answered(cast: Cast, asked: str) -> None:
    page = cast.ada.browser.get("/en/admin/members", query_string={"q": asked, "before": "x"})
    assert page.status_code == 200
    if asked != "\0":
        assert '<th scope="row">' not in page.text


def test_a_role_is_given_and_taken_once_and_logged(cast: Cast) -> None:
    address = f"/en/admin/members/{cast.bob.id}/roles"
    for _ in range(2):
        assert cast.ada.browser.post(address, data={"role": "curator"}).status_code == 303
    assert roles_of(cast.bob.id) == {"curator"}
    for _ in range(2):
        assert cast.ada.browser.post(f"{address}/curator/removal").status_code == 303
    assert roles_of(cast.bob.id) == set()
    assert acts() == ["give_role", "give_role", "take_role"]


@pytest.mark.parametrize("role", ["", "member", "emperor", "admin\0", "x" * 5000])
def test_an_unknown_role_is_refused_with_a_sentence(cast: Cast, role: str) -> None:
    assert cast.ada.browser.post(f"/en/admin/members/{cast.bob.id}/roles", data={"role": role}).status_code == 422
    assert roles_of(cast.bob.id) == set()


def test_the_last_administrator_keeps_her_role(cast: Cast) -> None:
    own = f"/en/admin/members/{cast.ada.id}/roles/admin/removal"
    assert cast.ada.browser.post(own).status_code == 409
    assert roles_of(cast.ada.id) == {"admin"}
    cast.ada.browser.post(f"/en/admin/members/{cast.bob.id}/roles", data={"role": "admin"})
    assert cast.ada.browser.post(own).headers["Location"] == "/en/"
    assert cast.ada.browser.get("/en/admin").status_code == 403


# Boards


BOARD = {"slug": "hands", "name_en": "Hands", "position": "2", "audience": "everyone", "who_may_start": "everyone"}


def test_a_board_is_made_and_changed(cast: Cast) -> None:
    assert cast.ada.browser.post("/en/admin/boards", data=BOARD).status_code == 303
    page = cast.ada.browser.get("/en/admin/boards").text
    assert "Hands" in page
    key = page.split("/en/admin/boards/", 2)[-1].split('"', 1)[0].strip()
    changed = BOARD | {"slug": "hands-and-skin", "name_it": "Mani", "is_reviewed_first": "y"}
    assert cast.ada.browser.post(f"/en/admin/boards/{key}", data=changed).status_code == 303
    page = cast.ada.browser.get(f"/en/admin/boards/{key}").text
    assert 'value="hands-and-skin"' in page
    assert 'value="Mani"' in page
    assert acts() == ["make_board", "change_board"]


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "Not A Slug"}, {"slug": ""}, {"name_en": ""}, {"position": "x"}, {"position": "-1"},
     {"audience": "nobody"}, {"who_may_start": "cats"}, {"name_en": "x" * 500}, {"rules_en": "x" * 9000}],
)  # fmt: skip
def test_a_wrong_board_keeps_what_was_typed(cast: Cast, wrong: dict[str, str]) -> None:
    typed = BOARD | {"description_en": "Jars, buttons, winters"} | wrong
    page = cast.ada.browser.post("/en/admin/boards", data=typed)
    assert page.status_code == 422
    assert "Jars, buttons, winters" in page.text
    assert acts() == []


# Pages


def test_a_page_is_changed_and_its_versions_kept(cast: Cast) -> None:
    browser = cast.ada.browser
    before = queries.page_exactly("about", "en")
    assert before is not None
    old = before.source
    db.session.rollback()
    sent = {"title": "About us", "source": "We are *few*.", "version": "1"}
    assert browser.post("/en/admin/pages/about/en", data=sent).status_code == 303
    assert "We are <em>few</em>." in cast.visitor.browser.get("/en/about").text
    assert browser.post("/en/admin/pages/about/en", data=sent | {"version": "2"}).status_code == 303  # the same again
    kept = db.session.scalars(select(PageVersion)).all()
    assert [(version.version, version.source) for version in kept] == [(1, old)]
    db.session.rollback()
    assert old.splitlines()[0][:40] in browser.get("/en/admin/pages/about/en?from=1").text
    assert acts() == ["change_page"]


def test_who_comes_second_loses_nothing(cast: Cast) -> None:
    browser = cast.ada.browser
    browser.post("/en/admin/pages/about/en", data={"title": "First", "source": "The first words", "version": "1"})
    page = browser.post("/en/admin/pages/about/en", data={"title": "Second", "source": "Later words", "version": "1"})
    assert page.status_code == 409
    assert "The first words" in page.text
    assert "Later words" in page.text
    assert 'name="version" value="2"' in page.text
    assert "The first words" in cast.visitor.browser.get("/en/about").text


def test_a_page_missing_in_a_language_is_written(cast: Cast) -> None:
    with write():
        page = queries.page_exactly("about", "es")
        db.session.delete(page)
    db.session.rollback()
    assert cast.ada.browser.get("/en/admin/pages/about/es").status_code == 200
    sent = {"title": "Sobre", "source": "Hola", "version": "0"}
    assert cast.ada.browser.post("/en/admin/pages/about/es", data=sent).status_code == 303
    assert cast.ada.browser.post("/en/admin/pages/about/es", data=sent | {"source": "Otra"}).status_code == 409
    assert "Hola" in cast.visitor.browser.get("/es/about").text


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"source": ""}, {"title": "x" * 300}, {"source": "x" * 100_001}, {"title": "\0"},
     {"source": " \u202e "}],
)  # fmt: skip
def test_a_wrong_page_is_refused_with_its_words(cast: Cast, wrong: dict[str, str]) -> None:
    typed = {"title": "A title to keep", "source": "Words to keep", "version": "1"} | wrong
    page = cast.ada.browser.post("/en/admin/pages/about/en", data=typed)
    assert page.status_code == 422
    assert "to keep" in page.text


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999", "\0"])
def test_an_unreadable_version_is_an_old_one(cast: Cast, version: str) -> None:
    typed = {"title": "T", "source": "S", "version": version}
    assert cast.ada.browser.post("/en/admin/pages/about/en", data=typed).status_code == 409


def test_a_script_on_a_page_is_text(cast: Cast) -> None:
    typed = {"title": "<script>alert(1)</script>", "source": "<script>alert(2)</script>", "version": "1"}
    cast.ada.browser.post("/en/admin/pages/about/en", data=typed)
    page = cast.visitor.browser.get("/en/about").text
    assert "<script>alert" not in page


# Jobs


def test_a_failed_job_is_shown_and_tried_again(cast: Cast) -> None:
    with write():
        outbox.enqueue("accounts.sweep")
    with write():
        job = outbox.claim()
        assert job is not None
        outbox.mark_failed(job.id, "OSError: the mail server is away")
        key = job.id
    db.session.rollback()
    page = cast.ada.browser.get("/en/admin/jobs").text
    assert "the mail server is away" in page
    assert "1 job failed" in cast.ada.browser.get("/en/admin").text
    assert cast.ada.browser.post(f"/en/admin/jobs/{key}/retries").status_code == 303
    db.session.expire_all()
    job = db.session.get_one(OutboxJob, key)
    assert job.run_at <= clock.now()
    db.session.rollback()
    with write():
        outbox.mark_done(key)
    assert cast.ada.browser.post(f"/en/admin/jobs/{key}/retries").status_code == 409
    assert cast.ada.browser.post("/en/admin/jobs/99999/retries").status_code == 409
    assert acts() == ["retry_job"]


def test_every_editable_page_has_a_name(cast: Cast) -> None:
    page = cast.ada.browser.get("/en/admin/pages").text
    rows = db.session.scalars(select(Page)).all()
    assert len(rows) == 12
    for row in rows:
        assert f"/en/admin/pages/{row.slug}/{row.language}" in page
