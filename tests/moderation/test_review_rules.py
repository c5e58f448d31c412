"""What a case asks of its kind: whether it can be published, and who works on it beside its author."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.contributions import actions as contributions
from forum.contributions import ledger
from forum.contributions.models import Contribution
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.core.worker import work_all
from forum.moderation import actions, authors, policy
from forum.moderation.member_models import Sanction
from forum.moderation.models import OPENED_FOR, Case, Letter
from forum.notifications.models import Notification
from forum.stories.models import Story
from tests.cast import Cast
from tests.moderation.conftest import Make, case_of, decide, edit, fresh, report, thing
from tests.moderation.test_review import answer, say


@pytest.fixture
def translation(cast: Cast, make_story: Make) -> int:
    """Bob's Italian translation of Alice's story; it waits to be read."""
    original = make_story(cast.alice)
    with write():
        ledger.give(
            db.session.get_one(Contribution, original),
            "translation",
            for_language="it",
            version=2,
            language="en",
            how="site",
        )
    key = make_story(cast.alice, language="it")
    with write():
        story = db.session.get_one(Story, key)
        story.translation_of_id, story.translator_id = original, cast.bob.id
    return key


def test_nothing_is_published_without_its_authors_consent(cast: Cast, make_story: Make) -> None:
    key = make_story()
    with write():
        ledger.take_all_back(db.session.get_one(Contribution, key), clock.now())
    verdict = decide(cast.mona, key, "approve")
    assert (verdict.allowed, verdict.status) == (False, 409)
    assert "consent" in str(verdict.reason)
    assert thing(key).status == "pending"
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert "It waits for its author’s consent to this site." in page
    assert 'value="approve"' not in page
    assert decide(cast.mona, key, "decline"), "everything else can be decided"


def test_an_edit_of_what_is_no_longer_allowed_waits(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "approve")
    edit(cast.alice, key, "It was quince jam.")
    with write():
        ledger.take_all_back(db.session.get_one(Contribution, key), clock.now())
    assert decide(cast.mona, key, "approve").status == 409
    assert thing(key).source == "It was plum jam."


def test_the_translator_hears_of_it_and_answers(cast: Cast, translation: int) -> None:
    assert authors.behind(thing(translation)).writer_id == cast.bob.id
    decide(cast.mona, translation, "ask_for_changes", letter="One sentence is missing.")
    letter = db.session.scalars(select(Letter).where(Letter.contribution_id == translation)).one()
    key = f"letter:{letter.id}"
    work_all()
    told = db.session.scalars(select(Notification).where(Notification.key == key)).one()
    assert (told.member_id, told.sealed_id, told.mailed_at is not None) == (cast.bob.id, None, True)
    assert "One sentence is missing." in cast.bob.browser.get("/en/me/letters").text
    assert "One sentence is missing." in cast.bob.browser.get(f"/en/contributions/{translation}/review").text
    assert answer(cast.bob, translation, "I put it in.")
    assert say(cast.mona, translation, "Thank you.")


def test_nobody_judges_what_she_works_on(cast: Cast, translation: int) -> None:
    with write():
        db.session.get_one(Story, translation).translator_id = cast.mona.id
    case = case_of(translation).id
    assert cast.mona.browser.get(f"/en/moderation/cases/{case}").status_code == 403
    assert f"/cases/{case}" not in cast.mona.browser.get("/en/moderation").text
    assert f"/cases/{case}" in cast.ada.browser.get("/en/moderation").text
    assert decide(cast.mona, translation, "approve").reason == policy.YOUR_OWN
    assert thing(translation).status == "pending"


def test_a_silence_falls_on_who_worked_on_it(cast: Cast, translation: int) -> None:
    assert decide(cast.mona, translation, "silence", until=clock.today() + timedelta(days=3))
    assert fresh(Member, cast.bob.id).restriction == "silenced"
    assert fresh(Member, cast.alice.id).restriction is None
    assert db.session.scalars(select(Sanction.member_id)).one() == cast.bob.id


def test_a_translation_is_published_while_its_author_allows_the_language(cast: Cast, translation: int) -> None:
    with write():
        original = db.session.get_one(Story, translation).translation_of_id
        ledger.take_all_back(db.session.get_one(Contribution, original), clock.now())
    assert decide(cast.mona, translation, "approve").status == 409


def test_a_claim_stands_between_a_report_and_a_review(cast: Cast, make_story: Make) -> None:
    claimed, waiting, reported = make_story(), make_story(), make_story(cast.bob)
    for key in (claimed, reported):
        assert decide(cast.mona, key, "approve")
    report(cast.nia, reported)
    with write():
        actions.open_case(db.session.get_one(Contribution, claimed), "claim")
    page = cast.mona.browser.get("/en/moderation").text
    places = [page.index(f"/moderation/cases/{case_of(key).id}#") for key in (reported, claimed, waiting)]
    assert places == sorted(places)
    assert "Somebody says this is theirs" in cast.mona.browser.get("/en/moderation?show=claim").text
    assert decide(cast.mona, claimed, "no_action")
    assert case_of(claimed).closed_at is not None
    assert thing(claimed).status == "published"


def test_a_claim_on_what_still_waits_is_answered_and_it_goes_on_waiting(cast: Cast, make_story: Make) -> None:
    key = make_story()
    with write():
        actions.open_case(db.session.get_one(Contribution, key), "claim")
    assert decide(cast.mona, key, "no_action")
    assert (thing(key).status, case_of(key).opened_for, case_of(key).closed_at) == ("pending", "review", None)
    with write():
        ledger.take_all_back(db.session.get_one(Contribution, key), clock.now())
        actions.open_case(db.session.get_one(Contribution, key), "claim")
    assert decide(cast.mona, key, "no_action")
    assert case_of(key).opened_for == "import", "nobody need read it before its author is found"


def test_what_waits_for_consent_does_not_crowd_the_desk(cast: Cast, make_story: Make) -> None:
    key = make_story()
    with write():
        db.session.execute(
            update(Case)
            .where(Case.contribution_id == key)
            .values(opened_for="import", urgency=OPENED_FOR.index("import"))
        )
    assert "Nothing is waiting. Good night." in cast.mona.browser.get("/en/moderation").text
    assert f"/cases/{case_of(key).id}" in cast.mona.browser.get("/en/moderation?show=import").text


@pytest.mark.parametrize(
    ("matter", "decisions", "words"),
    [
        (
            policy.Matter("pending", opened_for="claim"),
            ("approve", "no_action", "decline"),
            ("redact", "content_notes"),
        ),
        (policy.Matter("pending"), ("approve", "decline"), ("redact", "content_notes")),
        (policy.Matter("pending", can_publish=policy.no("x", 409)), ("decline",), ("redact", "content_notes")),
        (policy.Matter("published", opened_for="claim"), ("no_action", "hide"), ("edit", "redact", "content_notes")),
    ],
)
def test_what_may_be_decided(
    cast: Cast, matter: policy.Matter, decisions: tuple[str, ...], words: tuple[str, ...]
) -> None:
    about_her = ("warn", "limit", "silence", "ban")
    assert policy.decisions_for(cast.mona.viewer, matter) == (*decisions, *words, *about_her)


def test_the_case_shows_every_consent_and_every_detail_once(cast: Cast, make_story: Make) -> None:
    key = make_story()
    with write():
        story = db.session.get_one(Contribution, key)
        ledger.give(
            story, "print", version=2, language="it", how="phone", recorded_by=cast.cora.id, note="On a Monday."
        )
        source = "Call me on +44 20 7946 0958 or write to rosa@example.org. Again: rosa@example.org."
        contributions.set_words(story, title="The jar lid", source=source)
        contributions.add_revision(story)
    page = cast.mona.browser.get(f"/en/moderation/cases/{case_of(key).id}").text
    assert page.count("<mark>rosa@example.org</mark>") == 1
    assert "This looks like a phone number." in page
    assert "by phone, in Italiano, wording 2" in page
    assert "written down by Cora" in page
    assert "On a Monday." in page


def test_any_two_versions_are_compared(cast: Cast, make_story: Make) -> None:
    key = make_story()
    decide(cast.mona, key, "approve")
    edit(cast.alice, key, "It was quince jam.")
    edit(cast.alice, key, "It was fig jam.")
    case = f"/en/moderation/cases/{case_of(key).id}"
    page = cast.mona.browser.get(case).text
    assert "From version 1 to version 3" in page, "what readers see against what waits"
    assert '<span class="unseen">added: </span>fig</ins>' in page
    page = cast.mona.browser.get(f"{case}?from=1&to=2").text
    assert '<span class="unseen">added: </span>quince</ins>' in page
    for nonsense in ("from=9&to=1", "from=x&to=2", "from=1", f"from={2**40}&to=1", "from=2&to=2"):
        assert cast.mona.browser.get(f"{case}?{nonsense}").status_code == 200
