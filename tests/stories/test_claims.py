"""Is this your story? Saying so, confirming, answering, taking over; where stories stood before."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.contributions import actions as contributions
from forum.contributions.models import Draft, Revision, Seal
from forum.contributions.queries import owner_id
from forum.core import clock, tokens
from forum.core.db import db
from forum.core.outbox import OutboxJob
from forum.core.unit_of_work import write
from forum.moderation.models import Case, LogEntry
from forum.stories import claim_jobs, claims, old_addresses, provenance
from forum.stories.models import Claim, OldAddress, Provenance, Story
from tests.cast import Browser, Cast, Person
from tests.stories.conftest import MakeStory

CONTACT = "rosa@example.org"


@pytest.fixture
def story(cast: Cast, make_story: MakeStory) -> int:
    """A published story from an old archive; nobody here is its author."""
    key = make_story(attribution="pseudonym", byline="Rosa M.")
    with write():
        db.session.delete(db.session.scalars(select(Seal).where(Seal.contribution_id == key)).one())
        db.session.add(
            Provenance(
                story_id=key, how="import", entered_at=clock.now(), archive="Old pages", archive_key="rosa",
                contact=tokens.seal_text(f"Rosa, {CONTACT}."), original_address="http://old.example/rosa.html",
            )
        )  # fmt: skip
        db.session.add(OldAddress(path="/Storie/rosa.html", story_id=key))
    return key


def anew() -> None:
    """Look at what stands now."""
    db.session.rollback()
    db.session.expire_all()


def ask(browser: Browser, story: int, **fields: str) -> Claim:
    """Fill in the form; the newest claim."""
    said = {"wish": "change", "words": "The town is wrong.", "email": "rosa.new@example.org", "website": ""} | fields
    answer = browser.post(f"/en/stories/{story}/claims", data=said)
    assert (answer.status_code, answer.location) == (303, f"/en/stories/{story}/claim/sent")
    db.session.rollback()
    return db.session.scalars(select(Claim).order_by(Claim.id.desc())).first()  # type: ignore[return-value]


def page_of(claim: Claim) -> str:
    return f"/en/claims/{provenance.token_of(claim)}"


def confirmed(browser: Browser, story: int, **fields: str) -> Claim:
    claim = ask(browser, story, **fields)
    assert browser.post(f"{page_of(claim)}/confirmation").status_code == 303
    anew()
    return db.session.get_one(Claim, claim.id)


def answer(person: Person, claim: Claim, outcome: str, words: str = "") -> int:
    path = f"/en/moderation/claims/{claim.id}/answers"
    status = person.browser.post(path, data={"outcome": outcome, "answer": words}).status_code
    anew()
    return status


def test_the_story_says_where_it_came_from_and_asks(cast: Cast, story: int) -> None:
    page = cast.visitor.browser.get(f"/en/stories/{story}")
    assert "This story was first published in Old pages." in page.text
    assert f'href="/en/stories/{story}/claim"' in page.text
    form = cast.visitor.browser.get(f"/en/stories/{story}/claim")
    assert form.status_code == 200
    assert "Set-Cookie" not in form.headers


def test_only_stories_from_elsewhere_that_can_be_read_are_claimed(
    cast: Cast, story: int, make_story: MakeStory
) -> None:
    own = make_story()
    for key in (own, 999_999, 2**31):
        assert cast.visitor.browser.get(f"/en/stories/{key}/claim").status_code == 404
        assert cast.visitor.browser.post(f"/en/stories/{key}/claims", data={}).status_code == 404
    with write():
        contributions.hide(db.session.get_one(Story, story))
    assert cast.visitor.browser.get(f"/en/stories/{story}/claim").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("wish", ""), ("wish", "burn"), ("email", ""), ("email", "rosa"), ("website", "x"), ("words", "w " * 2001)],
)
def test_a_form_that_cant_be_read_comes_back_whole(cast: Cast, story: int, field: str, value: str) -> None:
    said = {"wish": "remove", "words": "It is mine, and I am tired.", "email": "a@example.org", field: value}
    page = cast.visitor.browser.post(f"/en/stories/{story}/claims", data=said)
    assert page.status_code == 422
    assert "It is mine, and I am tired." in page.text or field == "words"
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_nobody_sees_a_claim_before_its_address_is_confirmed(cast: Cast, story: int) -> None:
    claim = ask(cast.visitor.browser, story)
    assert claim.email != "rosa.new@example.org"
    assert tokens.open_text(claim.email) == "rosa.new@example.org"
    for path in ("/en/moderation/claims", f"/en/moderation/claims/{claim.id}"):
        assert "The town is wrong." not in cast.mona.browser.get(path).text
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    page = cast.visitor.browser.get(page_of(claim))
    assert "private, no-store" in page.headers["Cache-Control"]
    anew()
    assert db.session.get_one(Claim, claim.id).confirmed_at is None  # opening it changed nothing


def test_the_mail_leads_to_the_page_and_says_nothing_of_illness(app: Flask, cast: Cast, story: int) -> None:
    claim = ask(cast.visitor.browser, story)
    job = db.session.scalars(select(OutboxJob).where(OutboxJob.name == "stories.mail_claim")).one()
    assert job.payload == {"claim_id": claim.id}
    sent: list[str] = []
    with app.test_request_context("/en/"):
        effect = claim_jobs.mail_claim(job.payload)
    assert effect is not None
    db.session.rollback()
    effect()
    from forum.core.mail import local_mails

    sent = [f"{one.to} {one.subject} {one.text}" for one in local_mails()]
    assert "rosa.new@example.org Confirm your address" in sent[0]
    assert page_of(claim) in sent[0]
    assert "jar" not in sent[0]


def test_known_and_unknown_addresses_are_answered_alike(cast: Cast, story: int) -> None:
    pages = []
    for address in ("alice@example.org", CONTACT, "nobody@example.net"):
        ask(cast.visitor.browser, story, email=address)
        pages.append(cast.visitor.browser.get(f"/en/stories/{story}/claim/sent").text)
    assert len(set(pages)) == 1
    assert db.session.scalar(select(func.count()).where(OutboxJob.name == "stories.mail_claim")) == 3


def test_one_address_gets_few_mails(cast: Cast, story: int) -> None:
    for _ in range(7):
        ask(cast.visitor.browser, story)
    assert db.session.scalar(select(func.count()).where(OutboxJob.name == "stories.mail_claim")) == 5


def test_a_confirmed_claim_is_a_case_and_can_be_added_to(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story)
    case = db.session.scalars(select(Case)).one()
    assert (case.opened_for, case.contribution_id) == ("claim", story)
    desk = cast.mona.browser.get(f"/en/moderation/cases/{case.id}")
    assert "The town is wrong." in desk.text
    assert f"/en/moderation/claims/{claim.id}" in desk.text
    browser = cast.visitor.browser
    assert browser.post(f"{page_of(claim)}/words", data={"words": "It was Parma."}).status_code == 303
    assert browser.post(f"{page_of(claim)}/words", data={"words": "It was Parma."}).status_code == 303
    assert browser.post(f"{page_of(claim)}/words", data={"words": " "}).status_code == 422
    assert browser.post(f"{page_of(claim)}/confirmation").status_code == 303  # the same press twice
    anew()
    assert db.session.get_one(Claim, claim.id).words == "The town is wrong.\n\nIt was Parma."
    assert "It was Parma." in cast.cora.browser.get(f"/en/moderation/claims/{claim.id}").text


def test_whoever_reads_the_address_on_record_needs_nobodys_leave(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story, wish="remove", email="Rosa@Example.org")
    assert (claim.outcome, claim.answered_by) == ("removed", None)
    assert cast.visitor.browser.get(f"/en/stories/{story}").status_code == 410
    assert db.session.scalar(select(func.count()).select_from(Case).where(Case.closed_at.is_(None))) == 0
    assert "gone from the site" in cast.visitor.browser.get(page_of(claim)).text


def test_another_address_or_wish_waits_for_somebody(cast: Cast, story: int) -> None:
    assert confirmed(cast.visitor.browser, story, wish="remove").outcome is None
    assert confirmed(cast.visitor.browser, story, wish="own", email=CONTACT).outcome is None
    assert cast.visitor.browser.get(f"/en/stories/{story}").status_code == 200


def test_the_addresses_are_opened_to_compare_them_and_the_log_keeps_it(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story, wish="own", email=CONTACT)
    path = f"/en/moderation/claims/{claim.id}"
    assert CONTACT not in cast.mona.browser.get(path).text
    opened = cast.mona.browser.post(f"{path}/contact")
    assert CONTACT in opened.text
    assert "The same address" in opened.text
    anew()
    entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "open_contact")).one()
    assert (entry.actor_id, entry.object_id) == (cast.mona.id, story)
    assert CONTACT not in str(entry.data)
    for person in (cast.visitor, cast.alice, cast.sam):
        assert CONTACT not in person.browser.post(f"{path}/contact").text


def test_handed_over_it_becomes_hers_and_no_row_but_the_seal_says_so(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story, wish="own")
    taking = f"{page_of(claim)}/taking"
    assert cast.alice.browser.post(taking).status_code == 409  # nobody has handed it over yet
    assert answer(cast.mona, claim, "handed_over") == 303
    assert "/en/sign-in" in cast.visitor.browser.post(taking).location
    assert owner_id(db.session.get_one(Story, story)) is None
    assert cast.alice.browser.post(taking).status_code == 303
    assert cast.alice.browser.post(taking).status_code == 303  # twice
    anew()
    hers = db.session.get_one(Story, story)
    assert (hers.attribution, hers.byline, hers.author_id) == ("pseudonym", "Rosa M.", None)
    assert owner_id(hers) == cast.alice.id
    assert cast.bob.browser.post(taking).status_code == 409
    assert f"/en/stories/{story}" in cast.alice.browser.get("/en/me/stories").text
    assert cast.alice.browser.get(f"/en/stories/{story}/edit").status_code == 200
    assert cast.cora.browser.get(f"/en/stories/{story}/edit").status_code == 404
    acts = db.session.execute(select(LogEntry.act, LogEntry.actor_id).order_by(LogEntry.id)).all()
    assert ("claim_taken", None) in [tuple(one) for one in acts]
    assert db.session.scalars(select(Case)).one().closed_at is not None


def test_a_curator_changes_what_was_asked_and_says_so(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story)
    edit = cast.cora.browser.get(f"/en/stories/{story}/edit")
    assert edit.status_code == 200
    words = {"title": "The jar lid", "source": "It was plum jam, in Parma.", "language": "en", "version": "0",
             "attribution": "pseudonym", "byline": "Rosa M."}  # fmt: skip
    kept = cast.cora.browser.post(f"/en/stories/{story}/draft", data=words | {"check": "1"})
    assert kept.status_code == 303
    assert cast.cora.browser.get(kept.location).location == f"/en/stories/{story}/told"
    anew()
    assert db.session.scalars(select(Draft)).one().member_id is None
    assert cast.cora.browser.post(f"/en/stories/{story}/told/sending").status_code == 303
    anew()
    assert owner_id(db.session.get_one(Story, story)) is None  # she works on it; it isn't hers
    assert db.session.scalar(select(func.count()).where(Revision.source.contains("Parma"))) == 1
    assert "Parma" not in cast.visitor.browser.get(f"/en/stories/{story}").text  # somebody else reads it first
    assert answer(cast.cora, claim, "changed") == 422
    assert answer(cast.cora, claim, "changed", "The town is Parma now.") == 303
    assert "The town is Parma now." in cast.visitor.browser.get(page_of(claim)).text


def test_removed_or_declined_by_whoever_answers(cast: Cast, story: int) -> None:
    first = confirmed(cast.visitor.browser, story, wish="remove")
    second = confirmed(cast.visitor.browser, story, wish="remove", email="somebody@example.org")
    assert answer(cast.mona, first, "declined") == 422
    assert answer(cast.mona, first, "declined", "Somebody else can show that it is hers.") == 303
    assert answer(cast.mona, first, "removed") == 409
    assert db.session.scalars(select(Case)).one().closed_at is None  # the second still waits
    assert answer(cast.cora, second, "removed") == 303
    assert cast.visitor.browser.get(f"/en/stories/{story}").status_code == 410
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.name == "stories.mail_claim_answer")).all()
    assert len(jobs) == 2
    assert "Somebody else can show" in cast.visitor.browser.get(page_of(first)).text


@pytest.mark.parametrize("name", ["visitor", "alice", "sam"])
def test_the_desk_of_claims_is_for_those_who_answer(cast: Cast, story: int, name: str) -> None:
    claim = confirmed(cast.visitor.browser, story)
    for path in ("/en/moderation/claims", f"/en/moderation/claims/{claim.id}"):
        assert cast[name].browser.get(path).status_code in (303, 403)
    assert answer(cast[name], claim, "removed") in (303, 403)
    assert db.session.get_one(Story, story).status == "published"


def test_a_wrong_or_spoilt_token_opens_nothing(cast: Cast, story: int) -> None:
    claim = confirmed(cast.visitor.browser, story)
    good = provenance.token_of(claim)
    other = tokens.token_for("report", claim.id, claim.nonce)
    for token in (other, good[:-1], good + "x", "0-x", "999999999999-x", "%00", f"{2**40}-abc"):
        for path in ("", "/confirmation", "/words", "/taking"):
            browser, address = cast.alice.browser, f"/en/claims/{token}{path}"
            assert (browser.post(address) if path else browser.get(address)).status_code == 404


def test_what_nobody_confirmed_is_forgotten(cast: Cast, story: int) -> None:
    old = ask(cast.visitor.browser, story).id
    kept = confirmed(cast.visitor.browser, story).id
    with write():
        for one in (old, kept):
            db.session.get_one(Claim, one).made_at = clock.now() - claims.FORGOTTEN_AFTER * 2
    with write():
        claims.sweep()
    assert db.session.scalars(select(Claim.id)).all() == [kept]


def test_erased_a_story_leaves_nothing_of_whoever_wrote_it(cast: Cast, story: int) -> None:
    confirmed(cast.visitor.browser, story)
    with write():
        mine = db.session.get_one(Story, story)
        contributions.withdraw(mine)
        contributions.erase(mine)
    claim = db.session.scalars(select(Claim)).one()
    came = db.session.scalars(select(Provenance)).one()
    assert (claim.words, claim.email, came.contact, came.archive_key, came.original_address) == ("", "", "", None, "")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", db.session.scalars(select(OldAddress.path)).one())
    assert cast.visitor.browser.get("/Storie/rosa.html").status_code == 410
    assert cast.visitor.browser.get(page_of(claim)).status_code == 200


# Old addresses


@pytest.mark.parametrize(
    "path",
    ["/Storie/rosa.html", "/Storie/ros%61.html", "/Storie/rosa.html/", "/it/Storie/rosa.html",
     "/Storie/rosa.html?utm=mail"],
)  # fmt: skip
def test_an_old_address_leads_to_its_story(cast: Cast, story: int, path: str) -> None:
    found = cast.visitor.browser.get(path)
    assert (found.status_code, found.location) == (301, f"/en/stories/{story}")
    assert cast.visitor.browser.head(path).status_code == 301
    assert cast.visitor.browser.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/storie/rosa.html", "/Storie/", "/Storie/rosa.htm", "/%00", "/" + "x" * 3000])
def test_any_other_address_leads_nowhere(cast: Cast, story: int, path: str) -> None:
    assert cast.visitor.browser.get(path).status_code == 404


def test_an_old_address_never_hides_a_page_and_never_goes_round(cast: Cast, story: int) -> None:
    with write():
        for path in ("/en/stories", "/en/stories/999999", f"/en/stories/{story}"):
            db.session.add(OldAddress(path=path, story_id=story))
    assert cast.visitor.browser.get("/en/stories").status_code == 200
    assert cast.visitor.browser.get("/en/stories/999999").location == f"/en/stories/{story}"
    with write():
        db.session.get_one(Story, story).status = "pending"
    assert cast.visitor.browser.get(f"/en/stories/{story}").status_code == 404
    assert cast.visitor.browser.get("/Storie/rosa.html").status_code == 404
    with write():
        taken = db.session.get_one(Story, story)
        taken.status = "published"
        contributions.withdraw(taken)
    gone = cast.visitor.browser.get("/Storie/rosa.html")
    assert (gone.status_code, "Rosa" in gone.text, "jar" in gone.text) == (410, False, False)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://Old.example.org/a/B.html", "/a/B.html"),
        ("https://old.example.org:8080/a/?z=1&b=%20x", "/a?b=+x&z=1"),
        ("a.php?id=7#top", "/a.php?id=7"),
        ("/perch%C3%A9", "/perché"),
        ("http://old.example.org/", None),
        ("http://old.example.org/?p=12", "/?p=12"),
        ("", None),
        ("mailto:rosa@example.org", None),
        ("http://[", None),
        ("/a\x00b", None),
        ("/" + "x" * 2000, None),
    ],
)
@pytest.mark.sqlite  # no data
def test_how_an_old_address_is_kept(address: str, path: str | None) -> None:
    assert old_addresses.path_of(address) == path
