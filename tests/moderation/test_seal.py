"""A case about a sealed contribution never says who wrote it; letters and silences find her all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from forum.accounts.models import Member
from forum.contributions.models import Seal
from forum.core import clock
from forum.core.db import Base, db
from forum.core.unit_of_work import write
from forum.moderation.member_models import Sanction
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, fresh, report

HER_ID = 770_077
HER_NAME = "Zuleika Quist"
ALLOWED = {("members", "id"), ("seals", "member_id"), ("sessions", "member_id"), ("member_roles", "member_id")}


@pytest.fixture
def zuleika(cast: Cast) -> Person:
    """A member whose id and name stand out; Alice's browser is not hers."""
    with write():
        db.session.execute(
            insert(Member).values(
                id=HER_ID,
                email="zuleika@example.org",
                display_name=HER_NAME,
                joined_at=clock.now(),
                language="it",
                standing="established",
                about="",
                is_page_public=False,
                is_demo=False,
            )
        )
    from forum.accounts.queries import viewer_of
    from tests.cast import Browser, session_row

    member = fresh(Member, HER_ID)
    viewer = viewer_of(member)
    with write():
        db.session.add(session_row(member, "session-of-zuleika"))
    app = cast.alice.browser.application
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.sign_in("session-of-zuleika")
    return Person("zuleika", viewer, browser, "session-of-zuleika")


def rows_naming_her() -> set[tuple[str, str]]:
    """Table and column of every value in the database that holds her id or name."""
    db.session.rollback()
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(table.select()).mappings():
            for column, value in row.items():
                if value == HER_ID or (isinstance(value, (str, dict, list)) and _names_her(str(value))):
                    found.add((table.name, column))
    return found


def _names_her(value: str) -> bool:
    return HER_NAME in value or str(HER_ID) in value


@pytest.mark.parametrize(("attribution", "byline"), [("anonymous", None), ("pseudonym", "Rosa M.")])
def test_nothing_but_the_seal_names_her(
    cast: Cast, zuleika: Person, make_story: Make, attribution: str, byline: str | None
) -> None:
    key = make_story(zuleika, attribution=attribution, byline=byline)
    until = clock.today() + timedelta(days=5)
    pages = [f"/en/moderation/cases/{case_of(key).id}", "/en/moderation", "/en/moderation/log"]
    seen = [cast.mona.browser.get(path).text for path in pages]
    assert decide(cast.mona, key, "silence", until=until)
    seen += [cast.mona.browser.get(path).text for path in pages]
    assert "until" in seen[3]
    assert decide(cast.mona, key, "approve")
    token = report(cast.bob, key)
    seen += [cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text]
    assert decide(cast.ada, key, "hide")
    assert decide(cast.ada, key, "lift")
    seen += [cast.mona.browser.get(path).text for path in pages]
    seen += [cast.bob.browser.get(f"/en/report/{token}").text, cast.ada.browser.get(pages[0]).text]
    for page in seen:
        assert not _names_her(page)
        assert "zuleika" not in page.lower()
    assert (byline or "Without a name") in seen[0]
    assert rows_naming_her() <= ALLOWED | {("members", "display_name")}
    sanction = db.session.scalars(select(Sanction)).one()
    assert (sanction.member_id, sanction.contribution_id) == (None, key)


def test_the_letter_reaches_her_through_the_seal(cast: Cast, zuleika: Person, make_story: Make) -> None:
    key = make_story(zuleika, attribution="anonymous")
    assert decide(cast.mona, key, "ask_for_changes", letter="Take the street out, please.")
    page = zuleika.browser.get("/it/me/letters").text
    assert "Take the street out, please." in page
    assert "Take the street out" not in cast.bob.browser.get("/en/me/letters").text
    assert "Take the street out" not in cast.alice.browser.get("/en/me/letters").text


def test_the_silence_reaches_her_through_the_seal_and_counts_on_her_next_case(
    cast: Cast, zuleika: Person, make_story: Make
) -> None:
    key = make_story(zuleika, attribution="anonymous")
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=2))
    assert fresh(Member, HER_ID).restriction == "silenced"
    next_key = make_story(zuleika, attribution="pseudonym", byline="R.")
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(next_key).id}").text
    assert "<dt>Sanctions so far</dt><dd>1</dd>" in page
    assert decide(cast.mona, next_key, "lift").status == 409, "it would tell that both are by one person"
    assert decide(cast.mona, key, "lift")
    assert fresh(Member, HER_ID).restriction is None


def test_a_silence_through_the_seal_shows_on_no_page_that_names_her(
    cast: Cast, zuleika: Person, make_post: Make, make_story: Make
) -> None:
    signed, other = make_post(zuleika), make_story(zuleika, attribution="anonymous")
    member = f"/en/moderation/members/{HER_ID}"
    under_her_name = (member, f"/en/admin/members/{HER_ID}", "/en/admin/members?q=Zul")
    report(cast.bob, signed)
    key = make_story(zuleika, attribution="anonymous")
    on_cases = [f"/en/moderation/cases/{case_of(one).id}" for one in (signed, other)]
    before = [cast.ada.browser.get(path).text for path in under_her_name]
    assert decide(cast.mona, signed, "silence", until=clock.today() + timedelta(days=6))
    named = [cast.ada.browser.get(path).text for path in under_her_name]
    for page in named:
        assert "Can read, not write, until" in page
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=3))
    assert [cast.ada.browser.get(path).text for path in under_her_name] == named, "the older one under her name stays"
    assert decide(cast.mona, signed, "lift")
    assert fresh(Member, HER_ID).restriction == "silenced", "the other still holds"
    assert [cast.ada.browser.get(path).text for path in under_her_name[1:]] == before[1:]
    assert "No restriction" in cast.ada.browser.get(member).text
    for path in on_cases:
        assert "Can read, not write" not in cast.ada.browser.get(path).text
    assert "Can read, not write" in cast.ada.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert decide(cast.mona, key, "lift")
    assert fresh(Member, HER_ID).restriction is None


def test_an_author_who_is_gone_is_judged_all_the_same(cast: Cast, zuleika: Person, make_story: Make) -> None:
    key = make_story(zuleika, attribution="anonymous")
    with write():
        db.session.execute(delete(Seal))
    assert decide(cast.mona, key, "silence", until=clock.today() + timedelta(days=2)).status == 409
    assert decide(cast.mona, key, "approve")
