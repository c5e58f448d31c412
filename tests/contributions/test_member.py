"""The public page of a member: only what she made public, and what she signed with her name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from forum.accounts import actions as accounts
from forum.accounts.models import Member
from forum.contributions import actions
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.stories.models import Story
from tests import querylog
from tests.cast import Cast, Person


def story(person: Person, title: str, *, attribution: str = "member", status: str = "published", **more: object) -> int:
    """A story as it stands after review."""
    with write():
        row = Story(language="en", created_at=clock.now(), relation="patient", **more)
        actions.set_words(row, title=title, teaser="A line", source="Some words.")
        actions.sign(row, person.id, attribution, "Rosa M." if attribution == "pseudonym" else None)
        actions.add_revision(row)
        if status == "published":
            actions.publish(row)
        row.status = status
        return row.id


def make_public(person: Person) -> None:
    with write():
        accounts.change_settings(
            actor=person.viewer, display_name="Alice F.", about="Old paper.", is_page_public=True, language="en"
        )


def test_a_member_who_made_nothing_public_is_not_found(cast: Cast) -> None:
    story(cast.alice, "Sealed", attribution="anonymous")
    story(cast.alice, "Other", attribution="pseudonym")
    story(cast.alice, "Waiting", status="pending")
    story(cast.alice, "Hidden", status="hidden")
    story(cast.alice, "Members only", audience="members")
    story(cast.alice, "Unlisted", is_listed=False)
    path = f"/en/members/{cast.alice.id}"
    assert cast.visitor.browser.get(path).status_code == 404
    page = cast.bob.browser.get(path)
    assert "Members only" in page.text
    for title in ("Sealed", "Other", "Waiting", "Hidden", "Unlisted", "Rosa"):
        assert title not in page.text


def test_her_own_page_opens_for_her(cast: Cast) -> None:
    page = cast.alice.browser.get(f"/en/members/{cast.alice.id}")
    assert page.status_code == 200
    assert "Others see" in page.text


def test_what_is_signed_shows_the_name_and_no_more(cast: Cast) -> None:
    with write():
        db.session.get_one(Member, cast.alice.id).about = "A private line."
    story(cast.alice, "The jar lid")
    page = cast.visitor.browser.get(f"/en/members/{cast.alice.id}")
    assert page.status_code == 200
    assert "The jar lid" in page.text
    assert "A private line." not in page.text
    assert "Here since" not in page.text
    assert "example.org" not in page.text


def test_a_public_page_shows_what_she_says(cast: Cast) -> None:
    make_public(cast.alice)
    page = cast.visitor.browser.get(f"/it/members/{cast.alice.id}")
    assert page.status_code == 200
    assert "Alice F." in page.text
    assert "Old paper." in page.text


def test_a_long_list_goes_on_by_key_at_the_same_cost(cast: Cast) -> None:
    make_public(cast.alice)
    costs = []
    ids = [story(cast.alice, "Tale 0")]
    for number in range(1, 45):
        ids.append(story(cast.alice, f"Tale {number}"))
        if number in (1, 44):
            with querylog.recorded() as statements:
                page = cast.visitor.browser.get(f"/en/members/{cast.alice.id}?n={number}")
            costs.append(len(statements))
    assert costs[0] == costs[1] <= 14
    with write():  # some in the very same moment
        db.session.execute(
            update(Contribution)
            .where(Contribution.id.in_(ids[10:40]))
            .values(published_at=clock.now() - timedelta(days=1))
        )
    seen: list[str] = []
    path = f"/en/members/{cast.alice.id}"
    for _ in range(3):
        page = cast.visitor.browser.get(path)
        found = [part.split("<")[0] for part in page.text.split('">Tale ')[1:]]
        seen += found
        path = page.text.partition('rel="next" href="')[2].partition('"')[0]
    assert path == ""
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("number", ["0", "999", "99999999999", "99999999999999999999999"])
def test_unknown_members_are_not_found(cast: Cast, number: str) -> None:
    assert cast.visitor.browser.get(f"/en/members/{number}").status_code == 404
    assert cast.alice.browser.get(f"/en/members/{cast.alice.id}?before={number}").status_code in (200, 404)


def test_an_erased_member_has_no_page(cast: Cast) -> None:
    make_public(cast.alice)
    with write():
        db.session.get_one(Member, cast.alice.id).erased_at = clock.now()
    assert cast.visitor.browser.get(f"/en/members/{cast.alice.id}").status_code == 404


def test_all_she_wrote_is_listed_for_her_alone(cast: Cast) -> None:
    for attribution in ("member", "pseudonym", "anonymous"):
        story(cast.alice, f"Tale {attribution}", attribution=attribution)
    for status in ("draft", "sent", "pending", "changes_asked", "hidden", "declined", "withdrawn"):
        story(cast.alice, f"Tale {status}", status=status)
    with querylog.recorded() as statements:
        page = cast.alice.browser.get("/en/me/contributions")
    assert page.status_code == 200
    assert page.text.count(">Tale ") == 9
    assert "Tale draft" not in page.text
    assert len(statements) <= 8
    assert ">Tale " not in cast.bob.browser.get("/en/me/contributions").text
    assert cast.visitor.browser.get("/en/me/contributions").status_code == 303
