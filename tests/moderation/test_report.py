"""Reports: by anybody, joined and not doubled, with a receipt that only its address opens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from forum.contributions.models import Contribution
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.moderation.models import OPENED_FOR, Case, Report
from tests.cast import Cast, Person
from tests.moderation.conftest import Make, case_of, decide, report, thing

WORDS = "She gives the street and the number."


def send(person: Person, key: object, reason: str = "private_details", words: str = WORDS, **more: str):  # type: ignore[no-untyped-def]
    return person.browser.post("/en/report", data={"contribution": str(key), "reason": reason, "words": words, **more})


def reports() -> list[Report]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


@pytest.mark.parametrize("name", ["visitor", "bob", "nia", "sam", "mona"])
def test_anybody_reports_and_gets_a_receipt(cast: Cast, make_post: Make, name: str) -> None:
    key = make_post()
    person = cast[name]
    page = person.browser.get(f"/en/report?contribution={key}")
    assert page.status_code == 200
    answer = send(person, key)
    assert answer.status_code == 303
    (row,) = reports()
    assert (row.reporter_id, row.reason, row.words) == (person.viewer.id, "private_details", WORDS)
    assert (row.snapshot_title, row.snapshot, row.address) == ("Buttons", "All seven buttons.", f"/en/posts/{key}")
    case = case_of(key)
    assert (case.opened_for, case.urgency) == ("private_details", 1)
    receipt = person.browser.get(answer.headers["Location"])
    assert receipt.status_code == 200
    assert "We have your report" in receipt.text
    assert receipt.headers["Cache-Control"] == "private, no-store"
    assert WORDS in receipt.text


def test_the_snapshot_stays_as_it_was_seen(cast: Cast, make_post: Make) -> None:
    from forum.contributions import actions as contributions

    key = make_post()
    report(cast.bob, key)
    with write():
        contribution = db.session.get_one(Contribution, key)
        contributions.publish(contribution, contributions.add_revision(contribution, source="Nothing to see."))
    assert thing(key).source == "Nothing to see."
    assert reports()[0].snapshot == "All seven buttons."
    assert "All seven buttons." in cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text


def test_twice_by_one_reader_is_one_report(cast: Cast, make_post: Make) -> None:
    key = make_post()
    for name in ("bob", "visitor"):
        first = send(cast[name], key).headers["Location"]
        assert send(cast[name], key).headers["Location"] == first
    assert len(reports()) == 2
    send(cast.bob, key, words="And the street.")
    assert [row.words for row in reports() if row.reporter_id == cast.bob.id] == [f"{WORDS}\n\nAnd the street."]
    send(cast.visitor, key, words="Another visitor says this.")
    assert len(reports()) == 3
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_more_urgent_report_makes_the_case_more_urgent_never_less(cast: Cast, make_post: Make) -> None:
    key = make_post()
    for reason, opened_for in (
        ("spam", "report"),
        ("private_details", "private_details"),
        ("worried", "care"),
        ("hurtful", "care"),
    ):
        send(cast.visitor, key, reason, words=reason)
        assert case_of(key).opened_for == opened_for


def test_who_is_worried_hears_what_she_can_do(cast: Cast, make_post: Make) -> None:
    key = make_post()
    page = cast.visitor.browser.get(send(cast.visitor, key, "worried").headers["Location"]).text
    assert "If you are worried about somebody" in page
    assert 'class="help-link" href="/en/help"' in page


@pytest.mark.parametrize(("decision", "says"), [("hide", "took it out of sight"), ("no_action", "left it on the site")])
def test_the_receipt_tells_what_became_of_it(cast: Cast, make_post: Make, decision: str, says: str) -> None:
    key = make_post()
    address = send(cast.visitor, key).headers["Location"]
    assert decide(cast.mona, key, decision)
    page = cast.visitor.browser.get(address).text
    assert says in page
    assert "Mona" not in page


def test_the_receipt_tells_that_the_author_took_it_back(cast: Cast, make_post: Make) -> None:
    from forum.discussions import actions as discussions

    key = make_post()
    address = send(cast.visitor, key).headers["Location"]
    with write():
        assert discussions.withdraw(actor=cast.alice.viewer, post_id=key).verdict
    assert "Its author took it back" in cast.visitor.browser.get(address).text


def test_a_forged_receipt_opens_nothing(cast: Cast, make_post: Make) -> None:
    key = make_post()
    token = report(cast.bob, key)
    other = report(cast.bob, make_post())
    number, _, secret = token.partition("-")
    forged = [
        f"{number}-", f"{number}-x", "x", "1", "0-x", f"{'9' * 14}-x", f"{10**15}-x", f"-{secret}",
        f"{number}-{secret[:-1]}", f"{number}-{secret}x",
        f"{other.partition('-')[0]}-{secret}", f"{number}-{secret.lower()}", f"{number}-%00",
    ]  # fmt: skip
    for one in forged:
        assert cast.visitor.browser.get(f"/en/report/{one}").status_code == 404, one
    assert cast.visitor.browser.get(f"/en/report/{token}").status_code == 200


def test_only_what_she_may_see(cast: Cast, make_post: Make, make_story: Make) -> None:
    waiting = make_story()
    hidden = make_post()
    report(cast.bob, hidden)
    assert decide(cast.mona, hidden, "hide")
    for value in (waiting, hidden, 999, 0, -1, 2**31, 10**30, "", "x", "1 or 1", "\x00", "١"):
        for person in (cast.visitor, cast.bob, cast.mona):
            assert person.browser.get("/en/report", query_string={"contribution": value}).status_code == 404
        assert len(reports()) == 1
    for value in (waiting, hidden, 999, 2**31, 10**30, "", "\x00"):
        assert send(cast.bob, value).status_code == 404, value


@pytest.mark.parametrize("attribution", ["member", "anonymous"])
def test_her_own_she_changes_herself(cast: Cast, make_post: Make, attribution: str) -> None:
    key = make_post(attribution=attribution)
    assert thing(key).status == "published"
    assert cast.alice.browser.get(f"/en/report?contribution={key}").status_code == 403
    assert send(cast.alice, key).status_code == 403
    assert reports() == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reason": ""}, "Choose what it is about"),
        ({"reason": "revenge"}, "Choose what it is about"),
        ({"words": "é" * 4001}, "1 character too long"),
    ],
)
def test_a_report_that_cannot_be_read_comes_back_whole(
    cast: Cast, make_post: Make, fields: dict[str, str], says: str
) -> None:
    key = make_post()
    answer = send(cast.visitor, key, **{"words": "Kept <script>alert(1)</script>", **fields})
    assert answer.status_code == 422
    assert says in answer.text
    assert (fields.get("words") or "Kept &lt;script&gt;alert(1)&lt;/script&gt;") in answer.text
    assert reports() == []


def test_a_field_that_a_password_manager_filled_in_refuses_nobody(cast: Cast, make_post: Make) -> None:
    for reason, urgency in (("hurtful", "review"), ("worried", "care")):
        key = make_post()
        assert send(cast.visitor, key, reason=reason, website="https://mine.example").status_code == 303
        assert case_of(key).urgency == OPENED_FOR.index(urgency), "it waits longer, but never worry"
    assert len(reports()) == 2


def test_hidden_characters_are_taken_out(cast: Cast, make_post: Make) -> None:
    key = make_post()
    assert send(cast.visitor, key, words="a\x00b\u202ec\u2066 d").status_code == 303
    assert reports()[0].words == "abc d"


def test_too_many_from_one_place_are_slowed(cast: Cast, make_post: Make) -> None:
    key = make_post()
    assert [send(cast.visitor, key, words=str(turn)).status_code for turn in range(11)] == [303] * 10 + [429]


def test_no_page_of_the_author_names_who_reported(cast: Cast, make_post: Make) -> None:
    key = make_post()
    send(cast.bob, key, words="Bobs own words.")
    assert decide(cast.mona, key, "hide")
    for path in ("/en/me/letters", f"/en/posts/{key}", "/en/moderation"):
        page = cast.alice.browser.get(path, follow_redirects=True).text
        assert "Bob" not in re.sub(r"\s+", " ", page), path


def test_a_moderator_finds_a_way_to_a_case_of_her_own(cast: Cast, make_post: Make) -> None:
    key = make_post()
    assert "/en/moderation/cases" in cast.mona.browser.get(f"/en/report?contribution={key}").text
    assert "/en/moderation/cases" not in cast.bob.browser.get(f"/en/report?contribution={key}").text
    answer = cast.mona.browser.post("/en/moderation/cases", data={"contribution": key})
    assert answer.headers["Location"] == f"/en/moderation/cases/{case_of(key).id}"
    for name, status in (("visitor", 303), ("bob", 403), ("sam", 403)):
        assert cast[name].browser.post("/en/moderation/cases", data={"contribution": key}).status_code == status
    assert cast.mona.browser.post("/en/moderation/cases", data={"contribution": "999"}).status_code == 404
