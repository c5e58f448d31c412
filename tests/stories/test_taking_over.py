"""A translation whose translator's account is gone: carried on by another member, where the author allows it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from forum.accounts.models import Member
from forum.contributions import ledger
from forum.contributions.models import Contribution, Draft, Revision
from forum.core import clock
from forum.core.db import db
from forum.core.unit_of_work import write
from forum.discussions.actions import comment
from forum.moderation import guidelines
from forum.moderation.guideline_models import Guideline
from forum.moderation.models import Case
from forum.stories import taking_over
from forum.stories.models import Story
from forum.stories.translation_policy import can_take_over
from tests.cast import Browser, Cast, Person
from tests.querylog import recorded
from tests.stories.below import approve, decide, status_of
from tests.stories.conftest import MakeStory
from tests.stories.test_translations import change, keep, row, send, written

OFFER = "Whoever translated it is no longer here."


@pytest.fixture
def left(cast: Cast, make_story: MakeStory) -> int:
    """Bob's translation of Alice's story, which has changed since; his account is gone."""
    return left_by_bob(cast, make_story())


def left_by_bob(cast: Cast, story_id: int, *, has_changed: bool = True) -> int:
    key = written(cast.bob, story_id)
    approve(cast, key)
    if has_changed:
        change(story_id, "It was quince jam, my mother’s.")
    with write():
        db.session.execute(delete(Member).where(Member.id == cast.bob.id))
    db.session.rollback()
    assert row(key).translator_id is None
    return key


def take(who: Person, key: int) -> int:
    status: int = who.browser.post(f"/en/translations/{key}/taking").status_code
    return status


def leave(who: Person, key: int) -> int:
    status: int = who.browser.post(f"/en/translations/{key}/leaving").status_code
    return status


def decline(cast: Cast, key: int) -> None:
    """Mona declines the change that waits."""
    with write():
        guidelines.load_defaults()
    case = db.session.scalars(select(Case).where(Case.contribution_id == key, Case.closed_at.is_(None))).one()
    rule = db.session.scalars(select(Guideline.id).limit(1)).one()
    fields = {"decision": "decline", "version": case.version, "guideline": rule, "letter": "Please read it once more."}
    assert cast.mona.browser.post(f"/en/moderation/cases/{case.id}/decisions", data=fields).status_code == 303
    db.session.rollback()


def shown(key: int) -> str:
    original = row(key).translation_of_id
    db.session.rollback()
    return str(db.session.scalar(select(Story.shown_revision_id).where(Story.id == original)))


def draft_of(key: int) -> Draft | None:
    db.session.rollback()
    return db.session.scalar(select(Draft).where(Draft.place == f"translation:{key}"))


def test_it_goes_from_the_offer_to_the_readers(cast: Cast, left: int) -> None:
    assert OFFER in cast.nia.browser.get(f"/en/stories/{left}").text
    answer = cast.nia.browser.post(f"/en/translations/{left}/taking")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/translations/{left}/edit")
    page = cast.nia.browser.get(f"/en/translations/{left}/edit").text
    assert "Era marmellata di prugne." in page
    assert "Bob, Nia" in page
    assert OFFER not in cast.mona.browser.get(f"/en/stories/{left}").text
    fields = {"source": "Era di cotogne.", "is_current": "y", "current": shown(left), "version": 1}
    assert keep(cast.nia, left, **fields, credit="other", credit_name="Bob, Nia").status_code == 303
    assert send(cast.nia, left).status_code == 303
    assert "prugne" in cast.visitor.browser.get(f"/en/stories/{left}").text
    decide(cast, left)
    page = cast.visitor.browser.get(f"/en/stories/{left}").text
    assert "Era di cotogne." in page
    assert "Translated by Bob, Nia" in page
    assert "The original has changed since." not in page
    assert row(left).translator_id == cast.nia.id
    # Her words are hers to take off.
    assert leave(cast.nia, left) == 409
    assert cast.nia.browser.post(f"/en/translations/{left}/withdrawal").status_code == 303
    assert status_of(left) == "withdrawn"


def test_the_page_of_an_outdated_one_asks_as_little(cast: Cast, left: int) -> None:
    with write():
        for number in range(3):
            comment(actor=cast.cora.viewer, contribution_id=left, source=f"Thank you {number}", language="en")
    cast.nia.browser.get("/en/stories")  # the shelves stand from here on
    for who, most in (
        (cast.nia, 12),
        (cast.mona, 12),
        (cast.alice, 13),
        (cast.visitor, 9),
    ):  # the author is also told of letters
        with recorded() as questions:
            page = who.browser.get(f"/en/stories/{left}?a").text
        assert "The original has changed since." in page
        assert (OFFER in page) == (who is not cast.visitor)
        assert len(questions) <= most, (who.name, questions)


def test_nobody_else_s_is_taken_over_while_its_translator_is_there(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    change(story_id, "It was quince jam, my mother’s.")
    assert OFFER not in cast.nia.browser.get(f"/en/stories/{key}").text
    assert take(cast.nia, key) == 409
    assert row(key).translator_id == cast.bob.id


def test_what_is_up_to_date_is_not_taken_over(cast: Cast, make_story: MakeStory) -> None:
    key = left_by_bob(cast, make_story(), has_changed=False)
    assert OFFER not in cast.nia.browser.get(f"/en/stories/{key}").text
    assert take(cast.nia, key) == 409
    assert row(key).translator_id is None


def test_the_author_must_allow_the_language(cast: Cast, left: int) -> None:
    original = row(left).translation_of_id
    with write():  # its readers may have the page still: what follows from it is not yet done
        ledger.take_back(db.session.get_one(Story, original), "translation", "it")
    assert OFFER not in cast.nia.browser.get(f"/en/stories/{left}").text
    assert take(cast.nia, left) == 403
    assert row(left).translator_id is None


def test_visitors_and_the_silenced_are_not_asked(cast: Cast, left: int) -> None:
    for who in ("visitor", "sam"):
        assert OFFER not in cast[who].browser.get(f"/en/stories/{left}").text
    assert "/sign-in" in cast.visitor.browser.post(f"/en/translations/{left}/taking").headers["Location"]
    assert take(cast.sam, left) == 403
    assert row(left).translator_id is None


@pytest.mark.parametrize("what", ["an original", "nothing", "a draft"])
def test_only_a_translation_that_can_be_read_is_taken_over(cast: Cast, make_story: MakeStory, what: str) -> None:
    key = {"an original": make_story(), "nothing": 987654, "a draft": make_story(status="draft")}[what]
    assert take(cast.nia, key) == 404
    assert leave(cast.nia, key) == 404


def test_the_same_twice_is_one(cast: Cast, left: int) -> None:
    assert [take(cast.nia, left), take(cast.nia, left)] == [303, 303]
    assert take(cast.mona, left) == 409
    assert row(left).translator_id == cast.nia.id


def test_of_two_at_once_one_has_it(app: Flask, cast: Cast, left: int) -> None:
    db.session.remove()
    who, barrier, statuses = [cast.nia, cast.mona, cast.cora, cast.nia], threading.Barrier(4), [0] * 4

    def press(place: int) -> None:
        browser = Browser(app, app.response_class, use_cookies=True)
        browser.sign_in(who[place].token)
        barrier.wait()
        statuses[place] = browser.post(f"/en/translations/{left}/taking").status_code

    threads = [threading.Thread(target=press, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    has_it = row(left).translator_id
    assert [status == 303 for status in statuses] == [person.id == has_it for person in who]
    assert set(statuses) == {303, 409}
    assert draft_of(left) is not None


def test_until_her_words_are_read_she_leaves_it_and_does_not_take_it_off(cast: Cast, left: int) -> None:
    take(cast.nia, left)
    assert cast.nia.browser.post(f"/en/translations/{left}/withdrawal").status_code == 409
    page = cast.nia.browser.get(f"/en/translations/{left}").text
    assert "Leave it to somebody else" in page
    assert "Take my translation off" not in page
    keep(cast.nia, left, version=1, source="Era di cotogne.")
    send(cast.nia, left)
    assert leave(cast.nia, left) == 409  # it is being read
    decline(cast, left)
    assert cast.nia.browser.post(f"/en/translations/{left}/withdrawal").status_code == 409
    assert leave(cast.nia, left) == 303
    assert row(left).translator_id is None
    assert "Era marmellata di prugne." in cast.visitor.browser.get(f"/en/stories/{left}").text
    assert take(cast.mona, left) == 303


def test_she_agrees_for_her_own_words(cast: Cast, left: int) -> None:
    take(cast.nia, left)
    assert 'value="site" checked' not in cast.nia.browser.get(f"/en/translations/{left}/check").text
    answer = cast.nia.browser.post(f"/en/translations/{left}/sending")
    assert answer.status_code == 422
    assert "we need your consent" in answer.text
    assert send(cast.nia, left).status_code == 303
    db.session.rollback()
    assert [one.note != "" for one in ledger.history(left) if one.use == "site"] == [True]


def test_after_a_refusal_she_sends_again_and_it_is_still_not_hers_to_take_off(cast: Cast, left: int) -> None:
    take(cast.nia, left)
    keep(cast.nia, left, version=1, source="Era di cotogne.")
    send(cast.nia, left)
    decline(cast, left)
    keep(cast.nia, left, version=0, source="Era marmellata di cotogne.")
    assert cast.nia.browser.post(f"/en/translations/{left}/withdrawal").status_code == 409
    send(cast.nia, left)
    decide(cast, left)
    assert "Era marmellata di cotogne." in cast.visitor.browser.get(f"/en/stories/{left}").text
    assert cast.nia.browser.post(f"/en/translations/{left}/withdrawal").status_code == 303


def test_what_lies_for_two_months_keeps_nobody(cast: Cast, left: int) -> None:
    take(cast.nia, left)
    keep(cast.nia, left, version=1, source="A word of Nia’s alone.")
    assert take(cast.mona, left) == 409
    long_ago = clock.now() - timedelta(days=61)
    with write():
        db.session.execute(update(Draft).where(Draft.place == f"translation:{left}").values(saved_at=long_ago))
        shown_id = db.session.get_one(Contribution, left).shown_revision_id
        assert shown_id is not None
        db.session.execute(update(Revision).where(Revision.id == shown_id).values(made_at=long_ago))
    assert take(cast.mona, left) == 303
    assert "Nia’s alone" not in cast.mona.browser.get(f"/en/translations/{left}/edit").text
    assert cast.nia.browser.get(f"/en/translations/{left}/edit").status_code == 404


def test_what_the_gone_translator_never_sent_nobody_reads(cast: Cast, make_story: MakeStory) -> None:
    story_id = make_story()
    key = written(cast.bob, story_id)
    approve(cast, key)
    keep(cast.bob, key, version=0, source="Only Bob knows this.")
    change(story_id, "It was quince jam, my mother’s.")
    with write():
        db.session.execute(delete(Member).where(Member.id == cast.bob.id))
    assert take(cast.nia, key) == 303
    assert "Only Bob knows" not in cast.nia.browser.get(f"/en/translations/{key}/edit").text


@pytest.mark.parametrize(("attribution", "credit"), [("anonymous", "Bob"), ("member", "Bob, Alice")])
def test_an_unsigned_author_is_not_named_by_carrying_it_on(
    cast: Cast, make_story: MakeStory, attribution: str, credit: str
) -> None:
    key = left_by_bob(cast, make_story(attribution=attribution))
    assert take(cast.alice, key) == 303
    draft = draft_of(key)
    assert draft is not None
    assert draft.facts is not None
    assert draft.facts["translator"] == credit


@pytest.mark.parametrize("is_free", [True, False])
@pytest.mark.parametrize("is_outdated", [True, False])
@pytest.mark.parametrize("is_allowed", [True, False])
@pytest.mark.parametrize("status", ["published", "hidden", "withdrawn"])
def test_the_rule(cast: Cast, is_free: bool, is_outdated: bool, is_allowed: bool, status: str) -> None:
    story = Story(status=status)
    verdict = can_take_over(cast.nia.viewer, story, is_free=is_free, is_outdated=is_outdated, is_allowed=is_allowed)
    assert bool(verdict) == (is_free and is_outdated and is_allowed and status == "published")
    assert not can_take_over(cast.visitor.viewer, story, is_free=True, is_outdated=True, is_allowed=True)


def test_an_action_outside_a_writing_transaction_is_refused(cast: Cast, left: int) -> None:
    for act in (taking_over.take_over, taking_over.leave):
        with pytest.raises(RuntimeError):
            act(actor=cast.nia.viewer, story_id=left)
